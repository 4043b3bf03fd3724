"""``curate diff``: what is different between two versions, or between a version and gold/next."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from curation.errors import GoldError
from curation.gold.changes.diff import GoldState, VersionDifference, find_differences
from curation.gold.release.announce import untold_withdrawals
from curation.gold.release.groups import group_dataset, with_groups
from curation.gold.release.sealed_groups import read_sealed_groups
from curation.gold.sealed.manifest import SchemaEntry
from curation.gold.sealed.versions import newest_version, read_version
from curation.gold.working.dataset import read_working_dataset
from curation.gold.working.version import NEXT
from curation.progress import Watch, unwatched
from curation.schema.folder import read_schema_in
from curation.workspace import Workspace


def diff(
    workspace: Workspace, old: str = "", new: str = NEXT, *, watch: Watch = unwatched
) -> VersionDifference:
    """
    The difference from *old*, the newest version if empty, to *new*; either may be ``next``.

    Raises GoldError where there is no such version, a sealed one was altered, or gold/next has no documents.
    """
    before, reasons_before = _read_state(workspace, old or _newest(workspace.gold), watch)
    after, reasons = _read_state(workspace, new, watch)
    difference = find_differences(before, after, {**reasons_before, **reasons})
    if after.name != NEXT:
        return difference
    return replace(difference, withdrawn=untold_withdrawals(workspace.gold))


def _newest(gold: Path) -> str:
    newest = newest_version(gold)
    if newest is None:
        raise GoldError(f"{gold} has no sealed version yet", hint="curate release")
    return newest


def _read_state(
    workspace: Workspace, chosen: str, watch: Watch
) -> tuple[GoldState, Mapping[str, str]]:
    """The state that is named, and why documents have no gold in it, as far as that is known."""
    gold = workspace.gold
    name = Path(chosen).name if Path(chosen).parent == gold else chosen
    if name != NEXT:
        return GoldState.of_version(read_version(gold, name, watch)), {}
    schema = read_schema_in(workspace.config)
    working = read_working_dataset(gold, schema, watch)
    if not (working.arms or working.excluded):
        raise GoldError(f"{gold / NEXT} holds no documents", hint="curate pull")
    grouping = group_dataset(working, read_sealed_groups(gold))
    state = GoldState(
        name=NEXT,
        gold_documents=with_groups(working, grouping).gold_documents,
        types=SchemaEntry.of(schema),
    )
    return state, {**workspace.exclusion_reasons, **working.excluded}
