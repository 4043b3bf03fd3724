"""
Entities of the gold matched with predicted ones: one to one, the best over the whole document.

As many pairs as possible of the same span and type, then of the same span, then
of overlapping spans with the same type, then of overlapping spans; then the
largest overlap. Most entities are matched for thousands of documents at once:
equal ones are taken first, which costs nothing, since they are interchangeable.
The remaining ones fall into groups that overlap; ``assign`` solves a group with
more than one entity on a side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from curation.documents.document import Document, Entity
from curation.scoring.assignment import Fit, assign
from curation.scoring.match_kind import UNMATCHED, MatchKind

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# The gold's document and the predicted one, of one text.
DocumentPair = tuple[Document, Document]

_LABEL = attrgetter("label")


class EntityColumns(NamedTuple):
    """Entities of many documents as columns, in the documents' canonical order."""

    document: IntArray
    start: IntArray
    end: IntArray
    label: IntArray

    def at(self, places: IntArray) -> "EntityColumns":
        """The entities at *places*."""
        return EntityColumns(*(column[places] for column in self))

    def spans(self, places: IntArray) -> list[tuple[int, int, int]]:
        """Start, end and label of the entities at *places*, as plain numbers."""
        start = self.start[places].tolist()
        end = self.end[places].tolist()
        label = self.label[places].tolist()
        return list(zip(start, end, label, strict=True))


class MatchColumns(NamedTuple):
    """Places among the gold's and among the predicted entities (or UNMATCHED), and the MatchKind."""

    gold: IntArray
    predicted: IntArray
    kind: IntArray


@dataclass(frozen=True, slots=True)
class EntityMatch:
    """An entity of the gold and its answer; one of them is None where the other has no partner."""

    gold: Entity | None
    predicted: Entity | None
    kind: MatchKind


def match_entities(gold: Document, predicted: Document) -> list[EntityMatch]:
    """Every entity of both documents once, in reading order."""
    gold_columns, predicted_columns, _ = entity_columns([(gold, predicted)])
    matches = match_columns(gold_columns, predicted_columns)
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
    pairs: Sequence[DocumentPair],
) -> tuple[EntityColumns, EntityColumns, list[str]]:
    """The gold's and the predicted entities as columns, and the sorted labels that their numbers mean."""
    golds = [entity for gold, _ in pairs for entity in gold.entities]
    predicted = [entity for _, document in pairs for entity in document.entities]
    labels = sorted({*map(_LABEL, golds), *map(_LABEL, predicted)})
    numbers = {label: n for n, label in enumerate(labels)}
    lengths = [[len(document.entities) for document in pair] for pair in pairs]
    per_side = np.array(lengths, np.int64).reshape(-1, 2)
    gold_columns = _columns(golds, per_side[:, 0], numbers)
    predicted_columns = _columns(predicted, per_side[:, 1], numbers)
    return gold_columns, predicted_columns, labels


def _columns(
    entities: list[Entity], lengths: IntArray, numbers: dict[str, int]
) -> EntityColumns:
    count = len(entities)
    return EntityColumns(
        document=np.repeat(np.arange(len(lengths)), lengths),
        start=np.fromiter(map(attrgetter("start"), entities), np.int64, count),
        end=np.fromiter(map(attrgetter("end"), entities), np.int64, count),
        label=np.fromiter(map(numbers.__getitem__, map(_LABEL, entities)), np.int64, count),
    )


