"""The part of ``curate agree`` that compares annotators' first submissions with verdicts."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from curation.documents.document import AnnotatedDocument, Document
from curation.gold.adjudicated_submissions import AdjudicatedSubmissions, known_suggestion
from curation.schema import Schema
from curation.schema.model import TypeNames
from curation.scoring.offered_types import without_types

if TYPE_CHECKING:
    from curation.scoring.agreement_results import AgreementRecipe
    from curation.scoring.verdict_agreement import JudgedSubmission
    from curation.scoring.verdict_results import VerdictAgreement


def agreement_with_verdicts(
    adjudicated: Iterable[AdjudicatedSubmissions],
    types: TypeNames | None,
    schema: Schema,
    *,
    recipe: "AgreementRecipe",
) -> "VerdictAgreement":
    """
    How well each annotator agrees with the verdicts, and those who saw suggestions beside blind ones.

    What the annotator or the adjudicator wasn't offered counts on neither side, nor what came after
    *types*, those of a sealed version.
    """
    from curation.scoring.verdict_agreement import measure_against_verdicts

    later = set(schema.types_missing_in(types)) if types else set()
    own_verdicts = 0

    def judged() -> Iterator[list["JudgedSubmission"]]:
        nonlocal own_verdicts
        for document in adjudicated:
            own_verdicts += document.own_verdicts
            yield [
                _judged_submission(one, document, later, schema) for one in document.annotations
            ]

    found = measure_against_verdicts(judged(), schema.symmetric, recipe=recipe)
    return replace(found, own_verdicts=own_verdicts)


def _judged_submission(
    annotation: AnnotatedDocument,
    document: AdjudicatedSubmissions,
    later: set[str],
    schema: Schema,
) -> "JudgedSubmission":
    """One annotation and the verdict, under today's names of types, without those not offered to both."""
    from curation.scoring.verdict_agreement import JudgedSubmission

    lacked = {*(annotation.not_offered or ()), *(document.gold.not_offered or ())}
    names = {*schema.current_type_names(lacked), *later}

    def offered(one: Document) -> Document:
        return without_types(schema.with_current_names(one), names)

    own = known_suggestion(annotation)
    suggestion = document.suggestion if annotation.arm == "blind" else own
    return JudgedSubmission(
        annotator=annotation.annotator,
        submission=offered(annotation.first_submission),
        verdict=offered(document.gold.document),
        arm=annotation.arm,
        suggestion=offered(suggestion) if suggestion else None,
    )
