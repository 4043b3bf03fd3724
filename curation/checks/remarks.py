"""What may be meant, but is worth a look: it keeps no document out of the gold."""

from collections import Counter
from collections.abc import Iterator

from curation.documents.document import AnnotatedDocument, Document, Entity, Relation
from curation.errors import Problem
from curation.schema.model import Schema

# How many overlaps of a document, and how much of a note, are told in words.
SHOWN, LONGEST = 3, 160


def remarks(annotation: AnnotatedDocument, schema: Schema) -> Iterator[Problem]:
    """The flags by which an annotator asks for a look, spans that overlap, and names gone from arrows."""
    document = annotation.document
    asks = [
        flag
        for flag in annotation.flags
        if flag in schema.flags and not schema.flags[flag].keeps_out
    ]
    if asks:
        what = f"flagged {', '.join(asks)} by {annotation.annotator}"
        yield Problem(document.id, with_note(what, annotation.note))
    pairs = list(overlaps(document))
    if pairs:
        told = [_told(document, *pair) for pair in pairs[:SHOWN]]
        told += [f"and {len(pairs) - SHOWN} more"] * (len(pairs) > SHOWN)
        yield Problem(document.id, "; ".join(told))
    for relation in _taken_off(annotation):
        ends = " to ".join(repr(document.words(end)) for end in (relation.head, relation.tail))
        yield Problem(
            document.id,
            f"{relation.label} was suggested on the arrow from {ends}, too: taken off, or dropped by a page "
            "that was open since before it was in the schema",
        )


def with_note(what: str, note: str) -> str:
    """*what*, and what the annotator wrote about it, in one line."""
    note = " ".join(note.split())
    note = note if len(note) <= LONGEST else f"{note[: LONGEST - 1]}…"
    return f"{what}: {note}" if note else what


def _taken_off(annotation: AnnotatedDocument) -> Iterator[Relation]:
    """What was suggested of two ends that are still joined, but by another name alone."""
    suggested = annotation.suggestion.relations if annotation.suggestion else ()
    there = annotation.document.relations
    kept = {(one.head.span, one.tail.span, one.label) for one in there}
    joined = {(one.head.span, one.tail.span) for one in there}
    names = Counter((one.head.span, one.tail.span) for one in suggested)
    for one in suggested:
        ends = one.head.span, one.tail.span
        if ends in joined and names[ends] > 1 and (*ends, one.label) not in kept:
            yield one


def overlaps(document: Document) -> Iterator[tuple[Entity, Entity]]:
    """
    Each entity that begins before an earlier one has ended, behind that one.

    Of several earlier ones it is the one that ends last.
    """
    last: Entity | None = None
    for entity in document.entities:
        if last and entity.start < last.end:
            yield last, entity
        if not last or entity.end > last.end:
            last = entity


def _told(document: Document, one: Entity, other: Entity) -> str:
    first, second = (f"{document.words(entity)!r}" for entity in (one, other))
    if one.span == other.span:
        return f"{first} is {one.label} and {other.label}"
    if other.end <= one.end:
        return f"{second} ({other.label}) lies in {first} ({one.label})"
    if one.start == other.start:
        return f"{first} ({one.label}) lies in {second} ({other.label})"
    return f"{first} ({one.label}) and {second} ({other.label}) cross"
