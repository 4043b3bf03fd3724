"""Remarks on an annotation, which keep no document out of the gold: flags, overlaps, arrows."""

from collections.abc import Iterator

from curation.checks.arrow_remarks import find_arrow_remarks
from curation.documents.document import AnnotatedDocument, Document, Entity
from curation.errors import Problem
from curation.schema.model import Schema

# How many overlaps of a document a remark names, and how many characters of a note.
_MAX_OVERLAPS = 3
_MAX_NOTE = 160


def find_remarks(annotation: AnnotatedDocument, schema: Schema) -> Iterator[Problem]:
    """The remarks on an annotation: flags, spans that overlap, arrows that look like a slip."""
    document = annotation.document
    flags = [
        flag
        for flag in annotation.flags
        if flag in schema.flags and not schema.flags[flag].keeps_out
    ]
    if flags:
        what = f"flagged {', '.join(flags)} by {annotation.annotator}"
        yield Problem(document.id, append_note(what, annotation.note))
    pairs = list(find_overlaps(document))
    if pairs:
        sentences = [_describe_overlap(document, *pair) for pair in pairs[:_MAX_OVERLAPS]]
        if len(pairs) > _MAX_OVERLAPS:
            sentences.append(f"and {len(pairs) - _MAX_OVERLAPS} more")
        yield Problem(document.id, "; ".join(sentences))
    yield from find_arrow_remarks(annotation, schema)


def append_note(what: str, note: str) -> str:
    """*what* with the annotator's *note*, on one line; a long note is cut."""
    note = " ".join(note.split())
    note = note if len(note) <= _MAX_NOTE else f"{note[: _MAX_NOTE - 1]}…"
    return f"{what}: {note}" if note else what


def find_overlaps(document: Document) -> Iterator[tuple[Entity, Entity]]:
    """
    Each entity that begins before an earlier one has ended, after that earlier one.

    Of several earlier ones, the one that ends last.
    """
    last: Entity | None = None
    for entity in document.entities:
        if last and entity.start < last.end:
            yield last, entity
        if not last or entity.end > last.end:
            last = entity


def _describe_overlap(document: Document, earlier: Entity, later: Entity) -> str:
    first = repr(document.words(earlier))
    second = repr(document.words(later))
    if earlier.span == later.span:
        return f"{first} is {earlier.label} and {later.label}"
    if later.end <= earlier.end:
        return f"{second} ({later.label}) lies in {first} ({earlier.label})"
    if earlier.start == later.start:
        return f"{first} ({earlier.label}) lies in {second} ({later.label})"
    return f"{first} ({earlier.label}) and {second} ({later.label}) cross"
