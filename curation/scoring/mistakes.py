"""Every mistake of the predictions, by the same matching that the scores count."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from curation.documents.document import Document, Entity, Relation
from curation.scoring.canonical_relations import canonical_relations
from curation.scoring.match_kind import UNMATCHED, MatchKind
from curation.scoring.matching import EntityMatch
from curation.scoring.relation_matching import match_relations


class MistakeKind(StrEnum):
    """What is wrong with a prediction, in the report's words."""

    MISSED = "missed"
    SPURIOUS = "spurious"
    WRONG_TYPE = "wrong type"
    WRONG_BOUNDARIES = "wrong boundaries"
    WRONG_TYPE_AND_BOUNDARIES = "wrong type and boundaries"
    WRONG_LABEL = "wrong label"
    WRONG_DIRECTION = "wrong direction"
    WRONG_LABEL_AND_DIRECTION = "wrong label and direction"
    WRONG_END_TYPE = "wrong type of an end"
    WRONG_ENDS = "wrong ends"


# What a person does to mend a mistake, in the fewest edits: a span takes one (mark it under its
# type), an arrow two (draw it, name it), another type or label one, each edge that is moved one,
# a turned arrow one, and whatever is deleted one.
_ADD_SPAN = 1
_ADD_ARROW = 2
_RELABEL = 1
_MOVE_EDGE = 1
_TURN_ARROW = 1
_DELETE = 1

# What all people who read a number of edits are told.
EDITS_EXPLAINED = (
    f"Adding a span counts {_ADD_SPAN}, an arrow {_ADD_ARROW}; another type or label, a moved edge, "
    f"a turned arrow and deleting count {_DELETE} each."
)

RELATION_EDITS: Mapping[MistakeKind, int] = {
    MistakeKind.MISSED: _ADD_ARROW,
    MistakeKind.SPURIOUS: _DELETE,
    MistakeKind.WRONG_LABEL: _RELABEL,
    MistakeKind.WRONG_DIRECTION: _TURN_ARROW,
    MistakeKind.WRONG_LABEL_AND_DIRECTION: _RELABEL + _TURN_ARROW,
    MistakeKind.WRONG_ENDS: _DELETE + _ADD_ARROW,
    # It is mended with the entity at the end.
    MistakeKind.WRONG_END_TYPE: 0,
}

