"""Whether a suggestion's score says how often such suggestions are right."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from curation.documents.document import Document
from curation.scoring.counts import ratio

CALIBRATION_BINS = 10

# Scores are summed in units of 1 / SCORE_PARTS, so that their order doesn't matter.
SCORE_PARTS = 10**9


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Suggestions whose scores lie in one tenth of 0 to 1; *score_parts* is the sum of the scores."""

    suggestions: int = 0
    right: int = 0
    score_parts: int = 0

    def __add__(self, other: "CalibrationBin") -> "CalibrationBin":
        return CalibrationBin(
            self.suggestions + other.suggestions,
            self.right + other.right,
            self.score_parts + other.score_parts,
        )

    @property
    def scores(self) -> float:
        """The sum of the scores: how many suggestions should be right by the model's own words."""
        return self.score_parts / SCORE_PARTS

    @property
    def mean_score(self) -> float | None:
        """The mean of the scores; None without suggestions."""
        return ratio(self.scores, self.suggestions)

    @property
    def share_right(self) -> float | None:
        """The share of the suggestions that are right; None without suggestions."""
        return ratio(self.right, self.suggestions)


_EMPTY = (CalibrationBin(),) * CALIBRATION_BINS


@dataclass(frozen=True, slots=True)
class Calibration:
    """
    Suggestions by their score, added up over documents; *without_score* counts those without one.

    A suggestion is right where it is a strict hit. A score of exactly one tenth
    belongs to the bin above it, 1 to the last one, and a score outside 0 to 1 to
    the nearest one.
    """

    bins: tuple[CalibrationBin, ...] = _EMPTY
    without_score: int = 0

    def __add__(self, other: "Calibration") -> "Calibration":
        bins = tuple(one + two for one, two in zip(self.bins, other.bins, strict=True))
        return Calibration(bins, self.without_score + other.without_score)

    @property
    def suggestions(self) -> int:
        """How many suggestions carry a score."""
        return sum(bin_.suggestions for bin_ in self.bins)

    @property
    def error(self) -> float | None:
        """The expected calibration error: the mean distance of score and share right."""
        distances = sum(abs(bin_.scores - bin_.right) for bin_ in self.bins)
        return ratio(distances, self.suggestions)


def calibrate(pairs: Iterable[tuple[Document, Document]]) -> Calibration:
    """The calibration of the predictions, over pairs of gold and predicted documents."""
    bins = list(_EMPTY)
    without_score = 0
    for gold, predicted in pairs:
        scored = [entity for entity in predicted.entities if entity.score is not None]
        without_score += len(predicted.entities) - len(scored)
        if not scored:
            continue
        unanswered = Counter(gold.entities)
        for entity in scored:
            right = unanswered[entity] > 0
            unanswered[entity] -= right
            score = entity.score or 0.0
            place = max(0, min(int(score * CALIBRATION_BINS), CALIBRATION_BINS - 1))
            bins[place] += CalibrationBin(1, right, round(score * SCORE_PARTS))
    return Calibration(tuple(bins), without_score)
