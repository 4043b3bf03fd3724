"""Agreement between annotators as tables that fit into 80 columns."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from curation.report.number_format import decimal, interval_text, percent
from curation.report.tables import Row, TextTable, half_counted, scheme_name, type_rows
from curation.report.verdict_tables import verdict_tables
from curation.scoring.results import SchemeResult

if TYPE_CHECKING:
    from curation.scoring.agreement_results import (
        Agreement,
        AnnotatorAgreement,
        Coefficient,
        PairAgreement,
    )

_Results = Mapping[str, SchemeResult]

_RATES: Row = ("P", "R", "F1", "95 %")


def agreement_tables(found: "Agreement") -> Iterator[TextTable]:
    """All that the terminal shows: the agreement of annotators, and with verdicts."""
    yield from tables_of_annotators(found)
    if found.verdicts:
        yield from verdict_tables(found.verdicts)


def tables_of_annotators(found: "Agreement", *, every: bool = False) -> Iterator[TextTable]:
    """
    The agreement of all pairs of annotators together; then by type, of each pair, of each annotator.

    Tables that most readers can do without come only with *every*.
    """
    yield TextTable("Agreement, all pairs together", _overview_rows(found))
    for what, results, other in (
        ("Entities", found.entities, "exact"),
        ("Relations", found.relations, "boundaries"),
    ):
        if results["strict"].by_type:
            title = f"{what} by type, strict"
            yield TextTable(title, list(_type_rows(results["strict"], results[other])))
    yield TextTable(
        "Beyond chance, over tokens",
        [
            ("", "value", "95 %"),
            ("Cohen's κ", *_coefficient_cells(found.kappa)),
            ("Krippendorff's α", *_coefficient_cells(found.alpha)),
        ],
    )
    yield TextTable("Pair by pair: entities, strict, and κ", list(_entity_pair_rows(found)))
    has_relations = bool(found.relations["strict"].by_type)
    if has_relations:
        yield TextTable("Pair by pair: relations, strict", list(_relation_pair_rows(found)))
    if len(found.by_annotator) > 2:  # of two, each is the other one's other
        yield TextTable(
            "Each against the others: entities, strict, and κ",
            [
                ("", "documents", *_RATES, "κ"),
                *(
                    (*_against_others(one, one.entities), decimal(one.kappa.value))
                    for one in found.by_annotator
                ),
            ],
        )
        if has_relations:
            yield TextTable(
                "Each against the others: relations, strict",
                [
                    ("", "documents", *_RATES),
                    *(_against_others(one, one.relations) for one in found.by_annotator),
                ],
            )
    if every:
        yield from _parts_by_type(found)


def _overview_rows(found: "Agreement") -> list[Row]:
    rows: list[Row] = [("", "F1", "95 %", "by both", "by one alone")]
    for what, results in (("Entities", found.entities), ("Relations", found.relations)):
        for scheme, result in results.items():
            counts = result.micro.counts
            rows.append(
                (
                    f"{what}, {scheme_name(scheme)}{half_counted(counts)}",
                    percent(counts.f1),
                    interval_text(result.micro.bca.f1),
                    str(counts.tp),
                    str(counts.fp + counts.fn),
                )
            )
    return rows


def _type_rows(strict: SchemeResult, other: SchemeResult) -> Iterator[Row]:
    """The types by their strict F1, with the F1 of boundaries beside it."""
    yield ("", "F1", "95 %", "by both", "by one alone", scheme_name("boundaries"))
    for label, rated in strict.by_type.items():
        counts = rated.counts
        beside = other.by_type.get(label)
        yield (
            label,
            percent(counts.f1),
            interval_text(rated.bca.f1),
            str(counts.tp),
            str(counts.fp + counts.fn),
            percent(beside.counts.f1 if beside else None),
        )


def _entity_pair_rows(found: "Agreement") -> Iterator[Row]:
    yield ("", "documents", "F1", "95 %", "κ")
    for pair in found.pairs:
        kappa = decimal(pair.kappa.value)
        yield (*_pair_cells(pair), *_f1_cells(pair.entities), kappa)


def _relation_pair_rows(found: "Agreement") -> Iterator[Row]:
    yield ("", "documents", "F1", "95 %")
    for pair in found.pairs:
        yield (*_pair_cells(pair), *_f1_cells(pair.relations))


def _pair_cells(pair: "PairAgreement") -> Row:
    return " and ".join(pair.annotators), str(pair.documents)


def _against_others(one: "AnnotatorAgreement", results: _Results) -> Row:
    """The others stand for the gold: of what the annotator marked, and of what others marked."""
    counts = results["strict"].micro.counts
    rates = (percent(counts.precision), percent(counts.recall))
    return (one.annotator, str(one.documents), *rates, *_f1_cells(results))


def _parts_by_type(found: "Agreement") -> Iterator[TextTable]:
    """Each annotator against the others by type, where there are more than two."""
    if len(found.by_annotator) < 3:
        return
    for one in found.by_annotator:
        for what, results in (("entities", one.entities), ("relations", one.relations)):
            if results["strict"].by_type:
                title = f"{one.annotator} against the others, {what} by type, strict"
                yield TextTable(title, type_rows(results["strict"]))


def _f1_cells(results: _Results) -> Row:
    micro = results["strict"].micro
    return percent(micro.counts.f1), interval_text(micro.bca.f1)


def _coefficient_cells(one: "Coefficient") -> Row:
    return decimal(one.value), interval_text(one.bca, decimal)
