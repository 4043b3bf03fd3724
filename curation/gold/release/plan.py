"""What a release of gold/next would seal: planned before anything is written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from curation.errors import GoldError
from curation.gold.changes.changelog import CHANGELOG_FILE, read_seals
from curation.gold.dataset import StoredDataset, Version
from curation.gold.dataset_facts import DatasetFacts
from curation.gold.release.groups import Grouping, group_dataset, with_groups
from curation.gold.release.sealed_groups import read_sealed_groups
from curation.gold.release.splits import SplitPlan
from curation.gold.release.totals import DatasetTotals, compute_totals
from curation.gold.release.version_number import (
    FIRST_VERSION,
    FittingNumber,
    fitting_number,
    refuse_invalid_number,
)
from curation.gold.sealed.manifest import LeakEntry
from curation.gold.sealed.versions import (
    list_versions,
    newest_version,
    read_manifest,
    read_unannounced,
    read_version,
)
from curation.gold.working.dataset import read_working_dataset
from curation.gold.working.version import NEXT
from curation.progress import Watch, unwatched
from curation.schema import Schema


@dataclass(frozen=True, kw_only=True)
class ReleasePlan:
    """
    What a release of gold/next would seal as *version*; *facts* is what only the publisher knows.

    *working* is gold/next as read, *dataset* the same with its groups, *before* the newest version
    that was announced, None where there is none. *reasons* says, by document, why documents have no gold, or may soon have none. *fitting* is the smallest number that
    fits the changes, None where there is no version before. *leaks* are near copies in two splits,
    *allowed_leaks* documents that may be in one. *is_sealed* is true where the
    folder of the version is there already, *is_announced* where its release is complete.
    """

    gold: Path
    version: str
    facts: DatasetFacts
    working: StoredDataset
    dataset: StoredDataset
    totals: DatasetTotals
    before: Version | None
    reasons: Mapping[str, str]
    fitting: FittingNumber | None
    grouping: Grouping
    leaks: tuple[LeakEntry, ...]
    allowed_leaks: frozenset[str]
    is_sealed: bool
    is_announced: bool

    @property
    def path(self) -> Path:
        """The folder of the version."""
        return self.gold / self.version

    @property
    def small_splits(self) -> dict[str, int]:
        """How many documents the splits have that are empty, or have less than they should."""
        return self.totals.split_plan.small_splits(self.totals.splits, self.facts.min_documents)

    @property
    def excluded(self) -> dict[str, str]:
        """The reason why a known document isn't in the version, by id."""
        return {
            document: reason
            for document, reason in self.reasons.items()
            if document not in self.totals.text_hashes
        }


def plan_release(  # noqa: PLR0913 - all but the first three are options
    gold: Path,
    schema: Schema,
    facts: DatasetFacts,
    *,
    version: str | None = None,
    excluded: Mapping[str, str] | None = None,
    allowed_leaks: Collection[str] = (),
    watch: Watch = unwatched,
) -> ReleasePlan:
    """
    The plan for sealing gold/next as *version*, or as the next version number that fits the changes.

    *excluded* gives further reasons, by document, why documents have no gold, *allowed_leaks* the
    documents that may be near copies of documents in another split. *watch* shows how
    many rows are read. To be called under the lock of the gold folder. Raises GoldError where a
    version is missing, or what is needed of one was altered, or a release was interrupted and can't be completed.
    """
    refuse_invalid_number(version)
    _refuse_missing_versions(gold)
    working = read_working_dataset(gold, schema, watch)
    sealed_groups = read_sealed_groups(gold)
    grouping = group_dataset(working, sealed_groups)
    split_plan = SplitPlan(fractions=facts.fractions, sealed=sealed_groups.splits)
    dataset = with_groups(working, grouping)
    totals = compute_totals(dataset, schema, split_plan, watch)
    name = _interrupted_version(gold, totals.digest, version)
    if name is None:
        name = _unchanged_version(gold, totals.digest, schema, version)
    is_announced = name in read_seals(gold)
    before = None
    if not is_announced:
        before = _version_before(gold, watch)
    fitting = fitting_number(totals, before) if before else None
    return ReleasePlan(
        gold=gold,
        facts=facts,
        version=name or version or (fitting.number if fitting else FIRST_VERSION),
        working=working,
        dataset=dataset,
        totals=totals,
        before=before,
        reasons={**(excluded or {}), **working.excluded},
        fitting=fitting,
        grouping=grouping,
        leaks=grouping.find_leaks(split_plan),
        allowed_leaks=frozenset(allowed_leaks),
        is_sealed=name is not None,
        is_announced=is_announced,
    )


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


def _version_before(gold: Path, watch: Watch) -> Version | None:
    """The newest version that was announced; None where there is none."""
    seals = read_seals(gold)
    announced = [version for version in list_versions(gold) if version in seals]
    return read_version(gold, announced[-1], watch) if announced else None


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
    """
    The sealed version, *version* or the newest one, that has this digest and schema already.

    Raises GoldError where that isn't the version which was asked for.
    """
    candidate = version if version in read_seals(gold) else newest_version(gold)
    if candidate is None:
        return None
    manifest = read_manifest(gold, candidate)
    if manifest.digest != digest or manifest.fingerprint != schema.fingerprint:
        return None
    if version not in (None, candidate):
        what = f"{version}: nothing is new in {gold / NEXT} since {candidate}, so that no version is sealed"
        raise GoldError(what, hint="curate release (brings the card up to date)")
    return candidate
