"""Every mistake, one by one, by the very matching that the scores count."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from curation.documents.document import Document, Entity, Relation
from curation.scoring.matching import LABEL, NONE, OVERLAP, SPAN, Match
from curation.scoring.relation_matching import in_order, match_relations

MISSED, SPURIOUS = "missed", "spurious"
WRONG_TYPE, WRONG_BOUNDARIES = "wrong type", "wrong boundaries"
WRONG_BOTH = "wrong type and boundaries"
WRONG_LABEL, WRONG_DIRECTION = "wrong label", "wrong direction"
WRONG_LABEL_AND_DIRECTION = "wrong label and direction"
WRONG_END_TYPE, WRONG_ENDS = "wrong type of an end", "wrong ends"

# The fewest things to do about one: adding, removing and renaming are one each,
# and whoever moves boundaries or ends removes and adds. An end of the wrong type is
# mended where its entity is.
ENTITY_STEPS: Mapping[str, int] = {
    MISSED: 1,
    SPURIOUS: 1,
    WRONG_TYPE: 1,
    WRONG_BOUNDARIES: 2,
    WRONG_BOTH: 2,
}
RELATION_STEPS: Mapping[str, int] = {
    MISSED: 1,
    SPURIOUS: 1,
    WRONG_LABEL: 1,
    WRONG_DIRECTION: 1,
    WRONG_LABEL_AND_DIRECTION: 2,
    WRONG_ENDS: 2,
    WRONG_END_TYPE: 0,
}

_ENTITIES = {
    "missed": MISSED,
    "spurious": SPURIOUS,
    "span": WRONG_TYPE,
    "label": WRONG_BOUNDARIES,
    "overlap": WRONG_BOTH,
}
_RELATIONS = {SPAN: WRONG_END_TYPE, LABEL: WRONG_ENDS, OVERLAP: WRONG_ENDS}

Item = Entity | Relation


@dataclass(frozen=True, slots=True)
class Mistake:
    """What the gold has and what was predicted in its place; one of them None where there is nothing."""

    kind: str
    gold: Item | None
    predicted: Item | None

    @property
    def sides(self) -> tuple[Item, ...]:
        """Those that are there, the gold's first."""
        return tuple(side for side in (self.gold, self.predicted) if side is not None)

    @property
    def label(self) -> str:
        """The gold's, or of something spurious its own."""
        return self.sides[0].label

    @property
    def of_relation(self) -> bool:
        """Whether it is a relation that is wrong, not an entity."""
        return isinstance(self.sides[0], Relation)

    @property
    def steps(self) -> int:
        """How many corrections it costs."""
        return (RELATION_STEPS if self.of_relation else ENTITY_STEPS)[self.kind]


def entity_mistakes(matches: Iterable[Match]) -> Iterator[Mistake]:
    """Each match that isn't a strict hit, in reading order."""
    for match in matches:
        if match.kind in _ENTITIES:
            yield Mistake(_ENTITIES[match.kind], match.gold, match.predicted)


def relation_mistakes(
    gold: Document, predicted: Document, symmetric: Collection[str]
) -> list[Mistake]:
    """
    Each relation of either side that isn't a strict hit, in reading order.

    Of what the scores count as missed and as spurious, two that join the same
    words are one mistake: another direction, else another label, else both.
    """
    ours, theirs = in_order(gold, symmetric), in_order(predicted, symmetric)
    found: list[Mistake] = []
    missed: list[Relation] = []
    spurious: list[Relation] = []
    for i, j, kind in match_relations(ours, theirs, symmetric):
        if kind in _RELATIONS:
            found.append(Mistake(_RELATIONS[kind], ours[i], theirs[j]))
        elif j == NONE:
            missed.append(ours[i])
        elif i == NONE:
            spurious.append(theirs[j])
    for key in (_turned, _renamed, _joined):
        for one, other in _pairs(missed, spurious, key):
            found.append(Mistake(_difference(one, other, symmetric), one, other))
            missed.remove(one)
            spurious.remove(other)
    found += [Mistake(MISSED, one, None) for one in missed]
    found += [Mistake(SPURIOUS, None, one) for one in spurious]
    return sorted(found, key=lambda mistake: (mistake.sides[0], mistake.kind))


def _turned(one: Relation, gold: bool) -> object:
    ends = (one.head.span, one.tail.span)
    return one.label, ends if gold else ends[::-1]


def _renamed(one: Relation, gold: bool) -> object:  # noqa: ARG001 - the same for both
    return one.head.span, one.tail.span


def _joined(one: Relation, gold: bool) -> object:  # noqa: ARG001
    return tuple(sorted((one.head.span, one.tail.span)))


def _difference(one: Relation, other: Relation, symmetric: Collection[str]) -> str:
    """Of two relations between the same words."""
    if one.label == other.label:
        return WRONG_DIRECTION
    aligned = one.head.span == other.head.span
    aligned |= one.label in symmetric or other.label in symmetric
    return WRONG_LABEL if aligned else WRONG_LABEL_AND_DIRECTION


Key = Callable[[Relation, bool], object]


def _pairs(
    missed: Sequence[Relation], spurious: Sequence[Relation], key: Key
) -> list[tuple[Relation, Relation]]:
    """Each at most once, the n-th of a key with the n-th."""
    waiting: dict[object, list[Relation]] = defaultdict(list)
    for one in spurious:
        waiting[key(one, False)].append(one)
    return [
        (one, waiting[key(one, True)].pop(0)) for one in missed if waiting.get(key(one, True))
    ]
