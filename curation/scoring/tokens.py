"""
The token view, for what needs units that can be counted: confusion, κ and α.

A token is a run of letters, digits and underscores, or one other character
that isn't white space. It has the label of the span that covers it, wholly or
in part; where spans overlap, of the outermost (the longest; of equal ones the
first by place, then by label). The spans that lose are counted.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from curation.documents.document import Document, Entity

TOKEN = re.compile(r"\w+|[^\w\s]")
OUTSIDE = "O"


@dataclass(frozen=True)
class Tokens:
    """The tokens of a text, by their starts and ends."""

    starts: list[int]
    ends: list[int]

    @staticmethod
    def of(text: str) -> "Tokens":
        found = [token.span() for token in TOKEN.finditer(text)]
        return Tokens([start for start, _ in found], [end for _, end in found])

    def labels(self, entities: Sequence[Entity]) -> tuple[list[str], int]:
        """Each token's label, OUTSIDE where there is none, and how many spans had to be left out."""
        labels = [OUTSIDE] * len(self.starts)
        kept = outermost(entities)
        # From the right, so that a token that two spans share goes to the first.
        for entity in reversed(kept):
            first = bisect_right(self.ends, entity.start)
            behind = bisect_left(self.starts, entity.end)
            labels[first:behind] = [entity.label] * (behind - first)
        return labels, len(entities) - len(kept)


def outermost(entities: Sequence[Entity]) -> list[Entity]:
    """Entities that don't overlap, the longest first choice, in the text's order."""
    ordered = sorted(entities)
    if all(one.end <= two.start for one, two in pairwise(ordered)):
        return ordered
    starts: list[int] = []
    kept: list[Entity] = []
    for entity in sorted(ordered, key=lambda one: (one.start - one.end, one)):
        at = bisect_left(starts, entity.start)
        before = at == 0 or kept[at - 1].end <= entity.start
        if before and (at == len(kept) or entity.end <= kept[at].start):
            starts.insert(at, entity.start)
            kept.insert(at, entity)
    return kept


def both(gold: Document, predicted: Document) -> tuple[list[str], list[str], int, int]:
    """Two readings of one text: the labels of each token, and how many spans each lost."""
    tokens = Tokens.of(gold.text)
    ours, lost = tokens.labels(gold.entities)
    theirs, also = tokens.labels(predicted.entities)
    return ours, theirs, lost, also
