"""The gold of a document: a pure function of its record and the schema."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from curation.annotations.difference_words import describe_differences
from curation.annotations.differences import ComparedAnnotations, Difference
from curation.annotations.independence import first_document, is_arm_sure, why_not_independent
from curation.annotations.readings import KEEP_OUT
from curation.annotations.record import (
    AnnotationRecord,
    Arm,
    DocumentRecord,
    annotation_of_record,
    document_of_record,
    suggested_document,
)
from curation.annotations.staleness import VerdictState, judge_compared
from curation.annotations.voters import (
    EARLIER_WORK,
    SAME_WORK,
    Voters,
    compare_voters,
    find_voters,
)
from curation.documents.document import AnnotatedDocument, Document
from curation.schema import Schema

# The program in which annotations are made that have a server.
LABEL_STUDIO = "Label Studio"

_NOT_COUNTED: Container[str | None] = (EARLIER_WORK, SAME_WORK)

# Why a document has no gold.
ExclusionReason = Literal["", "inactive", "problem", "unannotated", "flagged", "differ"]


@dataclass(frozen=True, kw_only=True)
class Consensus:
    """
    What the annotations or the verdict of a document establish.

    *document* is the gold; where the document is None, *reason* says why, else *reason* is empty.
    *annotations* are those that count: submitted and sound, of an active document without problems,
    of each annotator the latest. *taken_back* are the independent first submissions of annotators who
    deleted, skipped or gave a problem to what they submitted, and have nothing submitted now: they decide nothing, and
    count for agreement. *without_vote* are uids of submitted annotations that decide nothing,
    and why. *flags* are all flags of the gold; where the reason is "flagged", those that keep the
    document out. *compared* says where the annotations that vote differ, None where nobody votes;
    *verdict* says what of the verdict holds, None where there is none.
    *not_offered_to_adjudicator* are the types that a verdict's schema hasn't, None where it isn't known.
    """

    document: Document | None
    reason: ExclusionReason
    annotations: tuple[AnnotatedDocument, ...] = ()
    taken_back: tuple[AnnotatedDocument, ...] = ()
    arms: tuple[Arm, ...] = ()
    flags: tuple[str, ...] = ()
    adjudicated: bool = False
    compared: ComparedAnnotations | None = None
    verdict: VerdictState | None = None
    without_vote: Mapping[str, str] = field(default_factory=dict)
    not_offered_to_adjudicator: tuple[str, ...] | None = None

    @property
    def reopened(self) -> tuple[Difference, ...]:
        """The differences at which the verdict doesn't hold any more, because annotations changed."""
        return self.verdict.reopened if self.verdict else ()

    @property
    def reopened_places(self) -> int:
        """At how many places the verdict doesn't hold any more."""
        return self.verdict.reopened_places if self.verdict else 0

    @property
    def is_verdict_repeated(self) -> bool:
        """Whether the verdict holds, and all annotators on whose work it rests have what it says by now."""
        state = self.verdict
        return self.adjudicated and state is not None and not (state.is_needed or state.gone)

    @property
    def annotators(self) -> tuple[str, ...]:
        """The pseudonyms of the annotators that count, sorted, each once."""
        return tuple(sorted({one.annotator for one in self.annotations}))

    @property
    def voting(self) -> tuple[str, ...]:
        """The pseudonyms of those who have a vote, sorted, each once; copies have none."""
        documents = self.compared.annotations.values() if self.compared else ()
        return tuple(sorted({one.layer.name for one in documents if one.layer}))

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
        return self._in_words(self.compared) if self.compared else ()

    def describe_open_differences(self) -> tuple[str, ...]:
        """The same of those that no verdict settles."""
        state = self.verdict
        if state is None:
            return self.describe_differences()
        return self._in_words(replace(state.compared, differences=state.open))

    def _in_words(self, compared: ComparedAnnotations) -> tuple[str, ...]:
        voting = self.compared.annotations if self.compared else {}
        names = {uid: one.layer.name for uid, one in voting.items() if one.layer is not None}
        return tuple(describe_differences(compared, names))


def find_consensus(
    record: DocumentRecord, schema: Schema, *, with_annotations: bool = True
) -> Consensus:
    """
    The gold of a document: its verdict while the verdict holds, else what all annotations agree on.

    One annotation is agreement. A flag with ``keeps_out``, set by one annotator, keeps the document
    out, unless an adjudicator took the document in; other flags are no disagreement, and the gold has
    all of them. A problem in one annotation keeps the document out until the problem is mended or a
    verdict holds.

    Where nobody needs the annotations that count, they are left out, which takes half the time.
    """
    if record.state != "active":
        return Consensus(document=None, reason="inactive")
    voters = find_voters(record, schema)
    compared = compare_voters(record, voters, schema)
    state = judge_compared(record, voters, compared, schema) if record.verdict else None
    known = Consensus(
        document=None,
        reason="",
        compared=compared if voters.documents else None,
        verdict=state,
        without_vote=voters.without_vote,
    )
    if with_annotations:
        counted = _counted_annotations(record, voters, schema)
        known = replace(
            known,
            annotations=tuple(annotation for annotation, _ in counted),
            taken_back=tuple(_taken_back(record, schema)),
            arms=tuple(arm for _, arm in counted),
        )
    if record.verdict and state and state.holds:
        return _decided(known, record, schema)
    return _agreed(known, record, voters, schema)


