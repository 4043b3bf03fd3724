"""A dataset with every symmetric relation in its one direction, so that one statement has one digest."""

from dataclasses import replace

from curation.documents.document import AnnotatedDocument
from curation.gold.dataset import (
    AdjudicatedDocument,
    GoldDocument,
    Reiterable,
    StoredDataset,
)
from curation.progress import Watch, unwatched
from curation.schema import Schema


def in_canonical_direction(
    dataset: StoredDataset, schema: Schema, watch: Watch = unwatched
) -> StoredDataset:
    """The same dataset with every symmetric relation in its canonical direction."""

    def gold_document(gold: GoldDocument) -> GoldDocument:
        return replace(gold, document=schema.canonical(gold.document))

    def annotated(annotation: AnnotatedDocument) -> AnnotatedDocument:
        suggestion = annotation.suggestion and schema.canonical(annotation.suggestion)
        document = schema.canonical(annotation.document)
        first = annotation.first and schema.canonical(annotation.first)
        return replace(annotation, document=document, suggestion=suggestion, first=first)

    def adjudicated(verdict: AdjudicatedDocument) -> AdjudicatedDocument:
        return replace(verdict, document=schema.canonical(verdict.document))

    origins = dataset.origins
    return replace(
        dataset,
        gold_documents=Reiterable(
            lambda: watch(
                map(gold_document, dataset.gold_documents), "documents", len(origins.arms)
            )
        ),
        annotations=Reiterable(
            lambda: watch(
                map(annotated, dataset.annotations), "annotations", origins.annotation_count
            )
        ),
        verdicts=Reiterable(lambda: map(adjudicated, dataset.verdicts)),
    )
