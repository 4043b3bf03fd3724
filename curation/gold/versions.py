"""Sealed versions on disk: Parquet that load_dataset reads and that we verify."""

import hashlib
import heapq
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from curation.errors import GoldError, Problems, raise_problems
from curation.files import explain_os_errors, read_text
from curation.gold.dataset import AnnotationOrigins, Manifest, Reiterable, Version
from curation.gold.manifest import VersionSeal, parse_manifest, parse_seals
from curation.gold.parquet import ANNOTATIONS_TABLE, PlacedRow, file_sha256, read_parquet
from curation.gold.read_rows import (
    RowReader,
    RowValue,
    read_annotation_row,
    read_gold_row,
    read_rows,
)
from curation.gold.rows import UnsortedRows, row_order, rows_digest
from curation.progress import Watch, unwatched

MANIFEST_FILE = "manifest.json"
CHANGELOG_FILE = "CHANGELOG.md"

_VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")


def is_version(name: str) -> bool:
    """Whether *name* is X.Y.Z."""
    return bool(_VERSION.fullmatch(name))


def version_order(version: str) -> tuple[int, ...]:
    """What versions are sorted by: 0.10.0 is later than 0.9.0."""
    return tuple(int(part) for part in version.split("."))


def list_versions(gold: Path) -> tuple[str, ...]:
    """The sealed versions, oldest first."""
    if not gold.is_dir():
        return ()
    with explain_os_errors(gold):
        folders = [path.name for path in gold.iterdir() if path.is_dir()]
    return tuple(sorted(filter(is_version, folders), key=version_order))


def newest_version(gold: Path) -> str | None:
    """The newest sealed version, None before the first."""
    return next(reversed(list_versions(gold)), None)


def read_version(gold: Path, version: str, watch: Watch = unwatched) -> Version:
    """
    A sealed version, verified: it is what it was when it was sealed; *watch* shows how far that is.

    Raises GoldError where it is unknown or anything in it was altered.
    """
    return _rows(gold / version, read_manifest(gold, version), watch)


def read_manifest(gold: Path, version: str) -> Manifest:
    """The manifest of a sealed version, checked against the changelog."""
    raw = _manifest(gold, version)
    seal = read_seals(gold).get(version)
    if seal is None:
        raise GoldError(
            f"{gold / version} has no entry of its own in {gold / CHANGELOG_FILE}:"
            " its release was interrupted, or the entry was altered",
            hint=f"curate release, or: git checkout {gold / CHANGELOG_FILE}",
        )
    if _sha256(raw) != seal.manifest_sha256:
        what = f"{MANIFEST_FILE} differs from its hash in {CHANGELOG_FILE}"
        raise _altered(gold / version, what, other=f" {gold / CHANGELOG_FILE}")
    manifest = parse_manifest(raw, str(gold / version / MANIFEST_FILE))
    if manifest.digest != seal.digest:
        what = f"its digest differs from the one in {CHANGELOG_FILE}"
        raise _altered(gold / version, what, other=f" {gold / CHANGELOG_FILE}")
    return manifest


def read_unannounced(gold: Path, version: str, watch: Watch = unwatched) -> tuple[Version, str]:
    """
    A version that the changelog doesn't seal yet, and its manifest's sha256.

    Its files are checked against its manifest; nothing vouches for the manifest.
    """
    raw = _manifest(gold, version)
    manifest = parse_manifest(raw, str(gold / version / MANIFEST_FILE))
    return _rows(gold / version, manifest, watch), _sha256(raw)


def read_seals(gold: Path) -> Mapping[str, VersionSeal]:
    """What the changelog seals."""
    return parse_seals(read_changelog(gold))


def read_changelog(gold: Path) -> str:
    """The changelog, empty before the first version."""
    path = gold / CHANGELOG_FILE
    return read_text(path) if path.exists() else ""


