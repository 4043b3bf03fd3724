"""What each kind of match counts as under each scheme."""

from collections.abc import Mapping
from enum import IntEnum


class Outcome(IntEnum):
    """The five outcomes of SemEval-2013 task 9.1."""

    CORRECT = 0
    INCORRECT = 1
    PARTIAL = 2
    MISSED = 3
    SPURIOUS = 4


# The outcome of each MatchKind, in the order of MatchKind.
Scheme = tuple[Outcome, Outcome, Outcome, Outcome, Outcome, Outcome]


def _scheme(*, same_span: Outcome, same_type: Outcome, overlap: Outcome) -> Scheme:
    """A scheme by the outcomes in which schemes differ: those of pairs that aren't the same."""
    return (
        Outcome.CORRECT,
        same_span,
        same_type,
        overlap,
        Outcome.MISSED,
        Outcome.SPURIOUS,
    )


ENTITY_SCHEMES: Mapping[str, Scheme] = {
    "strict": _scheme(
        same_span=Outcome.INCORRECT, same_type=Outcome.INCORRECT, overlap=Outcome.INCORRECT
    ),
    "exact": _scheme(
        same_span=Outcome.CORRECT, same_type=Outcome.INCORRECT, overlap=Outcome.INCORRECT
    ),
    "partial": _scheme(
        same_span=Outcome.CORRECT, same_type=Outcome.PARTIAL, overlap=Outcome.PARTIAL
    ),
    "type": _scheme(
        same_span=Outcome.INCORRECT, same_type=Outcome.CORRECT, overlap=Outcome.INCORRECT
    ),
}
RELATION_SCHEMES: Mapping[str, Scheme] = {
    "strict": _scheme(
        same_span=Outcome.INCORRECT, same_type=Outcome.INCORRECT, overlap=Outcome.INCORRECT
    ),
    "boundaries": _scheme(
        same_span=Outcome.CORRECT, same_type=Outcome.INCORRECT, overlap=Outcome.INCORRECT
    ),
    "relaxed": _scheme(
        same_span=Outcome.CORRECT, same_type=Outcome.CORRECT, overlap=Outcome.CORRECT
    ),
}

# Two more results of relations, both strict: those that the baseline finds between
# the gold's own entities, and what documents state as a whole.
ON_GOLD_ENTITIES = "on_gold_entities"
DOCUMENT_LEVEL = "document_level"
