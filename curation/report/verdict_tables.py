"""Annotators against verdicts, and assisted beside blind annotations, as tables that fit into 80 columns."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from curation.errors import pluralise
from curation.report.number_format import interval_text, percent, signed_points
from curation.report.tables import Row, TextTable, scheme_name, type_rows
from curation.scoring.results import ASSISTED, BLIND

if TYPE_CHECKING:
    from curation.scoring.results import SchemeResult
    from curation.scoring.verdict_results import (
        Anchoring,
        AnnotatorAgainstVerdict,
        ArmAgainstVerdict,
        Share,
        VerdictAgreement,
    )

# What people read for the shares, in the order in which they are shown.
_SHARE_NAMES = {
    "missed": "verdict missed",
    "wrong_kept": "wrong suggestions kept",
    "changed": "suggestions changed",
}


def verdict_tables(found: "VerdictAgreement", *, every: bool = False) -> Iterator[TextTable]:
    """Each annotator against the verdicts; then both arms. Each one's types come only with *every*."""
    if not found.documents:
        return
    documents = pluralise(found.documents, "adjudicated document")
    yield TextTable(f"Against the verdict, strict: {documents}", list(_annotator_rows(found)))
    if every:
        yield from _annotators_by_type(found)
    anchoring = found.anchoring
    if anchoring.arms:
        yield TextTable("Anchoring: with suggestions, and blind", list(_arm_rows(anchoring)))
    if anchoring.differences:
        yield TextTable(
            "Anchoring: with suggestions less blind", list(_difference_rows(anchoring))
        )


def _annotator_rows(found: "VerdictAgreement") -> Iterator[Row]:
    yield ("", "documents", "P", "R", "F1", "95 %", scheme_name("exact"))
    for kind, other in (("entities", "exact"), ("relations", "boundaries")):
        yield (kind.capitalize(), *_NO_CELLS)
        for one in found.annotators:
            results = _results(one, kind)
            micro = results["strict"].micro
            yield (
                f"  {one.annotator}",
                str(one.documents),
                percent(micro.counts.precision),
                percent(micro.counts.recall),
                percent(micro.counts.f1),
                interval_text(micro.bca.f1),
                percent(results[other].micro.counts.f1),
            )


def _annotators_by_type(found: "VerdictAgreement") -> Iterator[TextTable]:
    for one in found.annotators:
        for kind in ("entities", "relations"):
            strict = _results(one, kind)["strict"]
            if strict.by_type:
                title = f"{one.annotator} against the verdict, {kind} by type, strict"
                yield TextTable(title, type_rows(strict))


def _arm_rows(found: "Anchoring") -> Iterator[Row]:
    """Each figure of both arms with its interval; a dash where an arm is missing."""
    arms = [found.arms.get(arm) for arm in (ASSISTED, BLIND)]
    yield ("", ASSISTED, "95 %", BLIND, "95 %")
    counts = [(str(arm.documents), "") if arm else _NO_ARM for arm in arms]
    yield ("Documents", *(cell for cells in counts for cell in cells))
    for kind in ("entities", "relations"):
        yield (kind.capitalize(), *_NO_CELLS[:4])
        yield ("  F1, strict", *(cell for arm in arms for cell in _f1_cells(arm, kind)))
        for name, words in _SHARE_NAMES.items():
            cells = (cell for arm in arms for cell in _share_cells(arm, kind, name))
            yield (f"  {words}", *cells)


def _difference_rows(found: "Anchoring") -> Iterator[Row]:
    yield ("", "entities", "95 %", "relations", "95 %")
    for name, words in {"f1": "F1, strict", **_SHARE_NAMES}.items():
        differences = [
            found.differences[f"{kind}.{name}"] for kind in ("entities", "relations")
        ]
        cells = (
            cell
            for one in differences
            for cell in (signed_points(one.difference), interval_text(one.bca, signed_points))
        )
        yield (words, *cells)


_NO_CELLS: Row = ("",) * 6
_NO_ARM: Row = ("–", "–")


def _results(
    one: "AnnotatorAgainstVerdict | ArmAgainstVerdict", kind: str
) -> "Mapping[str, SchemeResult]":
    return one.entities if kind == "entities" else one.relations


def _f1_cells(arm: "ArmAgainstVerdict | None", kind: str) -> Row:
    if arm is None:
        return _NO_ARM
    micro = _results(arm, kind)["strict"].micro
    return percent(micro.counts.f1), interval_text(micro.bca.f1)


def _share_cells(arm: "ArmAgainstVerdict | None", kind: str, name: str) -> Row:
    if arm is None:
        return _NO_ARM
    shares = arm.entity_shares if kind == "entities" else arm.relation_shares
    share: Share = getattr(shares, name)
    return percent(share.value), interval_text(share.bca)
