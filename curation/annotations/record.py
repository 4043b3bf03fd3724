"""
One document's record, as ``gold/next/<name>.json`` holds it: the shape, declared once.

``form`` reads and writes it, ``docs/gold-format.md`` explains it to readers with other tools.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from curation.documents.document import (
    AnnotatedDocument,
    Document,
    Entity,
    Layer,
    MetaValue,
    Relation,
)

RECORD_FORMAT: Literal[1] = 1

AnnotatorKind = Literal["person", "program", "unknown"]
Arm = Literal["assisted", "blind", "unknown"]
Evidence = Literal["prediction", "regions", "none"]
AnnotationStatus = Literal["submitted", "problem", "skipped", "deleted"]
DocumentState = Literal["active", "dropped", "superseded", "withdrawn"]

# Start and end in code points, end exclusive, and label: an entity, named by a relation.
RelationEnd = tuple[int, int, str]


class EntityRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """A labelled span in code points, *end* exclusive; *text* repeats what stands there, for readers."""

    start: int
    end: int
    label: str
    text: str
    score: float | UnsetType = UNSET


class RelationRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """A relation; its ends are named by place and label, so that adding an entity renumbers nothing."""

    head: RelationEnd
    tail: RelationEnd
    label: str


class EntitiesAndRelations(Struct, frozen=True, forbid_unknown_fields=True):
    """Entities and relations, sorted by place."""

    entities: tuple[EntityRecord, ...]
    relations: tuple[RelationRecord, ...]


class Suggestion(Struct, frozen=True, forbid_unknown_fields=True):
    """What a model suggested; *weights* and *rules* are hashes, empty where they aren't known."""

    model: str
    version: str
    weights: str
    rules: str
    entities: tuple[EntityRecord, ...]
    relations: tuple[RelationRecord, ...]


class FirstSubmission(Struct, frozen=True, forbid_unknown_fields=True):
    """
    An annotator's first sound submission, by how the annotation differs from it.

    *added* is in the annotation and wasn't in its first submission, *removed* the other way
    round; *flags* are all flags of the first submission. *updated* is when the server had it.
    """

    updated: str
    flags: tuple[str, ...]
    added: EntitiesAndRelations
    removed: EntitiesAndRelations


