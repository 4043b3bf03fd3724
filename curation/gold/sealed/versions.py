"""Sealed versions on disk: Parquet files that load_dataset reads and that every read verifies."""

import hashlib
import heapq
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from curation.errors import GoldError, Problems, raise_problems
from curation.files import explain_os_errors, file_sha256
from curation.gold.changes.changelog import CHANGELOG_FILE, read_seals
from curation.gold.dataset import AnnotationOrigins, Reiterable, Version
from curation.gold.release.splits import SplitPlan
from curation.gold.sealed.manifest import Manifest, parse_manifest
from curation.gold.sealed.withdrawn import WITHDRAWN_FILES
from curation.gold.tables.names import ANNOTATIONS_TABLE, Table
from curation.gold.tables.parquet import (
    PlacedRow,
    has_columns,
    read_columns,
    read_parquet,
)
from curation.gold.tables.read_rows import (
    RowReader,
    RowValue,
    read_annotation_row,
    read_gold_row,
    read_rows,
    read_verdict_row,
)
from curation.gold.tables.rows import (
    DECISIONS_KEY,
    FIRST_KEYS,
    JsonRow,
    UnsortedRows,
    row_adjudicators,
    row_order,
    rows_digest,
)
from curation.progress import Watch, unwatched

MANIFEST_FILE = "manifest.json"

# What is said of a file that no release put there.
_UNLISTED = f" is not in {MANIFEST_FILE}"

_VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")


def is_version(name: str) -> bool:
    """Whether *name* is three numbers with dots between, as 1.0.0."""
    return bool(_VERSION.fullmatch(name))


def version_order(version: str) -> tuple[int, ...]:
    """The key that versions are sorted by: 0.10.0 is later than 0.9.0."""
    return tuple(int(part) for part in version.split("."))


def list_versions(gold: Path) -> tuple[str, ...]:
    """The sealed versions in the folder *gold*, the oldest first."""
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
    A sealed version, verified; *watch* shows how many rows are verified.

    Raises GoldError where the version doesn't exist, or anything in it was altered.
    """
    return _read_verified(gold / version, read_manifest(gold, version), watch)


def require_version(version: str, known: Sequence[str], gold: Path) -> None:
    """Raises GoldError where *version* isn't one of those that are *known* in the folder *gold*."""
    if version not in known:
        hint = f"the sealed versions are {', '.join(known)}" if known else "curate release"
        raise GoldError(f"{gold / version}: no such version", hint=hint)


def read_manifest(gold: Path, version: str, *, may_be_edition: bool = False) -> Manifest:
    """
    The manifest of a sealed version, checked against the changelog; GoldError where they differ.

    With *may_be_edition*, also that of a version which was published without some texts.
    """
    raw = _read_manifest_file(gold, version)
    changelog = gold / CHANGELOG_FILE
    seal = read_seals(gold).get(version)
    if seal is None:
        raise GoldError(
            f"{gold / version} has no valid entry in {changelog}:"
            " its release was interrupted, or the entry was altered",
            hint=f"if a release was interrupted: curate release; if somebody altered the file: git checkout {changelog}",
        )
    if hashlib.sha256(raw).hexdigest() != seal.manifest_sha256:
        if _is_edition(raw):
            if may_be_edition:
                return parse_manifest(raw, str(gold / version / MANIFEST_FILE))
            raise GoldError(
                f"{gold / version} isn't the sealed version but an edition of it: texts are left out, or"
                " were put back without all that was known of their articles",
                hint=f"curate hydrate {gold / version} --texts PATH -o FOLDER",
            )
        what = f"{MANIFEST_FILE} differs from its hash in {CHANGELOG_FILE}"
        raise _altered(gold / version, what, hint=f"git checkout {gold / version} {changelog}")
    manifest = parse_manifest(raw, str(gold / version / MANIFEST_FILE))
    if manifest.digest != seal.digest:
        what = f"its digest differs from the one in {CHANGELOG_FILE}"
        raise _altered(gold / version, what, hint=f"git checkout {gold / version} {changelog}")
    return manifest


