"""
Which entity answers which: one to one, the best over the whole document.

As many pairs as there can be of the same span and type, then of the same span,
then of spans that overlap and have the same type, then of spans that overlap;
then the largest overlap. Nearly all entities are settled for thousands of
documents at once: equal ones are taken first, which can't cost anything, since
they are interchangeable. What is left falls into groups that overlap; where
such a group holds more than one on a side, ``assign`` solves it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from curation.documents.document import Document, Entity
from curation.scoring.assignment import Fit, assign

Ints = npt.NDArray[np.int64]
Pair = tuple[Document, Document]

SAME, SPAN, LABEL, OVERLAP, MISSED, SPURIOUS = range(6)
NAMES = ("same", "span", "label", "overlap", "missed", "spurious")
NONE = -1

LABEL_OF = attrgetter("label")


class Side(NamedTuple):
    """Entities of many documents as columns, in the documents' canonical order."""

    document: Ints
    start: Ints
    end: Ints
    label: Ints

    def at(self, places: Ints) -> "Side":
        return Side(*(column[places] for column in self))

    def spans(self, places: Ints) -> list[tuple[int, int, int]]:
        """Start, end and label of some, as plain numbers."""
        return list(
            zip(
                self.start[places].tolist(),
                self.end[places].tolist(),
                self.label[places].tolist(),
                strict=True,
            )
        )


class Pairing(NamedTuple):
    """Places among the gold's entities and among the predicted ones (NONE: nobody), and the kind."""

    gold: Ints
    predicted: Ints
    kind: Ints


@dataclass(frozen=True)
class Match:
    """A gold entity and its answer, one of them None where there is none; *kind* is of NAMES."""

    gold: Entity | None
    predicted: Entity | None
    kind: str


def matched(gold: Document, predicted: Document) -> list[Match]:
    """Every entity of both once, in reading order."""
    one, other, _ = columns([(gold, predicted)])
    found = [
        Match(
            gold.entities[i] if i != NONE else None,
            predicted.entities[j] if j != NONE else None,
            NAMES[kind],
        )
        for i, j, kind in zip(*(column.tolist() for column in pairing(one, other)), strict=True)
    ]
    return sorted(found, key=lambda match: min(e for e in (match.gold, match.predicted) if e))


def columns(pairs: Sequence[Pair]) -> tuple[Side, Side, list[str]]:
    """Both sides as columns, and the labels that their numbers stand for, sorted."""
    golds = [entity for gold, _ in pairs for entity in gold.entities]
    found = [entity for _, predicted in pairs for entity in predicted.entities]
    labels = sorted({*map(LABEL_OF, golds), *map(LABEL_OF, found)})
    number = {label: n for n, label in enumerate(labels)}
    lengths = [[len(document.entities) for document in pair] for pair in pairs]
    per = np.array(lengths, np.int64).reshape(-1, 2)
    return _side(golds, per[:, 0], number), _side(found, per[:, 1], number), labels


def _side(entities: list[Entity], lengths: Ints, number: dict[str, int]) -> Side:
    many = len(entities)
    return Side(
        np.repeat(np.arange(len(lengths)), lengths),
        np.fromiter(map(attrgetter("start"), entities), np.int64, many),
        np.fromiter(map(attrgetter("end"), entities), np.int64, many),
        np.fromiter(map(number.__getitem__, map(LABEL_OF, entities)), np.int64, many),
    )


