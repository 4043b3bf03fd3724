"""The working version as the dataset has it: gold documents and annotations, row by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from curation.annotations.consensus import Consensus, find_consensus
from curation.annotations.decision_makers import maker_of
from curation.annotations.effort import EffortTally
from curation.annotations.record import Decision, DocumentRecord, Verdict
from curation.documents.document import AnnotatedDocument, Layer, is_unknown_pseudonym
from curation.documents.typed_ids import typed_ids
from curation.errors import GoldError, Problem, Problems, raise_problems
from curation.files import json_line
from curation.gold.dataset import (
    AdjudicatedDocument,
    AnnotationOrigins,
    GoldDocument,
    PublishedDecision,
    PublishedReading,
    StoredDataset,
)
from curation.gold.tables.rows import row_order
from curation.gold.tables.values_on_disk import ValuesOnDisk
from curation.gold.working.excluded import exclusion_reason
from curation.gold.working.stale_verdicts import stale_verdict_of
from curation.gold.working.version import (
    MEND_FILES,
    NEXT,
    list_document_files,
    read_checked_file,
)
from curation.progress import Watch, unwatched
from curation.schema import Schema


def read_working_dataset(gold: Path, schema: Schema, watch: Watch = unwatched) -> StoredDataset:
    """
    The working version as gold documents and annotations, empty before the first pull.

    Each file is read and checked once, which *watch* shows; what it establishes is read again at each
    iteration. Raises GoldError with everything that is wrong with any of the files.
    """
    folder = gold / NEXT
    problems = Problems()
    records = _Records(schema)
    names = list_document_files(folder)
    for name in watch(names, f"reading {folder}", len(names)):
        checked = read_checked_file(folder / name)
        problems += checked.problems
        if checked.record:
            records.add(checked.record)
    if problems:
        raise_problems(problems, GoldError, hint=MEND_FILES.format(folder))
    return StoredDataset(
        gold_documents=records.gold_documents,
        annotations=records.annotations,
        verdicts=records.verdicts,
        origins=records.origins,
        excluded=records.excluded,
        effort=records.effort.effort if records.effort.annotations else None,
        taken_back=records.taken_back,
        obstacles=tuple(records.obstacles),
    )


@dataclass
class _Records:
    """What the records in gold/next establish, in the order of their ids."""

    schema: Schema
    origins: AnnotationOrigins = field(default_factory=AnnotationOrigins)
    excluded: dict[str, str] = field(default_factory=dict)
    effort: EffortTally = field(default_factory=EffortTally)
    obstacles: list[Problem] = field(default_factory=list)
    gold_documents: ValuesOnDisk[GoldDocument] = field(
        default_factory=lambda: ValuesOnDisk(GoldDocument)
    )
    annotations: ValuesOnDisk[AnnotatedDocument] = field(
        default_factory=lambda: ValuesOnDisk(AnnotatedDocument)
    )
    taken_back: ValuesOnDisk[AnnotatedDocument] = field(
        default_factory=lambda: ValuesOnDisk(AnnotatedDocument)
    )
    verdicts: ValuesOnDisk[AdjudicatedDocument] = field(
        default_factory=lambda: ValuesOnDisk(AdjudicatedDocument)
    )

    def add(self, record: DocumentRecord) -> None:
        """Add what a record establishes."""
        order = row_order(record.id)
        consensus = find_consensus(record, self.schema)
        if gold := gold_document_of(record, consensus):
            self.origins.add_gold_document(
                gold.id,
                gold.arm,
                gold.annotators,
                not_offered=gold.not_offered,
                adjudicated=gold.adjudicated,
            )
            self.gold_documents.add(order, gold)
        else:
            self.excluded[record.id] = exclusion_reason(record.state, consensus.reason)
        for annotation in sorted(consensus.annotations, key=_annotation_order):
            self.origins.add_annotation(record.id, annotation.edited_by)
            self.annotations.add(order, annotation)
        for annotation in consensus.taken_back:
            self.taken_back.add(order, annotation)
        if verdict := adjudicated_document_of(record, consensus):
            self.origins.add_verdict(record.id, verdict.adjudicators)
            self.verdicts.add(order, verdict)
        self.effort.add_record(record)
        self.obstacles += _obstacles(record, consensus)


def _obstacles(record: DocumentRecord, consensus: Consensus) -> Iterator[Problem]:
    """What keeps a release from being what the document's annotators and adjudicator meant."""
    if record.state == "withdrawn" and record.text:
        what = "is withdrawn, and its file still has the text: curate withdraw (again)"
        yield Problem(record.id, what)
    stale = stale_verdict_of(record, consensus)
    if stale and stale.is_needed:
        yield Problem(
            record.id,
            f"{stale.what} (curate adjudicate, or: curate drop {typed_ids([record.id])})",
        )
    if consensus.document and not _is_anybody_known(record, consensus):
        what = (
            "nobody knows who annotated the document: have somebody annotate or adjudicate it,"
            f" or: curate drop {typed_ids([record.id])}"
        )
        yield Problem(record.id, what)


