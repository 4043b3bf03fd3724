"""A sealed version, announced: its entry in the changelog, with the hashes that seal the version."""

import hashlib
from collections.abc import Mapping

from curation.errors import pluralise
from curation.files import json_line, write_text
from curation.gold.changelog import CHANGELOG_FILE, add_changelog_entry, read_changelog
from curation.gold.dataset import Version
from curation.gold.excluded import count_reasons
from curation.gold.release_plan import ReleasePlan
from curation.gold.versions import list_versions, read_unannounced
from curation.progress import Watch, unwatched


def announce_version(plan: ReleasePlan, watch: Watch = unwatched) -> None:
    """Put the entry of the plan's version, which is sealed, on top of the changelog."""
    gold = plan.gold
    sealed, manifest_sha256 = read_unannounced(gold, plan.version, watch)
    if plan.before is not None:
        change = _describe_change(sealed, plan.before, plan.excluded)
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
