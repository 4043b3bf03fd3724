"""Which documents have no gold, and why; the reasons are words that follow a number of documents."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from curation.annotations.consensus import Consensus, ExclusionReason
from curation.annotations.record import DocumentState
from curation.gold.working.version import WorkingVersion

ANNOTATORS_DIFFER = "on which annotators differ"
FLAGGED = "kept out by a flag"
HAS_PROBLEM = "with problems to mend"
TASK_DELETED = "whose task was deleted in Label Studio"
ANNOTATIONS_DELETED = "whose annotations were deleted in Label Studio"
DROPPED = "dropped"
UNANNOTATED = "without a submitted annotation"
FILE_MISSING = "pulled before, and no longer in gold/next (curate pull --full)"

# Every reason that a document may be out for.
REASONS = (
    ANNOTATORS_DIFFER, FLAGGED, HAS_PROBLEM, TASK_DELETED, ANNOTATIONS_DELETED, DROPPED,
    UNANNOTATED, FILE_MISSING, "superseded", "withdrawn",
)  # fmt: skip

_IN_WORDS: Mapping[ExclusionReason, str] = {
    "differ": ANNOTATORS_DIFFER,
    "flagged": FLAGGED,
    "problem": HAS_PROBLEM,
    "unannotated": UNANNOTATED,
}


def reason_for_one(reason: str) -> str:
    """The same reason as words that follow no number: "annotators differ"."""
    if reason.startswith("whose "):
        return f"its {reason.removeprefix('whose ')}"
    return reason.removeprefix("on which ")


@dataclass(frozen=True, kw_only=True)
class ExcludedDocuments:
    """
    Documents that have a record and no gold, by id.

    *disagreements* are those on which annotators differ, *flagged* those that a flag keeps out,
    *missing* those whose file was there after the last command and isn't there any more.
    """

    disagreements: Mapping[str, Consensus]
    flagged: Mapping[str, Consensus]
    missing: tuple[str, ...]


def find_excluded_documents(working: WorkingVersion) -> ExcludedDocuments:
    """The documents of the working version that annotators' differences, a flag or a missing file keep out."""
    disagreements: dict[str, Consensus] = {}
    flagged: dict[str, Consensus] = {}
    for document, facts in sorted(working.excluded().items()):
        if facts.reason not in ("differ", "flagged"):
            continue
        consensus = working.consensus(document)
        if consensus and facts.reason == "differ":
            disagreements[document] = consensus
        elif consensus:
            flagged[document] = consensus
    return ExcludedDocuments(
        disagreements=disagreements,
        flagged=flagged,
        missing=tuple(sorted(working.missing.values())),
    )


def exclusion_reason(state: DocumentState, reason: ExclusionReason) -> str:
    """Why a document in this state has no gold, in words; empty where the document has gold."""
    return state if state != "active" else _IN_WORDS.get(reason, "")


def find_orphaned(gold: Container[str], reasons: Mapping[str, str]) -> dict[str, str]:
    """
    The documents that are in the *gold* although their task or their annotations were deleted.

    Only ``curate drop`` takes such a document out of the gold.
    """
    return {
        document: reason
        for document, reason in reasons.items()
        if reason in (TASK_DELETED, ANNOTATIONS_DELETED) and document in gold
    }


def count_reasons(documents: Iterable[str], reasons: Mapping[str, str]) -> str:
    """How many of these documents are out for each reason, as in ``3 dropped, 1 kept out by a flag``."""
    counts = Counter(reasons[document] for document in sorted(documents) if document in reasons)
    return ", ".join(f"{number} {reason}" for reason, number in counts.most_common())
