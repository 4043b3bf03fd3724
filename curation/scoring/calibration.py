"""Whether a suggestion's score says how often such suggestions are right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from curation.scoring.counts import ratio
from curation.scoring.matching import Match

BINS = 10


@dataclass
class Bin:
    """Suggestions whose scores lie in one tenth of 0 to 1: how many, how many right, their scores' sum."""

    many: int = 0
    right: int = 0
    scores: float = 0.0

    @property
    def mean(self) -> float | None:
        """What the model promised."""
        return ratio(self.scores, self.many)

    @property
    def share(self) -> float | None:
        """What came true."""
        return ratio(self.right, self.many)


@dataclass
class Calibration:
    """
    Adds up over documents; *without* are the suggestions that carry no score.

    A suggestion is right where it is a strict hit. A score of exactly one tenth
    belongs to the bin above it, 1 to the last, and what lies outside 0 to 1 to
    the nearest.
    """

    bins: Sequence[Bin] = field(default_factory=lambda: [Bin() for _ in range(BINS)])
    without: int = 0

    def add(self, matches: Iterable[Match]) -> None:
        """One document's."""
        for match in matches:
            if match.predicted is None:
                continue
            score = match.predicted.score
            if score is None:
                self.without += 1
                continue
            found = self.bins[max(0, min(int(score * BINS), BINS - 1))]
            found.many += 1
            found.right += match.kind == "same"
            found.scores += score

    @property
    def many(self) -> int:
        """How many suggestions carry a score."""
        return sum(one.many for one in self.bins)

    @property
    def error(self) -> float | None:
        """The expected calibration error: how far, on average, promise and truth are apart."""
        return ratio(sum(abs(one.scores - one.right) for one in self.bins), self.many)
