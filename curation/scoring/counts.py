"""Outcomes counted, and the rates that the counts give."""

from dataclasses import astuple, dataclass
from typing import NamedTuple


def ratio(part: float, whole: float) -> float | None:
    """None where *whole* is 0: a rate of nothing is not 0."""
    return part / whole if whole else None


class Interval(NamedTuple):
    """The range in which 95 % of the resamples put a figure."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """
    The five outcomes of SemEval-2013 task 9.1.

    OutcomeCounts add up and rates don't, so that counts are stored and summed over
    documents, and each rate is worked out from the sums.

    Of one type, *incorrect* are the gold's items of that type with a wrong
    answer, *incorrect_predicted* the wrong answers of that type. Over all types
    the two are equal.
    """

    correct: int = 0
    incorrect: int = 0
    partial: int = 0
    missed: int = 0
    spurious: int = 0
    incorrect_predicted: int = 0

    def __add__(self, other: "OutcomeCounts") -> "OutcomeCounts":
        return OutcomeCounts(
            *(a + b for a, b in zip(astuple(self), astuple(other), strict=True))
        )

    @classmethod
    def binary(cls, tp: int = 0, fp: int = 0, fn: int = 0) -> "OutcomeCounts":
        """OutcomeCounts of items that are found or not, and never in part."""
        return cls(correct=tp, spurious=fp, missed=fn)

    @property
    def tp(self) -> int:
        """True positives: the correct ones."""
        return self.correct

    @property
    def fp(self) -> int:
        """False positives: spurious predictions, and wrong answers to something in the gold."""
        return self.incorrect_predicted + self.spurious

    @property
    def fn(self) -> int:
        """False negatives: items of the gold that were missed or answered wrongly."""
        return self.incorrect + self.missed

    @property
    def predicted(self) -> int:
        """The number of predictions (SemEval's *actual*)."""
        return self.correct + self.partial + self.fp

    @property
    def gold(self) -> int:
        """The number of items in the gold (SemEval's *possible*)."""
        return self.correct + self.partial + self.fn

    @property
    def precision(self) -> float | None:
        """Correct ones among the predictions, partial ones worth half; None without predictions."""
        return ratio(2 * self.correct + self.partial, 2 * self.predicted)

    @property
    def recall(self) -> float | None:
        """Correct ones among the gold, partial ones worth half; None where the gold has no item."""
        return ratio(2 * self.correct + self.partial, 2 * self.gold)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; None where neither side has an item."""
        return ratio(2 * self.correct + self.partial, self.predicted + self.gold)
