"""Relations of many documents as columns, canonical, so that those of two sides can be compared at once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np

from curation.documents.document import Relation, relation_order
from curation.scoring.matching import BoolArray, EntityColumns, IntArray, beyond_every_end


class RelationColumns(NamedTuple):
    """Relations of many documents, by document and in the canonical order; *label* is a number."""

    head: EntityColumns
    tail: EntityColumns
    label: IntArray

    @property
    def document(self) -> IntArray:
        """The number of each relation's document."""
        return self.head.document

    def at(self, places: IntArray) -> "RelationColumns":
        """The relations at *places*."""
        return RelationColumns(self.head.at(places), self.tail.at(places), self.label[places])

    @property
    def turned(self) -> "RelationColumns":
        """The relations with their ends exchanged."""
        return RelationColumns(self.tail, self.head, self.label)

    def with_turned(self, which: BoolArray) -> "RelationColumns":
        """The relations, with the ends of some exchanged."""
        columns = list(zip(self.head, self.tail, strict=True))
        head = EntityColumns(*(np.where(which, b, a) for a, b in columns))
        tail = EntityColumns(*(np.where(which, a, b) for a, b in columns))
        return RelationColumns(head, tail, self.label)


@dataclass(frozen=True, kw_only=True)
class RelationSides:
    """
    The relations of the gold and the predicted ones.

    *gold_keys* and *predicted_keys* are equal for equal relations of one document, and sorted. *labels*
    are those that the columns number, *symmetric* says which of them have no direction, *stride* is beyond
    every end.
    """

    gold: RelationColumns
    predicted: RelationColumns
    gold_keys: IntArray
    predicted_keys: IntArray
    labels: list[str]
    symmetric: BoolArray
    stride: int

    @property
    def both(self) -> tuple[RelationColumns, RelationColumns]:
        """The gold's columns and the predicted ones."""
        return self.gold, self.predicted


def relation_sides(
    golds: Sequence[Sequence[Relation]],
    predicted: Sequence[Sequence[Relation]],
    symmetric: Collection[str],
) -> RelationSides:
    """
    The relations of each document, those *symmetric* with their ends in reading order.

    A symmetric relation that one side states both ways is one.
    """
    rows = [[*map(relation_order, chain.from_iterable(side))] for side in (golds, predicted)]
    every = list(zip(*chain.from_iterable(rows), strict=True)) or [()] * 7
    types = {name: n for n, name in enumerate(sorted({*every[2], *every[5]}))}
    labels = sorted({*every[6]})
    has_no_direction = np.array([name in symmetric for name in labels], np.bool_)
    numbers = {name: n for n, name in enumerate(labels)}
    sides = [
        _columns(some, list(map(len, documents)), types, numbers)
        for some, documents in zip(rows, (golds, predicted), strict=True)
    ]
    stride = beyond_every_end(*(end for side in sides for end in (side.head, side.tail)))
    ends = [
        end.spans(stride) * max(len(types), 1) + end.label
        for side in sides
        for end in (side.head, side.tail)
    ]
    # The ends by their ranks, so that two of them and a label make one number.
    ranked, ranks = np.unique(np.concatenate(ends), return_inverse=True)
    gold_heads, gold_tails, heads, tails = np.split(
        ranks, np.cumsum([len(end) for end in ends])[:-1]
    )

    def keys(head: IntArray, tail: IntArray, label: IntArray) -> IntArray:
        return (head * len(ranked) + tail) * max(len(labels), 1) + label

    canonical = []
    for side, head, tail in zip(sides, (gold_heads, heads), (gold_tails, tails), strict=True):
        drawn = keys(head, tail, side.label)
        turned = has_no_direction[side.label] & (tail < head)
        now = np.where(turned, keys(tail, head, side.label), drawn)
        kept = np.flatnonzero(~(turned & np.isin(now, drawn)))
        kept = kept[np.argsort(now[kept], kind="stable")]
        canonical.append((side.with_turned(turned).at(kept), now[kept]))
    (gold, gold_keys), (answers, predicted_keys) = canonical
    return RelationSides(
        gold=gold,
        predicted=answers,
        gold_keys=gold_keys,
        predicted_keys=predicted_keys,
        labels=labels,
        symmetric=has_no_direction,
        stride=stride,
    )


def _columns(
    rows: Iterable[tuple[int, int, str, int, int, str, str]],
    lengths: Sequence[int],
    types: dict[str, int],
    labels: dict[str, int],
) -> RelationColumns:
    columns = list(zip(*rows, strict=True)) or [()] * 7
    document = np.repeat(np.arange(len(lengths)), lengths)

    def end(first: int) -> EntityColumns:
        return EntityColumns(
            document=document,
            start=np.array(columns[first], np.int64),
            end=np.array(columns[first + 1], np.int64),
            label=np.array([types[name] for name in columns[first + 2]], np.int64),
        )

    label = np.array([labels[name] for name in columns[6]], np.int64)
    return RelationColumns(end(0), end(3), label)
