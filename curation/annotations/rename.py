"""Renaming types in a document's record, so that each type has the name of today's schema."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from curation.annotations.differences import Place
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

_Record = TypeVar("_Record", EntityRecord, RelationRecord)


def record_under_current_names(record: DocumentRecord, schema: Schema) -> DocumentRecord:
    """The record with every former name of a type replaced, also in readings and first submissions."""
    names = _CurrentNames(
        schema.former_entity_names, schema.former_relation_names, schema.symmetric
    )
    if not (names.entities or names.relations):
        return record
    suggestions: dict[str, Suggestion] = {}
    keys: dict[str, str] = {}
    for key, one in record.suggestions.items():
        renamed = names.content(one.entities, one.relations)
        new = msgspec.structs.replace(
            one, entities=renamed.entities, relations=renamed.relations
        )
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
class _CurrentNames:
    """Current names of entity types and of relation types, by former name; which relations are *symmetric*."""

    entities: Mapping[str, str]
    relations: Mapping[str, str]
    symmetric: frozenset[str]

    def entity(self, entity: EntityRecord) -> EntityRecord:
        label = self.entities.get(entity.label, entity.label)
        return entity if label == entity.label else msgspec.structs.replace(entity, label=label)

    def end(self, end: RelationEnd) -> RelationEnd:
        start, stop, label = end
        return start, stop, self.entities.get(label, label)

    def relation(self, relation: RelationRecord) -> RelationRecord:
        label = self.relations.get(relation.label, relation.label)
        return RelationRecord(self.end(relation.head), self.end(relation.tail), label)

    def content(
        self, entities: Sequence[EntityRecord], relations: Sequence[RelationRecord]
    ) -> EntitiesAndRelations:
        """The same under current names; of records that become equal, the first one stays."""
        return in_text_order(
            _without_repetitions(tuple(entities), tuple(map(self.entity, entities))),
            _without_repetitions(tuple(relations), tuple(map(self.relation, relations))),
        )

    def annotation(self, one: AnnotationRecord, keys: Mapping[str, str]) -> AnnotationRecord:
        started_from = keys[one.started_from] if one.started_from is not None else None
        if one.entities is None or one.relations is None:
            return msgspec.structs.replace(one, started_from=started_from)
        now = self.content(one.entities, one.relations)
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
        renamed = self.content(then.entities, then.relations)
        return first_submission_record(
            renamed, now, then_flags=flags, now_flags=one.flags, updated=first.updated
        )

    def verdict(self, verdict: Verdict) -> Verdict:
        renamed = self.content(verdict.entities, verdict.relations)
        return msgspec.structs.replace(
            verdict,
            decisions=tuple(map(self.decision, verdict.decisions)),
            entities=renamed.entities,
            relations=renamed.relations,
        )

    def decision(self, decision: Decision) -> Decision:
        return Decision(
            decision.place,
            tuple(
                OfferedReading(one.by, self.labels(one.labels, decision.place))
                for one in decision.offered
            ),
            self.labels(decision.chosen, decision.place),
        )

    def labels(self, labels: Iterable[str], place: Place) -> tuple[str, ...]:
        """
        The labels of one place; a relation's label may have the types of its ends in brackets.

        Between two entities of one span the types decide which end of a symmetric relation comes
        first, so that another name may turn the relation round.
        """
        names = self.entities if len(place) == 1 else self.relations
        is_one_span = len(place) == 2 and place[0] == place[1]
        found: dict[str, None] = {}
        for label in labels:
            name, bracket, ends = label.partition(" (")
            name = names.get(name, name)
            if bracket:
                types = [self.entities.get(one, one) for one in ends[:-1].split(" → ")]
                if is_one_span and name in self.symmetric:
                    types.sort()
                ends = f"{' → '.join(types)})"
            found[f"{name}{bracket}{ends}"] = None
        return tuple(sorted(found))


def _without_repetitions(
    before: tuple[_Record, ...], after: tuple[_Record, ...]
) -> tuple[_Record, ...]:
    """The records *after* renaming without those that became equal; where nothing was renamed, all of them."""
    if before == after:
        return after
    found: dict[object, _Record] = {}
    for one in after:
        key = (one.start, one.end, one.label) if isinstance(one, EntityRecord) else one
        found.setdefault(key, one)
    return tuple(found.values())
