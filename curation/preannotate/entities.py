"""The entities of a parsed article: the model's, adapted to the guideline, and titles by rules."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from curation.documents.document import Entity
from curation.preannotate.span_edges import (
    TokenSpan,
    is_moment,
    split_credit,
    trim_tokens,
    widen_amount,
)
from curation.preannotate.titles import find_titles
from curation.schema import Schema

# Types by the last word of a name; the model knows few laws and fleets.
TYPE_BY_LAST_WORD = {
    "treaty": "LAW", "protocol": "LAW", "accord": "LAW", "accords": "LAW", "fleet": "ORG",
}  # fmt: skip

# Types that the rules suggest whatever the labels of the model are.
RULE_TYPES = frozenset({"TITLE"})


def find_entities(doc: Any, schema: Schema) -> tuple[Entity, ...]:
    """
    The entities to suggest, in the order of the text; no two overlap.

    Where a title overlaps a name, the title stays, and of a person's name the rest. Words at the
    beginning of a longer name ("General Assembly") are no title.
    """
    names = list(_names(doc, schema))
    titles = []
    if "TITLE" in schema.entities:
        titles = [
            TokenSpan(start, end, "TITLE")
            for start, end in find_titles(doc)
            if not _is_within_name(start, end, names)
        ]
    names = [rest for name in names for rest in _without_titles(doc, name, titles)]
    entities: list[Entity] = []
    for span in sorted(names + titles, key=lambda span: (span.start, -span.end)):
        # A widened amount may reach into the next name.
        if not entities or doc[span.start].idx >= entities[-1].end:
            entities.append(_entity(doc, span))
    return tuple(entities)


def _names(doc: Any, schema: Schema) -> Iterator[TokenSpan]:
    for ent in doc.ents:
        label = schema.type_by_model_label.get(ent.label_)
        if label is None or (label == "DATE" and not is_moment(ent.text)):
            continue
        by_last_word = TYPE_BY_LAST_WORD.get(ent[-1].lower_, label)
        label = by_last_word if by_last_word in schema.entities and len(ent) > 1 else label
        for part in split_credit(doc, TokenSpan(ent.start, ent.end, label)):
            if name := _trimmed(doc, part):
                yield name


def _trimmed(doc: Any, span: TokenSpan) -> TokenSpan | None:
    trimmed = trim_tokens(doc, widen_amount(doc, span) if span.label == "MONEY" else span)
    return trimmed if trimmed.start < trimmed.end else None


def _is_within_name(start: int, end: int, names: list[TokenSpan]) -> bool:
    """Whether the words are the beginning or the middle of a longer name."""
    return any(
        name.start <= start and end < name.end and name.label not in ("PERSON", "DATE")
        for name in names
    )


def _without_titles(doc: Any, name: TokenSpan, titles: list[TokenSpan]) -> Iterator[TokenSpan]:
    """The part of a name that no title overlaps, if it is a name of its own."""
    overlapping = [t for t in titles if t.start < name.end and name.start < t.end]
    if not overlapping:
        yield name
        return
    before = replace(name, end=overlapping[0].start)
    after = replace(name, start=overlapping[-1].end)
    rest = None
    if name.label == "PERSON" and after.start < after.end:
        rest = _trimmed(doc, after)
    # "Israeli Finance Minister" as an ORG leaves "Israeli", which is no ORG; two words or more
    # are a name ("Palestinian Authority Foreign Minister").
    elif before.end - before.start >= 2 or (
        before.start < before.end and name.label in ("NORP", "GPE")
    ):
        rest = _trimmed(doc, before)
    if rest:
        yield rest


def _entity(doc: Any, span: TokenSpan) -> Entity:
    words = doc[span.start : span.end]
    return Entity(words.start_char, words.end_char, span.label)
