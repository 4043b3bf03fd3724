"""The gold of a document: a pure function of its record and the schema."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from curation.annotations.differences import (
    Place,
    describe_differences,
    find_differences,
    find_reopened_places,
)
from curation.annotations.independence import first_document, why_not_independent
from curation.annotations.record import (
    Arm,
    DocumentRecord,
    annotation_of_record,
    document_of_record,
    suggested_document,
)
from curation.documents.document import AnnotatedDocument, Document
from curation.schema import Schema

# Why a document has no gold.
ExclusionReason = Literal["", "inactive", "problem", "unannotated", "flagged", "differ"]


@dataclass(frozen=True, kw_only=True)
class Consensus:
    """
    What the annotations or the verdict of a document establish.

    *document* is the gold; where the document is None, *reason* says why, else *reason* is empty.
    *annotations* are those that count: submitted and sound, of an active document without problems.
    *flags* are all flags of the gold; where the reason is "flagged", those that keep the document
    out. *reopened* are the places at which the verdict doesn't hold any more.
    *not_offered_to_adjudicator* are the types that a verdict's schema hasn't, None where it isn't known.
    """

    document: Document | None
    reason: ExclusionReason
    annotations: tuple[AnnotatedDocument, ...] = ()
    arms: tuple[Arm, ...] = ()
    flags: tuple[str, ...] = ()
    adjudicated: bool = False
    reopened: tuple[Place, ...] = ()
    not_offered_to_adjudicator: tuple[str, ...] | None = None

    @property
    def annotators(self) -> tuple[str, ...]:
        """The pseudonyms of the annotators that count, sorted, each once."""
        return tuple(sorted({one.annotator for one in self.annotations}))

    @property
    def not_offered(self) -> tuple[str, ...] | None:
        """The types that some annotator, or the adjudicator, was not offered; None where nobody knows."""
        known = [one.not_offered for one in self.annotations if one.not_offered is not None]
        if self.not_offered_to_adjudicator is not None:
            known = [self.not_offered_to_adjudicator]
        return tuple(sorted({name for names in known for name in names})) if known else None

    @property
    def arm(self) -> Arm:
        """Blind where an annotator worked without suggestions, else assisted where one had some, else unknown."""
        if "blind" in self.arms:
            return "blind"
        return "assisted" if "assisted" in self.arms else "unknown"

    def describe_differences(self) -> tuple[str, ...]:
        """Where the annotations differ, in words, in the order of the text."""
        return tuple(describe_differences(self.annotations))


def find_consensus(record: DocumentRecord, schema: Schema) -> Consensus:
    """
    The gold of a document: its verdict while the verdict holds, else what all annotations agree on.

    One annotation is agreement. A flag with ``keeps_out``, set by one annotator, keeps the document
    out; other flags are no disagreement, and the gold has all of them. A problem in one annotation
    keeps the document out until the problem is mended or a verdict holds.
    """
    if record.state != "active":
        return Consensus(document=None, reason="inactive")
    counted = _counted_annotations(record, schema)
    annotations = tuple(annotation for annotation, _ in counted)
    arms = tuple(arm for _, arm in counted)
    reopened: tuple[Place, ...] = ()
    if verdict := record.verdict:
        decided = schema.canonical(
            document_of_record(record, verdict.entities, verdict.relations)
        )
        documents = [one.document for one in annotations]
        reopened = find_reopened_places(decided, verdict.decisions, documents)
        if not reopened:
            return Consensus(
                document=decided,
                reason="",
                annotations=annotations,
                arms=arms,
                flags=verdict.flags,
                adjudicated=True,
                not_offered_to_adjudicator=schema.types_not_offered(verdict.schema),
            )
    document, reason, flags = _agreed(record, annotations, schema)
    return Consensus(
        document=document,
        reason=reason,
        annotations=() if reason == "problem" else annotations,
        arms=arms,
        flags=flags,
        reopened=reopened,
    )


def _agreed(
    record: DocumentRecord, annotations: Sequence[AnnotatedDocument], schema: Schema
) -> tuple[Document | None, ExclusionReason, tuple[str, ...]]:
    """What all annotations agree on, or None and why, and the flags that matter."""
    flags = {flag for one in annotations for flag in one.flags}
    if any(one.status == "problem" for one in record.annotations):
        return None, "problem", ()
    if not annotations:
        return None, "unannotated", ()
    keeping_out = {
        flag for flag in flags if flag in schema.flags and schema.flags[flag].keeps_out
    }
    if keeping_out:
        return None, "flagged", tuple(sorted(keeping_out))
    if any(find_differences([one.document for one in annotations])):
        return None, "differ", tuple(sorted(flags))
    agreed = replace(annotations[0].document, layer=None)
    return agreed, "", tuple(sorted(flags))


def _counted_annotations(
    record: DocumentRecord, schema: Schema
) -> list[tuple[AnnotatedDocument, Arm]]:
    """
    The submitted annotations, each with its arm; what one annotator submitted twice alike counts once.

    The order is that of the annotators, so that the result doesn't depend on the file's order.
    """
    suggestions = {
        key: schema.canonical(suggested_document(record, one))
        for key, one in record.suggestions.items()
    }
    submitted = [
        one
        for one in record.annotations
        if one.status == "submitted" and one.entities is not None
    ]
    submitted.sort(key=lambda one: (one.annotator, one.created or "", one.uid))
    counted: list[tuple[AnnotatedDocument, Arm]] = []
    for one in submitted:
        annotation = annotation_of_record(record, one, suggestions)
        first = first_document(record, one)
        annotation = replace(
            annotation,
            document=schema.canonical(annotation.document),
            not_offered=schema.types_not_offered(one.schema),
            first=first and schema.canonical(first),
            first_sure=one.first_sure,
            not_independent=why_not_independent(record, one),
            arm_sure=one.arm == ("assisted" if annotation.suggestion else "blind"),
        )
        if not any(_is_repetition(annotation, other) for other, _ in counted):
            counted.append((annotation, one.arm))
    return counted


def _is_repetition(one: AnnotatedDocument, other: AnnotatedDocument) -> bool:
    """Whether both are one annotator's, with the same entities, relations and flags."""
    return (
        one.annotator == other.annotator
        and one.flags == other.flags
        and one.document == other.document
    )
