"""Whether a document keeps to the schema."""

from collections.abc import Iterator

from curation.document import Document, faults
from curation.errors import Problem
from curation.schema.model import Schema


def check(document: Document, schema: Schema) -> tuple[Problem, ...]:
    """Everything wrong with *document*, in the order of the text; nothing means sound."""
    return (*faults(document), *breaches(document, schema))


def breaches(document: Document, schema: Schema) -> Iterator[Problem]:
    """What the schema alone objects to, of a document without faults."""
    for entity in document.entities:
        place = f"{document.id}, {entity.start}..{entity.end}"
        if entity.label not in schema.entities:
            known = ", ".join(schema.entities)
            yield Problem(place, f"there is no entity type {entity.label!r}; there are {known}")
    for relation in document.relations:
        head, tail = relation.head, relation.tail
        place = f"{document.id}, {head.start}..{head.end} → {tail.start}..{tail.end}"
        kind = schema.relations.get(relation.label)
        if kind is None:
            known = ", ".join(schema.relations)
            yield Problem(place, f"there is no relation {relation.label!r}; there are {known}")
        elif not kind.joins(head.label, tail.label):
            what = f"{kind.name} may not join {head.label} to {tail.label}; it joins {kind.signature}"
            yield Problem(place, what)
        elif schema.turned(relation) != relation:
            what = f"{kind.name} has no direction and begins at the earlier entity"
            yield Problem(place, what)
