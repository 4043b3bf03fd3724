"""What is known of all rows of the gold together, gathered in one walk."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from curation.checks.against_schema import check_document
from curation.checks.remarks import find_overlaps
from curation.documents.document import AnnotatedDocument, Layer
from curation.errors import Problems
from curation.files import Json
from curation.gold.dataset import Dataset, GoldDocument
from curation.gold.rows import (
    UnsortedRows,
    annotation_order,
    annotation_row,
    gold_document_order,
    gold_row,
    rows_digest,
)
from curation.gold.splits import split_of
from curation.schema import Schema


@dataclass
class DatasetTotals:
    """
    The digest, and what a manifest and a release want to know.

    *text_hashes* has the hash of each document's text, *problems* all that breaks
    the schema. *flags* counts documents that have one, *overlapping* those in which spans overlap.
    """

    schema: Schema
    digest: str = ""
    text_hashes: dict[str, str] = field(default_factory=dict)
    annotations: int = 0
    splits: Counter[str] = field(default_factory=Counter)
    entities: Counter[str] = field(default_factory=Counter)
    relations: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    overlapping: int = 0
    ingest_versions: set[str] = field(default_factory=set)
    models: set[Layer] = field(default_factory=set)
    problems: Problems = field(default_factory=Problems)

    def count_gold_documents(self, golds: Iterable[GoldDocument]) -> Iterator[Json]:
        """The rows of the golds; each is noted as it goes by."""
        for gold in golds:
            document = gold.document
            self.splits[split_of(gold.group)] += 1
            self.entities.update(entity.label for entity in document.entities)
            self.relations.update(relation.label for relation in document.relations)
            self.flags.update(gold.flags)
            self.overlapping += any(True for _ in find_overlaps(document))
            if isinstance(made := document.meta.get("ingest"), str):
                self.ingest_versions.add(made)
            self.problems += check_document(document, self.schema)
            row = gold_row(gold)
            self.text_hashes[gold.id] = row["text_sha256"]
            yield row

    def count_annotations(self, annotations: Iterable[AnnotatedDocument]) -> Iterator[Json]:
        """The rows of the annotations, likewise."""
        for annotation in annotations:
            self.annotations += 1
            if annotation.suggestion and annotation.suggestion.layer:
                self.models.add(annotation.suggestion.layer)
            yield annotation_row(annotation)


def compute_totals(holding: Dataset, schema: Schema) -> DatasetTotals:
    """*holding* as a whole."""
    try:
        return _surveyed(holding.gold_documents, holding.annotations, schema)
    except UnsortedRows:
        golds = sorted(holding.gold_documents, key=gold_document_order)
        return _surveyed(golds, sorted(holding.annotations, key=annotation_order), schema)


def _surveyed(
    golds: Iterable[GoldDocument], annotations: Iterable[AnnotatedDocument], schema: Schema
) -> DatasetTotals:
    found = DatasetTotals(schema)
    found.digest = rows_digest(
        found.count_gold_documents(golds), found.count_annotations(annotations)
    )
    return found
