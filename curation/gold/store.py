"""Sealed versions on disk: Parquet that load_dataset reads and that we verify."""

import hashlib
import heapq
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from curation.errors import GoldError, Problem, refuse
from curation.files import Json, read_text, told
from curation.gold.manifest import Seal, parse_manifest, seals
from curation.gold.model import Manifest, Version, Walk
from curation.gold.read import Read, Row, read_annotation, read_gold, read_rows
from curation.gold.record import FACTS, Unsorted, digest_of_rows, place_of

MANIFEST = "manifest.json"
CHANGELOG = "CHANGELOG.md"
ANNOTATIONS = "annotations"

# Rows that are written together, in bytes about, and what an entity takes.
GROUP, MARK = 2**22, 300
# Rows that are read together, and bytes.
BATCH, BUFFER = 8, 2**16

VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")


def is_version(name: str) -> bool:
    """Whether *name* is X.Y.Z."""
    return bool(VERSION.fullmatch(name))


def order(version: str) -> tuple[int, ...]:
    """What versions are sorted by: 0.10.0 is later than 0.9.0."""
    return tuple(int(part) for part in version.split("."))


def versions(gold: Path) -> tuple[str, ...]:
    """The sealed versions, oldest first."""
    if not gold.is_dir():
        return ()
    with told(gold):
        folders = [path.name for path in gold.iterdir() if path.is_dir()]
    return tuple(sorted(filter(is_version, folders), key=order))


def newest(gold: Path) -> str | None:
    """The newest sealed version, None before the first."""
    return next(reversed(versions(gold)), None)


def read_version(gold: Path, version: str) -> Version:
    """
    A sealed version, verified: it is what it was when it was sealed.

    Raises GoldError where it is unknown or anything in it was altered.
    """
    return _rows(gold / version, read_manifest(gold, version))


def read_manifest(gold: Path, version: str) -> Manifest:
    """The manifest of a sealed version, checked against the changelog."""
    raw = _manifest(gold, version)
    seal = read_seals(gold).get(version)
    if seal is None:
        raise GoldError(
            f"{gold / version} has no entry of its own in {gold / CHANGELOG}:"
            " its release was interrupted, or the entry was altered",
            hint=f"curate release, or: git checkout {gold / CHANGELOG}",
        )
    if _sha256(raw) != seal.manifest_sha256:
        what = f"{MANIFEST} differs from its hash in {CHANGELOG}"
        raise _altered(gold / version, what, other=f" {gold / CHANGELOG}")
    manifest = parse_manifest(raw, str(gold / version / MANIFEST))
    if manifest.digest != seal.digest:
        what = f"its digest differs from the one in {CHANGELOG}"
        raise _altered(gold / version, what, other=f" {gold / CHANGELOG}")
    return manifest


def read_unannounced(gold: Path, version: str) -> tuple[Version, str]:
    """
    A version that the changelog doesn't seal yet, and its manifest's sha256.

    Its files are checked against its manifest; nothing vouches for the manifest.
    """
    raw = _manifest(gold, version)
    manifest = parse_manifest(raw, str(gold / version / MANIFEST))
    return _rows(gold / version, manifest), _sha256(raw)


def read_seals(gold: Path) -> Mapping[str, Seal]:
    """What the changelog seals."""
    return seals(read_changelog(gold))


def read_changelog(gold: Path) -> str:
    """The changelog, empty before the first version."""
    path = gold / CHANGELOG
    return read_text(path) if path.exists() else ""


class RowsFile:
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
        self.room = GROUP

    def add(self, row: Json) -> None:
        """One more row."""
        self.rows.append(row)
        self.room -= len(row["text"]) + MARK * len(row["entities"])
        if self.room < 0:
            self._write()

    def _write(self) -> None:
        import pyarrow

        self.parquet.write_table(pyarrow.Table.from_pylist(self.rows, schema=self.schema))
        self.rows, self.room = [], GROUP

    def finish(self) -> tuple[str, str]:
        """Make it last; the file's name and its sha256."""
        if self.rows:
            self._write()
        self.parquet.close()
        os.fsync(self.stream.fileno())
        self.stream.close()
        path = Path(self.stream.name)
        sha256 = _sha256_of(path)
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


