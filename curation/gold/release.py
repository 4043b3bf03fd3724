"""A release: gold/next becomes a version that never changes again."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from curation.documents.document import AnnotatedDocument
from curation.errors import GoldError, UsageError, pluralise
from curation.files import json_line, lock, write_text
from curation.gold.card import write_card
from curation.gold.dataset import GoldDocument, Reiterable, StoredDataset, Version
from curation.gold.excluded_reasons import count_reasons, find_orphaned
from curation.gold.manifest import add_changelog_entry
from curation.gold.release_checks import refuse_obstacles
from curation.gold.seal import Provenance, seal_version
from curation.gold.totals import DatasetTotals, compute_totals
from curation.gold.versions import (
    CHANGELOG_FILE,
    is_version,
    list_versions,
    newest_version,
    read_changelog,
    read_manifest,
    read_seals,
    read_unannounced,
    read_version,
    version_order,
)
from curation.gold.working_dataset import read_working_dataset
from curation.gold.working_version import NEXT
from curation.progress import Watch, unwatched
from curation.schema import Schema

FIRST_VERSION = "0.1.0"


@dataclass(frozen=True, kw_only=True)
class ReleaseReport:
    """
    The sealed version that holds what gold/next holds.

    *is_new* is false where this version was sealed before. *flags* counts the version's documents
    by flag, *overlapping* those with overlapping entities. *excluded* gives, by document, the reason
    why a known document is not in the version; *orphaned* the documents that are in it although
    their task or their annotations were deleted in Label Studio, and which of the two it was.
    """

    version: str
    digest: str
    path: Path
    is_new: bool
    flags: Mapping[str, int]
    overlapping: int
    excluded: Mapping[str, str] = field(default_factory=dict)
    orphaned: Mapping[str, str] = field(default_factory=dict)


def seal_release(  # noqa: PLR0913 - all but the first two are options
    gold: Path,
    schema: Schema,
    *,
    version: str | None,
    provenance: Callable[[StoredDataset], Provenance],
    lock_file: Path,
    excluded: Mapping[str, str] | None = None,
    watch: Watch = unwatched,
) -> ReleaseReport:
    """
    Seal gold/next as *version*, or as the next version number that fits the changes.

    *provenance* is called with the locked dataset, and only if a new version is sealed. *excluded*
    gives further reasons, by document, why documents have no gold. *watch* shows how many rows are
    read and how many files are written. A release that was killed ends with the same files when it
    is run again. Raises GoldError with everything that stands in the way, before anything is
    written.
    """
    with lock(lock_file, busy=f"another command is writing to {gold}"):
        _refuse_name(version)
        _refuse_gaps(gold)
        working = read_working_dataset(gold, schema, watch)
        dataset = canonical_dataset(working, schema, watch)
        totals = compute_totals(dataset, schema)
        reasons = {**(excluded or {}), **working.excluded}
        name = _unfinished(gold, totals.digest, version) or _unchanged(
            gold, totals.digest, schema, version
        )
        is_announced = name in read_seals(gold)
        before = None if is_announced else _before(gold, watch, needed=version is None)
        if name is None:
            name = version or next_version(totals, before)
            refuse_obstacles(gold, totals, name, before, held=bool(working.excluded))
        report = ReleaseReport(
            version=name,
            digest=totals.digest,
            path=gold / name,
            is_new=name not in list_versions(gold),
            flags=totals.flags,
            overlapping=totals.overlapping,
            excluded={
                document: reason
                for document, reason in reasons.items()
                if document not in totals.text_hashes
            },
            orphaned=find_orphaned(totals.text_hashes, reasons),
        )
        if report.is_new:
            seal_version(gold, name, dataset, totals, provenance(working), watch)
        if not is_announced:
            _announce(gold, name, before, report.excluded, watch)
        write_card(gold, watch)
        return report


def canonical_dataset(
    working: StoredDataset, schema: Schema, watch: Watch = unwatched
) -> StoredDataset:
    """The same with every symmetric relation in its one direction."""

    def gold(one: GoldDocument) -> GoldDocument:
        return replace(one, document=schema.canonical(one.document))

    def layer(annotation: AnnotatedDocument) -> AnnotatedDocument:
        suggestion = annotation.suggestion and schema.canonical(annotation.suggestion)
        document = schema.canonical(annotation.document)
        return replace(annotation, document=document, suggestion=suggestion)

    return StoredDataset(
        Reiterable(
            lambda: watch(map(gold, working.gold_documents), "documents", len(working.arms))
        ),
        Reiterable(
            lambda: watch(
                map(layer, working.annotations), "annotations", working.origins.annotation_count
            )
        ),
        working.origins,
        excluded=working.excluded,
    )


def next_version(found: DatasetTotals, before: Version | None) -> str:
    """
    The version that fits what has changed.

    Major: the schema; minor: documents came or went; patch: only annotations.
    """
    if before is None:
        return FIRST_VERSION
    major, minor, patch = version_order(before.manifest.version)
    if found.schema.fingerprint != before.manifest.fingerprint:
        return f"{major + 1}.0.0"
    if found.text_hashes.keys() != before.arms.keys():
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def _refuse_name(version: str | None) -> None:
    if version is not None and not is_version(version):
        what = f"{version!r} is no version: three numbers and two dots are needed, as in 1.0.0"
        raise UsageError(what, hint="leave it out, and the next one that fits is taken")


def _refuse_gaps(gold: Path) -> None:
    """Every version that was ever announced is still there, its manifest unaltered."""
    seals = read_seals(gold)
    there = list_versions(gold)
    for version in seals:
        if version not in there:
            what = (
                f"{gold / version} is gone, but {gold / CHANGELOG_FILE} says that it was sealed"
            )
            raise GoldError(what, hint=f"git checkout {gold / version}")
    for version in there:
        # Only the newest can be one whose release was interrupted.
        if version in seals or version != there[-1]:
            read_manifest(gold, version)


def _before(gold: Path, watch: Watch, *, needed: bool) -> Version | None:
    """The newest version that was announced; None too if it was altered and isn't *needed*."""
    announced = read_seals(gold)
    last = next(
        (version for version in reversed(list_versions(gold)) if version in announced), None
    )
    if last is None:
        return None
    try:
        return read_version(gold, last, watch)
    except GoldError:
        # An altered version must not stop somebody from releasing under a new number.
        if needed:
            raise
        return None


