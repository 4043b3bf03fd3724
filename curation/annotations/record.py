"""
The record of one document, as ``gold/next/<name>.json`` holds it.

``record_file`` reads and writes records; ``docs/gold-format.md`` explains them to other programs.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from curation.annotations.readings import DifferenceKind, LabelledSpan, PlaceReading, PlaceSpan
from curation.documents.document import (
    AnnotatedDocument,
    Document,
    Entity,
    Layer,
    MetaValue,
    Relation,
    is_program_pseudonym,
)

RECORD_FORMAT: Literal[1] = 1

AnnotatorKind = Literal["person", "program", "unknown"]
Arm = Literal["assisted", "blind", "unknown"]
Evidence = Literal["prediction", "regions", "task", "none"]
AnnotationStatus = Literal["submitted", "problem", "skipped", "deleted"]
DocumentState = Literal["active", "dropped", "superseded", "withdrawn"]

# What became of a choice that was made before the adjudicator came; empty where none was made.
Preselected = Literal["", "untouched", "changed"]

# An end of a relation: the entity.
RelationEnd = LabelledSpan


class EntityRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """An entity, in code points, *end* exclusive; *text* repeats the words, for readers."""

    start: int
    end: int
    label: str
    text: str
    score: float | UnsetType = UNSET


class RelationRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """A relation; its ends are given by place and label, so that adding an entity renumbers nothing."""

    head: RelationEnd
    tail: RelationEnd
    label: str


class EntitiesAndRelations(Struct, frozen=True, forbid_unknown_fields=True):
    """Entities and relations, sorted by place."""

    entities: tuple[EntityRecord, ...]
    relations: tuple[RelationRecord, ...]


class Suggestion(Struct, frozen=True, forbid_unknown_fields=True):
    """What a model suggested; *weights* and *rules* are hashes, empty where unknown."""

    model: str
    version: str
    weights: str
    rules: str
    entities: tuple[EntityRecord, ...]
    relations: tuple[RelationRecord, ...]


class FirstSubmission(Struct, frozen=True, forbid_unknown_fields=True):
    """
    An annotator's first sound submission, given by how the annotation differs from it now.

    *added* is in the annotation and wasn't in the first submission; *removed* was in the first
    submission only. *flags* are all flags of the first submission, *updated* its server time.
    """

    updated: str
    flags: tuple[str, ...]
    added: EntitiesAndRelations
    removed: EntitiesAndRelations


class FormerPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """Where an annotation was before its project was exported and imported; *updated* is its last time there."""

    uid: str
    server: str
    project: str
    number: int
    updated: str | None


class AnnotationRecord(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """
    What one annotator submitted for the document, in one project of one server.

    *entities* and *relations* are those of the last sound submission, None where there never was
    one. *first* is None where the last sound submission is the first one; *first_sure* is false
    where the annotation was changed before anybody pulled it. *edited_by* are pseudonyms of other
    accounts that edited the annotation last, *first_edited_by* of those that edited the first sound
    submission before anybody pulled that. *after_verdict*: that may have been made after a verdict
    on the document, perhaps one that was replaced or removed since. *started_from* is a key of the document's suggestions.
    *server* and *project* are None where the annotation isn't known to come from Label Studio, and
    empty where it does and nobody knows from which project. *moved_from* are the places where the
    annotation was before its project was exported and imported, the last one last.
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
    first_edited_by: tuple[str, ...] = ()
    after_verdict: bool = False
    moved_from: tuple[FormerPlace, ...] = ()


class OfferedReading(Struct, frozen=True, forbid_unknown_fields=True):
    """A reading that was offered to the adjudicator, and the uids of the annotations that had it; perhaps none."""

    by: tuple[str, ...]
    reading: PlaceReading


