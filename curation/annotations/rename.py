"""A document's record with each type under the name that it has now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from curation.annotations.record import (
    AnnotationRecord,
    Decision,
    DocumentRecord,
    EntitiesAndRelations,
    EntityRecord,
    FirstSubmission,
    OfferedReading,
    RelationEnd,
    RelationRecord,
    Suggestion,
    Verdict,
    first_submission,
    first_submission_record,
    in_text_order,
    suggestion_key,
)
from curation.schema import Schema

_Mark = TypeVar("_Mark", EntityRecord, RelationRecord)


def record_under_current_names(record: DocumentRecord, schema: Schema) -> DocumentRecord:
    """The record with every former name of a type replaced, in readings and first submissions, too."""
    names = _Names(schema.former_entity_names, schema.former_relation_names)
    if not (names.entities or names.relations):
        return record
    suggestions: dict[str, Suggestion] = {}
    keys: dict[str, str] = {}
    for key, one in record.suggestions.items():
        marks = names.marks(one.entities, one.relations)
        new = msgspec.structs.replace(one, entities=marks.entities, relations=marks.relations)
        # An untouched suggestion keeps its key, which an older program may have given.
        keys[key] = key if new == one else suggestion_key(new)
        suggestions[keys[key]] = new
    return msgspec.structs.replace(
        record,
        suggestions=suggestions,
        annotations=tuple(names.annotation(one, keys) for one in record.annotations),
        verdict=names.verdict(record.verdict) if record.verdict else None,
    )


@dataclass(frozen=True)
class _Names:
    """Old name → name now, of entity types and of relations."""

    entities: Mapping[str, str]
    relations: Mapping[str, str]

    def span(self, span: EntityRecord) -> EntityRecord:
        label = self.entities.get(span.label, span.label)
        return span if label == span.label else msgspec.structs.replace(span, label=label)

    def end(self, end: RelationEnd) -> RelationEnd:
        start, stop, label = end
        return start, stop, self.entities.get(label, label)

    def arrow(self, arrow: RelationRecord) -> RelationRecord:
        label = self.relations.get(arrow.label, arrow.label)
        return RelationRecord(self.end(arrow.head), self.end(arrow.tail), label)

    def marks(
        self, spans: Iterable[EntityRecord], arrows: Iterable[RelationRecord]
    ) -> EntitiesAndRelations:
        """What two names said of one place is said once; of copies the first one's score stays."""
        before, joined = tuple(spans), tuple(arrows)
        entities = _once(before, tuple(map(self.span, before)))
        relations = _once(joined, tuple(map(self.arrow, joined)))
        return in_text_order(entities, relations)

    def annotation(self, one: AnnotationRecord, keys: Mapping[str, str]) -> AnnotationRecord:
        started_from = keys[one.started_from] if one.started_from is not None else None
        if one.entities is None or one.relations is None:
            return msgspec.structs.replace(one, started_from=started_from)
        now = self.marks(one.entities, one.relations)
        return msgspec.structs.replace(
            one,
            started_from=started_from,
            entities=now.entities,
            relations=now.relations,
            first=self.first(one, one.first, now) if one.first else None,
        )

    def first(
        self, one: AnnotationRecord, first: FirstSubmission, now: EntitiesAndRelations
    ) -> FirstSubmission | None:
        found = first_submission(one)
        if found is None:
            return None
        then, flags = found
        renamed = self.marks(then.entities, then.relations)
        return first_submission_record(renamed, flags, first.updated, now, one.flags)

    def verdict(self, verdict: Verdict) -> Verdict:
        marks = self.marks(verdict.entities, verdict.relations)
        return msgspec.structs.replace(
            verdict,
            decisions=tuple(map(self.decision, verdict.decisions)),
            entities=marks.entities,
            relations=marks.relations,
        )

    def decision(self, decision: Decision) -> Decision:
        names = self.entities if len(decision.place) == 1 else self.relations
        return Decision(
            decision.place,
            tuple(
                OfferedReading(one.by, self.labels(one.labels, names))
                for one in decision.offered
            ),
            self.labels(decision.chosen, names),
        )

    def labels(self, labels: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
        """The labels of one place; of a pair each may say its ends' types in brackets."""
        found: dict[str, None] = {}
        for label in labels:
            name, bracket, ends = label.partition(" (")
            name = names.get(name, name)
            if bracket:
                types = ends.removesuffix(")").split(" → ")
                ends = " → ".join(self.entities.get(one, one) for one in types) + ")"
            found[f"{name}{bracket}{ends}"] = None
        return tuple(sorted(found))


def _once(before: tuple[_Mark, ...], after: tuple[_Mark, ...]) -> tuple[_Mark, ...]:
    """Marks that have become one, once; where nothing was renamed, all as they were."""
    if before == after:
        return after
    found: dict[object, _Mark] = {}
    for one in after:
        key = (one.start, one.end, one.label) if isinstance(one, EntityRecord) else one
        found.setdefault(key, one)
    return tuple(found.values())
