"""Parquet files of rows, as load_dataset reads them."""

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from curation.documents.interchange import ARTICLE_FIELDS
from curation.files import Json, explain_os_errors
from curation.gold.rows import ARM_UNKNOWN_KEY, DECISIONS_KEY, FIRST_KEYS, JsonRow

ANNOTATIONS_TABLE = "annotations"

# Fields that a row has no key for where there is nothing to say; Parquet has null there.
OPTIONAL_FIELDS = ("note", "not_offered", *FIRST_KEYS, ARM_UNKNOWN_KEY, DECISIONS_KEY)

# A place (file and number of the row), and the row there.
PlacedRow = tuple[str, Json]

# About how many bytes of rows are written at once, and how many bytes an entity takes.
_ROW_GROUP_BYTES = 2**22
_ENTITY_BYTES = 300

# How many rows are read at once, and how many bytes.
_ROWS_READ = 8
_BYTES_READ = 2**16


class ParquetTable:
    """
    A Parquet file that rows are added to one by one; few rows are in memory at a time.

    The file's name holds its hash, since ``load_dataset`` caches by name and would show the rows of
    an older file.
    """

    def __init__(self, folder: Path, name: str) -> None:
        # Imported here so that only commands that seal a version wait for the packages to load.
        import pyarrow.parquet

        self.folder = folder
        self.name = name
        self.schema = _features(name).arrow_schema
        self.stream = _ParquetStream(folder / f"{name}.parquet", "wb")
        self.parquet = pyarrow.parquet.ParquetWriter(self.stream, self.schema)
        self.rows: list[JsonRow] = []
        self.free_bytes = _ROW_GROUP_BYTES

    def add(self, row: JsonRow) -> None:
        """Add one row."""
        self.rows.append(row)
        self.free_bytes -= len(row["text"]) + _ENTITY_BYTES * len(row["entities"])
        if self.free_bytes < 0:
            self._write()

    def _write(self) -> None:
        import pyarrow

        self.parquet.write_table(pyarrow.Table.from_pylist(self.rows, schema=self.schema))
        self.rows = []
        self.free_bytes = _ROW_GROUP_BYTES

    def finish(self) -> tuple[str, str]:
        """Write what is left, sync the file and name it by its hash; the file's name and its sha256."""
        if self.rows:
            self._write()
        self.parquet.close()
        os.fsync(self.stream.fileno())
        self.stream.close()
        path = Path(self.stream.name)
        sha256 = file_sha256(path)
        file = f"{self.name}-{sha256[:8]}.parquet"
        path.rename(self.folder / file)
        return file, sha256

    def close(self) -> None:
        """Close the file, finished or not; nothing more is written."""
        self.stream.given_up = True
        self.parquet.close()
        self.stream.close()


class _ParquetStream(io.FileIO):
    """
    The stream of a Parquet file; after *given_up*, because the disk is full, say, writing does nothing.

    pyarrow's writer writes the file's footer even when it is closed after an error.
    """

    given_up = False

    def write(self, raw: Any) -> int:
        """Write all bytes, or raise OSError."""
        remaining = memoryview(raw) if not self.given_up else memoryview(b"")
        while remaining:
            remaining = remaining[super().write(remaining) :]
        return len(raw)


def read_parquet(path: Path) -> Iterator[PlacedRow]:
    """The rows of a file, each with its place; few rows are in memory at a time."""
    # Imported here so that commands that only read gold/next don't wait for the package to load.
    import pyarrow.parquet

    with (
        explain_os_errors(path),
        pyarrow.parquet.ParquetFile(path, buffer_size=_BYTES_READ) as table,
    ):
        number = 0
        for batch in table.iter_batches(_ROWS_READ, use_threads=False):
            for row in batch.to_pylist():
                number += 1
                for key in OPTIONAL_FIELDS:  # a row with nothing to say has no such key
                    if row.get(key, "") is None:
                        del row[key]
                yield f"{path}, row {number}", row


def has_columns(path: Path, names: Iterable[str]) -> bool:
    """Whether the rows of a file can hold these keys."""
    import pyarrow.parquet

    with explain_os_errors(path):
        return {*names} <= {*pyarrow.parquet.read_schema(path).names}


def file_sha256(path: Path) -> str:
    """The sha256 of a file, in hex digits."""
    with explain_os_errors(path), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _features(name: str) -> Any:
    from datasets import Features, List, Value

    text = Value("string")
    number = Value("int32")
    entity = {"id": text, "start": number, "end": number, "label": text, "text": text}
    relation = {"head": text, "tail": text, "label": text}
    if name == ANNOTATIONS_TABLE:
        layer = dict.fromkeys(("kind", "name", "version", "weights", "rules"), text)
        decision = {
            "kind": text,
            "place": List(List(number)),
            "offered": List({"annotators": List(text), "reading": text}),
            "chosen": text,
            "own": Value("bool"),
            "preselected": text,
        }
        return Features(
            dict.fromkeys(("id", "text", "text_sha256", "meta", "annotator", "edited_by"), text)
            | {"entities": List(entity), "relations": List(relation), "flags": List(text)}
            | {"note": text, "not_offered": List(text)}
            | {"first_entities": List(entity), "first_relations": List(relation)}
            | {"first_unsure": Value("bool"), "not_independent": text}
            | {ARM_UNKNOWN_KEY: Value("bool"), DECISIONS_KEY: List(decision)}
            | {"suggested_by": text, "suggested_layer": layer}
            | {"suggested_entities": List(entity | {"score": Value("float64")})}
            | {"suggested_relations": List(relation)}
        )
    texts = ("id", "text", *ARTICLE_FIELDS, "text_sha256", "ingest_version", "group")
    return Features(
        dict.fromkeys(texts, text)
        | {"entities": List(entity), "relations": List(relation)}
        | {"flags": List(text), "annotators": List(text), "n_annotations": number}
        | {"adjudicated": Value("bool"), "arm": text, "preannotated_by": text}
        | {"not_offered": List(text), "meta": text}
    )
