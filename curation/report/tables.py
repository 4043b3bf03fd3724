"""Results as rows of a table that fits into 80 columns: header first, then text in every cell."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from curation.errors import pluralise
from curation.scoring.counts import Counts, Interval
from curation.scoring.results import ArmScores, Comparison, RatedCounts, SchemeResult, Scores

if TYPE_CHECKING:
    from curation.scoring.agreement import Agreement, Coefficient

Row = tuple[str, ...]
Titled = tuple[str, list[Row]]

RATES: Row = ("P", "R", "F1", "95 %", "tp", "fp", "fn")
NO_RATES: Row = ("",) * len(RATES)
OUTCOMES = ("correct", "incorrect", "partial", "missed", "spurious")
CONFUSED = 8
# RatedCounts that differ by no more are one rate, worked out in another order.
NEAR = 1e-9
NAMES = {
    "exact": "boundaries",
    "on_gold_entities": "on the gold's entities",
    "document_level": "document level",
    "labels_on_agreed_ends": "labels on agreed ends",
    "same_sentence": "in one sentence",
    "across": "across sentences",
}


def score_tables(scores: Scores, *, every: bool = False) -> Iterator[Titled]:
    """
    The headline; then by type, outcomes and mistakes; then the other arms and what moved.

    Those that a reader can do without are there only where *every* is asked for.
    """
    part = scores.headline
    yield _overview(part, _of(part), every)
    yield from _typed("Entities", part.entities, ("strict", "exact"), every)
    if every or not _faultless(part.entities):
        yield "Entities by outcome", _outcomes(part.entities)
    if confused := _confused(part):
        yield "Entities taken for another", [("gold", "predicted", "times"), *confused]
    yield from _typed("Relations", part.relations, ("strict", "boundaries"), every)
    for arm, other in scores.arms.items():
        yield _overview(other, f"{arm}: {_of(other)}", every)
    if scores.comparison:
        yield from comparison_tables(scores.comparison)


def agreement_tables(found: "Agreement") -> Iterator[Titled]:
    """All pairs together, then each."""
    rows: list[Row] = [("", "F1", "95 %", "by both", "by one alone")]
    for what, tallies in (("Entities", found.entities), ("Relations", found.relations)):
        for scheme, tally in tallies.items():
            counts = tally.micro.counts
            alone = str(counts.fp + counts.fn)
            cells = (percent(counts.f1), between(tally.micro.bca.f1), _hits(counts), alone)
            rows.append((f"{what}, {NAMES.get(scheme, scheme)}", *cells))
    yield "Agreement, all pairs together", rows
    rows = [("", "value", "95 %")]
    for name, one in (("Cohen's κ", found.kappa), ("Krippendorff's α", found.alpha)):
        rows.append((name, *_coefficient(one)))
    yield "Beyond chance, over tokens", rows
    rows = [("", "documents", "entities F1", "relations F1", "κ")]
    for pair in found.pairs:
        rates = (percent(pair.entities_f1), percent(pair.relations_f1), decimal(pair.kappa))
        rows.append((" and ".join(pair.annotators), str(pair.documents), *rates))
    yield "Pair by pair, strict", rows


def comparison_tables(compared: Comparison) -> Iterator[Titled]:
    """The F1 of every scheme: what each change moved, the other side held fixed, and by how much."""
    fixed = "the other predictions" if compared.model else "these predictions"
    moved = {
        "The model moved, on this gold": compared.model,
        f"The gold moved, with {fixed}": compared.gold,
        "Both moved": compared.both,
    }
    for title, figures in moved.items():
        rows: list[Row] = [("F1", "before", "after", "moved", "95 %", "p")]
        for path, one in (figures or {}).items():
            what, scheme, _, rate = path.split(".")
            if rate == "f1":
                cells = (percent(one.before), percent(one.after), signed(one.difference))
                name = f"{what.capitalize()}, {NAMES.get(scheme, scheme)}"
                chance = "–" if one.p is None else f"{one.p:.4f}"
                rows.append((name, *cells, between(one.bca, signed), chance))
        if figures:
            yield (
                f"{title}: {pluralise(compared.documents, 'document')}, against {compared.against}",
                rows,
            )


def percent(rate: float | None) -> str:
    """
    One digit after the point; a rate of nothing is a dash, not 0.

    All and nothing are said of all and nothing alone.
    """
    if rate is None:
        return "–"
    if NEAR < rate < 0.0005:
        return "<0.1"
    return ">99.9" if 0.9995 <= rate < 1 - NEAR else f"{100 * rate:.1f}"


def signed(rate: float | None) -> str:
    """A difference of rates, in points; one without a sign is none at all."""
    if rate is None:
        return "–"
    return "0.0" if abs(rate) < NEAR else f"{100 * rate:+.1f}"


def decimal(value: float | None) -> str:
    """κ and α as they are usually written; 1 is said of 1 alone."""
    if value is None:
        return "–"
    return ">0.999" if 0.9995 <= value < 1 - NEAR else f"{value:.3f}"


def between(interval: Interval | None, write: Callable[[float | None], str] = percent) -> str:
    """Both ends; a dash where there is no interval."""
    return "–" if interval is None else f"{write(interval.low)} to {write(interval.high)}"


def _of(part: ArmScores) -> str:
    return f"Scores of {pluralise(part.documents, 'document')}"


def _overview(part: ArmScores, title: str, every: bool) -> Titled:
    sides = {"Entities": part.entities, "Relations": part.relations}
    return title, [
        ("", *RATES),
        *(row for what, tallies in sides.items() for row in _schemes(what, tallies, every)),
    ]


def _schemes(what: str, tallies: Mapping[str, SchemeResult], every: bool) -> Iterator[Row]:
    """Each scheme under the name it is always printed with; of the strict one also its parts."""
    yield (what, *NO_RATES)
    for scheme, tally in tallies.items():
        yield (f"  {NAMES.get(scheme, scheme)}", *_cells(tally.micro))
        if scheme != "strict":
            continue
        macro = tally.macro
        mean = (*NO_RATES[:2], percent(macro.f1), between(macro.bca), *NO_RATES[4:])
        yield ("    mean of the types", *mean)
        if tally.emittable and tally.emittable.counts != tally.micro.counts:
            yield ("    types it can emit", *_cells(tally.emittable))
        bands = tally.by_band or {}
        if every or all(
            rates.counts.gold or rates.counts.predicted for rates in bands.values()
        ):
            for band, rates in bands.items():
                yield (f"    {NAMES[band]}", *_cells(rates))


def _typed(
    what: str, tallies: Mapping[str, SchemeResult], schemes: Row, every: bool
) -> Iterator[Titled]:
    for scheme in schemes if every else schemes[:1]:
        if tallies[scheme].by_type:
            yield (
                f"{what} by type, {NAMES.get(scheme, scheme)}",
                _by_type(tallies[scheme], every),
            )


def _by_type(tally: SchemeResult, every: bool) -> list[Row]:
    types = ((label, *_cells(rates)) for label, rates in tally.by_type.items())
    whole = [("all", *_cells(tally.micro))] if every else []
    return [("", *RATES), *whole, *types]


def _faultless(tallies: Mapping[str, SchemeResult]) -> bool:
    """Whether there is no other outcome than correct."""
    counts = tallies["strict"].micro.counts
    return counts.gold == counts.predicted == counts.correct


def _outcomes(tallies: Mapping[str, SchemeResult]) -> list[Row]:
    rows: list[Row] = [("", *OUTCOMES)]
    for scheme, tally in tallies.items():
        counts = tally.micro.counts
        rows.append((NAMES.get(scheme, scheme), *(str(getattr(counts, o)) for o in OUTCOMES)))
    return rows


def _confused(part: ArmScores) -> list[Row]:
    """The commonest pairs of different types on spans that were matched."""
    spans = part.spans
    found = [
        (-times, gold, predicted)
        for gold, row in zip(spans.labels, spans.matrix, strict=True)
        for predicted, times in zip(spans.labels, row, strict=True)
        if times and gold and predicted and gold != predicted
    ]
    return [
        (gold, predicted, str(-times)) for times, gold, predicted in sorted(found)[:CONFUSED]
    ]


def _cells(rates: RatedCounts) -> Row:
    counts = rates.counts
    figures = (percent(rate) for rate in (counts.precision, counts.recall, counts.f1))
    return (*figures, between(rates.bca.f1), _hits(counts), str(counts.fp), str(counts.fn))


def _hits(counts: Counts) -> str:
    """A partial hit is worth half, so it doesn't hide among the whole ones."""
    return f"{counts.tp}+{counts.partial}/2" if counts.partial else str(counts.tp)


def _coefficient(one: "Coefficient") -> Row:
    return decimal(one.value), between(one.bca, decimal)
