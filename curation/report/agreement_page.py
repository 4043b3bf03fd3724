"""Agreement as one page that needs nothing but a browser: summary, differences between annotators, all figures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from curation.documents.document import Document
from curation.report import html
from curation.report.agreement_tables import tables_of_annotators
from curation.report.caveats import agreement_caveats
from curation.report.charts import Chart, type_chart
from curation.report.difference_list import (
    EXAMPLES_SHOWN,
    ListedKind,
    TaskLinks,
    list_confusions,
)
from curation.report.mistake_list import MenuChoice
from curation.report.number_format import decimal, interval_text, percent
from curation.report.tables import Row, scheme_name
from curation.report.verdict_tables import verdict_tables
from curation.schema import Schema
from curation.scoring.agreement_results import Agreement
from curation.scoring.confusions import ConfusionCounts
from curation.scoring.results import RatedCounts, SchemeResult

_ROWS_SHOWN = 300  # of a table
_MOST_FREQUENT = 20  # in the overview of confusions


def render_agreement_page(
    found: Agreement,
    documents: Iterable[Mapping[str, Document]],
    schema: Schema,
    *,
    links: TaskLinks,
) -> str:
    """
    The whole page; the same agreement and documents give the same bytes.

    *documents* are what was compared: each document that two or more annotated, by annotator, read
    once. *links* are those to its tasks.
    """
    counts = ConfusionCounts()
    kinds = list_confusions(documents, schema, counts, links=links)
    script = html.packaged_file("agreement.js")
    return html.render(
        "agreement.html",
        found=found,
        subject=found.recipe.gold,
        recipe={key: value for key, value in asdict(found.recipe).items() if value != ""},
        cards=list(_cards(found)),
        certainty=list(map(_sentence, agreement_caveats(found))),
        counts=counts,
        kinds=kinds,
        kind_choices=[MenuChoice(one.is_of_relations, one.name, one.number) for one in kinds],
        type_choices=sorted(
            {choice for kind in kinds for one in kind.confusions for choice in one.types}
        ),
        overview=_overview(kinds),
        several_pairs=len(found.pairs) > 1,
        examples_shown=EXAMPLES_SHOWN,
        charts=[(chart, html.escaped_svg(chart.svg)) for chart in _charts(found)],
        tables=list(tables_of_annotators(found, every=True)) if found.documents else [],
        verdict_tables=list(verdict_tables(found.verdicts, every=True))
        if found.verdicts
        else [],
        rows_shown=_ROWS_SHOWN,
        percent=percent,
        css=html.packaged_file("page.css") + html.packaged_file("agreement.css"),
        script=script,
        script_hash=html.script_hash(script),
    )


def _cards(found: Agreement) -> Iterator[tuple[str, RatedCounts, Sequence[str]]]:
    """For entities and relations the title, the strict counts, and what else there is to say."""
    tokens = [
        f"{name} over tokens: {decimal(one.value)}"
        + (f" ({interval_text(one.bca, decimal)})." if one.bca else ".")
        for name, one in (("Cohen's κ", found.kappa), ("Krippendorff's α", found.alpha))
    ]
    for title, results, other, more in (
        ("Entities", found.entities, "exact", tokens),
        ("Relations", found.relations, "boundaries", []),
    ):
        if strict := results.get("strict"):
            yield title, strict.micro, [*_sentences(strict, results[other]), *more]


def _sentences(strict: SchemeResult, other: SchemeResult) -> Iterator[str]:
    counts = strict.micro.counts
    yield f"{counts.tp:,} by both, {counts.fp + counts.fn:,} by one alone, over all pairs."
    interval = other.micro.bca.f1
    yield (
        f"F1 of {scheme_name('exact')}: {percent(other.micro.counts.f1)}"
        f"{f' ({interval_text(interval)})' if interval else ''}."
    )


def _sentence(caveat: str) -> str:
    words = caveat.removeprefix("warning: ")
    return f"{words[0].upper()}{words[1:].rstrip('.')}."


def _overview(kinds: Sequence[ListedKind]) -> list[Row]:
    """The most frequent confusions of all kinds."""
    every = [(one, kind) for kind in kinds for one in kind.confusions]
    every.sort(key=lambda item: -item[0].times)
    rows: list[Row] = [("", "kind", "times", "documents")]
    for one, kind in every[:_MOST_FREQUENT]:
        what = "relations" if kind.is_of_relations else "entities"
        row = (one.name, f"{what}: {kind.name}", f"{one.times:,}", f"{one.documents:,}")
        rows.append(row)
    return rows


def _charts(found: Agreement) -> Iterator[Chart]:
    for key, what, results in (
        ("entity-types", "entities", found.entities),
        ("relation-types", "relations", found.relations),
    ):
        if (strict := results.get("strict")) and strict.by_type:
            yield type_chart(key, what, strict)
