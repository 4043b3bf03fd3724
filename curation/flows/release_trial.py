"""``curate release --dry-run``: the release, made in a folder that is gone afterwards."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from curation.files import explain_os_errors, read_text
from curation.gold.audit.folder import AUDITS
from curation.gold.card.page import CARD_FILE
from curation.gold.changes.changelog import read_entry
from curation.gold.release.completion import ReleaseReport
from curation.gold.release.plan import ReleasePlan
from curation.gold.sealed.versions import is_version


@dataclass(frozen=True, kw_only=True)
class ReleaseTrial:
    """What a release would say, the entry that it would put into the changelog, and the card."""

    report: ReleaseReport
    changelog_entry: str
    card: str


def try_release(
    plan: ReleasePlan, release: Callable[[ReleasePlan], ReleaseReport]
) -> ReleaseTrial:
    """What *release* makes of the plan, in a copy of the gold folder."""
    with TemporaryDirectory() as folder:
        gold = Path(folder) / plan.gold.name
        gold.mkdir()
        with explain_os_errors(plan.gold):
            for path in plan.gold.iterdir():
                if is_version(path.name) or path.name == AUDITS:
                    (gold / path.name).symlink_to(path.resolve())
                elif path.is_file():
                    shutil.copyfile(path, gold / path.name)
        report = release(replace(plan, gold=gold))
        return ReleaseTrial(
            report=replace(report, path=plan.path),
            changelog_entry=read_entry(gold, report.version),
            card=read_text(gold / CARD_FILE),
        )
