"""A document's record under today's schema: types that were renamed have their new names, those that were removed are gone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from curation.annotations.differences import Place, PlaceLabels, labels_by_place
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
    document_of_record,
    first_submission,
    first_submission_record,
    in_text_order,
    suggestion_key,
)
from curation.schema import Schema

_Record = TypeVar("_Record", EntityRecord, RelationRecord)

# What one annotation has at each place, before a change of types and after it.
_Change = tuple[Mapping[Place, PlaceLabels], Mapping[Place, PlaceLabels]]


def record_under_current_names(record: DocumentRecord, schema: Schema) -> DocumentRecord:
    """
    The record with every former name of a type replaced, and without spans and arrows of types that were removed.

    So are readings and first submissions.
    """
    names = _CurrentNames(
        schema.former_entity_names, schema.former_relation_names, schema.removed, schema
    )
    if not (names.entities or names.relations or names.removed):
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
    now = msgspec.structs.replace(
        record,
        suggestions=suggestions,
        annotations=tuple(names.annotation(one, keys) for one in record.annotations),
    )
    verdict = names.verdict(record.verdict, record, now) if record.verdict else None
    return msgspec.structs.replace(now, verdict=verdict)


@dataclass(frozen=True)
class _CurrentNames:
    """Current names of entity types and of relation types, by former name; the names of those that were *removed*."""

    entities: Mapping[str, str]
    relations: Mapping[str, str]
    removed: frozenset[str]
    schema: Schema

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
        kept = tuple(one for one in entities if one.label not in self.removed)
        joined = tuple(
            one for one in relations if not {one.label, one.head[2], one.tail[2]} & self.removed
        )
        return in_text_order(
            _without_repetitions(kept, tuple(map(self.entity, kept))),
            _without_repetitions(joined, tuple(map(self.relation, joined))),
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

    def verdict(self, verdict: Verdict, before: DocumentRecord, now: DocumentRecord) -> Verdict:
        """The verdict on the annotations of the record *before*, which are those of *now* after the change."""
        renamed = self.content(verdict.entities, verdict.relations)
        chosen = (
            self.readings(before, verdict.entities, verdict.relations),
            self.readings(now, renamed.entities, renamed.relations),
        )
        offered = {
            old.uid: (
                self.readings(before, old.entities, old.relations),
                self.readings(now, new.entities, new.relations),
            )
            for old, new in zip(before.annotations, now.annotations, strict=True)
            if old.entities is not None and new.entities is not None
        }
        decisions = (self.decision(one, offered, chosen) for one in verdict.decisions)
        return msgspec.structs.replace(
            verdict,
            decisions=tuple(one for one in decisions if one.chosen or _has_labels(one)),
            entities=renamed.entities,
            relations=renamed.relations,
        )

    def readings(
        self,
        record: DocumentRecord,
        entities: Sequence[EntityRecord] | None,
        relations: Sequence[RelationRecord] | None,
    ) -> Mapping[Place, PlaceLabels]:
        document = document_of_record(record, entities or (), relations or ())
        return labels_by_place(self.schema.canonical(document))

    def decision(
        self, decision: Decision, offered: Mapping[str, _Change], chosen: _Change
    ) -> Decision:
        """The decision; readings that become equal are one, offered by all who had one of them."""
        by_labels: dict[PlaceLabels, list[str]] = defaultdict(list)
        for one in decision.offered:
            changes = [offered[uid] for uid in one.by if uid in offered]
            by_labels[self.reading(one.labels, decision.place, changes)] += one.by
        return Decision(
            decision.place,
            tuple(
                OfferedReading(tuple(by), labels) for labels, by in sorted(by_labels.items())
            ),
            self.reading(decision.chosen, decision.place, [chosen]),
        )

    def reading(
        self, labels: PlaceLabels, place: Place, changes: Iterable[_Change]
    ) -> PlaceLabels:
        """
        The labels of one place after the change: as one has them who had just these before.

        Which types stand in brackets depends on what else is marked there. Where nobody has the
        reading any more, its words are changed.
        """
        for before, now in changes:
            if before.get(place, ()) == labels:
                return now.get(place, ())
        return self.labels(labels, place)

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
            if {name, *ends[:-1].split(" → ")} & self.removed:
                continue
            name = names.get(name, name)
            if bracket:
                types = [self.entities.get(one, one) for one in ends[:-1].split(" → ")]
                if is_one_span and name in self.schema.symmetric:
                    types.sort()
                ends = f"{' → '.join(types)})"
            found[f"{name}{bracket}{ends}"] = None
        return tuple(sorted(found))


def _has_labels(decision: Decision) -> bool:
    return any(reading.labels for reading in decision.offered)


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
