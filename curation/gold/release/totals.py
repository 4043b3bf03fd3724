"""What is known of all rows of a dataset together, gathered in one pass."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from curation.checks.against_schema import check_document
from curation.checks.remarks import find_overlaps
from curation.documents.document import AnnotatedDocument, Document, Layer
from curation.errors import Problems
from curation.files import Json
from curation.gold.dataset import AdjudicatedDocument, Dataset, GoldDocument
from curation.gold.public_address import private_keys
from curation.gold.release.splits import SplitPlan
from curation.gold.sealed.manifest import NOT_RECORDED
from curation.gold.tables.rows import (
    UnsortedRows,
    annotation_order,
    annotation_row,
    gold_document_order,
    gold_row,
    merge_layers,
    row_order,
    rows_digest,
    verdict_row,
)
from curation.gold.tables.values_on_disk import ValuesOnDisk
from curation.gold.working.not_offered import TypesNotOffered
from curation.progress import Watch, unwatched
from curation.schema import Schema


@dataclass
class DatasetTotals:
    """
    The digest of a dataset, and the numbers that a manifest and a release report.

    *text_hashes* gives the sha256 of each gold document's text by id, *licenses* the licence of each
    document, those without gold included, as the article has it: empty where it has none; *private_addresses* are the documents
    with an address that isn't public. *guidelines* and *platforms* count
    annotations by the guideline (its hash) and by the program that they were made by, or unknown. *splits* and *flags* count
    documents, *entities* and *relations* count by type, *overlapping* counts documents with
    overlapping entities. *not_offered* gives the documents that lack a type, by type, *offer_unknown*
    those of which nobody knows. *problems* is everything that breaks the schema.
    *rows* are those of the gold documents and, behind these, of annotations and verdicts.
    """

    schema: Schema
    split_plan: SplitPlan = field(default_factory=SplitPlan)
    digest: str = ""
    text_hashes: dict[str, str] = field(default_factory=dict)
    licenses: dict[str, str] = field(default_factory=dict)
    private_addresses: set[str] = field(default_factory=set)
    annotations: int = 0
    guidelines: Counter[str] = field(default_factory=Counter)
    platforms: Counter[str] = field(default_factory=Counter)
    verdicts: int = 0
    splits: Counter[str] = field(default_factory=Counter)
    entities: Counter[str] = field(default_factory=Counter)
    relations: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    overlapping: int = 0
    not_offered: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    offer_unknown: list[str] = field(default_factory=list)
    ingest_versions: set[str] = field(default_factory=set)
    models: set[Layer] = field(default_factory=set)
    problems: Problems = field(default_factory=Problems)
    rows: ValuesOnDisk[Mapping[str, Any]] = field(default_factory=lambda: ValuesOnDisk(dict))

    def count_gold_documents(self, gold_documents: Iterable[GoldDocument]) -> Iterator[Json]:
        """The rows of these documents, each of which is counted when its row is taken."""
        for gold in gold_documents:
            document = gold.document
            self.splits[self.split_plan.split_of(gold.group)] += 1
            self.entities.update(entity.label for entity in document.entities)
            self.relations.update(relation.label for relation in document.relations)
            self.flags.update(gold.flags)
            self.overlapping += any(True for _ in find_overlaps(document))
            if gold.not_offered is None:
                self.offer_unknown.append(gold.id)
            for name in gold.not_offered or ():
                self.not_offered[name].append(gold.id)
            if isinstance(ingest := document.meta.get("ingest"), str):
                self.ingest_versions.add(ingest)
            self.problems += check_document(document, self.schema)
            self._note_article(document)
            row = gold_row(gold)
            self.text_hashes[gold.id] = row["text_sha256"]
            yield row

    def count(
        self,
        gold_documents: Iterable[GoldDocument],
        annotations: Iterable[AnnotatedDocument],
        verdicts: Iterable[AdjudicatedDocument],
    ) -> None:
        """Count these rows; UnsortedRows where they aren't in the order of their ids."""
        self.digest = rows_digest(
            self.count_gold_documents(gold_documents),
            merge_layers(self.count_annotations(annotations), self.count_verdicts(verdicts)),
            encode=lambda row: self.rows.add("", row),
        )

    @property
    def types_not_offered(self) -> TypesNotOffered:
        """Which gold documents lack which type."""
        by_type = {name: tuple(documents) for name, documents in self.not_offered.items()}
        return TypesNotOffered(by_type=by_type, unknown=tuple(self.offer_unknown))

    def count_annotations(self, annotations: Iterable[AnnotatedDocument]) -> Iterator[Json]:
        """The rows of these annotations, each of which is counted when its row is taken."""
        for annotation in annotations:
            self.annotations += 1
            self.guidelines[annotation.guideline or NOT_RECORDED] += 1
            self.platforms[annotation.platform or NOT_RECORDED] += 1
            self._note_article(annotation.document)
            if annotation.suggestion and annotation.suggestion.layer:
                self.models.add(annotation.suggestion.layer)
            yield annotation_row(annotation)

    def count_verdicts(self, verdicts: Iterable[AdjudicatedDocument]) -> Iterator[Json]:
        """The rows of these verdicts, each of which is counted when its row is taken."""
        for verdict in verdicts:
            self.verdicts += 1
            yield verdict_row(verdict)

    def _note_article(self, document: Document) -> None:
        self.licenses[document.id] = str(document.meta.get("license") or "")
        if private_keys(document.meta):
            self.private_addresses.add(document.id)


def compute_totals(
    dataset: Dataset,
    schema: Schema,
    split_plan: SplitPlan | None = None,
    watch: Watch = unwatched,
) -> DatasetTotals:
    """
    The totals of a dataset, whose rows may come in any order.

    *split_plan* says their splits, *watch* shows how many documents are counted.
    """
    plan = split_plan or SplitPlan()
    sorted_totals = DatasetTotals(schema, plan)
    try:
        sorted_totals.count(
            watch(dataset.gold_documents, "documents", None),
            watch(dataset.annotations, "annotations", None),
            dataset.verdicts,
        )
    except UnsortedRows:
        totals = DatasetTotals(schema, plan)
        totals.count(
            sorted(dataset.gold_documents, key=gold_document_order),
            sorted(dataset.annotations, key=annotation_order),
            sorted(dataset.verdicts, key=lambda one: row_order(one.document.id)),
        )
        return totals
    return sorted_totals
