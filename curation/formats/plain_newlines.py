"""Texts as ingest leaves them: no byte order mark, and line feeds alone end lines."""

import re
from bisect import bisect_left
from dataclasses import replace

from curation.documents.document import Document, Entity, Relation

# What ingest takes out; a carriage return alone becomes a line feed.
_TAKEN_OUT = re.compile("\\A\ufeff|\r(?=\n)")


def with_plain_newlines(document: Document) -> Document:
    """The document with a text as ingest would have it, and its spans on the same words."""
    taken_out = [found.start() for found in _TAKEN_OUT.finditer(document.text)]
    text = _TAKEN_OUT.sub("", document.text).replace("\r", "\n")
    if text == document.text:
        return document

    def moved(entity: Entity) -> Entity:
        start, end = (place - bisect_left(taken_out, place) for place in entity.span)
        return replace(entity, start=start, end=end)

    return replace(
        document,
        text=text,
        entities=tuple(map(moved, document.entities)),
        relations=tuple(
            Relation(moved(one.head), moved(one.tail), one.label) for one in document.relations
        ),
    )
