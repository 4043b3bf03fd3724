"""A sealed version, announced: its entry in the changelog, with the hashes that seal the version."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from curation.files import write_text
from curation.gold.changes.changelog import (
    CHANGELOG_FILE,
    FIRST_CHANGE,
    add_changelog_entry,
    read_changelog,
)
from curation.gold.changes.diff import GoldState, find_differences
from curation.gold.changes.diff_words import changelog_lines, withdrawn_line
from curation.gold.release.plan import ReleasePlan
from curation.gold.sealed.versions import list_versions, read_unannounced
from curation.gold.sealed.withdrawn import all_withdrawn
from curation.progress import Watch, unwatched


def announce_version(plan: ReleasePlan, watch: Watch = unwatched) -> None:
    """Put the entry of the plan's version, which is sealed, on top of the changelog."""
    gold = plan.gold
    sealed, manifest_sha256 = read_unannounced(gold, plan.version, watch)
    if plan.before is not None:
        old = GoldState.of_version(plan.before)
        difference = find_differences(old, GoldState.of_version(sealed), plan.excluded)
        difference = replace(difference, withdrawn=untold_withdrawals(gold))
        change = "\n".join(changelog_lines(difference))
    else:
        change = FIRST_CHANGE
    text = add_changelog_entry(
        read_changelog(gold), sealed.manifest, manifest_sha256=manifest_sha256, change=change
    )
    write_text(gold / CHANGELOG_FILE, text)


def untold_withdrawals(gold: Path) -> Mapping[str, str]:
    """Why documents that sealed versions hold were withdrawn, by id; those that the changelog tells are left out."""
    told = {*read_changelog(gold).splitlines()}
    withdrawn = all_withdrawn(gold / version for version in list_versions(gold))
    return {
        document: one.reason
        for document, one in sorted(withdrawn.items())
        if f"- {withdrawn_line(document, one.reason)}" not in told
    }
