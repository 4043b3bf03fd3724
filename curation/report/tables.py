"""Results as tables that fit into 80 columns: header first, then text in every cell."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from curation.errors import pluralise
from curation.report.number_format import interval_text, percent, signed_points
from curation.scoring.counts import OutcomeCounts
from curation.scoring.results import ArmScores, Comparison, RatedCounts, SchemeResult, Scores

Row = tuple[str, ...]


class TextTable(NamedTuple):
    """A table: its title, and its rows with the header first."""

    title: str
    rows: list[Row]


RATE_COLUMNS: Row = ("P", "R", "F1", "95 %", "tp", "fp", "fn")

_NO_RATES: Row = ("",) * len(RATE_COLUMNS)
_OUTCOME_COLUMNS = ("correct", "incorrect", "partial", "missed", "spurious")
_CONFUSED_PAIRS = 8
# What people read for the names of the JSON.
_NAMES_FOR_PEOPLE = {
    "exact": "boundaries",
    "on_gold_entities": "on the gold's entities",
    "document_level": "document level",
    "labels_on_agreed_ends": "labels on agreed ends",
    "same_sentence": "in one sentence",
    "across": "across sentences",
}


def score_tables(scores: Scores, *, every: bool = False) -> Iterator[TextTable]:
    """
    The headline; then by type, by outcome and confused types; then other arms and the comparison.

    Tables and rows that most readers can do without come only with *every*.
    """
    headline = scores.headline
    yield _overview(headline, _scores_of(headline, scores), every)
    yield from _type_tables("Entities", headline.entities, ("strict", "exact"), every)
    if every or not _is_faultless(headline.entities):
        yield TextTable("Entities by outcome", _outcome_rows(headline.entities))
    if confused := _confused_types(headline):
        yield TextTable(
            "Entities taken for another", [("gold", "predicted", "times"), *confused]
        )
    yield from _type_tables("Relations", headline.relations, ("strict", "boundaries"), every)
    for arm, scores_of_arm in scores.arms.items():
        yield _overview(scores_of_arm, f"{arm}: {_scores_of(scores_of_arm, scores)}", every)
    if scores.comparison:
        yield from comparison_tables(scores.comparison)


def comparison_tables(compared: Comparison) -> Iterator[TextTable]:
    """For each change the F1 of every scheme: before, after, and the difference."""
    fixed = "the other predictions" if compared.model else "these predictions"
    changes = {
        "Change of the predictions, on this gold": compared.model,
        f"Change of the gold, with {fixed}": compared.gold,
        "Change of both": compared.both,
    }
    for change, differences in changes.items():
        if not differences:
            continue
        rows: list[Row] = [("F1", "before", "after", "difference", "95 %", "p")]
        for path, one in differences.items():
            what, scheme, _, rate = path.split(".")
            if rate != "f1":
                continue
            rows.append(
                (
                    f"{what.capitalize()}, {scheme_name(scheme)}",
                    percent(one.before),
                    percent(one.after),
                    signed_points(one.difference),
                    interval_text(one.bca, signed_points),
                    "–" if one.p is None else f"{one.p:.4f}",
                )
            )
        documents = pluralise(compared.documents, "document")
        yield TextTable(f"{change}: {documents}, against {compared.against}", rows)


def scheme_name(scheme: str) -> str:
    """What people read for the name of a scheme."""
    return _NAMES_FOR_PEOPLE.get(scheme, scheme)


def _scores_of(arm: ArmScores, scores: Scores) -> str:
    split = scores.recipe.split
    of_split = "" if split == "all" else f" of the split {split}"
    of_split += f" where {scores.recipe.where}" if scores.recipe.where else ""
    return f"Scores of {pluralise(arm.documents, 'document')}{of_split}"


def _overview(arm: ArmScores, title: str, every: bool) -> TextTable:
    rows: list[Row] = [("", *RATE_COLUMNS)]
    rows += _scheme_rows("Entities", arm.entities, every)
    rows += _scheme_rows("Relations", arm.relations, every)
    return TextTable(title, rows)


def _scheme_rows(what: str, results: Mapping[str, SchemeResult], every: bool) -> Iterator[Row]:
    """A row for each scheme; the strict one also has its parts."""
    yield (what, *_NO_RATES)
    for scheme, result in results.items():
        name = f"  {scheme_name(scheme)}{half_counted(result.micro.counts)}"
        yield (name, *rate_cells(result.micro))
        if scheme != "strict":
            continue
        macro = result.macro
        mean = (*_NO_RATES[:2], percent(macro.f1), interval_text(macro.bca), *_NO_RATES[4:])
        yield ("    mean of the types", *mean)
        if result.emittable and result.emittable.counts != result.micro.counts:
            yield ("    types it can emit", *rate_cells(result.emittable))
        bands = result.by_band or {}
        if every or all(one.counts.gold or one.counts.predicted for one in bands.values()):
            for band, rated in bands.items():
                yield (f"    {_NAMES_FOR_PEOPLE[band]}", *rate_cells(rated))


def _type_tables(
    what: str, results: Mapping[str, SchemeResult], schemes: Sequence[str], every: bool
) -> Iterator[TextTable]:
    """A table for each of *schemes*, or one of the first with the F1 of the second beside it."""
    first, second = (results[scheme] for scheme in schemes)
    title = f"{what} by type, {scheme_name(schemes[0])}"
    if every:
        for scheme in schemes:
            if results[scheme].by_type:
                title = f"{what} by type, {scheme_name(scheme)}"
                yield TextTable(title, type_rows(results[scheme]))
    elif first.by_type:
        yield TextTable(title, list(_beside(first, second, scheme_name(schemes[1]))))


def type_rows(result: SchemeResult) -> list[Row]:
    """All rates by type, those of all types first."""
    types = ((label, *rate_cells(rated)) for label, rated in result.by_type.items())
    return [("", *RATE_COLUMNS), ("all", *rate_cells(result.micro)), *types]


def _beside(first: SchemeResult, second: SchemeResult, name: str) -> Iterator[Row]:
    """The first scheme's rates by type, and the second's F1; a dash where that scheme has no such type."""
    yield ("", *RATE_COLUMNS, name)
    for label, rated in first.by_type.items():
        other = second.by_type.get(label, RatedCounts())
        yield (label, *rate_cells(rated), percent(other.counts.f1))


def _is_faultless(results: Mapping[str, SchemeResult]) -> bool:
    """Whether all outcomes are correct."""
    counts = results["strict"].micro.counts
    return counts.gold == counts.predicted == counts.correct


def _outcome_rows(results: Mapping[str, SchemeResult]) -> list[Row]:
    rows: list[Row] = [("", *_OUTCOME_COLUMNS)]
    for scheme, result in results.items():
        counts = result.micro.counts
        cells = (str(getattr(counts, name)) for name in _OUTCOME_COLUMNS)
        rows.append((scheme_name(scheme), *cells))
    return rows


def _confused_types(arm: ArmScores) -> list[Row]:
    """The commonest pairs of different types on spans that were matched."""
    spans = arm.spans
    found = [
        (-times, gold, predicted)
        for gold, row in zip(spans.labels, spans.matrix, strict=True)
        for predicted, times in zip(spans.labels, row, strict=True)
        if times and gold and predicted and gold != predicted
    ]
    commonest = sorted(found)[:_CONFUSED_PAIRS]
    return [(gold, predicted, str(-times)) for times, gold, predicted in commonest]


def rate_cells(rated: RatedCounts) -> Row:
    """The cells of RATE_COLUMNS."""
    counts = rated.counts
    return (
        percent(counts.precision),
        percent(counts.recall),
        percent(counts.f1),
        interval_text(rated.bca.f1),
        str(counts.tp),
        str(counts.fp),
        str(counts.fn),
    )


def half_counted(counts: OutcomeCounts) -> str:
    """How many partial hits there are besides the true positives, in words; empty where none."""
    verb = "counts" if counts.partial == 1 else "count"
    return f" ({counts.partial:,} {verb} half)" if counts.partial else ""
