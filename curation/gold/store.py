"""Sealed versions on disk: Parquet that load_dataset reads and that we verify."""

import hashlib
import io
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curation.document import Annotation
from curation.errors import GoldError, Problem, refuse
from curation.files import Json, read_text, told
from curation.gold.manifest import Seal, parse_manifest, seals
from curation.gold.model import Gold, Manifest, Version
from curation.gold.read import read_annotation, read_gold, read_rows
from curation.gold.record import FACTS, digest

MANIFEST = "manifest.json"
CHANGELOG = "CHANGELOG.md"
ANNOTATIONS = "annotations"

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


def write_rows(folder: Path, name: str, rows: list[Json]) -> tuple[str, str]:
    """
    Write *rows* as one Parquet file in *folder*: the file's name and its sha256.

    The name has the hash in it, since ``load_dataset`` caches by name and would
    show an older file's rows.
    """
    # Here, so that only who seals a version waits for them to load.
    import pyarrow
    import pyarrow.parquet

    schema = _features(name).arrow_schema
    raw = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema=schema), raw)
    file = f"{name}-{_sha256(raw.getvalue())[:8]}.parquet"
    return file, write_bytes(folder / file, raw.getvalue())


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
    problems: list[Problem] = []
    golds: list[Gold] = []
    layers: list[Annotation] = []
    for name, sha256 in manifest.files.items():
        with told(folder / name):
            raw = (folder / name).read_bytes()
        if _sha256(raw) != sha256:
            raise _altered(folder, f"{name} differs from its hash in {MANIFEST}")
        rows = ((f"{folder / name}, row {n}", row) for n, row in enumerate(_table(raw), 1))
        if name.startswith(f"{ANNOTATIONS}-"):
            layers += read_rows(rows, read_annotation, problems)
        else:
            golds += read_rows(rows, read_gold, problems)
    if problems:
        refuse(problems, GoldError, hint="release what you have under a new version")
    version = Version(tuple(golds), tuple(layers), manifest=manifest)
    if digest(version) != manifest.digest:
        raise _altered(folder, f"its rows don't have the digest that {MANIFEST} gives")
    return version


def _table(raw: bytes) -> list[Json]:
    # Here, so that who only reads gold/next doesn't wait for it to load.
    import pyarrow
    import pyarrow.parquet

    rows: list[Json] = pyarrow.parquet.read_table(pyarrow.BufferReader(raw)).to_pylist()
    return rows


def _altered(
    folder: Path, what: str, *, other: str = ", or release what you have under a new version"
) -> GoldError:
    return GoldError(
        f"{folder} was altered after it was sealed: {what}",
        hint=f"git checkout {folder}{other}",
    )


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
