"""Which type is taken for which, over matched spans and over tokens."""

from collections import Counter
from typing import Any

import numpy as np

from curation.scoring.match_kind import UNMATCHED
from curation.scoring.match_table import MatchTable
from curation.scoring.results import NO_SPAN, ConfusionMatrix
from curation.scoring.tokens import OUTSIDE, LabelledTokens


def span_confusion(matches: MatchTable) -> ConfusionMatrix:
    """Rows are the gold's types, columns the predicted ones; NO_SPAN is last, for missed and spurious."""
    types = len(matches.labels)
    if not len(matches.kind):
        return ConfusionMatrix()
    gold = np.where(matches.gold == UNMATCHED, types, matches.gold)
    predicted = np.where(matches.predicted == UNMATCHED, types, matches.predicted)
    return ConfusionMatrix((*matches.labels, NO_SPAN), _crossed(gold, predicted, types + 1))


def _crossed(
    gold: Any, predicted: Any, size: int, times: Any = None
) -> tuple[tuple[int, ...], ...]:
    """How often each of *size* numbers stands beside each other one."""
    cells = np.bincount(np.asarray(gold) * size + predicted, times, size * size).astype(int)
    return tuple(map(tuple, cells.reshape(size, size).tolist()))


class TokenConfusion:
    """Counts of label pairs that add up over documents; a new label may turn up at any time."""

    def __init__(self) -> None:
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.gold_left_out = 0
        self.predicted_left_out = 0

    def __add__(self, other: "TokenConfusion") -> "TokenConfusion":
        both = TokenConfusion()
        both.pairs = self.pairs + other.pairs
        both.gold_left_out = self.gold_left_out + other.gold_left_out
        both.predicted_left_out = self.predicted_left_out + other.predicted_left_out
        return both

    def add(self, tokens: LabelledTokens) -> None:
        """Count the tokens of some documents; the first side is the gold."""
        gold, predicted = tokens.sides
        names = tokens.names
        times = np.bincount(gold * len(names) + predicted, tokens.tokens, len(names) ** 2)
        for pair in np.flatnonzero(times).tolist():
            self.pairs[names[pair // len(names)], names[pair % len(names)]] += int(times[pair])
        gold_left_out, predicted_left_out = tokens.left_out
        self.gold_left_out += int(gold_left_out.sum())
        self.predicted_left_out += int(predicted_left_out.sum())

    def matrix(self) -> ConfusionMatrix:
        """Rows are the gold's labels, columns the predicted ones; OUTSIDE is last."""
        if not self.pairs:
            return ConfusionMatrix()
        names = {name for pair in self.pairs for name in pair} - {OUTSIDE}
        labels = (*sorted(names), OUTSIDE)
        numbers = {name: n for n, name in enumerate(labels)}
        gold, predicted, times = zip(
            *((numbers[a], numbers[b], count) for (a, b), count in self.pairs.items()),
            strict=True,
        )
        return ConfusionMatrix(
            labels,
            _crossed(gold, predicted, len(labels), times),
            spans_left_out=(self.gold_left_out, self.predicted_left_out),
        )
