"""What a comparison says in words: what moved, what was held fixed, and how likely chance is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from curation.report.figures import SAME_RATE, interval_text, percent, signed_points
from curation.scoring.results import Comparison, ScoreDifference


@dataclass(frozen=True, kw_only=True)
class _Change:
    """What changed, beside what held fixed; what the figure is now of, and what it was of then."""

    subject: str
    fixed: str
    now: str
    then: str


_MODEL = _Change(
    subject="The model moved",
    fixed="on this gold, ",
    now="with these predictions",
    then="with the others",
)
_GOLD = _Change(
    subject="The gold moved",
    fixed="with these predictions, ",
    now="against this gold",
    then="against the other",
)
_GOLD_WITH_THE_OTHER_PREDICTIONS = _Change(
    subject="The gold moved",
    fixed="with the other predictions, ",
    now="against this gold",
    then="against the other",
)
_BOTH = _Change(
    subject="Together they moved",
    fixed="",
    now="with these predictions against this gold",
    then="with the others against the other",
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
        nothing = "" if abs(one.difference) > SAME_RATE else " nothing"
        yield (
            f"{change.subject}{nothing}: {change.fixed}the F1 of {what} is "
            f"{percent(one.after)} {change.now} and was {percent(one.before)} {change.then} "
            f"({signed_points(one.difference)} points{interval}{chance})."
        )
