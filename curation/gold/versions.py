"""Sealed versions on disk: Parquet that load_dataset reads and that we verify."""

import hashlib
import heapq
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from curation.errors import GoldError, Problems, raise_problems
from curation.files import explain_os_errors, read_text
from curation.gold.manifest import Seal, parse_manifest, seals
from curation.gold.model import Manifest, Origins, Version, Walk
from curation.gold.parquet import ANNOTATIONS, Placed, read_parquet, sha256_of
from curation.gold.read_rows import Read, Row, read_annotation, read_gold, read_rows
from curation.gold.rows import Unsorted, digest_of_rows, place_of
from curation.progress import Watch, unwatched

MANIFEST = "manifest.json"
CHANGELOG = "CHANGELOG.md"

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
    with explain_os_errors(gold):
        folders = [path.name for path in gold.iterdir() if path.is_dir()]
    return tuple(sorted(filter(is_version, folders), key=order))


def newest(gold: Path) -> str | None:
    """The newest sealed version, None before the first."""
    return next(reversed(versions(gold)), None)


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


def read_unannounced(gold: Path, version: str, watch: Watch = unwatched) -> tuple[Version, str]:
    """
    A version that the changelog doesn't seal yet, and its manifest's sha256.

    Its files are checked against its manifest; nothing vouches for the manifest.
    """
    raw = _manifest(gold, version)
    manifest = parse_manifest(raw, str(gold / version / MANIFEST))
    return _rows(gold / version, manifest, watch), _sha256(raw)


def read_seals(gold: Path) -> Mapping[str, Seal]:
    """What the changelog seals."""
    return seals(read_changelog(gold))


def read_changelog(gold: Path) -> str:
    """The changelog, empty before the first version."""
    path = gold / CHANGELOG
    return read_text(path) if path.exists() else ""


def write_bytes(path: Path, raw: bytes) -> str:
    """Write *raw* so that it lasts; its sha256."""
    with path.open("wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())
    return _sha256(raw)


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
    with explain_os_errors(path):
        return path.read_bytes()


def _rows(folder: Path, manifest: Manifest, watch: Watch) -> Version:
    """The rows of the files that the manifest lists, all of them and no others."""
    listed = manifest.files.keys() | {MANIFEST}
    with explain_os_errors(folder):
        there = {path.name for path in folder.iterdir()}
    for name in sorted(listed - there):
        raise _altered(folder, f"{name} is missing")
    for name in sorted(there - listed):
        raise _altered(folder, f"{name} is not in {MANIFEST}")
    for name, sha256 in manifest.files.items():
        if sha256_of(folder / name) != sha256:
            raise _altered(folder, f"{name} differs from its hash in {MANIFEST}")
    layers = [n for n in manifest.files if n.startswith(f"{ANNOTATIONS}-")]
    splits = [n for n in manifest.files if n not in layers]
    golds = Walk(lambda: _in_order(folder, splits))
    annotations = Walk(lambda: _in_order(folder, layers))
    origins = Origins()
    seen = watch(golds, "verifying documents", manifest.counts["documents"])
    others = watch(annotations, "verifying annotations", manifest.counts["annotations"])
    noted = _noting(seen, origins), _noting_layers(others, origins)
    if _digest(*noted) != manifest.digest:
        raise _altered(folder, f"its rows don't have the digest that {MANIFEST} gives")
    return Version(
        Walk(lambda: _read(golds, read_gold)),
        Walk(lambda: _read(annotations, read_annotation)),
        origins,
        manifest,
        Walk(lambda: (row for _, row in golds)),
    )


def _noting(rows: Iterable[Placed], origins: Origins) -> Iterator[Placed]:
    for place, row in rows:
        origins.note_gold(row["id"], row["arm"], row["annotators"])
        yield place, row


def _noting_layers(rows: Iterable[Placed], origins: Origins) -> Iterator[Placed]:
    for place, row in rows:
        origins.note_layer(row["id"], row["edited_by"] or "")
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
        *(read_parquet(folder / name) for name in names), key=lambda one: place_of(one[1]["id"])
    )


def _read(rows: Iterable[Placed], read: Read[Row]) -> Iterator[Row]:
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
