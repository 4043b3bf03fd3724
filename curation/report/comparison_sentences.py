"""What a comparison says in words: how far F1 moved, what was held fixed, and how likely chance is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from curation.report.number_format import interval_text, percent, signed_points
from curation.scoring.results import Comparison, ScoreDifference


@dataclass(frozen=True, kw_only=True)
class _Change:
    """What is held fixed, and the two sides that are compared: these and the other ones."""

    fixed: str
    these: str
    other: str


_MODEL = _Change(
    fixed="Against this gold",
    these="with these predictions",
    other="with the other predictions",
)
_GOLD = _Change(
    fixed="With these predictions",
    these="against this gold",
    other="against the other gold",
)
_GOLD_WITH_THE_OTHER_PREDICTIONS = _Change(
    fixed="With the other predictions",
    these="against this gold",
    other="against the other gold",
)
_BOTH = _Change(
    fixed="With both changes",
    these="with these predictions against this gold",
    other="with the other predictions against the other gold",
)


def comparison_sentences(compared: Comparison) -> Iterator[str]:
    """For each change a sentence on entities and one on relations, where F1 is defined."""
    gold = _GOLD_WITH_THE_OTHER_PREDICTIONS if compared.model else _GOLD
    yield from _sentences(compared.model, _MODEL)
    yield from _sentences(compared.gold, gold)
    yield from _sentences(compared.both, _BOTH)


def _sentences(
    differences: Mapping[str, ScoreDifference] | None, change: _Change
) -> Iterator[str]:
    for what in ("entities", "relations"):
        one = (differences or {}).get(f"{what}.strict.micro.f1")
        if one is None or one.difference is None:
            continue
        interval = f"; 95 % interval {interval_text(one.bca, signed_points)}" if one.bca else ""
        chance = "" if one.p is None else f"; p = {one.p:.4f}"
        yield (
            f"{change.fixed}, the F1 of {what} is {percent(one.after)} {change.these} and "
            f"{percent(one.before)} {change.other} "
            f"({signed_points(one.difference)} points{interval}{chance})."
        )
