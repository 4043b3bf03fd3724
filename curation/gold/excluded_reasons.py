"""Why documents that are known are not in the gold, in words that follow their number."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping

from curation.annotations.consensus import ExclusionReason
from curation.annotations.record import DocumentState

ANNOTATORS_DIFFER = "on which annotators differ"
FLAGGED = "kept out by a flag"
HAS_PROBLEM = "with problems to mend"
TASK_DELETED = "whose task was deleted in Label Studio"
ANNOTATIONS_DELETED = "whose annotations were deleted in Label Studio"
DROPPED = "dropped"
UNANNOTATED = "without a submitted annotation"
FILE_MISSING = "pulled before, and no longer in gold/next (curate pull --full)"

# Nobody's work any more, but only a drop takes them out.
_ORPHANING = (TASK_DELETED, ANNOTATIONS_DELETED)


_SENTENCES: Mapping[ExclusionReason, str] = {
    "differ": ANNOTATORS_DIFFER,
    "flagged": FLAGGED,
    "problem": HAS_PROBLEM,
    "unannotated": UNANNOTATED,
}


def exclusion_reason(state: DocumentState, reason: ExclusionReason) -> str:
    """Why a document of this state has no gold; empty where it has some."""
    return state if state != "active" else _SENTENCES.get(reason, "")


def find_orphaned(gold: Container[str], why: Mapping[str, str]) -> dict[str, str]:
    """Those in the *gold* that lost what they came from, and how."""
    return {one: reason for one, reason in why.items() if reason in _ORPHANING and one in gold}


def count_reasons(documents: Iterable[str], why: Mapping[str, str]) -> str:
    """How many of these documents there are for each reason, where it is known; else nothing."""
    reasons = Counter(why[one] for one in sorted(documents) if one in why)
    return ", ".join(f"{number} {reason}" for reason, number in reasons.most_common())
