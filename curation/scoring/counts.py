"""Outcomes counted, and the rates and intervals that go with the counts."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from typing import NamedTuple


def ratio(part: float, whole: float) -> float | None:
    """None where there is nothing to rate: a rate of nothing is not 0."""
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Counts:
    """
    The five outcomes of SemEval-2013 task 9.1.

    Counts add up; rates don't. So counts are stored and summed over documents,
    and each rate is worked out when it is asked for.

    Of one type, *incorrect* are the gold's items of that type that were
    answered wrongly, *mistaken* the answers of that type that were wrong; over
    all types the two are the same.
    """

    correct: int = 0
    incorrect: int = 0
    partial: int = 0
    missed: int = 0
    spurious: int = 0
    mistaken: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @classmethod
    def of(cls, tp: int = 0, fp: int = 0, fn: int = 0) -> "Counts":
        """Where an item is found or not, and never half or wrongly."""
        return cls(correct=tp, spurious=fp, missed=fn)

    @property
    def tp(self) -> int:
        """Hits."""
        return self.correct

    @property
    def fp(self) -> int:
        """False alarms: spurious, and what answered something with another."""
        return self.mistaken + self.spurious

    @property
    def fn(self) -> int:
        """What the gold has and was not found as it should be."""
        return self.incorrect + self.missed

    @property
    def predicted(self) -> int:
        """How much was predicted (the task calls it *actual*)."""
        return self.correct + self.partial + self.fp

    @property
    def gold(self) -> int:
        """How much there is to find (the task calls it *possible*)."""
        return self.correct + self.partial + self.fn

    @property
    def precision(self) -> float | None:
        """Hits among what was predicted, a partial one worth half; None where nothing was."""
        return ratio(2 * self.correct + self.partial, 2 * self.predicted)

    @property
    def recall(self) -> float | None:
        """Hits among what is in the gold, a partial one worth half; None where nothing is."""
        return ratio(2 * self.correct + self.partial, 2 * self.gold)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; None where there was nothing at all."""
        return ratio(2 * self.correct + self.partial, self.predicted + self.gold)


class Interval(NamedTuple):
    """Where 95 % of resampled documents put a figure."""

    low: float
    high: float


class Spread(NamedTuple):
    """The intervals of three rates, each None where resampling can't say anything."""

    precision: Interval | None = None
    recall: Interval | None = None
    f1: Interval | None = None


@dataclass(frozen=True)
class Rates:
    """Counts, and how far the rates can be trusted: by BCa (the one to print) and by percentile."""

    counts: Counts = field(default_factory=Counts)
    bca: Spread = field(default_factory=Spread)
    percentile: Spread = field(default_factory=Spread)


@dataclass(frozen=True)
class Mean:
    """The mean F1 of the types that occur, every type weighing the same."""

    f1: float | None = None
    bca: Interval | None = None
    percentile: Interval | None = None

    @staticmethod
    def over(types: Iterable[Counts]) -> float | None:
        """None where no type occurs."""
        rates = [f1 for counts in types if (f1 := counts.f1) is not None]
        return ratio(sum(rates), len(rates))


@dataclass(frozen=True)
class Tally:
    """
    One scheme's result: every item weighing the same (*micro*), and by type.

    A pair whose types differ but that the scheme takes for a hit counts for
    the gold's type, so that the types add up to *micro*. *emittable* is
    *micro* over the types that the baseline can emit at all, where that is
    known; *by_band* tells relations within a sentence from those across.
    """

    micro: Rates = field(default_factory=Rates)
    macro: Mean = field(default_factory=Mean)
    by_type: Mapping[str, Rates] = field(default_factory=dict)
    emittable: Rates | None = None
    by_band: Mapping[str, Rates] | None = None