def write_synced(path: Path, raw: bytes) -> str:
    """Write *raw* so that it lasts; its sha256."""
    with path.open("wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())
    return _sha256(raw)


def _manifest(gold: Path, version: str) -> bytes:
    if version not in list_versions(gold):
        there = ", ".join(list_versions(gold)) or "none yet"
        raise GoldError(
            f"{gold / version}: there is no such version",
            hint=f"there are: {there}" if list_versions(gold) else "curate release",
        )
    path = gold / version / MANIFEST_FILE
    if not path.is_file():
        raise _altered(gold / version, f"{MANIFEST_FILE} is missing", other="")
    with explain_os_errors(path):
        return path.read_bytes()


def _rows(folder: Path, manifest: Manifest, watch: Watch) -> Version:
    """The rows of the files that the manifest lists, all of them and no others."""
    listed = manifest.files.keys() | {MANIFEST_FILE}
    with explain_os_errors(folder):
        there = {path.name for path in folder.iterdir()}
    for name in sorted(listed - there):
        raise _altered(folder, f"{name} is missing")
    for name in sorted(there - listed):
        raise _altered(folder, f"{name} is not in {MANIFEST_FILE}")
    for name, sha256 in manifest.files.items():
        if file_sha256(folder / name) != sha256:
            raise _altered(folder, f"{name} differs from its hash in {MANIFEST_FILE}")
    layers = [n for n in manifest.files if n.startswith(f"{ANNOTATIONS_TABLE}-")]
    splits = [n for n in manifest.files if n not in layers]
    golds = Reiterable(lambda: _in_order(folder, splits))
    annotations = Reiterable(lambda: _in_order(folder, layers))
    origins = AnnotationOrigins()
    seen = watch(golds, "verifying documents", manifest.counts["documents"])
    others = watch(annotations, "verifying annotations", manifest.counts["annotations"])
    noted = _noting(seen, origins), _noting_layers(others, origins)
    if _digest(*noted) != manifest.digest:
        raise _altered(folder, f"its rows don't have the digest that {MANIFEST_FILE} gives")
    return Version(
        Reiterable(lambda: _read(golds, read_gold_row)),
        Reiterable(lambda: _read(annotations, read_annotation_row)),
        origins,
        manifest,
        Reiterable(lambda: (row for _, row in golds)),
    )


def _noting(rows: Iterable[PlacedRow], origins: AnnotationOrigins) -> Iterator[PlacedRow]:
    for place, row in rows:
        origins.add_gold_document(row["id"], row["arm"], row["annotators"])
        yield place, row


def _noting_layers(
    rows: Iterable[PlacedRow], origins: AnnotationOrigins
) -> Iterator[PlacedRow]:
    for place, row in rows:
        origins.add_annotation(row["id"], row["edited_by"] or "")
        yield place, row


def _digest(golds: Iterable[PlacedRow], layers: Iterable[PlacedRow]) -> str:
    """The digest of rows as they are, which is as they were sealed."""
    both = [golds, layers]
    try:
        return rows_digest(*((row for _, row in rows) for rows in both))
    except UnsortedRows:
        # An older program sorted by the id itself, which with rare ids is another order.
        rows = ([row for _, row in rows] for rows in both)
        return rows_digest(
            *(sorted(some, key=lambda row: row_order(row["id"])) for some in rows)
        )


def _in_order(folder: Path, names: Iterable[str]) -> Iterator[PlacedRow]:
    """The rows of all files, each with its place, by the order of their ids."""
    return heapq.merge(
        *(read_parquet(folder / name) for name in names),
        key=lambda one: row_order(one[1]["id"]),
    )


def _read(rows: Iterable[PlacedRow], read: RowReader[RowValue]) -> Iterator[RowValue]:
    problems = Problems()
    yield from read_rows(rows, read, problems)
    if problems:
        raise_problems(problems, GoldError, hint="release what you have under a new version")


def _altered(
    folder: Path, what: str, *, other: str = ", or release what you have under a new version"
) -> GoldError:
    return GoldError(
        f"{folder} was altered after it was sealed: {what}",
        hint=f"git checkout {folder}{other}",
    )


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