def _is_edition(raw: bytes) -> bool:
    """Whether *raw* is the manifest of a version that was published without some texts."""
    try:
        return parse_manifest(raw, MANIFEST_FILE).edition is not None
    except GoldError:
        return False


def read_unannounced(gold: Path, version: str, watch: Watch = unwatched) -> tuple[Version, str]:
    """
    A version that the changelog doesn't announce yet, and the sha256 of its manifest.

    The files are checked against the manifest; nothing vouches for the manifest.
    """
    raw = _read_manifest_file(gold, version)
    manifest = parse_manifest(raw, str(gold / version / MANIFEST_FILE))
    return _read_verified(gold / version, manifest, watch), hashlib.sha256(raw).hexdigest()


def gold_files(folder: Path, manifest: Manifest) -> Iterator[tuple[str, Path]]:
    """The files with the gold documents of the version in *folder*, each with its split."""
    for name in manifest.files:
        table = Table.of_file(name)
        if table and not table.kind:
            yield table.split, folder / name


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Raise GoldError unless the folder has the files that the manifest lists, unaltered, and no others."""
    for what in find_file_faults(folder, manifest):
        extra = folder / what.removesuffix(_UNLISTED)
        if not what.endswith(_UNLISTED):
            raise _altered(folder, what)
        remove = "rm -r" if extra.is_dir() else "rm"
        raise _altered(folder, what, hint=f"{remove} {shlex.quote(str(extra))}")


def verify_gold_files(folder: Path, manifest: Manifest) -> None:
    """Raise GoldError unless the files with the gold documents are there, unaltered; others don't count."""
    for _, path in gold_files(folder, manifest):
        if not path.is_file():
            raise _altered(folder, f"{path.name} is missing")
        if file_sha256(path) != manifest.files[path.name]:
            raise _altered(folder, f"{path.name} differs from its hash in {MANIFEST_FILE}")


def find_file_faults(folder: Path, manifest: Manifest) -> Iterator[str]:
    """How the files of a version differ from those that its manifest lists; withdrawals may stand beside it."""
    listed = manifest.files.keys() | {MANIFEST_FILE}
    with explain_os_errors(folder):
        present = {path.name for path in folder.iterdir()}
    yield from (f"{name} is missing" for name in sorted(listed - present))
    yield from (f"{name}{_UNLISTED}" for name in sorted(present - listed - WITHDRAWN_FILES))
    for name, sha256 in manifest.files.items():
        if name in present and file_sha256(folder / name) != sha256:
            yield f"{name} differs from its hash in {MANIFEST_FILE}"


def digest_of_files(folder: Path, files: Iterable[str]) -> str:
    """The digest of the rows in these files of a version in *folder*."""
    tables = {name: Table.of_file(name) for name in files}
    golds = [name for name, table in tables.items() if table and not table.kind]
    layers = [name for name, table in tables.items() if table == ANNOTATIONS_TABLE]
    return _digest(
        Reiterable(lambda: (row for _, row in _read_in_order(folder, golds))),
        Reiterable(lambda: (row for _, row in _read_in_order(folder, layers))),
    )