def _is_anybody_known(record: DocumentRecord, consensus: Consensus) -> bool:
    """Whether at least one of those who made the gold is somebody, be it a program."""
    makers = {*consensus.annotators}
    if record.verdict and consensus.adjudicated:
        makers.add(record.verdict.by or "")
    return any(maker and not is_unknown_pseudonym(maker) for maker in makers)


def gold_document_of(record: DocumentRecord, consensus: Consensus) -> GoldDocument | None:
    """The record's gold as the dataset has it; None where the consensus is no gold."""
    if consensus.document is None:
        return None
    layers = {one.suggestion.layer for one in consensus.annotations if one.suggestion}
    return GoldDocument(
        consensus.document,
        flags=consensus.flags,
        annotators=consensus.annotators,
        n_annotations=len(consensus.annotations),
        adjudicated=consensus.adjudicated,
        arm=consensus.arm,
        preannotated_by=", ".join(sorted(str(layer) for layer in layers if layer)),
        group=record.group,
        not_offered=consensus.not_offered,
    )


def adjudicated_document_of(
    record: DocumentRecord, consensus: Consensus
) -> AdjudicatedDocument | None:
    """The record's verdict as the dataset has it; None where it isn't the gold, or nobody's."""
    verdict = record.verdict
    if verdict is None or verdict.by is None or not consensus.adjudicated:
        return None
    if consensus.document is None:
        return None
    annotators = {one.uid: one.annotator for one in record.annotations}
    return AdjudicatedDocument(
        document=replace(consensus.document, layer=Layer("annotator", verdict.by)),
        adjudicator=verdict.by,
        flags=verdict.flags,
        decisions=tuple(_published(one, annotators, verdict) for one in verdict.decisions),
        guideline=verdict.guideline or "",
    )


def _published(
    decision: Decision, annotators: Mapping[str, str], verdict: Verdict
) -> PublishedDecision:
    """A decision with pseudonyms for uids, which mean nothing outside of a server."""
    by = maker_of(verdict, decision).by or ""
    return PublishedDecision(
        kind=decision.kind,
        place=decision.place,
        offered=tuple(
            PublishedReading(
                annotators=tuple(
                    sorted({annotators[uid] for uid in one.by if uid in annotators})
                ),
                reading=json_line(msgspec.to_builtins(one.reading)),
            )
            for one in decision.offered
        ),
        chosen=json_line(msgspec.to_builtins(decision.chosen)),
        own=decision.own,
        preselected=decision.preselected,
        adjudicator="" if by == verdict.by else by,
    )


def _annotation_order(annotation: AnnotatedDocument) -> tuple[object, ...]:
    document = annotation.document
    return annotation.annotator, document.entities, document.relations
