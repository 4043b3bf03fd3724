"""Which documents of gold/next are no gold, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from curation.annotations.consensus import Consensus
from curation.gold.working_version import WorkingVersion


@dataclass(frozen=True, kw_only=True)
class ExcludedDocuments:
    """
    Documents that have a record and no gold, and why, by id.

    *disagreements* are those on which annotators differ, *flagged* those that a flag keeps out,
    *missing* those whose file was there when a command of ours last wrote, and isn't now.
    """

    disagreements: Mapping[str, Consensus]
    flagged: Mapping[str, Consensus]
    missing: tuple[str, ...]


def find_excluded_documents(working: WorkingVersion) -> ExcludedDocuments:
    """Which documents have a record and no gold, and why."""
    found: dict[str, dict[str, Consensus]] = {"differ": {}, "flagged": {}}
    for document, facts in sorted(working.excluded().items()):
        if facts.reason in found and (agreed := working.consensus(document)):
            found[facts.reason][document] = agreed
    return ExcludedDocuments(
        disagreements=found["differ"],
        flagged=found["flagged"],
        missing=tuple(sorted(working.missing.values())),
    )
