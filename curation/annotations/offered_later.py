"""First submissions where a task was offered types later than its annotation was begun."""

from collections.abc import Set

from curation.annotations.record import AnnotationRecord, EntitiesAndRelations, in_text_order
from curation.schema import Schema


def types_offered_later(
    old: AnnotationRecord, new: AnnotationRecord, schema: Schema | None
) -> frozenset[str]:
    """The types that the annotation's task offers now and didn't before, as far as that is known."""
    if schema is None or old.schema == new.schema:
        return frozenset()
    before = schema.types_not_offered(old.schema)
    now = schema.types_not_offered(new.schema)
    return frozenset() if before is None or now is None else frozenset(before) - frozenset(now)


def with_types_offered_later(
    first: EntitiesAndRelations, now: EntitiesAndRelations, offered_later: Set[str]
) -> EntitiesAndRelations:
    """The *first* submission; of types that were offered later, the first submission is that of *now*."""
    if not offered_later:
        return first
    later = [
        one for one in now.relations if offered_later & {one.label, one.head[2], one.tail[2]}
    ]
    entities = {one for one in now.entities if one.label in offered_later}
    kept = {*first.entities, *entities}
    places = {(one.start, one.end, one.label) for one in kept}
    joined = {one for one in later if {one.head, one.tail} <= places}
    return in_text_order(kept, {*first.relations, *joined})