_OF_ENTITY_MATCHES = {
    MatchKind.MISSED: MistakeKind.MISSED,
    MatchKind.SPURIOUS: MistakeKind.SPURIOUS,
    MatchKind.SAME_SPAN: MistakeKind.WRONG_TYPE,
    MatchKind.SAME_TYPE: MistakeKind.WRONG_BOUNDARIES,
    MatchKind.OVERLAP: MistakeKind.WRONG_TYPE_AND_BOUNDARIES,
}
_OF_RELATION_MATCHES: Mapping[int, MistakeKind] = {
    MatchKind.SAME_SPAN: MistakeKind.WRONG_END_TYPE,
    MatchKind.SAME_TYPE: MistakeKind.WRONG_ENDS,
    MatchKind.OVERLAP: MistakeKind.WRONG_ENDS,
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What the gold has and what was predicted instead; one of them None where that side has nothing."""

    kind: MistakeKind
    gold: Entity | Relation | None
    predicted: Entity | Relation | None

    @property
    def sides(self) -> tuple[Entity | Relation, ...]:
        """The sides that have something, the gold's first."""
        return tuple(side for side in (self.gold, self.predicted) if side is not None)

    @property
    def label(self) -> str:
        """The gold's label; of a spurious prediction its own."""
        return self.sides[0].label

    @property
    def is_of_relation(self) -> bool:
        """Whether a relation is wrong, and not an entity."""
        return isinstance(self.sides[0], Relation)

    @property
    def edits(self) -> int:
        """How many edits of a person mend the mistake."""
        if isinstance(self.gold, Entity) and isinstance(self.predicted, Entity):
            return _entity_edits(self.gold, self.predicted)
        if self.is_of_relation:
            return RELATION_EDITS[self.kind]
        return _DELETE if self.gold is None else _ADD_SPAN


def _entity_edits(gold: Entity, predicted: Entity) -> int:
    """The fewest edits that make *gold* of *predicted*: to change it, or to delete it and add it anew."""
    changes = (
        _RELABEL * (gold.label != predicted.label)
        + _MOVE_EDGE * (gold.start != predicted.start)
        + _MOVE_EDGE * (gold.end != predicted.end)
    )
    return min(changes, _DELETE + _ADD_SPAN)


def entity_mistakes(matches: Iterable[EntityMatch]) -> Iterator[Mistake]:
    """Each match that isn't a strict hit, in reading order."""
    for match in matches:
        if match.kind in _OF_ENTITY_MATCHES:
            yield Mistake(_OF_ENTITY_MATCHES[match.kind], match.gold, match.predicted)


def relation_mistakes(
    gold: Document, predicted: Document, symmetric: Collection[str]
) -> list[Mistake]:
    """
    Each relation of either side that isn't a strict hit, in reading order.

    A missed and a spurious relation that join the same words are one mistake: a
    wrong direction, else a wrong label, else both.
    """
    golds = canonical_relations(gold, symmetric)
    answers = canonical_relations(predicted, symmetric)
    mistakes: list[Mistake] = []
    missed: list[Relation] = []
    spurious: list[Relation] = []
    for i, j, kind in match_relations(golds, answers, symmetric):
        if kind in _OF_RELATION_MATCHES:
            mistakes.append(Mistake(_OF_RELATION_MATCHES[kind], golds[i], answers[j]))
        elif j == UNMATCHED:
            missed.append(golds[i])
        elif i == UNMATCHED:
            spurious.append(answers[j])
    for missed_key, spurious_key in (
        (_label_and_ends, _label_and_turned_ends),
        (_ends, _ends),
        (_sorted_ends, _sorted_ends),
    ):
        for one, other in _pairs(missed, spurious, missed_key, spurious_key):
            mistakes.append(Mistake(_difference(one, other, symmetric), one, other))
            missed.remove(one)
            spurious.remove(other)
    mistakes += [Mistake(MistakeKind.MISSED, relation, None) for relation in missed]
    mistakes += [Mistake(MistakeKind.SPURIOUS, None, relation) for relation in spurious]
    return sorted(mistakes, key=lambda mistake: (mistake.sides[0], mistake.kind))


# What has to be equal in a missed and in a spurious relation for the two to be one mistake.
_Key = Callable[[Relation], object]


def _label_and_ends(relation: Relation) -> object:
    return relation.label, _ends(relation)


def _label_and_turned_ends(relation: Relation) -> object:
    return relation.label, _ends(relation)[::-1]


def _ends(relation: Relation) -> tuple[tuple[int, int], tuple[int, int]]:
    return relation.head.span, relation.tail.span


def _sorted_ends(relation: Relation) -> object:
    return tuple(sorted(_ends(relation)))


def _difference(gold: Relation, predicted: Relation, symmetric: Collection[str]) -> MistakeKind:
    """What is wrong between two relations that join the same words."""
    if gold.label == predicted.label:
        return MistakeKind.WRONG_DIRECTION
    same_direction = gold.head.span == predicted.head.span
    if same_direction or gold.label in symmetric or predicted.label in symmetric:
        return MistakeKind.WRONG_LABEL
    return MistakeKind.WRONG_LABEL_AND_DIRECTION


def _pairs(
    missed: Sequence[Relation],
    spurious: Sequence[Relation],
    missed_key: _Key,
    spurious_key: _Key,
) -> list[tuple[Relation, Relation]]:
    """Pairs of equal keys, each relation at most once, the n-th of a key with the n-th."""
    waiting: dict[object, list[Relation]] = defaultdict(list)
    for relation in spurious:
        waiting[spurious_key(relation)].append(relation)
    return [
        (relation, waiting[missed_key(relation)].pop(0))
        for relation in missed
        if waiting.get(missed_key(relation))
    ]
