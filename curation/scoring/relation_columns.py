"""Relations of many documents as columns, canonical, so that those of two sides can be compared at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from curation.documents.document import Relation
from curation.scoring.matching import (
    BoolArray,
    EntityColumns,
    IntArray,
    beyond_every_end,
    labelled_columns,
    numbered_labels,
)


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
    ends, types = labelled_columns(
        [
            [[one.head for one in document] for document in golds],
            [[one.tail for one in document] for document in golds],
            [[one.head for one in document] for document in predicted],
            [[one.tail for one in document] for document in predicted],
        ]
    )
    numbers, labels = numbered_labels((golds, predicted))
    has_no_direction = np.array([name in symmetric for name in labels], np.bool_)
    sides = [
        RelationColumns(ends[0], ends[1], numbers[0]),
        RelationColumns(ends[2], ends[3], numbers[1]),
    ]
    stride = beyond_every_end(*ends)
    keys_of_ends = [end.spans(stride) * max(len(types), 1) + end.label for end in ends]
    # The ends by their ranks, so that two of them and a label make one number.
    ranked, ranks = np.unique(np.concatenate(keys_of_ends), return_inverse=True)
    gold_heads, gold_tails, heads, tails = np.split(
        ranks, np.cumsum([len(end.start) for end in ends])[:-1]
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
