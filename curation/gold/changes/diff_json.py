"""The difference between two states of the gold as JSON."""

from collections.abc import Iterator, Mapping

from curation.documents.document import Document, Entity, Relation
from curation.files import Json
from curation.gold.changes.diff import TypeTally, VersionDifference
from curation.gold.changes.document_changes import DocumentChange


def difference_to_json(difference: VersionDifference) -> Json:
    """Everything that the difference holds; of entities and relations that changed, both sides."""
    types = difference.types
    return {
        "old": difference.old,
        "new": difference.new,
        "documents": {
            "added": list(difference.added),
            "removed": list(difference.removed),
            "changed": [change.id for change in difference.changed],
        },
        "reasons": dict(difference.reasons),
        "schema": {
            "changed": difference.schema_changed,
            "added": list(types.added),
            "removed": list(types.removed),
            "redefined": list(types.redefined),
        },
        "entities": _tallies_to_json(difference.entities),
        "relations": _tallies_to_json(difference.relations),
        "fields": dict(difference.fields),
        "changes": [*_changes_to_json(difference)],
    }


def _tallies_to_json(tallies: Mapping[str, TypeTally]) -> Json:
    return {
        name: {
            "before": tally.before,
            "after": tally.after,
            "with_added_documents": tally.came,
            "with_removed_documents": tally.went,
            "added": tally.added,
            "removed": tally.removed,
            "moved": tally.moved,
            "relabelled": dict(sorted(tally.relabelled.items())),
        }
        for name, tally in tallies.items()
    }


def _changes_to_json(difference: VersionDifference) -> Iterator[Json]:
    for change in difference.changed:
        if change.old and change.new:
            yield _change_to_json(change, change.old.document, change.new.document)


def _change_to_json(change: DocumentChange, old: Document, new: Document) -> Json:
    return {
        "id": change.id,
        "entities": [
            {
                "kind": one.kind,
                "old": _entity_to_json(old, one.old),
                "new": _entity_to_json(new, one.new),
            }
            for one in change.entities
        ],
        "relations": [
            {
                "kind": one.kind,
                "old": _relation_to_json(old, one.old),
                "new": _relation_to_json(new, one.new),
            }
            for one in change.relations
        ],
        "fields": {
            name: {"old": one.old, "new": one.new} for name, one in change.fields.items()
        },
    }


def _entity_to_json(document: Document, entity: Entity | None) -> Json | None:
    if entity is None:
        return None
    return {
        "start": entity.start,
        "end": entity.end,
        "label": entity.label,
        "text": document.words(entity),
    }


def _relation_to_json(document: Document, relation: Relation | None) -> Json | None:
    if relation is None:
        return None
    return {
        "head": _entity_to_json(document, relation.head),
        "tail": _entity_to_json(document, relation.tail),
        "label": relation.label,
    }
