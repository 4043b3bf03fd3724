"""Problems of a document with the schema: unknown types, and relations that join the wrong ones."""

import re
from collections.abc import Iterator
from itertools import combinations, groupby

from curation.documents.document import Document, Entity, Relation, check_structure
from curation.documents.quote import quote_words
from curation.errors import Problem, pluralise
from curation.schema.model import Schema
from curation.schema.type_change import TypeTable

# How many arrows at the same words a problem names.
_MOST_ARROWS = 3

# In the sentences below.
_UNKNOWN_ENTITY_TYPE = re.compile(
    r"the label '(\w+)', which is no entity type; entity types are "
)
_UNKNOWN_RELATION = re.compile(r": '(\w+)' is no relation; relations are ")


def check_document(document: Document, schema: Schema) -> tuple[Problem, ...]:
    """All problems that keep *document* out of the gold: of its structure, then with the schema."""
    return (*check_structure(document), *check_against_schema(document, schema))


def check_against_schema(document: Document, schema: Schema) -> Iterator[Problem]:
    """The problems with the schema of a document whose structure is sound."""
    unknown: dict[str, list[Entity]] = {}
    for entity in document.entities:
        if entity.label not in schema.entities:
            unknown.setdefault(entity.label, []).append(entity)
    for label, (first, *others) in unknown.items():
        more = f" and {pluralise(len(others), 'more span')} have" if others else " has"
        yield Problem(
            f"{document.id}, {first.start}..{first.end}",
            f"{_quoted(document, first)}{more} the label {label!r}, which is no entity "
            f"type; entity types are {', '.join(schema.entities)}",
        )
    yield from _types_on_same_words(document, schema)
    for relation in document.relations:
        head = relation.head
        tail = relation.tail
        if what := _relation_problem(relation, schema):
            yield Problem(
                f"{document.id}, {head.start}..{head.end} → {tail.start}..{tail.end}",
                f"the arrow from {_quoted(document, head)} to {_quoted(document, tail)}: {what}",
            )


def unknown_type_in(problem: Problem) -> tuple[TypeTable, str] | None:
    """The type that the schema doesn't have, where the *problem* is about one."""
    if found := _UNKNOWN_ENTITY_TYPE.search(problem.what):
        return "entities", found[1]
    if found := _UNKNOWN_RELATION.search(problem.what):
        return "relations", found[1]
    return None


def _types_on_same_words(document: Document, schema: Schema) -> Iterator[Problem]:
    """A problem for each span that has several types which may not stand on the same words."""
    if len({(one.start, one.end) for one in document.entities}) == len(document.entities):
        return
    for (start, end), entities in groupby(document.entities, key=lambda entity: entity.span):
        labels = sorted({entity.label for entity in entities})
        if any(frozenset(pair) not in schema.same_words for pair in combinations(labels, 2)):
            quoted = quote_words(document.text, start, end)
            *others, last = labels
            yield Problem(
                f"{document.id}, {start}..{end}",
                f"{quoted} is marked as {', '.join(others)} and as {last}; keep one of them"
                + _arrows_at(document, (start, end)),
            )


def _arrows_at(document: Document, span: tuple[int, int]) -> str:
    """Which of the types on the same words the arrows begin or end at: they go with their mark."""
    arrows = []
    for relation in document.relations:
        head = relation.head
        tail = relation.tail
        if span in (head.span, tail.span):
            at = head if head.span == span else tail
            ends = f"from {_quoted(document, head)} to {_quoted(document, tail)}"
            arrows.append(f"; the arrow {ends} is at the {at.label}")
    more = len(arrows) - _MOST_ARROWS
    return "".join(arrows[:_MOST_ARROWS]) + (f"; and {more} more" if more > 0 else "")


def _relation_problem(relation: Relation, schema: Schema) -> str:
    kind = schema.relations.get(relation.label)
    if kind is None:
        known = ", ".join(schema.relations)
        return f"{relation.label!r} is no relation; relations are {known}"
    head = relation.head.label
    tail = relation.tail.label
    if not kind.joins_either_way(head, tail):
        turn = "; turn the arrow" if kind.joins(tail, head) else ""
        joins = f"{kind.name} joins {kind.signature}"
        return f"{kind.name} may not join {head} to {tail}; {joins}{turn}"
    return ""


def _quoted(document: Document, entity: Entity) -> str:
    return quote_words(document.text, entity.start, entity.end)
