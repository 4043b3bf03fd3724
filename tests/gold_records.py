"""Records of documents, made of a gold document and annotations as the dataset has them."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import msgspec

from curation.annotations.compared import compare_documents, flag_difference
from curation.annotations.differences import ComparedAnnotations
from curation.annotations.make_verdict import decisions_on
from curation.annotations.merge import make_record
from curation.annotations.record import (
    AnnotationRecord,
    DocumentRecord,
    Evidence,
    Suggestion,
    Verdict,
    entity_records,
    kind_of_pseudonym,
    relation_records,
    suggestion_key,
    suggestion_of,
)
from curation.documents.document import AnnotatedDocument, is_program_pseudonym
from curation.gold.dataset import GoldDocument
from curation.schema import Schema


def record_of(
    gold: GoldDocument | None, annotations: Sequence[AnnotatedDocument], schema: Schema
) -> DocumentRecord | None:
    """The record of a document; None where its gold names annotations that aren't given."""
    if not annotations and gold and (gold.annotators or gold.n_annotations):
        return None
    article = gold.document if gold else annotations[0].document
    suggestions: dict[str, Suggestion] = {}
    records: list[AnnotationRecord] = []
    ordered = sorted(annotations, key=lambda one: (one.annotator, one.document.entities))
    for _, of_one_annotator in groupby(ordered, key=lambda one: one.annotator):
        for number, annotation in enumerate(of_one_annotator):
            records.append(_annotation_record(annotation, number, suggestions))
    records.sort(key=lambda one: one.uid)
    record = make_record(article.without_annotations(), records, suggestions)
    verdict = None
    if gold and (gold.adjudicated or not annotations):
        verdict = _verdict(gold, records, annotations, schema)
    group = gold.group if gold else record.group
    return msgspec.structs.replace(record, group=group, verdict=verdict)


def _annotation_record(
    one: AnnotatedDocument, number: int, suggestions: dict[str, Suggestion]
) -> AnnotationRecord:
    # A program's annotations may never have been in Label Studio; a person's were.
    where = None if is_program_pseudonym(one.annotator) else ""
    started_from = None
    evidence: Evidence = "none"
    if one.suggestion is not None:
        suggestion = suggestion_of(one.suggestion)
        started_from = suggestion_key(suggestion)
        suggestions[started_from] = suggestion
        evidence = (
            "prediction" if suggestion.version or suggestion.model != "unknown" else "regions"
        )
    identity = "\n".join((one.document.id, one.annotator, str(number)))
    return AnnotationRecord(
        uid=hashlib.sha256(identity.encode()).hexdigest()[:32],
        server=where, project=where, number=None, annotator=one.annotator,
        kind=kind_of_pseudonym(one.annotator),
        edited_by=(one.edited_by,) if one.edited_by else (), copy_of=None,
        arm="blind" if one.suggestion is None else "assisted", evidence=evidence,
        started_from=started_from, status="submitted", created=None, updated=None,
        seconds=None, schema=None, guideline=None, entities=entity_records(one.document),
        relations=relation_records(one.document), flags=tuple(sorted(one.flags)),
        first=None, first_sure=False,
    )  # fmt: skip


def _verdict(
    gold: GoldDocument,
    records: Sequence[AnnotationRecord],
    annotations: Sequence[AnnotatedDocument],
    schema: Schema,
) -> Verdict:
    """The gold as a verdict of which only the result is known."""
    decided = schema.canonical(gold.document)
    documents = {
        (one.annotator, entity_records(one.document), relation_records(one.document)): one
        for one in annotations
    }
    by_uid = {
        record.uid: schema.canonical(
            documents[record.annotator, record.entities or (), record.relations or ()].document
        )
        for record in records
    }
    compared = ComparedAnnotations(agreed=decided)
    if by_uid:
        compared = compare_documents(by_uid, schema)
    flags = {record.uid: record.flags for record in records}
    if question := flag_difference(decided.text_sha256, flags, schema):
        compared = replace(compared, differences=(*compared.differences, question))
    return Verdict(
        by=None, kind="unknown", at=None, schema=None, guideline=None,
        decisions=decisions_on(compared, decided, schema), entities=entity_records(decided),
        relations=relation_records(decided), flags=gold.flags,
    )  # fmt: skip
