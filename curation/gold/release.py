"""A release: gold/next becomes a sealed version, is announced in the changelog and put on the card."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from curation.annotations.effort import Effort
from curation.documents.document import AnnotatedDocument
from curation.errors import GoldError, UsageError, pluralise
from curation.files import json_line, lock, write_text
from curation.gold.card import write_card
from curation.gold.changelog import (
    CHANGELOG_FILE,
    add_changelog_entry,
    read_changelog,
    read_seals,
)
from curation.gold.dataset import (
    AdjudicatedDocument,
    GoldDocument,
    Reiterable,
    StoredDataset,
    Version,
)
from curation.gold.excluded import count_reasons, find_orphaned
from curation.gold.not_offered import TypesNotOffered
from curation.gold.release_obstacles import refuse_obstacles
from curation.gold.seal import Provenance, seal_version
from curation.gold.totals import DatasetTotals, compute_totals
from curation.gold.versions import (
    is_version,
    list_versions,
    newest_version,
    read_manifest,
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
    *not_offered* says which documents lack which type, *effort* what all annotators together did.
    """

    version: str
    digest: str
    path: Path
    is_new: bool
    flags: Mapping[str, int]
    overlapping: int
    excluded: Mapping[str, str] = field(default_factory=dict)
    orphaned: Mapping[str, str] = field(default_factory=dict)
    not_offered: TypesNotOffered = field(default_factory=TypesNotOffered)
    effort: Effort | None = None


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
        _refuse_invalid_number(version)
        _refuse_missing_versions(gold)
        working = read_working_dataset(gold, schema, watch)
        dataset = in_canonical_direction(working, schema, watch)
        totals = compute_totals(dataset, schema)
        name = _interrupted_version(gold, totals.digest, version)
        if name is None:
            name = _unchanged_version(gold, totals.digest, schema, version)
        is_announced = name in read_seals(gold)
        before = None
        if not is_announced:
            before = _version_before(gold, watch, is_needed=version is None)
        if name is None:
            name = version or next_version(totals, before)
            refuse_obstacles(gold / name, totals, before, has_excluded=bool(working.excluded))
        reasons = {**(excluded or {}), **working.excluded}
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
            not_offered=totals.types_not_offered,
            effort=working.effort,
        )
        if report.is_new:
            seal_version(report.path, dataset, totals, provenance(working), watch=watch)
        if not is_announced:
            _announce(report, before, watch)
        write_card(gold, watch)
        return report


def in_canonical_direction(
    dataset: StoredDataset, schema: Schema, watch: Watch = unwatched
) -> StoredDataset:
    """The same dataset with every symmetric relation in its canonical direction."""

    def gold_document(gold: GoldDocument) -> GoldDocument:
        return replace(gold, document=schema.canonical(gold.document))

    def annotated(annotation: AnnotatedDocument) -> AnnotatedDocument:
        suggestion = annotation.suggestion and schema.canonical(annotation.suggestion)
        document = schema.canonical(annotation.document)
        first = annotation.first and schema.canonical(annotation.first)
        return replace(annotation, document=document, suggestion=suggestion, first=first)

    def adjudicated(verdict: AdjudicatedDocument) -> AdjudicatedDocument:
        return replace(verdict, document=schema.canonical(verdict.document))

    origins = dataset.origins
    return replace(
        dataset,
        gold_documents=Reiterable(
            lambda: watch(
                map(gold_document, dataset.gold_documents), "documents", len(origins.arms)
            )
        ),
        annotations=Reiterable(
            lambda: watch(
                map(annotated, dataset.annotations), "annotations", origins.annotation_count
            )
        ),
        verdicts=Reiterable(lambda: map(adjudicated, dataset.verdicts)),
    )


def next_version(totals: DatasetTotals, before: Version | None) -> str:
    """
    The version number that fits what has changed since the version *before*.

    The major number counts changes of the schema, the minor one changes of the set of documents,
    the patch number changes of annotations alone.
    """
    if before is None:
        return FIRST_VERSION
    major, minor, patch = version_order(before.manifest.version)
    if totals.schema.fingerprint != before.manifest.fingerprint:
        return f"{major + 1}.0.0"
    if totals.text_hashes.keys() != before.arms.keys():
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def _refuse_invalid_number(version: str | None) -> None:
    if version is not None and not is_version(version):
        what = (
            f"{version!r} is no version: a version is three numbers with dots between, as 1.0.0"
        )
        raise UsageError(what, hint="curate release (takes the next version that fits)")


