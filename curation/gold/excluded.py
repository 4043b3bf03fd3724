"""Which documents of gold/next are no gold, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from curation.annotations.consensus import Consensus
from curation.gold.working import WorkingVersion


@dataclass(frozen=True, kw_only=True)
class Outside:
    """
    Documents that have a record and no gold, and why, by id.

    *differing* are those on which annotators differ, *flagged* those that a flag keeps out,
    *lost* those whose file was there when a command of ours last wrote, and isn't now.
    """

    differing: Mapping[str, Consensus]
    flagged: Mapping[str, Consensus]
    lost: tuple[str, ...]


def outside_of(working: WorkingVersion) -> Outside:
    """Which documents have a record and no gold, and why."""
    found: dict[str, dict[str, Consensus]] = {"differ": {}, "flagged": {}}
    for document, facts in sorted(working.outside().items()):
        if facts.reason in found and (agreed := working.consensus(document)):
            found[facts.reason][document] = agreed
    return Outside(
        differing=found["differ"],
        flagged=found["flagged"],
        lost=tuple(sorted(working.lost.values())),
    )
