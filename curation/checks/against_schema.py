"""Problems of a document with the schema: unknown types, and relations that join the wrong ones."""

from collections.abc import Iterator

from curation.documents.document import Document, Entity, Relation, check_structure
from curation.documents.quote import quote_words
from curation.errors import Problem
from curation.schema.model import Schema


def check_document(document: Document, schema: Schema) -> tuple[Problem, ...]:
    """All problems that keep *document* out of the gold: of its structure, then with the schema."""
    return (*check_structure(document), *check_against_schema(document, schema))


def check_against_schema(document: Document, schema: Schema) -> Iterator[Problem]:
    """The problems with the schema of a document whose structure is sound."""
    for entity in document.entities:
        if entity.label not in schema.entities:
            yield Problem(
                f"{document.id}, {entity.start}..{entity.end}",
                f"{_quoted(document, entity)} has the label {entity.label!r}, which is no entity "
                f"type; entity types are {', '.join(schema.entities)}",
            )
    for relation in document.relations:
        head = relation.head
        tail = relation.tail
        if what := _relation_problem(relation, schema):
            yield Problem(
                f"{document.id}, {head.start}..{head.end} → {tail.start}..{tail.end}",
                f"the arrow from {_quoted(document, head)} to {_quoted(document, tail)}: {what}",
            )


def _relation_problem(relation: Relation, schema: Schema) -> str:
    kind = schema.relations.get(relation.label)
    if kind is None:
        known = ", ".join(schema.relations)
        return f"{relation.label!r} is no relation; relations are {known}"
    head = relation.head.label
    tail = relation.tail.label
    if not kind.joins_either_way(head, tail):
        return f"{kind.name} may not join {head} to {tail}; {kind.name} joins {kind.signature}"
    return ""


def _quoted(document: Document, entity: Entity) -> str:
    return quote_words(document.text, entity.start, entity.end)
