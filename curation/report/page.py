"""A score as one page that needs nothing but a browser: summary, charts, every mistake, all figures."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace

from curation.documents.document import Layer
from curation.report import html
from curation.report.caveats import all_documents_note
from curation.report.charts import (
    Chart,
    calibration_chart,
    confusion_chart,
    edits_chart,
    type_chart,
)
from curation.report.comparison_sentences import comparison_sentences
from curation.report.document_table import DocumentTable
from curation.report.mistake_counts import MistakeCounts
from curation.report.mistake_list import MenuChoice, MistakeList, ReportDocuments, list_mistakes
from curation.report.number_format import percent
from curation.report.summary import (
    certainty_sentences,
    overview_sentences,
    summarize_entities,
    summarize_relations,
)
from curation.report.tables import score_tables
from curation.scoring.results import Scores

_LARGEST_PAGE = 2_000_000  # bytes
_BYTES_OF_THE_SENTENCE = 1_000  # that says how many mistakes are shown
_ROWS_SHOWN = 300  # of a table, and choices of a menu
_CONFUSIONS_SHOWN = 12  # to go to


def render_report(scores: Scores, documents: ReportDocuments) -> str:
    """The whole page; the same scores and documents give the same bytes. Each document is read once."""
    counts = MistakeCounts(documents.symmetric)
    table = DocumentTable(documents.symmetric)
    mistakes = list_mistakes(documents, counts, table)
    values = _values(scores, counts, table)
    page = _page(mistakes, counts, values)
    too_large_by = len(page.encode()) - _LARGEST_PAGE
    if too_large_by < 0:
        return page
    mistakes.shorten(too_large_by + _BYTES_OF_THE_SENTENCE)
    return _page(mistakes, counts, values)


def _page(mistakes: MistakeList, counts: MistakeCounts, values: Mapping[str, object]) -> str:
    confusions = list(_confusions(mistakes, counts))
    return html.render("page.html", mistakes=mistakes, confusions=confusions, **values)


def _confusions(
    mistakes: MistakeList, counts: MistakeCounts
) -> Iterator[tuple[MenuChoice, MenuChoice, int]]:
    """The types that are taken for each other most often, and how often, as far as the menus have them."""
    types = {choice[:2]: choice for choice in mistakes.types}
    suggested = {choice[:2]: choice for choice in mistakes.suggested}
    ordered = sorted(counts.confused.items(), key=lambda item: (-item[1], item[0]))
    for (is_of_relation, gold, instead), times in ordered[:_CONFUSIONS_SHOWN]:
        one = types.get((is_of_relation, gold))
        other = suggested.get((is_of_relation, instead))
        if one and other:
            yield one, other, times


def _values(
    scores: Scores, counts: MistakeCounts, table: DocumentTable
) -> Mapping[str, object]:
    """All that the template needs besides the mistakes."""
    headline = scores.headline
    compared = scores.comparison
    script = html.packaged_file("page.js")
    return {
        "rows_shown": _ROWS_SHOWN,
        "percent": percent,
        "subject": _subject(scores.recipe.model),
        "scores": scores,
        "recipe": {key: value for key, value in asdict(scores.recipe).items() if value != ""},
        "summaries": [
            summarize_entities(headline.entities),
            summarize_relations(headline.relations),
        ],
        "overview": list(overview_sentences(scores, counts.edits, counts.documents)),
        "comparison": list(comparison_sentences(compared)) if compared else [],
        "certainty": list(certainty_sentences(scores)),
        "charts": [(chart, html.escaped_svg(chart.svg)) for chart in _charts(scores, counts)],
        "counts": counts,
        "rows": table.rows,
        "listed_rows": table.listed,
        "several_arms": len({row.arm for row in table.rows}) > 1,
        "has_links": any(row.link for row in table.rows),
        "all_documents_note": all_documents_note(scores, counts.documents),
        "tables": list(score_tables(scores, every=True)),
        "css": html.packaged_file("page.css"),
        "script": script,
        "script_hash": html.script_hash(script),
    }


def _subject(model: str) -> str:
    """What is scored, in the page's title."""
    if not model:
        return "The predictions"
    layer = Layer.parse_model(model)
    return f"{layer.name} {layer.version}".strip()


def _charts(scores: Scores, counts: MistakeCounts) -> Iterator[Chart]:
    """The charts that have something to show."""
    headline = scores.headline
    for key, what, results in (
        ("entity-types", "entities", headline.entities),
        ("relation-types", "relations", headline.relations),
    ):
        if results["strict"].by_type:
            yield type_chart(key, what, results["strict"])
    if headline.spans.labels:
        yield confusion_chart("spans", "entity", "entities", headline.spans)
    if headline.tokens.labels:
        yield confusion_chart("tokens", "token", "tokens", headline.tokens)
    if headline.calibration:
        yield calibration_chart("calibration", headline.calibration)
    if any(counts.edits.values()):
        chart = edits_chart("costs", counts)
        note = all_documents_note(scores, counts.documents)
        yield replace(chart, text=f"{chart.text} {note}".rstrip())
