"""Results as rows of a table: header first, then text in every cell."""

from collections.abc import Iterator

from curation.scoring.counts import Counts, Tally
from curation.scoring.scores import Scores

Row = tuple[str, ...]

HEADER: Row = ("", "P", "R", "F1", "tp", "fp", "fn")


def score_rows(tally: Tally) -> Iterator[Row]:
    """Micro first, then each type; rates in percent, a dash where there is nothing to rate."""
    yield HEADER
    yield ("micro", *_cells(tally.micro))
    for label, counts in tally.by_type.items():
        yield (label, *_cells(counts))


def titled(scores: Scores) -> Iterator[tuple[str, Tally]]:
    """Each scheme with the name it is always printed with."""
    for scheme, tally in scores.entities.items():
        name = {"exact": "boundaries"}.get(scheme, scheme)
        yield f"Entities, {name}", tally
    for scheme, tally in scores.relations.items():
        yield f"Relations, {scheme}", tally


def percent(rate: float | None) -> str:
    """One digit after the point; a rate of nothing is a dash, not 0."""
    return "–" if rate is None else f"{100 * rate:.1f}"


def _cells(counts: Counts) -> Row:
    rates = (percent(rate) for rate in (counts.precision, counts.recall, counts.f1))
    return (*rates, str(counts.tp), str(counts.fp), str(counts.fn))
