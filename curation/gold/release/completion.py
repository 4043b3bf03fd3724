"""The end of a release: its version is announced in the changelog and put on the card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from curation.annotations.effort import Effort
from curation.gold.card.files import write_published_files
from curation.gold.release.announce import announce_version
from curation.gold.release.plan import ReleasePlan
from curation.gold.sealed.manifest import Manifest
from curation.gold.sealed.versions import read_manifest
from curation.gold.working.excluded import find_orphaned
from curation.gold.working.not_offered import TypesNotOffered
from curation.progress import Watch, unwatched


@dataclass(frozen=True, kw_only=True)
class ReleaseReport:
    """
    The sealed version that holds what gold/next holds.

    *is_new* is false where this version was sealed before. *flags* counts the version's documents
    by flag, *overlapping* those with overlapping entities. *excluded* gives, by document, the reason
    why a known document is not in the version; *orphaned* the documents that are in it although
    their task or their annotations were deleted in Label Studio, and which of the two it was.
    *private_addresses* are documents with an address that publishing leaves out. *not_offered* says which documents lack which type, *effort* what all annotators together did.
    *manifest* is the version's, *written* names the files that the card and what lies beside it are in,
    as far as they had to be written.
    *small_splits* are those with less than *min_documents*.
    """

    version: str
    digest: str
    path: Path
    is_new: bool
    flags: Mapping[str, int]
    overlapping: int
    excluded: Mapping[str, str] = field(default_factory=dict)
    orphaned: Mapping[str, str] = field(default_factory=dict)
    private_addresses: tuple[str, ...] = ()
    not_offered: TypesNotOffered = field(default_factory=TypesNotOffered)
    effort: Effort | None = None
    manifest: Manifest
    written: tuple[str, ...] = field(default=(), compare=False)
    small_splits: Mapping[str, int] = field(default_factory=dict)
    min_documents: int = 0


def complete_release(plan: ReleasePlan, watch: Watch = unwatched) -> ReleaseReport:
    """
    Announce the plan's version, which is sealed, and put it on the card; what is done already stays.

    A release that was killed ends with the same files when it is run again. To be called under the
    lock of the gold folder.
    """
    if not plan.is_announced:
        announce_version(plan, watch)
    written = write_published_files(plan.gold, watch)
    return ReleaseReport(
        version=plan.version,
        digest=plan.totals.digest,
        path=plan.path,
        is_new=not plan.is_sealed,
        flags=plan.totals.flags,
        overlapping=plan.totals.overlapping,
        excluded=plan.excluded,
        orphaned=find_orphaned(plan.totals.text_hashes, plan.reasons),
        private_addresses=tuple(sorted(plan.totals.private_addresses)),
        not_offered=plan.totals.types_not_offered,
        effort=plan.working.effort,
        manifest=read_manifest(plan.gold, plan.version),
        written=written,
        small_splits=plan.small_splits,
        min_documents=plan.facts.min_documents,
    )
