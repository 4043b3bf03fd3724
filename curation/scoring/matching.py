"""
Entities of the gold matched with predicted ones: one to one, the best over the whole document.

As many pairs as possible of the same span and type, then of the same span, then
of overlapping spans with the same type, then of overlapping spans; then the
largest overlap. Most entities are matched for thousands of documents at once:
equal ones are taken first, which costs nothing, since they are interchangeable.
The remaining ones fall into groups that overlap; ``assign`` solves a group in
which two entities have the same one to choose.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from curation.documents.document import Document, Entity, Relation
from curation.scoring.assignment import Fit, assign
from curation.scoring.match_kind import UNMATCHED, MatchKind

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# The gold's document and the predicted one, of one text.
DocumentPair = tuple[Document, Document]


class EntityColumns(NamedTuple):
    """Entities of many documents as columns, in the documents' canonical order."""

    document: IntArray
    start: IntArray
    end: IntArray
    label: IntArray

    def at(self, places: IntArray) -> "EntityColumns":
        """The entities at *places*."""
        return EntityColumns(*(column[places] for column in self))

    def spans(self, stride: int) -> IntArray:
        """A number for each span, in the order of document, start and end; the *stride* is beyond every end."""
        return (self.document * stride + self.start) * stride + self.end


class MatchColumns(NamedTuple):
    """Places among the gold's and among the predicted items (or UNMATCHED), and the MatchKind."""

    gold: IntArray
    predicted: IntArray
    kind: IntArray

    def documents(self, gold: IntArray, predicted: IntArray) -> IntArray:
        """The document of each match, from those of the gold's and of the predicted items."""
        return np.where(
            self.gold == UNMATCHED, taken(predicted, self.predicted), taken(gold, self.gold)
        )

    def among(self, golds: IntArray, predicted: IntArray) -> "MatchColumns":
        """The same pairs by their places among all items, of which those matched here had these."""
        return MatchColumns(golds[self.gold], predicted[self.predicted], self.kind)


class FitColumns(NamedTuple):
    """How well pairs of items fit: the MatchKind, and the overlap in characters; 0 where they can't be a pair."""

    kind: IntArray
    overlap: IntArray


class EndFits(NamedTuple):
    """How well spans fit others: the characters they share (below 0 where apart), and what is the same."""

    overlap: IntArray
    same_span: BoolArray
    same_type: BoolArray

    @staticmethod
    def of(one: EntityColumns, other: EntityColumns) -> "EndFits":
        """The n-th span with the n-th, of one document."""
        return EndFits(
            np.minimum(one.end, other.end) - np.maximum(one.start, other.start),
            (one.start == other.start) & (one.end == other.end),
            one.label == other.label,
        )

    @property
    def kind(self) -> IntArray:
        """The MatchKind of each pair, unless it is the same."""
        by_type = np.where(self.same_type, MatchKind.SAME_TYPE, MatchKind.OVERLAP)
        return np.where(self.same_span, MatchKind.SAME_SPAN, by_type)


@dataclass(frozen=True, slots=True)
class EntityMatch:
    """An entity of the gold and its answer; one of them is None where the other has no partner."""

    gold: Entity | None
    predicted: Entity | None
    kind: MatchKind


def match_entities(gold: Document, predicted: Document) -> list[EntityMatch]:
    """Every entity of both documents once, in reading order."""
    sides, _ = entity_columns([(gold, predicted)])
    matches = match_columns(*sides)
    entity_matches = [
        EntityMatch(
            gold.entities[i] if i != UNMATCHED else None,
            predicted.entities[j] if j != UNMATCHED else None,
            MatchKind(kind),
        )
        for i, j, kind in zip(*(column.tolist() for column in matches), strict=True)
    ]
    return sorted(
        entity_matches,
        key=lambda match: min(e for e in (match.gold, match.predicted) if e),
    )


def entity_columns(
    annotations: Sequence[Sequence[Document]],
) -> tuple[list[EntityColumns], list[str]]:
    """
    The entities of each side as columns, and the sorted labels that their numbers mean.

    A line of *annotations* has what each side made of one document.
    """
    return labelled_columns(
        [[one.entities for one in side] for side in zip(*annotations, strict=True)]
    )


