"""Hits, false alarms and misses, and the rates that they give."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def ratio(part: float, whole: float) -> float | None:
    """None where there is nothing to rate: a rate of nothing is not 0."""
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Counts:
    """
    True positives, false positives and false negatives.

    Counts add up; rates don't. So counts are stored and summed over documents,
    and each rate is worked out when it is asked for.
    """

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float | None:
        """Hits among what was predicted; None where nothing was."""
        return ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        """Hits among what is in the gold; None where nothing is."""
        return ratio(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float | None:
        """2 tp / (2 tp + fp + fn); None where there was nothing at all."""
        return ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)


@dataclass(frozen=True)
class Tally:
    """Counts by type; together they are the micro-average's counts."""

    by_type: Mapping[str, Counts] = field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        labels = sorted(self.by_type.keys() | other.by_type.keys())
        none = Counts()
        return Tally(
            {n: self.by_type.get(n, none) + other.by_type.get(n, none) for n in labels}
        )

    @property
    def micro(self) -> Counts:
        """All types together, every item weighing the same."""
        return sum(self.by_type.values(), Counts())

    @property
    def macro_f1(self) -> float | None:
        """The mean F1 of the types that occur, every type weighing the same."""
        rates = [f1 for counts in self.by_type.values() if (f1 := counts.f1) is not None]
        return ratio(sum(rates), len(rates))
