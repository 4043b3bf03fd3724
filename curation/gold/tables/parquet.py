"""Parquet files of rows, as load_dataset reads them."""

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.files import Json, explain_os_errors, file_sha256
from curation.gold.tables.features import arrow_schema
from curation.gold.tables.names import ANNOTATIONS, Table
from curation.gold.tables.rows import (
    ADJUDICATOR_KEY,
    ARM_UNKNOWN_KEY,
    DECISIONS_KEY,
    FIRST_KEYS,
    GUIDELINE_KEY,
    JsonRow,
)

# Fields that a row has no key for where there is nothing to say; Parquet has null there. Only files
# of an older curate have notes.
OPTIONAL_FIELDS = (
    "note",
    "not_offered",
    *FIRST_KEYS,
    ARM_UNKNOWN_KEY,
    GUIDELINE_KEY,
    DECISIONS_KEY,
)

# A place (file and number of the row), and the row there.
PlacedRow = tuple[str, Json]

# About how many bytes of rows are written at once, and how many bytes an item of a list takes.
_ROW_GROUP_BYTES = 2**22
_ITEM_BYTES = {"entities": 300, "tokens": 150}
_ROW_BYTES = 1000

# How many rows are read at once, and how many bytes.
_ROWS_READ = 8
_BYTES_READ = 2**16

# How many rows are read at once where only short columns are.
_COLUMN_ROWS_READ = 1000


class ParquetTable:
    """
    A Parquet file that rows are added to one by one; few rows are in memory at a time.

    The file's name holds its hash, since ``load_dataset`` caches by name and would show the rows of
    an older file.
    """

    def __init__(self, folder: Path, table: Table) -> None:
        # Imported here so that only commands that seal a version wait for the package to load.
        import pyarrow.parquet

        self.folder = folder
        self.name = table.name
        self.schema = arrow_schema(table.kind)
        self.stream = _ParquetStream(folder / f"{self.name}.parquet", "wb")
        # Without the Arrow schema in the file, whose metadata only some versions of datasets read.
        self.parquet = pyarrow.parquet.ParquetWriter(
            self.stream, self.schema, store_schema=False
        )
        self.rows: list[JsonRow] = []
        self.free_bytes = _ROW_GROUP_BYTES

    def add(self, row: JsonRow) -> None:
        """Add one row."""
        self.rows.append(row)
        self.free_bytes -= _ROW_BYTES + len(row.get("text") or "")
        for column, size in _ITEM_BYTES.items():
            self.free_bytes -= size * len(row.get(column) or ())
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
                _drop_nulls(row, OPTIONAL_FIELDS)
                for decision in row.get(DECISIONS_KEY, ()):
                    _drop_nulls(decision, (ADJUDICATOR_KEY,))
                yield f"{path}, row {number}", row


@dataclass(frozen=True, kw_only=True)
class ParquetFacts:
    """
    What the end of a Parquet file says: its Arrow schema, its *rows*, and their *bytes* uncompressed.

    *file_bytes* is the size of the file.
    """

    schema: Any
    rows: int
    bytes: int
    file_bytes: int


def read_parquet_facts(path: Path) -> ParquetFacts | None:
    """What is said of a file without its rows being read; None where the file is missing or broken."""
    import pyarrow.parquet

    if not path.exists():
        return None
    try:
        parquet = pyarrow.parquet.ParquetFile(path)
    except pyarrow.ArrowInvalid:
        return None
    with explain_os_errors(path), parquet:
        found = parquet.metadata
        groups = (found.row_group(number) for number in range(found.num_row_groups))
        return ParquetFacts(
            schema=parquet.schema_arrow,
            rows=found.num_rows,
            bytes=sum(group.total_byte_size for group in groups),
            file_bytes=path.stat().st_size,
        )


def read_columns(path: Path, columns: Iterable[str]) -> Iterator[Json]:
    """The rows of a file with these columns alone, as far as the file has them; other columns aren't read."""
    import pyarrow.parquet

    with explain_os_errors(path), pyarrow.parquet.ParquetFile(path) as table:
        present = {*table.schema_arrow.names}
        wanted = [column for column in columns if column in present]
        for batch in table.iter_batches(_COLUMN_ROWS_READ, columns=wanted, use_threads=False):
            yield from batch.to_pylist()


def read_article_rows(
    folder: Path, files: Iterable[str], columns: Sequence[str]
) -> Iterator[Json]:
    """
    These columns of the rows that have a whole article each, among the *files* of a version in *folder*.

    Those are gold documents, annotations and verdicts, so that a document comes several times.
    """
    for name in files:
        table = Table.of_file(name)
        if table and table.kind in ("", ANNOTATIONS):
            yield from read_columns(folder / name, columns)


def has_columns(path: Path, names: Iterable[str]) -> bool:
    """Whether the rows of a file can hold these keys."""
    import pyarrow.parquet

    with explain_os_errors(path):
        return {*names} <= {*pyarrow.parquet.read_schema(path).names}


def _drop_nulls(row: Json, keys: Iterable[str]) -> None:
    """Take these keys out of the row where nothing is said."""
    for key in keys:
        if row.get(key, "") is None:
            del row[key]
