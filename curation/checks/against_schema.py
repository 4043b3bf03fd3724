"""Whether a document keeps to the schema."""

from collections.abc import Iterator

from curation.documents.document import Document, Entity, Relation, check_structure
from curation.documents.quote import quote_words
from curation.errors import Problem
from curation.schema.model import Schema


def check(document: Document, schema: Schema) -> tuple[Problem, ...]:
    """Everything wrong with *document*, in the order of the text; nothing means sound."""
    return (*check_structure(document), *breaches(document, schema))


def breaches(document: Document, schema: Schema) -> Iterator[Problem]:
    """What the schema alone objects to, of a document without faults."""
    for entity in document.entities:
        place = f"{document.id}, {entity.start}..{entity.end}"
        if entity.label not in schema.entities:
            known = ", ".join(schema.entities)
            said = f"there is no entity type {entity.label!r} for {_quoted(document, entity)}"
            yield Problem(place, f"{said}; there are {known}")
    for relation in document.relations:
        head, tail = relation.head, relation.tail
        if what := _objection(relation, schema):
            place = f"{document.id}, {head.start}..{head.end} → {tail.start}..{tail.end}"
            ends = f"from {_quoted(document, head)} to {_quoted(document, tail)}"
            yield Problem(place, f"the arrow {ends}: {what}")


def _objection(relation: Relation, schema: Schema) -> str:
    kind = schema.relations.get(relation.label)
    if kind is None:
        known = ", ".join(schema.relations)
        return f"there is no relation {relation.label!r}; there are {known}"
    head, tail = relation.head.label, relation.tail.label
    if not kind.joins(head, tail):
        return f"{kind.name} may not join {head} to {tail}; it joins {kind.signature}"
    if schema.canonical_relation(relation) != relation:
        return f"{kind.name} has no direction and begins at the earlier entity"
    return ""


def _quoted(document: Document, entity: Entity) -> str:
    return quote_words(document.text, entity.start, entity.end)
