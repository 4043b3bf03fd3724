"""Made-up scores, and the pages of them."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from report.made_up import corrected, guessed
from samples import DEVELOPMENT_ARTICLES, SCHEMA
from scoring_samples import RECIPE

from curation.articles import read_articles
from curation.documents.document import Document
from curation.report.mistake_list import ReportDocuments
from curation.report.page import render_report
from curation.scoring.matched_documents import ScoringContext
from curation.scoring.results import Scores
from curation.scoring.score import score


@cache
def articles() -> tuple[Document, ...]:
    return tuple(read_articles(DEVELOPMENT_ARTICLES))


def made_up_sides(many: int, changes: int = 1) -> tuple[list[Document], list[Document]]:
    """So many articles with a made-up gold and made-up suggestions, with scores."""
    rng = random.Random(many)
    base = (replace(articles()[n % len(articles())], id=f"d{n}") for n in range(many))
    found = [guessed(article, rng) for article in base]
    golds = found
    for _ in range(changes):
        golds = [corrected(one, rng) for one in golds]
    return golds, found


def scored(
    golds: Iterable[Document],
    found: Iterable[Document],
    arms: Mapping[str, str] | None = None,
    **recipe: str,
) -> Scores:
    context = ScoringContext(SCHEMA.symmetric, arms=arms or {})
    return score(golds, found, recipe=replace(RECIPE, resamples=50, **recipe), context=context)


def page_of(
    golds: Iterable[Document],
    found: Iterable[Document],
    arms: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    **recipe: str,
) -> str:
    scores = scored(golds, found, arms, **recipe)
    return render_report(
        scores,
        ReportDocuments(
            golds, found, symmetric=SCHEMA.symmetric, arms=arms or {}, links=links or {}
        ),
    )


def write_page(folder: Path, html: str) -> str:
    """The address of a page on disk."""
    path = folder / "report.html"
    path.write_text(html, encoding="utf-8")
    return path.as_uri()
