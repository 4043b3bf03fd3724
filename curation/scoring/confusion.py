"""Which type is taken for which, over matched spans and over tokens."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from curation.scoring.matching import NONE
from curation.scoring.result import Confusion
from curation.scoring.schemes import Matches
from curation.scoring.tokens import OUTSIDE

NOBODY = ""


def of_spans(matches: Matches) -> Confusion:
    """Rows are the gold's types, columns the predicted ones; NOBODY is missed or spurious."""
    many = len(matches.labels)
    if not len(matches.kind):
        return Confusion()
    gold = np.where(matches.gold == NONE, many, matches.gold)
    found = np.where(matches.predicted == NONE, many, matches.predicted)
    return Confusion((*matches.labels, NOBODY), _table(gold, found, many + 1))


def _table(gold: Any, found: Any, many: int, times: Any = None) -> tuple[tuple[int, ...], ...]:
    """How often each of *many* numbers stands beside each other one."""
    cells = np.bincount(np.asarray(gold) * many + found, times, many * many).astype(int)
    return tuple(map(tuple, cells.reshape(many, many).tolist()))


class TokenConfusion:
    """Adds up over documents; labels may turn up at any time."""

    def __init__(self) -> None:
        self.found: Counter[tuple[str, str]] = Counter()
        self.left_out: Counter[str] = Counter()

    def __add__(self, other: "TokenConfusion") -> "TokenConfusion":
        both = TokenConfusion()
        both.found, both.left_out = self.found + other.found, self.left_out + other.left_out
        return both

    def add(self, gold: Sequence[str], predicted: Sequence[str], lost: int, also: int) -> None:
        """One document's tokens, and how many spans of each side they can't show."""
        self.found.update(zip(gold, predicted, strict=True))
        self.left_out.update(gold=lost, predicted=also)

    def table(self) -> Confusion:
        """Rows are the gold's labels, columns the predicted ones; OUTSIDE stands last."""
        if not self.found:
            return Confusion()
        names = {name for pair in self.found for name in pair} - {OUTSIDE}
        labels = (*sorted(names), OUTSIDE)
        number = {name: n for n, name in enumerate(labels)}
        gold, predicted, weights = zip(
            *((number[a], number[b], many) for (a, b), many in self.found.items()), strict=True
        )
        left_out = self.left_out["gold"], self.left_out["predicted"]
        return Confusion(labels, _table(gold, predicted, len(labels), weights), left_out)