def _refuse_missing_versions(gold: Path) -> None:
    """Raise GoldError unless every version that was announced exists, with its manifest unaltered."""
    seals = read_seals(gold)
    versions = list_versions(gold)
    for version in seals:
        if version not in versions:
            what = (
                f"{gold / version} is missing, and {gold / CHANGELOG_FILE} says it was sealed"
            )
            raise GoldError(what, hint=f"git checkout {gold / version}")
    for version in versions:
        # Only the newest version can be one whose release was interrupted.
        if version in seals or version != versions[-1]:
            read_manifest(gold, version)


def _version_before(gold: Path, watch: Watch, *, is_needed: bool) -> Version | None:
    """The newest version that was announced; None where there is none, or an altered one isn't needed."""
    seals = read_seals(gold)
    announced = [version for version in list_versions(gold) if version in seals]
    if not announced:
        return None
    try:
        return read_version(gold, announced[-1], watch)
    except GoldError:
        # An altered version must not keep anybody from releasing under a number of their choice.
        if is_needed:
            raise
        return None


def _interrupted_version(gold: Path, digest: str, version: str | None) -> str | None:
    """The version with this digest whose release was interrupted between sealing and announcing."""
    newest = newest_version(gold)
    if newest is None or newest in read_seals(gold):
        return None
    sealed, _ = read_unannounced(gold, newest)
    if version not in (None, newest):
        what = f"the release of {gold / newest} was interrupted and isn't complete"
        raise GoldError(what, hint=f"curate release {newest}")
    if sealed.manifest.digest != digest:
        what = f"the release of {gold / newest} was interrupted, and {gold / NEXT} has changed since"
        hint = (
            f"if nobody has a copy of this version: rm -r {gold / newest}, then: curate release"
        )
        raise GoldError(what, hint=hint)
    return newest


def _unchanged_version(
    gold: Path, digest: str, schema: Schema, version: str | None
) -> str | None:
    """The sealed version, *version* or the newest one, that has this digest and schema already."""
    candidate = version if version in read_seals(gold) else newest_version(gold)
    if candidate is None:
        return None
    manifest = read_manifest(gold, candidate)
    is_same = manifest.digest == digest and manifest.fingerprint == schema.fingerprint
    return candidate if is_same else None


def _announce(report: ReleaseReport, before: Version | None, watch: Watch) -> None:
    """Put the version's entry, with the hashes that seal the version, on top of the changelog."""
    gold = report.path.parent
    sealed, manifest_sha256 = read_unannounced(gold, report.version, watch)
    if before is not None:
        change = _describe_change(sealed, before, report.excluded)
    elif len(list_versions(gold)) > 1:
        change = "The version before it was altered, so that nothing can be compared with it."
    else:
        change = "The first version."
    text = add_changelog_entry(
        read_changelog(gold), sealed.manifest, manifest_sha256=manifest_sha256, change=change
    )
    write_text(gold / CHANGELOG_FILE, text)


def _describe_change(after: Version, before: Version, excluded: Mapping[str, str]) -> str:
    old = _row_hashes(before)
    new = _row_hashes(after)
    added = len(new.keys() - old.keys())
    removed = old.keys() - new.keys()
    changed = sum(old[document] != new[document] for document in old.keys() & new.keys())
    reasons = count_reasons(removed, excluded)
    change = (
        f"Against {before.manifest.version}: {pluralise(added, 'document')} added,"
        f" {len(removed)} removed{f' ({reasons})' if reasons else ''}, {changed} changed."
    )
    if after.manifest.fingerprint != before.manifest.fingerprint:
        change += " The schema changed."
    return change


def _row_hashes(version: Version) -> dict[str, bytes]:
    """The hash of each document's row, by id."""
    return {
        row["id"]: hashlib.sha256(json_line(dict(row)).encode()).digest()
        for row in version.rows
    }
