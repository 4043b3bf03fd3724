"""
Token labels, for what needs units that can be counted: token confusion, κ and α.

A token is a run of letters, digits and underscores, or one other character
that isn't white space. Its label is that of the span that covers it, wholly or
in part; where spans overlap, that of the outermost (the longest; of equal ones
the first by place, then by label). The other spans are counted as left out.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from curation.documents.document import Document, Entity

_TOKEN = re.compile(r"\w+|[^\w\s]")

# The label of a token that no span covers.
OUTSIDE = "O"


class TokenLabels(NamedTuple):
    """Each token's label, and how many spans they can't show, being inside others."""

    labels: list[str]
    spans_left_out: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text, by their starts and ends."""

    starts: list[int]
    ends: list[int]

    @staticmethod
    def of(text: str) -> "Tokens":
        """The tokens of *text*."""
        spans = [token.span() for token in _TOKEN.finditer(text)]
        return Tokens([start for start, _ in spans], [end for _, end in spans])

    def labels(self, entities: Sequence[Entity]) -> TokenLabels:
        """Each token's label by these *entities*, OUTSIDE where none covers it."""
        labels = [OUTSIDE] * len(self.starts)
        shown = _outermost(entities)
        # From the right, so that a token that two spans share goes to the first.
        for entity in reversed(shown):
            first = bisect_right(self.ends, entity.start)
            behind = bisect_left(self.starts, entity.end)
            labels[first:behind] = [entity.label] * (behind - first)
        return TokenLabels(labels, len(entities) - len(shown))


def _outermost(entities: Sequence[Entity]) -> list[Entity]:
    """Entities that don't overlap, the longest chosen first, in the text's order."""
    ordered = sorted(entities)
    if all(one.end <= two.start for one, two in pairwise(ordered)):
        return ordered
    starts: list[int] = []
    chosen: list[Entity] = []
    for entity in sorted(ordered, key=lambda one: (one.start - one.end, one)):
        place = bisect_left(starts, entity.start)
        free_before = place == 0 or chosen[place - 1].end <= entity.start
        if free_before and (place == len(chosen) or entity.end <= chosen[place].start):
            starts.insert(place, entity.start)
            chosen.insert(place, entity)
    return chosen


def token_labels(gold: Document, predicted: Document) -> tuple[TokenLabels, TokenLabels]:
    """The labels of one text's tokens by the gold and by the predictions."""
    tokens = Tokens.of(gold.text)
    return tokens.labels(gold.entities), tokens.labels(predicted.entities)
