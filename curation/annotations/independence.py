"""What an annotation says of agreement: its first submission, and whether that was made independently."""

from collections.abc import Container

import msgspec

from curation.annotations.record import (
    AnnotationRecord,
    DocumentRecord,
    EntitiesAndRelations,
    Evidence,
    Verdict,
    document_of_record,
    first_submission,
    first_submitted_at,
)
from curation.documents.document import Document, Layer

# Why an annotation says nothing of agreement.
COPY = "copied from another annotator's"
UNKNOWN_ANNOTATOR = "by an unknown annotator"
VERDICT = "an adjudicator's verdict"
AFTER_VERDICT = "begun after the verdict"
EDITED = "that somebody else edited before the first pull"
TAKEN_BACK = "submitted once, and deleted, skipped or given a problem since,"

# The evidence that a suggestion was shown, and not only pushed.
_SEEN: Container[Evidence] = ("prediction", "regions")


def first_document(record: DocumentRecord, annotation: AnnotationRecord) -> Document | None:
    """
    The annotator's first sound submission; None where that is the annotation as it is now.

    Where the annotator deleted an earlier annotation of the document, the first is that one's.
    """
    earliest = _earliest(record, annotation)
    found = first_submission(earliest)
    if found is None or (earliest.uid == annotation.uid and annotation.first is None):
        return None
    then, _ = found
    if then == EntitiesAndRelations(annotation.entities or (), annotation.relations or ()):
        return None
    layer = Layer("annotator", annotation.annotator)
    return document_of_record(record, then.entities, then.relations, layer)


def why_not_independent(record: DocumentRecord, annotation: AnnotationRecord) -> str:
    """
    Why the annotation says nothing of agreement, in words that follow a number; empty where it does.

    What counts is how the annotator's first submission was made, which may be a deleted annotation's.
    """
    earliest = _earliest(record, annotation)
    if earliest.copy_of:
        return COPY
    if annotation.kind == "unknown":
        return UNKNOWN_ANNOTATOR
    if _is_first_edited(earliest):
        return EDITED
    if earliest.after_verdict or (record.verdict and _is_after(earliest, record.verdict)):
        return AFTER_VERDICT
    return ""


def remember_after_verdict(record: DocumentRecord) -> DocumentRecord:
    """
    The record; annotations whose first submission may have come after its verdict say so.

    They say so for ever, also where the verdict is replaced or removed later.
    """
    verdict = record.verdict
    if verdict is None:
        return record
    annotations = tuple(
        msgspec.structs.replace(one, after_verdict=True)
        if one.entities is not None and not one.after_verdict and _is_after(one, verdict)
        else one
        for one in record.annotations
    )
    return msgspec.structs.replace(record, annotations=annotations)


def is_arm_sure(record: DocumentRecord, annotation: AnnotationRecord) -> bool:
    """
    Whether the annotator's first submission was surely made in the annotation's arm.

    False where nothing says whether there was a suggestion; where only the task says that there was
    one, since a suggestion that was shown leaves traces in the annotation; and where the first
    submission was another annotation's, which began otherwise: in a blind project, say, or from
    another model's suggestion.
    """
    earliest = _earliest(record, annotation)
    known = "blind" if annotation.started_from is None else "assisted"
    if known == "assisted" and earliest.evidence not in _SEEN:
        return False
    return (
        annotation.arm == earliest.arm == known
        and annotation.started_from == earliest.started_from
    )


def _is_first_edited(annotation: AnnotationRecord) -> bool:
    """Whether somebody else edited the first submission before anybody pulled that."""
    if annotation.first_edited_by:
        return True
    # An older curate said no more than who edited last.
    is_first = annotation.first is None and not annotation.first_sure
    return bool(annotation.edited_by) and is_first


def _earliest(record: DocumentRecord, annotation: AnnotationRecord) -> AnnotationRecord:
    """The first sound annotation of the document by the same annotator, also a deleted one."""
    own = (
        one
        for one in record.annotations
        if one.annotator == annotation.annotator and one.entities is not None
    )
    return min(own, key=lambda one: (one.created or "", one.uid), default=annotation)


def _is_after(annotation: AnnotationRecord, verdict: Verdict) -> bool:
    """
    Whether the first submission may have come after the verdict, after its earliest decision, or after
    what an adjudicator submitted before that was updated.

    Times are whole seconds. In that second, only what the adjudicator was offered
    certainly came before it.
    """
    first = first_submitted_at(annotation)
    submitted = (one.first_at for one in verdict.tasks)
    times = (verdict.at, *(one.at for one in verdict.decisions), *submitted)
    at = min((one for one in times if isinstance(one, str) and one), default="")
    if not at or first < at:
        return False
    return first > at or not any(
        annotation.uid in offered.by for one in verdict.decisions for offered in one.offered
    )
