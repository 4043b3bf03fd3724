"""Rows of Parquet files, and of what ``save_to_disk`` of datasets saved."""

import math
from collections.abc import Collection, Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from curation.errors import InputError
from curation.files import Json, explain_os_errors, read_text
from curation.strict_json import parse_object

# How many rows are in memory at once: where short columns alone are read, and where whole rows are.
_SHORT_ROWS_READ = 1000
_WHOLE_ROWS_READ = 16
_BYTES_READ = 2**16

# What save_to_disk writes beside the rows, and what beside the folders of splits.
SAVED_FACTS = ("state.json", "dataset_info.json")
SAVED_SPLITS = "dataset_dict.json"


def parquet_rows(
    path: Path, columns: Collection[str] | None, stream: IO[bytes] | None = None
) -> Iterator[Json]:
    """
    The rows of a Parquet file with these *columns*, as far as the file has them, or with all.

    A file that isn't on this machine is read from its *stream*.
    """
    import pyarrow.parquet

    with explain_os_errors(path):
        try:
            table = pyarrow.parquet.ParquetFile(stream or path, buffer_size=_BYTES_READ)
        except pyarrow.ArrowInvalid:
            raise InputError(f"{path}: not a Parquet file") from None
        with table:
            wanted = _wanted(table.schema_arrow.names, columns)
            size = _WHOLE_ROWS_READ if columns is None else _SHORT_ROWS_READ
            for batch in table.iter_batches(size, columns=wanted, use_threads=False):
                yield from _json_rows(batch)


def saved_rows(path: Path, columns: Collection[str] | None) -> Iterator[Json]:
    """As parquet_rows, of a file of ``save_to_disk``; raises InputError where the file is none."""
    import pyarrow.ipc

    with explain_os_errors(path), path.open("rb") as stream:
        try:
            with pyarrow.ipc.open_stream(stream) as table:
                wanted = _wanted(table.schema.names, columns)
                for batch in table:
                    for begin in range(0, batch.num_rows, _WHOLE_ROWS_READ):
                        yield from _json_rows(
                            batch.slice(begin, _WHOLE_ROWS_READ).select(wanted)
                        )
        except pyarrow.ArrowInvalid:
            raise InputError(f"{path}: not an Arrow file as datasets saves them") from None


def _wanted(names: list[str], columns: Collection[str] | None) -> list[str]:
    if len({*names}) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"two columns have the name {twice!r}")
    return [name for name in names if columns is None or name in columns]


def _json_rows(batch: Any) -> Iterator[Json]:
    for row in batch.to_pylist():
        yield {name: _json_value(value) for name, value in row.items()}


def _json_value(value: Any) -> Any:
    """As JSON has it: times and decimals as strings, null for what is no number (NaN)."""
    match value:
        case float() if math.isnan(value):
            return None
        case date() | time():
            return value.isoformat()
        case timedelta() | Decimal():
            return str(value)
        case dict():
            return {str(key): _json_value(one) for key, one in value.items()}
        case list() | tuple():
            return [_json_value(one) for one in value]
        case _:
            return value


def saved_arrow_files(folder: Path) -> frozenset[str] | None:
    """The names of the files of a data set that ``save_to_disk`` saved; None where the folder holds none."""
    state = folder / "state.json"
    try:
        listed = parse_object(read_text(state))["_data_files"]
        return frozenset(str(one["filename"]) for one in listed)
    except (InputError, ValueError, LookupError, TypeError):
        return None