def _decided(known: Consensus, record: DocumentRecord, schema: Schema) -> Consensus:
    """What the record's verdict establishes, which holds: its gold, or that a flag keeps the document out."""
    verdict = record.verdict
    assert verdict is not None
    decided = schema.canonical(document_of_record(record, verdict.entities, verdict.relations))
    if any(one.chosen.flags == KEEP_OUT for one in verdict.decisions):
        keeping_out = tuple(flag for flag in verdict.flags if schema.keeps_out(flag))
        return replace(known, reason="flagged", flags=keeping_out, adjudicated=True)
    return replace(
        known,
        document=decided,
        flags=verdict.flags,
        adjudicated=True,
        not_offered_to_adjudicator=schema.types_not_offered(verdict.schema),
    )


def _agreed(
    known: Consensus, record: DocumentRecord, voters: Voters, schema: Schema
) -> Consensus:
    """What all annotations agree on, or why there is none."""
    if any(one.status == "problem" for one in record.annotations):
        return replace(known, reason="problem", compared=None)
    compared = known.compared
    if compared is None:
        return replace(known, reason="unannotated")
    flags = {flag for own in voters.flags.values() for flag in own}
    if _is_taken_in(known):
        flags = {flag for flag in flags if not schema.keeps_out(flag)}
    if keeping_out := {flag for flag in flags if schema.keeps_out(flag)}:
        return replace(known, reason="flagged", flags=tuple(sorted(keeping_out)))
    known = replace(known, flags=tuple(sorted(flags)))
    if any(one.kind != "flags" for one in compared.differences):
        return replace(known, reason="differ")
    return replace(known, document=compared.agreed)


def _is_taken_in(known: Consensus) -> bool:
    """Whether an adjudicator took the flagged document in, and no other flag was set since."""
    return known.verdict is not None and known.verdict.is_taken_in


def _counted_annotations(
    record: DocumentRecord, voters: Voters, schema: Schema
) -> list[tuple[AnnotatedDocument, Arm]]:
    """
    The submitted annotations, each with its arm; of each annotator the latest, and copies.

    The order is that of the annotators, so that the result doesn't depend on the file's order.
    """
    suggestions = _canonical_suggestions(record, schema)
    submitted = [
        one
        for one in record.annotations
        if one.status == "submitted"
        and one.entities is not None
        and voters.without_vote.get(one.uid) not in _NOT_COUNTED
    ]
    submitted.sort(key=lambda one: (one.annotator, one.created or "", one.uid))
    return [
        (_with_first(record, one, suggestions, schema, voters.documents.get(one.uid)), one.arm)
        for one in submitted
    ]


def _taken_back(record: DocumentRecord, schema: Schema) -> Iterator[AnnotatedDocument]:
    """The independent first submissions of annotators who have nothing submitted any more, each one's once."""
    done = {one.annotator for one in record.annotations if one.status == "submitted"}
    suggestions = None
    for one in sorted(record.annotations, key=lambda one: (one.annotator, one.created or "")):
        is_first = one.entities is not None and not why_not_independent(record, one)
        if one.annotator in done or not is_first:
            continue
        done.add(one.annotator)
        suggestions = suggestions or _canonical_suggestions(record, schema)
        found = _with_first(record, one, suggestions, schema)
        yield replace(found, document=found.first_submission, first=None)


def _canonical_suggestions(record: DocumentRecord, schema: Schema) -> Mapping[str, Document]:
    return {
        key: schema.canonical(suggested_document(record, one))
        for key, one in record.suggestions.items()
    }


def _with_first(
    record: DocumentRecord,
    one: AnnotationRecord,
    suggestions: Mapping[str, Document],
    schema: Schema,
    document: Document | None = None,
) -> AnnotatedDocument:
    """
    An annotation in canonical form, with its first submission and what that says of agreement.

    *document* is what the annotation marks, where that is known already.
    """
    annotation = annotation_of_record(record, one, suggestions, document)
    first = first_document(record, one)
    return replace(
        annotation,
        document=schema.canonical(annotation.document),
        not_offered=schema.types_not_offered(one.schema),
        first=first and schema.canonical(first),
        first_sure=one.first_sure,
        not_independent=why_not_independent(record, one),
        arm_sure=is_arm_sure(record, one),
        guideline=one.guideline or "",
        platform="" if one.server is None else LABEL_STUDIO,
    )