def pairing(gold: Side, predicted: Side) -> Pairing:
    """Every entity of both sides once: in a pair, missed or spurious."""
    # Documents stand apart by more than the longest, so that no two touch.
    stride = 1 + max(int(side.end.max(initial=0)) for side in (gold, predicted))
    labels = 1 + max(int(side.label.max(initial=0)) for side in (gold, predicted))
    spans = [(s.document * stride + s.start) * stride + s.end for s in (gold, predicted)]
    ours, theirs = (
        span * labels + s.label for span, s in zip(spans, (gold, predicted), strict=True)
    )
    same = _meet(ours, theirs)
    left, open_ = _rest(len(ours), same[0]), _rest(len(theirs), same[1])
    span = _meet(spans[0][left], spans[1][open_], even=True)
    span = left[span[0]], open_[span[1]]
    left, open_ = np.setdiff1d(left, span[0]), np.setdiff1d(open_, span[1])
    over = _overlapping(gold, left, predicted, open_, stride)
    missed, spurious = np.setdiff1d(left, over.gold), np.setdiff1d(open_, over.predicted)
    return Pairing(
        np.concatenate([same[0], span[0], over.gold, missed, np.full(len(spurious), NONE)]),
        np.concatenate(
            [same[1], span[1], over.predicted, np.full(len(missed), NONE), spurious]
        ),
        np.concatenate(
            [
                np.full(len(same[0]), SAME),
                np.full(len(span[0]), SPAN),
                over.kind,
                np.full(len(missed), MISSED),
                np.full(len(spurious), SPURIOUS),
            ]
        ),
    )


def _meet(one: Ints, other: Ints, *, even: bool = False) -> tuple[Ints, Ints]:
    """
    Places of equal keys in two sorted columns, the n-th of a key with the n-th.

    *even*: only where both have a key equally often, so that nothing of it is left.
    """
    first, behind = (np.searchsorted(other, one, side=side) for side in ("left", "right"))
    begin = np.searchsorted(one, one, side="left")
    at = first + np.arange(len(one)) - begin
    hit = at < behind
    if even:
        hit &= np.searchsorted(one, one, side="right") - begin == behind - first
    return np.flatnonzero(hit), at[hit]


def _rest(many: int, taken: Ints) -> Ints:
    free = np.ones(many, bool)
    free[taken] = False
    return np.flatnonzero(free)


def _overlapping(gold: Side, left: Ints, predicted: Side, open_: Ints, stride: int) -> Pairing:
    """Pairs among those that are left, group by group of spans that reach into one another."""
    ours, theirs = gold.at(left), predicted.at(open_)
    start = np.concatenate([s.document * stride + s.start for s in (ours, theirs)])
    end = np.concatenate([s.document * stride + s.end for s in (ours, theirs)])
    order = np.argsort(start, kind="stable")
    reach = np.maximum.accumulate(end[order])
    group = np.empty(len(order), np.int64)
    group[order] = np.cumsum(np.r_[False, start[order][1:] >= reach[:-1]])
    many = int(group.max(initial=-1)) + 1
    mine, yours = group[: len(left)], group[len(left) :]
    golds, founds = np.bincount(mine, minlength=many), np.bincount(yours, minlength=many)
    simple = (golds == 1) & (founds == 1)
    # In group order both columns name the same group at the same place.
    i = np.flatnonzero(simple[mine])
    i = i[np.argsort(mine[i], kind="stable")]
    j = np.flatnonzero(simple[yours])
    j = j[np.argsort(yours[j], kind="stable")]
    kinds = np.where(ours.label[i] == theirs.label[j], LABEL, OVERLAP)
    found = [(left[i], open_[j], kinds)]
    hard = (golds > 0) & (founds > 0) & ~simple
    for g, p in zip(_members(mine, hard), _members(yours, hard), strict=True):
        for a, b, kind in assign(ours.spans(g), theirs.spans(p), _fit):
            found.append((left[g[a : a + 1]], open_[p[b : b + 1]], np.array([kind])))
    return Pairing(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _members(group: Ints, wanted: npt.NDArray[np.bool_]) -> list[Ints]:
    """The places of each wanted group's members, in the groups' order."""
    places = np.flatnonzero(wanted[group])
    places = places[np.argsort(group[places], kind="stable")]
    return np.split(places, np.flatnonzero(np.diff(group[places])) + 1) if len(places) else []


def _fit(one: tuple[int, int, int], other: tuple[int, int, int]) -> Fit | None:
    overlap = min(one[1], other[1]) - max(one[0], other[0])
    if overlap <= 0:
        return None
    if one[:2] == other[:2]:
        return SPAN, overlap
    return (LABEL if one[2] == other[2] else OVERLAP), overlap
