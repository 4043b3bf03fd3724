"""What cross-validation says of a trained model, as tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from curation.report.number_format import percent
from curation.report.tables import Row, TextTable
from curation.scoring.counts import OutcomeCounts

_HEADER: Row = ("", "gold", "P", "R", "F1", "P, trained", "R, trained", "F1, trained")


def validation_tables(scores: Mapping[str, Any], documents: int) -> Iterator[TextTable]:
    """For entities and relations all types, then each, before and after training; *scores* is a recipe's."""
    for what, of_kind in scores.items():
        before = of_kind["before"]
        after = of_kind["after"]
        rows = [_HEADER, _row("all", before["micro"], after["micro"])]
        rows += [
            _row(name, before["by_type"].get(name), after["by_type"].get(name))
            for name in sorted({*before["by_type"], *after["by_type"]})
        ]
        title = f"{what.capitalize()}, strict, cross-validated on {documents} documents"
        yield TextTable(title, rows)


def curve_table(points: Sequence[tuple[int, float | None, float | None]]) -> TextTable:
    """Documents trained on, with the F1 of entities and of relations."""
    rows: list[Row] = [("trained on", "F1 of entities", "F1 of relations")]
    rows += [
        (f"{documents} documents", percent(entities), percent(relations))
        for documents, entities, relations in points
    ]
    return TextTable("Learning curve, cross-validated", rows)


def _row(name: str, before: Mapping[str, int] | None, after: Mapping[str, int] | None) -> Row:
    one = _outcomes(before)
    other = _outcomes(after)
    return name, str(max(one.gold, other.gold)), *_rates(one), *_rates(other)


def _outcomes(counts: Mapping[str, int] | None) -> OutcomeCounts:
    if counts is None:
        return OutcomeCounts()
    correct = counts["correct"]
    return OutcomeCounts.binary(
        tp=correct, fp=counts["predicted"] - correct, fn=counts["gold"] - correct
    )


def _rates(counts: OutcomeCounts) -> Row:
    return percent(counts.precision), percent(counts.recall), percent(counts.f1)
