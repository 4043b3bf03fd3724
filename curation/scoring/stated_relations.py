"""Relations counted as sets: what a document states as a whole, and the labels on ends that both sides joined."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from curation.scoring.match_kind import UNMATCHED, MatchKind
from curation.scoring.match_table import MatchTableBuilder
from curation.scoring.matching import BoolArray, IntArray
from curation.scoring.relation_columns import RelationColumns, RelationSides

# The result of relations that counts only the labels, where both annotators joined two spans.
LABELS_ON_AGREED_ENDS = "labels_on_agreed_ends"


class _Stated(NamedTuple):
    """What one side states, as numbers; *key* is equal where the same is stated."""

    document: IntArray
    label: IntArray
    key: IntArray


def add_document_level(
    builder: MatchTableBuilder, texts: Sequence[str], sides: RelationSides, first: int
) -> None:
    """
    Add what the documents state as a whole: label, head's words and tail's words, each once.

    Counted as DWIE and DocRED count; but mentions are one where their words are
    the same but for white space, since our documents hold no coreference. The
    documents are numbered from *first* on.
    """
    numbers: dict[str, int] = {}
    ends = [end for side in sides.both for end in (side.head, side.tail)]
    spans, which = np.unique(
        np.concatenate([end.spans(sides.stride) for end in ends]), return_inverse=True
    )
    places, end = np.divmod(spans, sides.stride)
    document, start = np.divmod(places, sides.stride)
    words = np.array(
        [
            numbers.setdefault(" ".join(texts[d][s:e].split()), len(numbers))
            for d, s, e in zip(document.tolist(), start.tolist(), end.tolist(), strict=True)
        ],
        np.int64,
    )[which]
    heads_and_tails = np.split(words, np.cumsum([len(end.start) for end in ends])[:-1])

    def stated(side: RelationColumns, head: IntArray, tail: IntArray) -> _Stated:
        turned = sides.symmetric[side.label] & (tail < head)
        one = np.where(turned, tail, head)
        other = np.where(turned, head, tail)
        pairs = (side.document * len(numbers) + one) * len(numbers) + other
        return _Stated(side.document, side.label, pairs * len(sides.labels) + side.label)

    gold = stated(sides.gold, *heads_and_tails[:2])
    predicted = stated(sides.predicted, *heads_and_tails[2:])
    _add_sets(builder, gold, predicted, sides.labels, first)


def add_labels_on_agreed_ends(
    builder: MatchTableBuilder, sides: RelationSides, first: int
) -> None:
    """
    Add the labels that either annotator gave to two spans that both joined, whichever way round.

    This tells how well annotators name relations from how well they find them. The documents are
    numbered from *first* on.
    """
    joined = []
    for side in sides.both:
        head, tail = (end.spans(sides.stride) for end in (side.head, side.tail))
        joined.append((np.minimum(head, tail), np.maximum(head, tail), head <= tail))
    ranked, ranks = np.unique(
        np.concatenate([span for spans in joined for span in spans[:2]]), return_inverse=True
    )
    lengths = [len(spans[0]) for spans in joined for _ in range(2)]
    ends = np.split(ranks, np.cumsum(lengths)[:-1])
    gold_ends, predicted_ends = (
        one * len(ranked) + other for one, other in (ends[:2], ends[2:])
    )

    def stated(
        side: RelationColumns, own: IntArray, others: IntArray, forward: BoolArray
    ) -> _Stated:
        is_forward = sides.symmetric[side.label] | forward
        key = (own * len(sides.labels) + side.label) * 2 + is_forward
        agreed = np.isin(own, others)
        return _Stated(side.document[agreed], side.label[agreed], key[agreed])

    gold = stated(sides.gold, gold_ends, predicted_ends, joined[0][2])
    predicted = stated(sides.predicted, predicted_ends, gold_ends, joined[1][2])
    _add_sets(builder, gold, predicted, sides.labels, first)


def _add_sets(
    builder: MatchTableBuilder,
    gold: _Stated,
    predicted: _Stated,
    labels: Sequence[str],
    first: int,
) -> None:
    """Add what is stated on either side, each once: SAME, MISSED or SPURIOUS."""
    numbers = np.array([*map(builder.number, labels)], np.int64)
    keys, places = np.unique(np.concatenate([gold.key, predicted.key]), return_index=True)
    document, label = (
        np.concatenate(column)[places] for column in zip(gold[:2], predicted[:2], strict=True)
    )
    label = numbers[label]
    in_gold = np.isin(keys, gold.key)
    in_predicted = np.isin(keys, predicted.key)
    kind = np.where(
        in_gold, np.where(in_predicted, MatchKind.SAME, MatchKind.MISSED), MatchKind.SPURIOUS
    )
    builder.add(
        document=document + first,
        gold=np.where(in_gold, label, UNMATCHED),
        predicted=np.where(in_predicted, label, UNMATCHED),
        kind=kind,
    )
