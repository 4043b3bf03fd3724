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


# The outcome of each MatchKind, in its order: same span and type, same span,
# overlap and same type, overlap, missed, spurious.
Scheme = tuple[Outcome, Outcome, Outcome, Outcome, Outcome, Outcome]

_C = Outcome.CORRECT
_I = Outcome.INCORRECT
_P = Outcome.PARTIAL
_ALONE = (Outcome.MISSED, Outcome.SPURIOUS)

ENTITY_SCHEMES: Mapping[str, Scheme] = {
    "strict": (_C, _I, _I, _I, *_ALONE),
    "exact": (_C, _C, _I, _I, *_ALONE),
    "partial": (_C, _C, _P, _P, *_ALONE),
    "type": (_C, _I, _C, _I, *_ALONE),
}
RELATION_SCHEMES: Mapping[str, Scheme] = {
    "strict": (_C, _I, _I, _I, *_ALONE),
    "boundaries": (_C, _C, _I, _I, *_ALONE),
    "relaxed": (_C, _C, _C, _C, *_ALONE),
}

# Two more results of relations, both strict: those that the baseline finds between
# the gold's own entities, and what documents state as a whole.
ON_GOLD_ENTITIES = "on_gold_entities"
DOCUMENT_LEVEL = "document_level"
