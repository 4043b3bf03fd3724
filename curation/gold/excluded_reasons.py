"""Why documents that are known are not in the gold, in words that follow their number."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping

from curation.annotations.consensus import Reason
from curation.annotations.record import DocumentState

DIFFER = "on which annotators differ"
FLAGGED = "kept out by a flag"
PROBLEM = "with problems to mend"
DELETED = "whose task was deleted in Label Studio"
EMPTIED = "whose annotations were deleted in Label Studio"
DROPPED = "dropped"
UNANNOTATED = "without a submitted annotation"
LOST = "pulled before, and no longer in gold/next (curate pull --full)"

# Nobody's work any more, but only a drop takes them out.
WITHDRAWN = (DELETED, EMPTIED)


REASONS: Mapping[Reason, str] = {
    "differ": DIFFER,
    "flagged": FLAGGED,
    "problem": PROBLEM,
    "unannotated": UNANNOTATED,
}


def absence(state: DocumentState, reason: Reason) -> str:
    """Why a document of this state has no gold; empty where it has some."""
    return state if state != "active" else REASONS.get(reason, "")


def withdrawn(gold: Container[str], why: Mapping[str, str]) -> dict[str, str]:
    """Those in the *gold* that lost what they came from, and how."""
    return {one: reason for one, reason in why.items() if reason in WITHDRAWN and one in gold}


def counted(documents: Iterable[str], why: Mapping[str, str]) -> str:
    """How many of these documents there are for each reason, where it is known; else nothing."""
    reasons = Counter(why[one] for one in sorted(documents) if one in why)
    return ", ".join(f"{number} {reason}" for reason, number in reasons.most_common())