def write_synced(path: Path, raw: bytes) -> None:
    """Write *raw* to the file and wait until the disk has it."""
    with path.open("wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())


def _read_manifest_file(gold: Path, version: str) -> bytes:
    require_version(version, list_versions(gold), gold)
    path = gold / version / MANIFEST_FILE
    if not path.is_file():
        raise _altered(gold / version, f"{MANIFEST_FILE} is missing")
    with explain_os_errors(path):
        return path.read_bytes()


def _read_verified(folder: Path, manifest: Manifest, watch: Watch) -> Version:
    """The version in *folder*; GoldError unless files and rows are those of the manifest."""
    verify_files(folder, manifest)
    held = {name: Table.of_file(name) for name in manifest.files}
    tables = [name for name, table in held.items() if table == ANNOTATIONS_TABLE]
    splits = [path.name for _, path in gold_files(folder, manifest)]
    gold_rows = Reiterable(lambda: _read_in_order(folder, splits))
    layer_rows = Reiterable(lambda: _read_in_order(folder, tables))
    annotation_rows = Reiterable(lambda: (one for one in layer_rows if not _is_verdict(one)))
    verdict_rows = Reiterable(lambda: filter(_is_verdict, layer_rows))
    origins = AnnotationOrigins()

    def noted_gold_rows() -> Iterator[JsonRow]:
        count = manifest.counts.documents
        for _, row in watch(gold_rows, "verifying documents", count):
            origins.add_gold_document(
                row["id"],
                row["arm"],
                row["annotators"],
                not_offered=row.get("not_offered"),
                adjudicated=row["adjudicated"],
            )
            yield row

    def noted_layer_rows() -> Iterator[JsonRow]:
        count = manifest.counts.annotations
        for _, row in watch(layer_rows, "verifying annotations", count):
            if DECISIONS_KEY in row:
                origins.add_verdict(row["id"], row_adjudicators(row))
            else:
                origins.add_annotation(row["id"], row["edited_by"] or "")
            yield row

    if _digest(Reiterable(noted_gold_rows), Reiterable(noted_layer_rows)) != (manifest.digest):
        raise _altered(folder, f"its rows don't have the digest that {MANIFEST_FILE} gives")
    return Version(
        gold_documents=Reiterable(lambda: _read_values(gold_rows, read_gold_row)),
        annotations=Reiterable(lambda: _read_values(annotation_rows, read_annotation_row)),
        verdicts=Reiterable(lambda: _read_values(verdict_rows, read_verdict_row)),
        origins=origins,
        manifest=manifest,
        split_plan=SplitPlan(sealed=_sealed_splits(folder, manifest)),
        lacking_firsts=manifest.taken_back,
        rows=Reiterable(lambda: (row for _, row in gold_rows)),
        has_firsts=all(has_columns(folder / name, FIRST_KEYS) for name in tables),
    )


def _digest(gold_rows: Iterable[JsonRow], annotation_rows: Iterable[JsonRow]) -> str:
    """The digest of rows as they are in the files, which is as they were sealed."""
    try:
        return rows_digest(gold_rows, annotation_rows)
    except UnsortedRows:
        # Older programs sorted by the id itself, which differs for ids with rare characters.
        return rows_digest(_in_row_order(gold_rows), _in_row_order(annotation_rows))


def _in_row_order(rows: Iterable[JsonRow]) -> list[JsonRow]:
    return sorted(rows, key=lambda row: row_order(row["id"]))


def _read_in_order(folder: Path, names: Iterable[str]) -> Iterator[PlacedRow]:
    """The rows of all these files, each with its place, in the order of their ids."""
    return heapq.merge(
        *(read_parquet(folder / name) for name in names),
        key=lambda placed: row_order(placed[1]["id"]),
    )


def _sealed_splits(folder: Path, manifest: Manifest) -> dict[str, str]:
    """The split of each group that the version has."""
    return {
        row["group"]: split
        for split, path in gold_files(folder, manifest)
        for row in read_columns(path, ["group"])
    }


def _is_verdict(placed: PlacedRow) -> bool:
    return DECISIONS_KEY in placed[1]


def _read_values(rows: Iterable[PlacedRow], read: RowReader[RowValue]) -> Iterator[RowValue]:
    problems = Problems()
    yield from read_rows(rows, read, problems)
    if problems:
        hint = "release what you have as a new version: curate release"
        raise_problems(problems, GoldError, hint=hint)


def _altered(folder: Path, what: str, *, hint: str = "") -> GoldError:
    return GoldError(
        f"{folder} was altered after it was sealed: {what}",
        hint=hint or f"git checkout {folder}",
    )
