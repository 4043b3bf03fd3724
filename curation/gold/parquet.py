"""Rows in Parquet files, as load_dataset reads them."""

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from curation.documents.interchange import ARTICLE_FIELDS
from curation.files import Json, explain_os_errors

ANNOTATIONS_TABLE = "annotations"

# A row, and where it stands.
PlacedRow = tuple[str, Json]

# Rows that are written together, in bytes about, and what an entity takes.
GROUP, MARK = 2**22, 300
# Rows that are read together, and bytes.
BATCH, BUFFER = 8, 2**16


class ParquetTable:
    """
    A Parquet file in the making: rows come one by one, few are ever in memory.

    Its name has its hash in it, since ``load_dataset`` caches by name and would
    show an older file's rows.
    """

    def __init__(self, folder: Path, name: str) -> None:
        # Here, so that only who seals a version waits for them to load.
        import pyarrow.parquet

        self.folder, self.name = folder, name
        self.schema = _features(name).arrow_schema
        self.stream = _Part(folder / f"{name}.parquet", "wb")
        self.parquet = pyarrow.parquet.ParquetWriter(self.stream, self.schema)
        self.rows: list[Json] = []
        self.free_bytes = GROUP

    def add(self, row: Json) -> None:
        """One more row."""
        self.rows.append(row)
        self.free_bytes -= len(row["text"]) + MARK * len(row["entities"])
        if self.free_bytes < 0:
            self._write()

    def _write(self) -> None:
        import pyarrow

        self.parquet.write_table(pyarrow.Table.from_pylist(self.rows, schema=self.schema))
        self.rows, self.free_bytes = [], GROUP

    def finish(self) -> tuple[str, str]:
        """Make it last; the file's name and its sha256."""
        if self.rows:
            self._write()
        self.parquet.close()
        os.fsync(self.stream.fileno())
        self.stream.close()
        path = Path(self.stream.name)
        sha256 = file_sha256(path)
        named = f"{self.name}-{sha256[:8]}.parquet"
        path.rename(self.folder / named)
        return named, sha256

    def close(self) -> None:
        """Nothing more is written, finished or not."""
        self.stream.given_up = True
        self.parquet.close()
        self.stream.close()


class _Part(io.FileIO):
    """
    A file that Parquet is written to.

    Whoever has *given_up* on it, the disk being full, say, is spared the foot
    that a writer of pyarrow's writes when it goes.
    """

    given_up = False

    def write(self, raw: Any) -> int:
        """All of it, or OSError."""
        left = memoryview(raw) if not self.given_up else memoryview(b"")
        while left:
            left = left[super().write(left) :]
        return len(raw)


def read_parquet(path: Path) -> Iterator[PlacedRow]:
    """The rows of a file, each with its place; few are ever in memory."""
    # Here, so that who only reads gold/next doesn't wait for it to load.
    import pyarrow.parquet

    with (
        explain_os_errors(path),
        pyarrow.parquet.ParquetFile(path, buffer_size=BUFFER) as table,
    ):
        number = 0
        for batch in table.iter_batches(BATCH, use_threads=False):
            for row in batch.to_pylist():
                number += 1
                if row.get("note", "") is None:  # a row without a note has no field for it
                    del row["note"]
                yield f"{path}, row {number}", row


def file_sha256(path: Path) -> str:
    """The hash of a file."""
    with explain_os_errors(path), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _features(name: str) -> Any:
    from datasets import Features, List, Value

    text, number = Value("string"), Value("int32")
    span = {"id": text, "start": number, "end": number, "label": text, "text": text}
    arrow = {"head": text, "tail": text, "label": text}
    if name == ANNOTATIONS_TABLE:
        layer = dict.fromkeys(("kind", "name", "version", "weights", "rules"), text)
        return Features(
            dict.fromkeys(("id", "text", "text_sha256", "meta", "annotator", "edited_by"), text)
            | {"entities": List(span), "relations": List(arrow), "flags": List(text)}
            | {"note": text, "suggested_by": text, "suggested_layer": layer}
            | {"suggested_entities": List(span | {"score": Value("float64")})}
            | {"suggested_relations": List(arrow)}
        )
    texts = ("id", "text", *ARTICLE_FIELDS, "text_sha256", "ingest_version", "group")
    return Features(
        dict.fromkeys(texts, text)
        | {"entities": List(span), "relations": List(arrow)}
        | {"flags": List(text), "annotators": List(text), "n_annotations": number}
        | {"adjudicated": Value("bool"), "arm": text, "preannotated_by": text, "meta": text}
    )
