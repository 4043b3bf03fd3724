"""Which annotations of a document have a vote, and what they have alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from curation.annotations.compared import compare_documents, flag_difference
from curation.annotations.differences import ComparedAnnotations, difference_order
from curation.annotations.independence import COPY
from curation.annotations.record import (
    AnnotationRecord,
    DocumentRecord,
    document_of_record,
)
from curation.documents.document import Document, Layer
from curation.schema import Schema

# Why a submitted, sound annotation has no vote.
EARLIER_WORK = "earlier work of the same annotator"
SAME_WORK = "the same work of the same annotator"


@dataclass(frozen=True)
class Voters:
    """
    The annotations of a document that have a vote, by uid, as documents in canonical form.

    *without_vote* says of each other sound, submitted annotation why it has none, by uid. *flags* are
    the flags of the annotations that vote, and of copies, by uid.
    """

    documents: Mapping[str, Document]
    without_vote: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def find_voters(record: DocumentRecord, schema: Schema) -> Voters:
    """
    Who votes on a document: each account once, with its latest submitted annotation.

    A copy of somebody else's annotation has no vote, unless there is no other annotation.
    """
    submitted = [
        one
        for one in record.annotations
        if one.status == "submitted" and one.entities is not None
    ]
    submitted.sort(key=lambda one: (one.annotator, one.created or "", one.uid))
    without_vote: dict[str, str] = {}
    candidates = [one for one in submitted if one.copy_of is None]
    if candidates:
        without_vote |= {one.uid: COPY for one in submitted if one.copy_of is not None}
    else:
        candidates = submitted
    latest: dict[str, AnnotationRecord] = {}
    for one in sorted(candidates, key=_last_changed):
        earlier = latest.get(one.annotator)
        if earlier and _is_repetition(one, earlier):
            without_vote[one.uid] = SAME_WORK
            continue
        if earlier:
            without_vote[earlier.uid] = EARLIER_WORK
        latest[one.annotator] = one
    return Voters(
        documents={
            one.uid: schema.canonical(_document(record, one)) for one in latest.values()
        },
        without_vote=without_vote,
        flags={
            one.uid: one.flags for one in submitted if without_vote.get(one.uid, COPY) == COPY
        },
    )


def compare_annotations(record: DocumentRecord, schema: Schema) -> ComparedAnnotations:
    """
    What the voting annotations of a document have alike, and where they differ; a flag is a difference too.

    Where nobody votes, and in a document that isn't active, there is nothing.
    """
    return compare_voters(record, find_voters(record, schema), schema)


def compare_voters(
    record: DocumentRecord, voters: Voters, schema: Schema
) -> ComparedAnnotations:
    """The same for *voters* that are known already."""
    if record.state != "active" or not voters.documents:
        return ComparedAnnotations(agreed=document_of_record(record))
    found = compare_documents(voters.documents, schema, text_sha256=record.text_sha256)
    differences = found.differences
    if question := flag_difference(record.text_sha256, voters.flags, schema):
        differences = tuple(sorted((*differences, question), key=difference_order))
    flags = {flag for own in voters.flags.values() for flag in own}
    return replace(found, differences=differences, flags=tuple(sorted(flags)))


def _document(record: DocumentRecord, annotation: AnnotationRecord) -> Document:
    layer = Layer("annotator", annotation.annotator)
    return document_of_record(
        record, annotation.entities or (), annotation.relations or (), layer
    )


def _is_repetition(one: AnnotationRecord, other: AnnotationRecord) -> bool:
    return (one.entities, one.relations, one.flags) == (
        other.entities,
        other.relations,
        other.flags,
    )


def _last_changed(annotation: AnnotationRecord) -> tuple[str, str]:
    return annotation.updated or annotation.created or "", annotation.uid
