"""
Relations of the gold matched with predicted ones, by named criteria (Taillé et al. 2020).

Strict: both spans, both entity types, label and direction are the same.
Boundaries: the entity types don't matter. Relaxed: the ends only have to
overlap. Other authors' relaxed settings ask for the right type of a token; ours
leaves the types out, so that each criterion only adds hits to the stricter one.
"""

from collections.abc import Collection, Sequence

import numpy as np

from curation.documents.document import Relation
from curation.documents.sentences import sentence_starts
from curation.scoring.assignment import AssignedPair
from curation.scoring.match_kind import UNMATCHED, MatchKind
from curation.scoring.matching import (
    EndFits,
    FitColumns,
    IntArray,
    MatchColumns,
    all_but,
    equal_keys,
    joined_matches,
    match_in_groups,
)
from curation.scoring.relation_columns import RelationColumns, RelationSides, relation_sides


def match_relation_columns(sides: RelationSides) -> MatchColumns:
    """
    Every relation of both sides once: in a pair, missed or spurious.

    Only relations of one label are paired; the order of preference is the one of entities.
    """
    same = equal_keys(sides.gold_keys, sides.predicted_keys)
    gold_left = all_but(len(sides.gold_keys), same[0])
    predicted_left = all_but(len(sides.predicted_keys), same[1])
    golds = sides.gold.at(gold_left)
    answers = sides.predicted.at(predicted_left)
    labels = len(sides.labels)

    def fit(i: IntArray, j: IntArray) -> FitColumns:
        """How well both ends fit; without direction, the better fit of the two ways round."""
        gold = golds.at(i)
        predicted = answers.at(j)
        straight = _fit(gold, predicted)
        turned = _fit(gold, predicted.turned)
        closer = (turned.kind < straight.kind) | (
            (turned.kind == straight.kind) & (turned.overlap > straight.overlap)
        )
        better = (turned.overlap > 0) & ((straight.overlap == 0) | closer)
        better &= sides.symmetric[gold.label]
        return FitColumns(
            *(np.where(better, b, a) for a, b in zip(straight, turned, strict=True))
        )

    pairs = match_in_groups(
        golds.document * labels + golds.label, answers.document * labels + answers.label, fit
    )
    return joined_matches(
        [
            MatchColumns(*same, np.full(len(same[0]), MatchKind.SAME)),
            pairs.among(gold_left, predicted_left),
        ],
        len(sides.gold_keys),
        len(sides.predicted_keys),
    )


def _fit(one: RelationColumns, other: RelationColumns) -> FitColumns:
    heads = EndFits.of(one.head, other.head)
    tails = EndFits.of(one.tail, other.tail)
    do_both_overlap = np.minimum(heads.overlap, tails.overlap) > 0
    both = EndFits(
        np.where(do_both_overlap, heads.overlap + tails.overlap, 0),
        heads.same_span & tails.same_span,
        heads.same_type & tails.same_type,
    )
    return FitColumns(both.kind, both.overlap)


def match_relations(
    gold: Sequence[Relation], predicted: Sequence[Relation], symmetric: Collection[str]
) -> list[AssignedPair]:
    """
    Every relation of one document's two sides once: its places (UNMATCHED where a side has none) and its kind.

    Both sides are canonical relations. Those of one label stand together.
    """
    sides = relation_sides([gold], [predicted], symmetric)
    found = match_relation_columns(sides)
    label = np.where(
        found.gold == UNMATCHED,
        np.append(sides.predicted.label, 0)[found.predicted],
        np.append(sides.gold.label, 0)[found.gold],
    )
    by_label = np.argsort(label, kind="stable")
    return [
        AssignedPair(i, j, kind)
        for i, j, kind in zip(*(column[by_label].tolist() for column in found), strict=True)
    ]


def sentence_bands(texts: Sequence[str], sides: RelationSides) -> tuple[IntArray, IntArray]:
    """
    For each relation of either side the place in SENTENCE_BANDS.

    The band says whether the relation lies in one sentence, or goes across some.
    """
    stride = 1 + max(map(len, texts), default=0)
    documents = np.concatenate([side.document for side in sides.both])
    starts = np.array(
        [
            number * stride + start
            for number in np.unique(documents).tolist()
            for start in sentence_starts(texts[number])
        ],
        np.int64,
    )

    def bands(relations: RelationColumns) -> IntArray:
        heads = relations.head
        tails = relations.tail
        head_first = (heads.start < tails.start) | (
            (heads.start == tails.start) & (heads.end <= tails.end)
        )
        first_end = np.where(head_first, heads.end, tails.end)
        second_start = np.where(head_first, tails.start, heads.start)
        before, until = (
            np.searchsorted(starts, relations.document * stride + place, side="right")
            for place in (first_end - 1, second_start)
        )
        is_across: IntArray = ((second_start > first_end) & (before != until)).astype(np.int64)
        return is_across

    return bands(sides.gold), bands(sides.predicted)
