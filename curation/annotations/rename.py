"""A document's record under today's schema: types that were renamed have their new names, those that were removed are gone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from curation.annotations.make_verdict import decisions_on
from curation.annotations.readings import (
    NOTHING,
    Arrow,
    PlaceReading,
    make_reading,
    turned_arrow,
)
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
from curation.annotations.staleness import judge_verdict
from curation.schema import Schema

_Record = TypeVar("_Record", EntityRecord, RelationRecord)


def record_under_current_names(record: DocumentRecord, schema: Schema) -> DocumentRecord:
    """
    The record with every former name of a type replaced, and without spans and arrows of types that were removed.

    So are readings and first submissions.
    """
    names = _CurrentNames(
        schema.former_entity_names, schema.former_relation_names, schema.removed
    )
    if not (names.entities or names.relations or names.removed):
        return record
    renamed = _under_names(record, names)
    if renamed.verdict is None or not names.removed:
        return renamed
    kept = _CurrentNames(names.entities, names.relations, frozenset())
    return _with_all_offered(_under_names(record, kept), renamed, schema)


def reading_under_current_names(reading: PlaceReading, schema: Schema) -> PlaceReading:
    """The reading with today's names of types, without removed types."""
    names = _CurrentNames(
        schema.former_entity_names, schema.former_relation_names, schema.removed
    )
    return names.reading(reading)


def _under_names(record: DocumentRecord, names: "_CurrentNames") -> DocumentRecord:
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
        verdict=record.verdict and names.verdict(record.verdict),
    )


def _with_all_offered(
    before: DocumentRecord, after: DocumentRecord, schema: Schema
) -> DocumentRecord:
    """
    The record *after* a removal, whose verdict holds where it held *before*.

    What the removal left of an annotation's reading may be a reading that nobody had; it counts as
    offered.
    """
    verdict = after.verdict
    state = judge_verdict(after, schema)
    if verdict is None or state.holds or not judge_verdict(before, schema).holds:
        return after
    decided = schema.canonical(document_of_record(after, verdict.entities, verdict.relations))
    known = {one.key: one for one in verdict.decisions}
    decisions = [
        _united(known[one.key], one) if one.key in known else one
        for one in decisions_on(state.compared, decided, schema)
        if one.kind != "flags"
    ]
    decisions += [one for one in verdict.decisions if one.kind == "flags"]
    return msgspec.structs.replace(
        after, verdict=msgspec.structs.replace(verdict, decisions=tuple(decisions))
    )


def _united(old: Decision, new: Decision) -> Decision:
    """The *new* decision, with what was offered besides when the *old* one was made."""
    offered = {one.reading for one in new.offered}
    more = tuple(
        OfferedReading((), one.reading) for one in old.offered if one.reading not in offered
    )
    return msgspec.structs.replace(
        old,
        offered=(*new.offered, *more),
        chosen=new.chosen,
        own=new.own and new.chosen not in {one.reading for one in more},
    )


@dataclass(frozen=True)
class _CurrentNames:
    """Current names of entity types and of relation types, by former name; the names of those that were *removed*."""

    entities: Mapping[str, str]
    relations: Mapping[str, str]
    removed: frozenset[str]

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
            renamed,
            now,
            then_flags=flags,
            now_flags=one.flags,
            updated=first.updated,
            says_when=one.first_sure or first.updated == (one.updated or ""),
        )

    def verdict(self, verdict: Verdict) -> Verdict:
        renamed = self.content(verdict.entities, verdict.relations)
        decisions = (self.decision(one) for one in verdict.decisions)
        return msgspec.structs.replace(
            verdict,
            decisions=tuple(one for one in decisions if _says_something(one)),
            entities=renamed.entities,
            relations=renamed.relations,
        )

    def decision(self, decision: Decision) -> Decision:
        """The decision; readings that become equal are one, offered by all who had one of them."""
        by: dict[PlaceReading, list[str]] = defaultdict(list)
        for one in decision.offered:
            by[self.reading(one.reading)] += one.by
        return msgspec.structs.replace(
            decision,
            offered=tuple(
                OfferedReading(tuple(uids), by_reading) for by_reading, uids in by.items()
            ),
            chosen=self.reading(decision.chosen),
        )

    def reading(self, reading: PlaceReading) -> PlaceReading:
        if reading.flags:
            return reading
        return make_reading(
            tuple(self.end(one) for one in reading.entities if one[2] not in self.removed),
            tuple(self.arrow(one) for one in reading.arrows if self.is_kept(one)),
        )

    def arrow(self, arrow: Arrow) -> Arrow:
        first, second = (one and self.end(one) for one in arrow.ends)
        label = self.relations.get(arrow.label, arrow.label)
        renamed = msgspec.structs.replace(arrow, label=label, ends=(first, second))
        # Of two entities of one place, the one that comes first is named first.
        is_turned = arrow.place[0] == arrow.place[1] and first and second and second < first
        return turned_arrow(renamed) if is_turned else renamed

    def is_kept(self, arrow: Arrow) -> bool:
        labels = {arrow.label, *(one[2] for one in arrow.ends if one)}
        return labels.isdisjoint(self.removed)


def _says_something(decision: Decision) -> bool:
    """Whether a reading is left that isn't empty."""
    readings = (decision.chosen, *(one.reading for one in decision.offered))
    return any(reading != NOTHING for reading in readings)


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