def match_columns(gold: EntityColumns, predicted: EntityColumns) -> MatchColumns:
    """Every entity of both sides once: in a pair, missed or spurious."""
    # Documents are further apart than the longest one, so that no two touch.
    stride = 1 + max(int(side.end.max(initial=0)) for side in (gold, predicted))
    labels = 1 + max(int(side.label.max(initial=0)) for side in (gold, predicted))
    gold_spans = (gold.document * stride + gold.start) * stride + gold.end
    predicted_spans = (predicted.document * stride + predicted.start) * stride + predicted.end

    same = _equal_keys(
        gold_spans * labels + gold.label, predicted_spans * labels + predicted.label
    )
    gold_left = _all_but(len(gold_spans), same[0])
    predicted_left = _all_but(len(predicted_spans), same[1])

    places = _equal_keys(
        gold_spans[gold_left], predicted_spans[predicted_left], as_often_on_both=True
    )
    same_span = (gold_left[places[0]], predicted_left[places[1]])
    gold_left = np.setdiff1d(gold_left, same_span[0])
    predicted_left = np.setdiff1d(predicted_left, same_span[1])

    overlapping = _match_overlapping(
        gold, predicted, gold_left=gold_left, predicted_left=predicted_left, stride=stride
    )
    missed = np.setdiff1d(gold_left, overlapping.gold)
    spurious = np.setdiff1d(predicted_left, overlapping.predicted)
    return _joined(
        [
            MatchColumns(*same, np.full(len(same[0]), MatchKind.SAME)),
            MatchColumns(*same_span, np.full(len(same_span[0]), MatchKind.SAME_SPAN)),
            overlapping,
            MatchColumns(
                missed,
                np.full(len(missed), UNMATCHED),
                np.full(len(missed), MatchKind.MISSED),
            ),
            MatchColumns(
                np.full(len(spurious), UNMATCHED),
                spurious,
                np.full(len(spurious), MatchKind.SPURIOUS),
            ),
        ]
    )


def _joined(parts: Sequence[MatchColumns]) -> MatchColumns:
    return MatchColumns(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _equal_keys(
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


def _all_but(count: int, taken: IntArray) -> IntArray:
    free = np.ones(count, bool)
    free[taken] = False
    return np.flatnonzero(free)


def _match_overlapping(
    gold: EntityColumns,
    predicted: EntityColumns,
    *,
    gold_left: IntArray,
    predicted_left: IntArray,
    stride: int,
) -> MatchColumns:
    """Pairs among the entities that are left, group by group of spans that overlap one another."""
    golds = gold.at(gold_left)
    answers = predicted.at(predicted_left)
    start = np.concatenate([side.document * stride + side.start for side in (golds, answers)])
    end = np.concatenate([side.document * stride + side.end for side in (golds, answers)])
    order = np.argsort(start, kind="stable")
    reach = np.maximum.accumulate(end[order])
    group = np.empty(len(order), np.int64)
    group[order] = np.cumsum(np.r_[False, start[order][1:] >= reach[:-1]])
    groups = int(group.max(initial=-1)) + 1
    gold_group = group[: len(gold_left)]
    predicted_group = group[len(gold_left) :]
    gold_sizes = np.bincount(gold_group, minlength=groups)
    predicted_sizes = np.bincount(predicted_group, minlength=groups)
    simple = (gold_sizes == 1) & (predicted_sizes == 1)
    # In the groups' order both columns name the same group at the same place.
    i = np.flatnonzero(simple[gold_group])
    i = i[np.argsort(gold_group[i], kind="stable")]
    j = np.flatnonzero(simple[predicted_group])
    j = j[np.argsort(predicted_group[j], kind="stable")]
    kinds = np.where(golds.label[i] == answers.label[j], MatchKind.SAME_TYPE, MatchKind.OVERLAP)
    matches = [MatchColumns(gold_left[i], predicted_left[j], kinds)]
    hard = (gold_sizes > 0) & (predicted_sizes > 0) & ~simple
    members = zip(_members(gold_group, hard), _members(predicted_group, hard), strict=True)
    for g, p in members:
        for pair in assign(golds.spans(g), answers.spans(p), _fit):
            matches.append(
                MatchColumns(
                    gold_left[g[pair.gold : pair.gold + 1]],
                    predicted_left[p[pair.predicted : pair.predicted + 1]],
                    np.array([pair.kind]),
                )
            )
    return _joined(matches)


def _members(group: IntArray, wanted: BoolArray) -> list[IntArray]:
    """The places of each wanted group's members, in the groups' order."""
    places = np.flatnonzero(wanted[group])
    places = places[np.argsort(group[places], kind="stable")]
    return np.split(places, np.flatnonzero(np.diff(group[places])) + 1) if len(places) else []


def _fit(one: tuple[int, int, int], other: tuple[int, int, int]) -> Fit | None:
    overlap = min(one[1], other[1]) - max(one[0], other[0])
    if overlap <= 0:
        return None
    if one[:2] == other[:2]:
        return Fit(MatchKind.SAME_SPAN, overlap)
    kind = MatchKind.SAME_TYPE if one[2] == other[2] else MatchKind.OVERLAP
    return Fit(kind, overlap)