def _unfinished(gold: Path, made: str, version: str | None) -> str | None:
    """The version with this digest that was sealed but not announced, by a release cut short."""
    last = newest_version(gold)
    if last is None or last in read_seals(gold):
        return None
    sealed, _ = read_unannounced(gold, last)
    if version not in (None, last):
        what = f"the release of {gold / last} was interrupted and isn't complete"
        raise GoldError(what, hint=f"curate release {last}")
    if sealed.manifest.digest != made:
        what = (
            f"the release of {gold / last} was interrupted, and {gold / NEXT} has changed since"
        )
        raise GoldError(
            what, hint=f"rm -r {gold / last} (nobody has it yet), then release again"
        )
    return last


def _unchanged(gold: Path, made: str, schema: Schema, version: str | None) -> str | None:
    """The sealed version, the one asked for or the newest, that has this digest already."""
    last = newest_version(gold)
    asked = version if version in read_seals(gold) else last
    if asked is None:
        return None
    manifest = read_manifest(gold, asked)
    same = manifest.digest == made and manifest.fingerprint == schema.fingerprint
    return asked if same else None


def _announce(
    gold: Path, version: str, before: Version | None, why: Mapping[str, str], watch: Watch
) -> None:
    """Put the version's entry, with the hashes that seal it, on top of the changelog."""
    sealed, manifest_sha256 = read_unannounced(gold, version, watch)
    change = _change(sealed, before, why) if before else "The first version."
    if before is None and len(list_versions(gold)) > 1:
        change = "The version before it was altered, so that nothing can be compared with it."
    text = add_changelog_entry(read_changelog(gold), sealed.manifest, manifest_sha256, change)
    write_text(gold / CHANGELOG_FILE, text)


def _change(after: Version, before: Version, why: Mapping[str, str]) -> str:
    old, new = _named(before), _named(after)
    changed = sum(old[known] != new[known] for known in old.keys() & new.keys())
    gone = old.keys() - new.keys()
    reasons = count_reasons(gone, why)
    said = (
        f"Against {before.manifest.version}: {pluralise(len(new.keys() - old.keys()), 'document')} added,"
        f" {len(gone)} removed{f' ({reasons})' if reasons else ''}, {changed} changed."
    )
    if after.manifest.fingerprint != before.manifest.fingerprint:
        said += " The schema changed."
    return said


def _named(version: Version) -> dict[str, bytes]:
    """What tells each document's row from another one."""
    return {
        row["id"]: hashlib.sha256(json_line(dict(row)).encode()).digest()
        for row in version.rows
    }