def write_bytes(path: Path, raw: bytes) -> str:
    """Write *raw* so that it lasts; its sha256."""
    with path.open("wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())
    return _sha256(raw)


def _features(name: str) -> Any:
    from datasets import Features, List, Value

    text, number = Value("string"), Value("int32")
    span = {"id": text, "start": number, "end": number, "label": text, "text": text}
    arrow = {"head": text, "tail": text, "label": text}
    if name == ANNOTATIONS:
        layer = dict.fromkeys(("kind", "name", "version", "weights", "rules"), text)
        return Features(
            dict.fromkeys(("id", "text", "text_sha256", "meta", "annotator", "edited_by"), text)
            | {"entities": List(span), "relations": List(arrow), "flags": List(text)}
            | {"note": text, "suggested_by": text, "suggested_layer": layer}
            | {"suggested_entities": List(span | {"score": Value("float64")})}
            | {"suggested_relations": List(arrow)}
        )
    texts = ("id", "text", *FACTS, "text_sha256", "ingest_version", "group")
    return Features(
        dict.fromkeys(texts, text)
        | {"entities": List(span), "relations": List(arrow)}
        | {"flags": List(text), "annotators": List(text), "n_annotations": number}
        | {"adjudicated": Value("bool"), "arm": text, "preannotated_by": text, "meta": text}
    )


def _manifest(gold: Path, version: str) -> bytes:
    if version not in versions(gold):
        there = ", ".join(versions(gold)) or "none yet"
        raise GoldError(
            f"{gold / version}: there is no such version",
            hint=f"there are: {there}" if versions(gold) else "curate release",
        )
    path = gold / version / MANIFEST
    if not path.is_file():
        raise _altered(gold / version, f"{MANIFEST} is missing", other="")
    with told(path):
        return path.read_bytes()


def _rows(folder: Path, manifest: Manifest) -> Version:
    """The rows of the files that the manifest lists, all of them and no others."""
    listed = manifest.files.keys() | {MANIFEST}
    with told(folder):
        there = {path.name for path in folder.iterdir()}
    for name in sorted(listed - there):
        raise _altered(folder, f"{name} is missing")
    for name in sorted(there - listed):
        raise _altered(folder, f"{name} is not in {MANIFEST}")
    for name, sha256 in manifest.files.items():
        if _sha256_of(folder / name) != sha256:
            raise _altered(folder, f"{name} differs from its hash in {MANIFEST}")
    layers = [n for n in manifest.files if n.startswith(f"{ANNOTATIONS}-")]
    splits = [n for n in manifest.files if n not in layers]
    golds = Walk(lambda: _in_order(folder, splits))
    annotations = Walk(lambda: _in_order(folder, layers))
    arms: dict[str, str] = {}
    if _digest(_noting(golds, arms), annotations) != manifest.digest:
        raise _altered(folder, f"its rows don't have the digest that {MANIFEST} gives")
    return Version(
        Walk(lambda: _read(golds, read_gold)),
        Walk(lambda: _read(annotations, read_annotation)),
        arms,
        manifest,
        Walk(lambda: (row for _, row in golds)),
    )


Placed = tuple[str, Json]


def _noting(rows: Iterable[Placed], arms: dict[str, str]) -> Iterator[Placed]:
    for place, row in rows:
        arms[row["id"]] = row["arm"]
        yield place, row


def _digest(golds: Iterable[Placed], layers: Iterable[Placed]) -> str:
    """The digest of rows as they are, which is as they were sealed."""
    both = [golds, layers]
    try:
        return digest_of_rows(*((row for _, row in rows) for rows in both))
    except Unsorted:
        # An older program sorted by the id itself, which with rare ids is another order.
        rows = ([row for _, row in rows] for rows in both)
        return digest_of_rows(
            *(sorted(some, key=lambda row: place_of(row["id"])) for some in rows)
        )


def _in_order(folder: Path, names: Iterable[str]) -> Iterator[Placed]:
    """The rows of all files, each with its place, by the order of their ids."""
    return heapq.merge(
        *(_table(folder / name) for name in names), key=lambda one: place_of(one[1]["id"])
    )


def _table(path: Path) -> Iterator[Placed]:
    # Here, so that who only reads gold/next doesn't wait for it to load.
    import pyarrow.parquet

    with told(path), pyarrow.parquet.ParquetFile(path, buffer_size=BUFFER) as table:
        number = 0
        for batch in table.iter_batches(BATCH, use_threads=False):
            for row in batch.to_pylist():
                number += 1
                if row.get("note", "") is None:  # a row without a note has no field for it
                    del row["note"]
                yield f"{path}, row {number}", row


def _read(rows: Iterable[Placed], read: Read[Row]) -> Iterator[Row]:
    problems: list[Problem] = []
    yield from read_rows(rows, read, problems)
    if problems:
        refuse(problems, GoldError, hint="release what you have under a new version")


def _altered(
    folder: Path, what: str, *, other: str = ", or release what you have under a new version"
) -> GoldError:
    return GoldError(
        f"{folder} was altered after it was sealed: {what}",
        hint=f"git checkout {folder}{other}",
    )


def _sha256_of(path: Path) -> str:
    with told(path), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