class Decision(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """
    What an adjudicator chose at one difference; *key*, *kind* and *place* are the difference's.

    *chosen* is one of the readings offered, unless the adjudicator's *own*. Where one reading alone was
    offered, all annotations agreed and the adjudicator changed that. *preselected* says what became of a
    choice that was made beforehand, as a majority's is. *number* and *round* are the position in the
    task, None where the decision wasn't made in Label Studio; *task* is the uid of the adjudicator's
    annotation, then. *by*, *by_kind* and *at* are the adjudicator and the time, unset where they are the
    verdict's.
    """

    key: str
    kind: DifferenceKind
    place: tuple[PlaceSpan, ...]
    offered: tuple[OfferedReading, ...]
    chosen: PlaceReading
    own: bool
    preselected: Preselected = ""
    number: int | None = None
    round: int | None = None
    task: str = ""
    by: str | UnsetType | None = UNSET
    by_kind: AnnotatorKind | UnsetType = UNSET
    at: str | UnsetType | None = UNSET

    @property
    def readings(self) -> tuple[PlaceReading, ...]:
        """The readings that were offered, and the one chosen."""
        return (*(one.reading for one in self.offered), self.chosen)

    @property
    def is_change_of_agreed(self) -> bool:
        """Whether all annotations agreed there, and the adjudicator changed that."""
        return len(self.offered) == 1


class VerdictTask(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """
    Where a verdict was made: the adjudicator's annotation, by its uid and its number.

    *server* and *project* are as in an annotation; the document's task with this *round*. *first_at* is
    when the adjudicator submitted first, empty where nothing was updated before it was pulled.
    """

    uid: str
    server: str
    project: str
    number: int | None
    round: int
    first_at: str = ""


class Verdict(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """
    Adjudicators' decisions on a document; *by*, *at*, *schema* and *guideline* are None where unknown.

    *by*, *kind* and *at* are those of the latest decision; where another adjudicator or another time made one
    of the *decisions*, this says so.

    *undecided* are the keys of differences that wait for a decision, as those of a later round do;
    while there are any, entities and relations are those that were established so far. *flags* are
    those that stay. *tasks* is empty where nothing of the verdict was made in Label Studio.
    """

    by: str | None
    kind: AnnotatorKind
    at: str | None
    schema: str | None
    guideline: str | None
    tasks: tuple[VerdictTask, ...] = ()
    decisions: tuple[Decision, ...]
    undecided: tuple[str, ...] = ()
    entities: tuple[EntityRecord, ...]
    relations: tuple[RelationRecord, ...]
    flags: tuple[str, ...]


class DocumentRecord(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, dict=True
):
    """
    Everything that is known of one document.

    *text* is the text, split after each line feed. Documents of one *group* are in one split.
    *state_reason* and *state_at* are empty where the document is active.
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

    @cached_property
    def whole_text(self) -> str:
        """The text as one string."""
        return "".join(self.text)


def lines_of_text(text: str) -> tuple[str, ...]:
    """The text, split after each line feed."""
    lines = text.split("\n")
    cut = [f"{line}\n" for line in lines[:-1]]
    return (*cut, lines[-1]) if lines[-1] else tuple(cut)


def entity_records(document: Document, *, scores: bool = False) -> tuple[EntityRecord, ...]:
    """The document's entities as a record holds them; with *scores*, the model's scores too."""
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
    """The document's relations as a record holds them."""
    return tuple(
        RelationRecord(relation_end(one.head), relation_end(one.tail), one.label)
        for one in document.relations
    )


def relation_end(entity: Entity) -> RelationEnd:
    """The entity as the end of a relation in a record."""
    return entity.start, entity.end, entity.label


def entities_of(records: Iterable[EntityRecord]) -> tuple[Entity, ...]:
    """The entities of these records, without ids."""
    return tuple(
        Entity(one.start, one.end, one.label)
        if one.score is UNSET
        else Entity(one.start, one.end, one.label, score=one.score)
        for one in records
    )


def relations_of(records: Iterable[RelationRecord]) -> tuple[Relation, ...]:
    """The relations of these records."""
    return tuple(
        Relation(Entity(*record.head), Entity(*record.tail), record.label) for record in records
    )


def contents_of_record(record: DocumentRecord) -> Iterator[EntitiesAndRelations]:
    """What each annotation has, and the verdict; not what was suggested."""
    for annotation in record.annotations:
        if annotation.entities is not None and annotation.relations is not None:
            yield EntitiesAndRelations(annotation.entities, annotation.relations)
    if record.verdict:
        yield EntitiesAndRelations(record.verdict.entities, record.verdict.relations)


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


def kind_of_pseudonym(pseudonym: str) -> AnnotatorKind:
    """What an annotator is, as far as the pseudonym shows."""
    if is_program_pseudonym(pseudonym):
        return "program"
    return "person" if pseudonym.startswith("person-") else "unknown"


def suggestion_of(document: Document) -> Suggestion:
    """A document with a model's suggestions as a record holds them; the layer names the model."""
    layer = document.layer or Layer("model", "unknown")
    return Suggestion(
        model=layer.name or layer.kind,
        version=layer.version,
        weights=layer.weights,
        rules=layer.rules,
        entities=entity_records(document, scores=True),
        relations=relation_records(document),
    )


def suggestion_key(suggestion: Suggestion) -> str:
    """The key of a suggestion in its record: 12 hex digits of the hash of everything in the suggestion."""
    content = [
        [suggestion.model, suggestion.version, suggestion.weights, suggestion.rules],
        [
            [one.start, one.end, one.label, None if one.score is UNSET else one.score]
            for one in suggestion.entities
        ],
        [[one.head, one.tail, one.label] for one in suggestion.relations],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]


def suggested_document(record: DocumentRecord, suggestion: Suggestion) -> Document:
    """A suggestion as a document in the model's layer."""
    layer = Layer(
        "model",
        name=suggestion.model,
        version=suggestion.version,
        weights=suggestion.weights,
        rules=suggestion.rules,
    )
    return document_of_record(record, suggestion.entities, suggestion.relations, layer)


def annotation_of_record(
    record: DocumentRecord,
    annotation: AnnotationRecord,
    suggestions: Mapping[str, Document] | None = None,
    document: Document | None = None,
) -> AnnotatedDocument:
    """
    An annotation as a document; *suggestions* are documents of the record's suggestions, by key.

    *document* is what the annotation marks, where that is known already. Raises ValueError for an annotation that was never sound.
    """
    if annotation.entities is None or annotation.relations is None:
        raise ValueError(f"annotation {annotation.uid} was never sound")
    started = None
    if annotation.started_from is not None:
        known = suggestions or {}
        started = known.get(annotation.started_from) or suggested_document(
            record, record.suggestions[annotation.started_from]
        )
    if document is None:
        layer = Layer("annotator", annotation.annotator)
        document = document_of_record(record, annotation.entities, annotation.relations, layer)
    return AnnotatedDocument(
        document,
        started,
        annotation.flags,
        edited_by=annotation.edited_by[-1] if annotation.edited_by else "",
    )


def first_submission(
    annotation: AnnotationRecord,
) -> tuple[EntitiesAndRelations, tuple[str, ...]] | None:
    """
    The entities, relations and flags of the first sound submission; None where there is none.

    They are the current ones, less what was added since, and what was removed since.
    """
    if annotation.entities is None or annotation.relations is None:
        return None
    now = EntitiesAndRelations(annotation.entities, annotation.relations)
    if annotation.first is None:
        return now, annotation.flags
    added = annotation.first.added
    removed = annotation.first.removed
    entities = {*now.entities} - {*added.entities} | {*removed.entities}
    relations = {*now.relations} - {*added.relations} | {*removed.relations}
    return in_text_order(entities, relations), annotation.first.flags


def first_submitted_at(annotation: AnnotationRecord) -> str:
    """When the first sound submission was made, as far as is known; empty where nothing is."""
    if annotation.first is not None:
        return annotation.first.updated
    when = annotation.created if annotation.first_sure else annotation.updated
    return when or ""


def first_submission_record(
    then: EntitiesAndRelations,
    now: EntitiesAndRelations,
    *,
    then_flags: tuple[str, ...],
    now_flags: tuple[str, ...],
    updated: str,
    says_when: bool,
) -> FirstSubmission | None:
    """
    The first submission as a record holds it beside the current one; None where both are equal.

    *says_when*: the record says without it when the first was *updated*; else it stays for that.
    """
    entities = {*now.entities}
    relations = {*now.relations}
    added = in_text_order(entities - {*then.entities}, relations - {*then.relations})
    removed = in_text_order({*then.entities} - entities, {*then.relations} - relations)
    same = not (added.entities or added.relations or removed.entities or removed.relations)
    if same and then_flags == now_flags and says_when:
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