def labelled_columns(
    sides: Sequence[Sequence[Sequence[Entity]]],
) -> tuple[list[EntityColumns], list[str]]:
    """The entities of each side's documents as columns, and the sorted labels that their numbers mean."""
    numbers, labels = numbered_labels(sides)
    columns = [columns_of_entities(*side) for side in zip(sides, numbers, strict=True)]
    return columns, labels


def numbered_labels(
    sides: Sequence[Sequence[Sequence[Entity | Relation]]],
) -> tuple[list[IntArray], list[str]]:
    """For each side the numbers of its items' labels, and the sorted labels that they mean."""
    names = [[one.label for one in chain.from_iterable(side)] for side in sides]
    labels = sorted({*chain.from_iterable(names)})
    number = {label: n for n, label in enumerate(labels)}
    return [np.array([number[name] for name in own], np.int64) for own in names], labels


def columns_of_entities(
    documents: Sequence[Sequence[Entity]], labels: IntArray
) -> EntityColumns:
    """The entities of each document as columns, with the numbers of their *labels*."""
    entities = [*chain.from_iterable(documents)]
    return EntityColumns(
        document=np.repeat(np.arange(len(documents)), [*map(len, documents)]),
        start=np.array([one.start for one in entities], np.int64),
        end=np.array([one.end for one in entities], np.int64),
        label=labels,
    )


def match_columns(gold: EntityColumns, predicted: EntityColumns) -> MatchColumns:
    """Every entity of both sides once: in a pair, missed or spurious."""
    labels = 1 + max(int(side.label.max(initial=0)) for side in (gold, predicted))
    stride = beyond_every_end(gold, predicted)
    gold_spans = gold.spans(stride)
    predicted_spans = predicted.spans(stride)

    same = equal_keys(
        gold_spans * labels + gold.label, predicted_spans * labels + predicted.label
    )
    gold_left = all_but(len(gold_spans), same[0])
    predicted_left = all_but(len(predicted_spans), same[1])

    places = equal_keys(
        gold_spans[gold_left], predicted_spans[predicted_left], as_often_on_both=True
    )
    same_span = (gold_left[places[0]], predicted_left[places[1]])
    gold_left = np.setdiff1d(gold_left, same_span[0])
    predicted_left = np.setdiff1d(predicted_left, same_span[1])

    golds = gold.at(gold_left)
    answers = predicted.at(predicted_left)

    def fit(i: IntArray, j: IntArray) -> FitColumns:
        fits = EndFits.of(golds.at(i), answers.at(j))
        return FitColumns(fits.kind, np.maximum(fits.overlap, 0))

    overlapping = match_in_groups(*_overlapping_groups(golds, answers, stride), fit)
    return joined_matches(
        [
            MatchColumns(*same, np.full(len(same[0]), MatchKind.SAME)),
            MatchColumns(*same_span, np.full(len(same_span[0]), MatchKind.SAME_SPAN)),
            overlapping.among(gold_left, predicted_left),
        ],
        len(gold_spans),
        len(predicted_spans),
    )


def joined_matches(
    pairs: Sequence[MatchColumns], gold_items: int, predicted_items: int
) -> MatchColumns:
    """The *pairs*, and as missed and as spurious every item of each side that is in none."""
    gold, predicted, kind = (np.concatenate(column) for column in zip(*pairs, strict=True))
    missed = all_but(gold_items, gold)
    spurious = all_but(predicted_items, predicted)
    return MatchColumns(
        np.concatenate([gold, missed, np.full(len(spurious), UNMATCHED)]),
        np.concatenate([predicted, np.full(len(missed), UNMATCHED), spurious]),
        np.concatenate(
            [
                kind,
                np.full(len(missed), MatchKind.MISSED),
                np.full(len(spurious), MatchKind.SPURIOUS),
            ]
        ),
    )


def taken(column: IntArray, places: IntArray) -> IntArray:
    """What the column has at the *places*, UNMATCHED where a place is UNMATCHED."""
    return np.append(column, UNMATCHED)[places]


