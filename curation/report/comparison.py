"""What a comparison says in words: what moved, what was held fixed, whether chance would do as much."""

from collections.abc import Iterator, Mapping

from curation.report.tables import NEAR, between, percent, signed
from curation.scoring.results import Comparison, ScoreDifference

# What moved with what held fixed, what the figure is of now, and what it was of then.
MODEL = "The model moved{}: on this gold,", "with these predictions", "with the others"
GOLD = "The gold moved{}: with these predictions,", "against this gold", "against the other"
GOLD_TOO = (
    "The gold moved{}: with the other predictions,",
    "against this gold",
    "against the other",
)
BOTH = (
    "Together they moved{}:",
    "with these predictions against this gold",
    "with the others against the other",
)


def moved(compared: Comparison) -> Iterator[str]:
    """A sentence for the entities and one for the relations, of each change."""
    yield from _sentences(compared.model, *MODEL)
    yield from _sentences(compared.gold, *(GOLD_TOO if compared.model else GOLD))
    yield from _sentences(compared.both, *BOTH)


def _sentences(
    figures: Mapping[str, ScoreDifference] | None, begins: str, now: str, then: str
) -> Iterator[str]:
    for what in ("entities", "relations"):
        one = (figures or {}).get(f"{what}.strict.micro.f1")
        if one is None or one.difference is None:
            continue
        spread = f"; 95 % interval {between(one.bca, signed)}" if one.bca else ""
        chance = "" if one.p is None else f"; p = {one.p:.4f}"
        told = begins.format("" if abs(one.difference) > NEAR else " nothing")
        yield (
            f"{told} the F1 of {what} is {percent(one.after)} {now} and was {percent(one.before)} "
            f"{then} ({signed(one.difference)} points{spread}{chance})."
        )
