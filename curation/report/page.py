"""A score as one page that needs nothing but a browser: verdict, charts, every mistake, all figures."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace

from curation.documents.document import Layer
from curation.report import charts, html
from curation.report import summary as verdict
from curation.report.caveats import wider
from curation.report.charts import Chart
from curation.report.comparison import moved
from curation.report.mistake_list import Sources, listing
from curation.report.mistakes import Review
from curation.report.tables import percent, score_tables
from curation.scoring.results import Scores

LARGEST = 2_000_000  # bytes
SENTENCE = 1_000
ROWS = 300  # of a table, and choices of a menu


def page(scores: Scores, sources: Sources) -> str:
    """The whole page; the same scores and documents give the same bytes."""
    review = Review(sources.symmetric)
    listed = listing(sources, review)
    values = _values(scores, review)
    whole = html.render("page.html", listed=listed, **values)
    over = len(whole.encode()) - LARGEST
    if over < 0:
        return whole
    # What says so takes some room, too.
    listed.shorten(over + SENTENCE)
    return html.render("page.html", listed=listed, **values)


def _values(scores: Scores, review: Review) -> Mapping[str, object]:
    part = scores.headline
    script = html.own("page.js")
    return {
        "most": ROWS,
        "percent": percent,
        "subject": _subject(scores.recipe.model),
        "scores": scores,
        "recipe": {key: value for key, value in asdict(scores.recipe).items() if value != ""},
        "verdicts": [
            verdict.entity_verdict(part.entities),
            verdict.relation_verdict(part.relations),
        ],
        "summary": list(verdict.summary(scores, review.steps, review.documents)),
        "moved": list(moved(scores.comparison)) if scores.comparison else [],
        "doubts": list(verdict.doubts(scores)),
        "charts": [(one, html.drawn(one.svg)) for one in _charts(scores, review)],
        "review": review,
        "wider": wider(scores, review.documents),
        "tables": list(score_tables(scores, every=True)),
        "css": html.own("page.css"),
        "script": script,
        "script_hash": html.digest(script),
    }


def _subject(model: str) -> str:
    """Who is scored, for people."""
    if not model:
        return "The predictions"
    layer = Layer.parse_model(model)
    return f"{layer.name} {layer.version}".strip()


def _charts(scores: Scores, review: Review) -> Iterator[Chart]:
    """Those for which there is something to draw."""
    part = scores.headline
    for key, what, tallies in (
        ("entity-types", "entities", part.entities),
        ("relation-types", "relations", part.relations),
    ):
        if tallies["strict"].by_type:
            yield charts.by_type(key, what, tallies["strict"])
    if part.spans.labels:
        yield charts.taken_for("spans", "entity", "entities", part.spans)
    if part.tokens.labels:
        yield charts.taken_for("tokens", "token", "tokens", part.tokens)
    if part.calibration:
        yield charts.trusted("calibration", part.calibration)
    if any(review.steps.values()):
        yield _of_all(charts.costs("costs", review), scores, review)


def _of_all(chart: Chart, scores: Scores, review: Review) -> Chart:
    """The same, said to be of more documents than F1 is where that holds."""
    return replace(chart, text=f"{chart.text} {wider(scores, review.documents)}".rstrip())
