"""Made-up work of several annotators, and the pages of their agreement."""

import random
from collections.abc import Mapping, Sequence

from report.made_up import corrected, guessed
from report.pages import articles
from samples import SCHEMA

from curation.documents.document import Document
from curation.report.agreement_page import render_agreement_page
from curation.report.difference_list import TaskLink
from curation.scoring.agreement import measure_agreement
from curation.scoring.agreement_results import Agreement, AgreementRecipe
from curation.scoring.document_pairs import by_document

Team = Mapping[str, Sequence[Document]]


def made_up_team(many: int) -> dict[str, list[Document]]:
    """What three annotators made of so many articles, from the same suggestions."""
    rng = random.Random(many)
    work: dict[str, list[Document]] = {"a": [], "b": [], "c": []}
    for n in range(many):
        article = articles()[n % len(articles())]
        suggested = guessed(article, rng)
        for documents in work.values():
            changed = corrected(suggested, rng)
            documents.append(
                Document(
                    f"d{n}", changed.text, changed.entities, changed.relations, changed.meta
                )
            )
    return work


def measured_team(work: Team, gold: str = "") -> Agreement:
    recipe = AgreementRecipe(
        gold=gold, digest="d", schema="s", seed=7, resamples=50, curate="0"
    )
    return measure_agreement(by_document([*work.items()]), SCHEMA.symmetric, recipe=recipe)


def agreement_page_of(
    work: Team, *, links: Mapping[str, Sequence[TaskLink]] | None = None, gold: str = ""
) -> str:
    """The page of these annotators' work, who all annotated every document."""
    documents = [
        dict(zip(work, versions, strict=True)) for versions in zip(*work.values(), strict=True)
    ]
    return render_agreement_page(
        measured_team(work, gold), documents, SCHEMA, links=links or {}
    )
