"""What annotators confuse: each difference between two of them by its kind, with the labels of both."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import TypeVar

from curation.annotations.compared import compare_documents
from curation.annotations.differences import Difference
from curation.annotations.readings import Arrow, LabelledSpan, PlaceReading
from curation.documents.document import Document
from curation.schema import Schema
from curation.scoring.agreement_results import AnnotatorPair

_Item = TypeVar("_Item", LabelledSpan, Arrow)

# What one annotator has where the other one has nothing.
NOTHING_MARKED = "nothing"


class ConfusionKind(StrEnum):
    """In what two annotators differ at a place, or between two places, in the report's words."""

    LABEL = "another label"
    PRESENCE = "marked or not"
    BOUNDARIES = "other boundaries"
    LABEL_AND_BOUNDARIES = "another label and other boundaries"
    ARROW = "arrow or none"
    RELATION = "another relation"
    DIRECTION = "the other direction"
    RELATION_AND_DIRECTION = "another relation in the other direction"
    ARROW_END = "another end of the arrow"

    @property
    def is_of_relations(self) -> bool:
        """Whether arrows differ, and not spans."""
        return self in _OF_RELATIONS


_OF_RELATIONS = frozenset(
    {
        ConfusionKind.ARROW,
        ConfusionKind.RELATION,
        ConfusionKind.DIRECTION,
        ConfusionKind.RELATION_AND_DIRECTION,
        ConfusionKind.ARROW_END,
    }
)


@dataclass(frozen=True, order=True)
class Confusion:
    """A kind of difference with the labels on both sides, sorted: whose they are doesn't matter."""

    kind: ConfusionKind
    labels: tuple[str, str]

    def __str__(self) -> str:
        one, other = self.labels
        return one if one == other else f"{one} / {other}"


@dataclass(frozen=True, kw_only=True)
class DifferenceOfAnnotators:
    """A difference in a document, what each annotator has there, and each pair's confusion."""

    document: Document
    difference: Difference
    readings: Mapping[str, PlaceReading]
    confusions: Mapping[AnnotatorPair, Confusion]


@dataclass
class ConfusionCounts:
    """
    All confusions, counted as documents pass.

    *times* counts each pair of annotators at each difference, *documents* in how many documents a
    confusion occurs, *pairs* which two annotators have it how often.
    """

    times: Counter[Confusion] = field(default_factory=Counter)
    documents: Counter[Confusion] = field(default_factory=Counter)
    pairs: dict[Confusion, Counter[AnnotatorPair]] = field(default_factory=dict)
    compared: int = 0
    differing: int = 0
    differences: int = 0

    def add(
        self, versions: Mapping[str, Document], schema: Schema
    ) -> list[DifferenceOfAnnotators]:
        """Count what the annotators of one document confuse, and give it in the order of the text."""
        found = list(differences_of_annotators(versions, schema))
        self.compared += 1
        self.differing += bool(found)
        self.differences += len(found)
        for one in found:
            for pair, confusion in one.confusions.items():
                self.times[confusion] += 1
                self.pairs.setdefault(confusion, Counter())[pair] += 1
        self.documents.update({c for one in found for c in one.confusions.values()})
        return found

    def most_frequent(self) -> Sequence[Confusion]:
        """All confusions, the most frequent first."""
        return sorted(self.times, key=lambda one: (-self.times[one], one))


def differences_of_annotators(
    versions: Mapping[str, Document], schema: Schema
) -> Iterator[DifferenceOfAnnotators]:
    """Where the *versions* of one document differ, given by annotator, and who confuses what there."""
    documents = {name: schema.canonical(one) for name, one in sorted(versions.items())}
    article = next(iter(documents.values()))
    for difference in compare_documents(documents, schema).differences:
        readings = {
            name: option.reading
            for name in documents
            if (option := difference.option_of(name)) is not None
        }
        confusions = {
            pair: confusion
            for pair in combinations(readings, 2)
            if (confusion := confusion_of(readings[pair[0]], readings[pair[1]]))
        }
        yield DifferenceOfAnnotators(
            document=article, difference=difference, readings=readings, confusions=confusions
        )


def confusion_of(one: PlaceReading, other: PlaceReading) -> Confusion | None:
    """
    What two annotators confuse who have these readings at one difference; None where both are equal.

    What both have alike there doesn't matter. An arrow that comes with an entity which only one of
    them marked is no confusion of its own.
    """
    spans = _without_common(one.entities, other.entities)
    if any(spans):
        return _confused(_spans_kind(*spans), *(_span_labels(side) for side in spans))
    arrows = _without_common(one.arrows, other.arrows)
    if any(arrows):
        return _confused(_arrows_kind(*arrows), *(_arrow_labels(side) for side in arrows))
    return None


def _confused(kind: ConfusionKind, one: str, other: str) -> Confusion:
    first, second = sorted((one, other), key=lambda label: (label == NOTHING_MARKED, label))
    return Confusion(kind, (first, second))


def _spans_kind(
    one: Collection[LabelledSpan], other: Collection[LabelledSpan]
) -> ConfusionKind:
    if not one or not other:
        return ConfusionKind.PRESENCE
    if {span[:2] for span in one} == {span[:2] for span in other}:
        return ConfusionKind.LABEL
    if _span_labels(one) == _span_labels(other):
        return ConfusionKind.BOUNDARIES
    return ConfusionKind.LABEL_AND_BOUNDARIES


def _arrows_kind(one: Collection[Arrow], other: Collection[Arrow]) -> ConfusionKind:
    if not one or not other:
        return ConfusionKind.ARROW
    same_labels = _arrow_labels(one) == _arrow_labels(other)
    ways = [{arrow.direction for arrow in side} - {"none"} for side in (one, other)]
    same_ways = ways[0] == ways[1] or not all(ways)
    if same_labels:
        return ConfusionKind.ARROW_END if same_ways else ConfusionKind.DIRECTION
    return ConfusionKind.RELATION if same_ways else ConfusionKind.RELATION_AND_DIRECTION


def _without_common(
    one: Collection[_Item], other: Collection[_Item]
) -> tuple[list[_Item], list[_Item]]:
    """What only one of the two sides has."""
    return [item for item in one if item not in other], [
        item for item in other if item not in one
    ]


def _span_labels(spans: Collection[LabelledSpan]) -> str:
    return " + ".join(sorted(label for _, _, label in spans)) or NOTHING_MARKED


def _arrow_labels(arrows: Collection[Arrow]) -> str:
    return " + ".join(sorted(arrow.label for arrow in arrows)) or NOTHING_MARKED