class AnnotationRecord(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """
    What one annotator submitted for the document, in one project of one server.

    *entities* and *relations* are those of the last sound submission, None where there never was
    one. *first* is None where the first sound submission is the one that stands here, and
    *first_sure* false where it may have been changed before anybody pulled it. *edited_by* are
    accounts other than the annotator's that changed it last. *started_from* names one of the
    document's suggestions. *server* and *project* are None where it isn't known to come from
    Label Studio, and empty where it does and nobody knows from where.
    """

    uid: str
    server: str | None
    project: str | None
    number: int | None
    annotator: str
    kind: AnnotatorKind
    edited_by: tuple[str, ...]
    copy_of: str | None
    arm: Arm
    evidence: Evidence
    started_from: str | None
    status: AnnotationStatus
    created: str | None
    updated: str | None
    seconds: int | None
    schema: str | None
    guideline: str | None
    entities: tuple[EntityRecord, ...] | None
    relations: tuple[RelationRecord, ...] | None
    flags: tuple[str, ...]
    first: FirstSubmission | None
    first_sure: bool


class OfferedReading(Struct, frozen=True, forbid_unknown_fields=True):
    """One reading of a place, the labels that stand there, and whose it is, by uid."""

    by: tuple[str, ...]
    labels: tuple[str, ...]


class Decision(Struct, frozen=True, forbid_unknown_fields=True):
    """
    What was decided of one place (a span) or pair (the spans of two ends).

    *chosen* are the labels that the verdict has there: one of those *offered*, or its own.
    """

    place: tuple[tuple[int, int], ...]
    offered: tuple[OfferedReading, ...]
    chosen: tuple[str, ...]


class Verdict(Struct, frozen=True, forbid_unknown_fields=True):
    """An adjudicator's decision on a document; *by*, *at* and the rest are None where nobody knows."""

    by: str | None
    kind: AnnotatorKind
    at: str | None
    schema: str | None
    guideline: str | None
    decisions: tuple[Decision, ...]
    entities: tuple[EntityRecord, ...]
    relations: tuple[RelationRecord, ...]
    flags: tuple[str, ...]


class DocumentRecord(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """
    The whole truth about one document.

    *text* is cut behind each line feed; joined it is the text. *group* names the documents that
    stay in one split. *state_reason* and *state_at* are there where it isn't active.
    """

    format: Literal[1]
    id: str
    text_sha256: str
    group: str
    state: DocumentState
    state_reason: str = ""
    state_at: str = ""
    meta: dict[str, MetaValue | list[str]]
    text: tuple[str, ...]
    suggestions: dict[str, Suggestion]
    annotations: tuple[AnnotationRecord, ...]
    verdict: Verdict | None

    @property
    def whole_text(self) -> str:
        """The text as one string."""
        return "".join(self.text)


def lines_of_text(text: str) -> tuple[str, ...]:
    """The text cut behind each line feed; joined it is the text again."""
    lines = text.split("\n")
    cut = [f"{line}\n" for line in lines[:-1]]
    return (*cut, lines[-1]) if lines[-1] else tuple(cut)


def entity_records(document: Document, *, scores: bool = False) -> tuple[EntityRecord, ...]:
    """The document's entities as they are written; with *scores* also how sure the model was."""
    return tuple(
        EntityRecord(
            entity.start,
            entity.end,
            entity.label,
            document.words(entity),
            UNSET if entity.score is None or not scores else entity.score,
        )
        for entity in document.entities
    )


def relation_records(document: Document) -> tuple[RelationRecord, ...]:
    """The document's relations as they are written."""
    return tuple(
        RelationRecord(relation_end(one.head), relation_end(one.tail), one.label)
        for one in document.relations
    )


def relation_end(entity: Entity) -> RelationEnd:
    """The entity by place and label."""
    return entity.start, entity.end, entity.label


def entities_of(spans: Iterable[EntityRecord]) -> tuple[Entity, ...]:
    """The spans as entities, without ids."""
    return tuple(
        Entity(
            span.start,
            span.end,
            span.label,
            score=span.score if isinstance(span.score, float | int) else None,
        )
        for span in spans
    )


def relations_of(arrows: Iterable[RelationRecord]) -> tuple[Relation, ...]:
    """The arrows as relations."""
    return tuple(Relation(Entity(*one.head), Entity(*one.tail), one.label) for one in arrows)


def document_of_record(
    record: DocumentRecord,
    entities: Iterable[EntityRecord] = (),
    relations: Iterable[RelationRecord] = (),
    layer: Layer | None = None,
) -> Document:
    """The record's article with these entities and relations."""
    return Document(
        record.id,
        record.whole_text,
        entities_of(entities),
        relations_of(relations),
        record.meta,
        layer,
    )


def suggestion_of(document: Document) -> Suggestion:
    """A model's suggestions as they are written; the document's layer names the model."""
    layer = document.layer or Layer("model", "unknown")
    return Suggestion(
        layer.name or layer.kind,
        layer.version,
        layer.weights,
        layer.rules,
        entity_records(document, scores=True),
        relation_records(document),
    )


def suggestion_key(suggestion: Suggestion) -> str:
    """The name under which a record has this suggestion: 12 hex digits of the hash of all that it says."""
    said = [
        [suggestion.model, suggestion.version, suggestion.weights, suggestion.rules],
        [
            [one.start, one.end, one.label, None if one.score is UNSET else one.score]
            for one in suggestion.entities
        ],
        [[one.head, one.tail, one.label] for one in suggestion.relations],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]


def suggested_document(record: DocumentRecord, suggestion: Suggestion) -> Document:
    """A suggestion as a document, its layer the model's."""
    layer = Layer(
        "model", suggestion.model, suggestion.version, suggestion.weights, suggestion.rules
    )
    return document_of_record(record, suggestion.entities, suggestion.relations, layer)


def annotation_of_record(
    record: DocumentRecord,
    annotation: AnnotationRecord,
    suggestions: Mapping[str, Document] | None = None,
) -> AnnotatedDocument:
    """
    An annotation as a value; *suggestions* are those that were made into documents already.

    Raises ValueError for one that was never sound.
    """
    if annotation.entities is None or annotation.relations is None:
        raise ValueError(f"annotation {annotation.uid} was never sound")
    started = None
    if annotation.started_from is not None:
        known = suggestions or {}
        started = known.get(annotation.started_from) or suggested_document(
            record, record.suggestions[annotation.started_from]
        )
    layer = Layer("annotator", annotation.annotator)
    document = document_of_record(record, annotation.entities, annotation.relations, layer)
    edited_by = annotation.edited_by[-1] if annotation.edited_by else ""
    return AnnotatedDocument(document, started, annotation.flags, edited_by)


def first_submission(
    annotation: AnnotationRecord,
) -> tuple[EntitiesAndRelations, tuple[str, ...]] | None:
    """
    The first sound submission: what was marked and which flags were set; None where there is none.

    It is what stands now less what was added since, and what was removed since.
    """
    if annotation.entities is None or annotation.relations is None:
        return None
    now = EntitiesAndRelations(annotation.entities, annotation.relations)
    if annotation.first is None:
        return now, annotation.flags
    added, removed = annotation.first.added, annotation.first.removed
    entities = {*now.entities} - {*added.entities} | {*removed.entities}
    relations = {*now.relations} - {*added.relations} | {*removed.relations}
    return in_text_order(entities, relations), annotation.first.flags


def first_submission_record(
    then: EntitiesAndRelations,
    then_flags: tuple[str, ...],
    updated: str,
    now: EntitiesAndRelations,
    now_flags: tuple[str, ...],
) -> FirstSubmission | None:
    """What is written of a first submission *then*, beside what stands *now*; None where both are the same."""
    entities, relations = {*now.entities}, {*now.relations}
    added = in_text_order(entities - {*then.entities}, relations - {*then.relations})
    removed = in_text_order({*then.entities} - entities, {*then.relations} - relations)
    same = not (added.entities or added.relations or removed.entities or removed.relations)
    if same and then_flags == now_flags:
        return None
    return FirstSubmission(updated, then_flags, added, removed)


def in_text_order(
    entities: Iterable[EntityRecord], relations: Iterable[RelationRecord]
) -> EntitiesAndRelations:
    """These entities and relations in the order of the text."""
    return EntitiesAndRelations(
        tuple(sorted(entities, key=lambda one: (one.start, one.end, one.label))),
        tuple(sorted(relations, key=lambda one: (one.head, one.tail, one.label))),
    )
