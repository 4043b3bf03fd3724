"""Why documents that are known are not in the gold, in words that follow their number."""

from collections import Counter
from collections.abc import Iterable, Mapping

DIFFER = "on which annotators differ"
FLAGGED = "kept out by a flag"
PROBLEM = "with problems to mend"
DELETED = "whose task was deleted in Label Studio"
EMPTIED = "whose annotations were deleted in Label Studio"
DROPPED = "dropped"
LOST = "pulled before, and no longer in gold/next (curate pull --full)"


def counted(documents: Iterable[str], why: Mapping[str, str]) -> str:
    """How many of these documents there are for each reason, where it is known; else nothing."""
    reasons = Counter(why[one] for one in sorted(documents) if one in why)
    return ", ".join(f"{number} {reason}" for reason, number in reasons.most_common())