def equal_keys(
    gold: IntArray, predicted: IntArray, *, as_often_on_both: bool = False
) -> tuple[IntArray, IntArray]:
    """
    Places of equal keys in two sorted columns, the n-th of a key with the n-th.

    *as_often_on_both*: only keys that both columns have equally often, so that
    no item with such a key is left.
    """
    first, behind = (np.searchsorted(predicted, gold, side=side) for side in ("left", "right"))
    begin = np.searchsorted(gold, gold, side="left")
    partner = first + np.arange(len(gold)) - begin
    hit = partner < behind
    if as_often_on_both:
        hit &= np.searchsorted(gold, gold, side="right") - begin == behind - first
    return np.flatnonzero(hit), partner[hit]


def all_but(count: int, taken: IntArray) -> IntArray:
    """The places of *count* items that aren't *taken*."""
    free = np.ones(count, bool)
    free[taken] = False
    return np.flatnonzero(free)


def beyond_every_end(*columns: EntityColumns) -> int:
    """A number beyond the end of all spans, by which documents can be put one after the other."""
    return 1 + max(int(side.end.max(initial=0)) for side in columns)


def _overlapping_groups(
    golds: EntityColumns, answers: EntityColumns, stride: int
) -> tuple[IntArray, IntArray]:
    """The group of each entity of both sides: one for those that overlap, directly or by way of others."""
    both = (golds, answers)
    start = np.concatenate([side.document * stride + side.start for side in both])
    end = np.concatenate([side.document * stride + side.end for side in both])
    order = np.argsort(start, kind="stable")
    reach = np.maximum.accumulate(end[order])
    group = np.empty(len(order), np.int64)
    group[order] = np.cumsum(np.r_[False, start[order][1:] >= reach[:-1]])
    return group[: len(golds.start)], group[len(golds.start) :]


def match_in_groups(
    gold_group: IntArray,
    predicted_group: IntArray,
    fit: Callable[[IntArray, IntArray], FitColumns],
) -> MatchColumns:
    """
    The best pairs, each of items of one group, by the numbers of the items' groups.

    *fit* says how well the items at some places fit those at others; without overlap they can't be a pair.
    """
    order = np.argsort(predicted_group, kind="stable")
    grouped = predicted_group[order]
    first = np.searchsorted(grouped, gold_group, side="left")
    many = np.searchsorted(grouped, gold_group, side="right") - first
    i = np.repeat(np.arange(len(gold_group)), many)
    j = order[np.arange(len(i)) + np.repeat(first - np.cumsum(many) + many, many)]
    kind, overlap = fit(i, j)
    i, j, kind, overlap = (column[overlap > 0] for column in (i, j, kind, overlap))
    # Where nothing has two to choose from, every possible pair is one.
    contested = (np.bincount(i)[i] > 1) | (np.bincount(j)[j] > 1)
    groups = np.unique(gold_group[i[contested]])
    easy = ~np.isin(gold_group[i], groups)
    gold, predicted, kinds = ([column[easy]] for column in (i, j, kind))
    fits = dict(
        zip(
            zip(i[~easy].tolist(), j[~easy].tolist(), strict=True),
            map(Fit, kind[~easy].tolist(), overlap[~easy].tolist()),
            strict=True,
        )
    )
    sides = (_members(gold_group, groups), _members(predicted_group, groups))
    for members in zip(*sides, strict=True):
        pairs = assign(*members, lambda one, other: fits.get((one, other)))
        gold.append(np.array([members[0][pair.gold] for pair in pairs], np.int64))
        predicted.append(np.array([members[1][pair.predicted] for pair in pairs], np.int64))
        kinds.append(np.array([pair.kind for pair in pairs], np.int64))
    return MatchColumns(*map(np.concatenate, (gold, predicted, kinds)))


def _members(group: IntArray, wanted: IntArray) -> list[list[int]]:
    """The places of each wanted group's members; the wanted ones are sorted."""
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], wanted, side="right").tolist()
    begins = np.searchsorted(group[order], wanted, side="left").tolist()
    return [order[begin:end].tolist() for begin, end in zip(begins, ends, strict=True)]
