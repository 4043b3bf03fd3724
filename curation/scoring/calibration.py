"""Whether a suggestion's score says how often such suggestions are right."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from curation.documents.document import Document
from curation.scoring.counts import ratio

BINS = 10

# Scores are added up in so many parts of 1, so that their order doesn't matter.
PARTS = 10**9


@dataclass(frozen=True, slots=True)
class Bin:
    """Suggestions whose scores lie in one tenth of 0 to 1: how many, how many right; the sum of the scores in PARTS."""

    many: int = 0
    right: int = 0
    parts: int = 0

    def __add__(self, other: "Bin") -> "Bin":
        return Bin(self.many + other.many, self.right + other.right, self.parts + other.parts)

    @property
    def scores(self) -> float:
        """Their sum: how many the model promised to be right."""
        return self.parts / PARTS

    @property
    def mean(self) -> float | None:
        """What the model promised."""
        return ratio(self.scores, self.many)

    @property
    def share(self) -> float | None:
        """What came true."""
        return ratio(self.right, self.many)


NOTHING = (Bin(),) * BINS


@dataclass(frozen=True, slots=True)
class Calibration:
    """
    Adds up over documents; *without* are the suggestions that carry no score.

    A suggestion is right where it is a strict hit. A score of exactly one tenth
    belongs to the bin above it, 1 to the last, and what lies outside 0 to 1 to
    the nearest.
    """

    bins: tuple[Bin, ...] = NOTHING
    without: int = 0

    def __add__(self, other: "Calibration") -> "Calibration":
        bins = tuple(one + two for one, two in zip(self.bins, other.bins, strict=True))
        return Calibration(bins, self.without + other.without)

    @property
    def many(self) -> int:
        """How many suggestions carry a score."""
        return sum(one.many for one in self.bins)

    @property
    def error(self) -> float | None:
        """The expected calibration error: how far, on average, promise and truth are apart."""
        return ratio(sum(abs(one.scores - one.right) for one in self.bins), self.many)


def calibrated(pairs: Iterable[tuple[Document, Document]]) -> Calibration:
    """That of the second of each pair, the first being the gold."""
    bins, without = list(NOTHING), 0
    for gold, predicted in pairs:
        scored = [one for one in predicted.entities if one.score is not None]
        without += len(predicted.entities) - len(scored)
        if not scored:
            continue
        open_ = Counter(gold.entities)
        for one in scored:
            right = open_[one] > 0
            open_[one] -= right
            score = one.score or 0.0
            place = max(0, min(int(score * BINS), BINS - 1))
            bins[place] += Bin(1, right, round(score * PARTS))
    return Calibration(tuple(bins), without)
