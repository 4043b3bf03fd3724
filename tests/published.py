"""Files that are published, as words to search in."""

import json
from collections.abc import Mapping

import pyarrow.parquet


def parquet_rows(raw: bytes) -> list[dict]:
    """The rows of a Parquet file."""
    return pyarrow.parquet.read_table(pyarrow.BufferReader(raw)).to_pylist()


def readable(files: Mapping[str, bytes]) -> dict[str, str]:
    """What is in each file: its bytes as text; of Parquet files also all columns, and what stands beside these."""
    found = {}
    for path, raw in files.items():
        found[path] = raw.decode("utf-8", "replace")
        if path.endswith(".parquet"):
            found[path] += json.dumps(parquet_rows(raw), ensure_ascii=False)
            found[path] += str(
                pyarrow.parquet.read_metadata(pyarrow.BufferReader(raw)).metadata
            )
    return found
