"""The entities of a parsed article: the model's, adapted to the guideline, and titles by rules."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from spacy.tokens import Span

from curation.documents.document import Entity
from curation.preannotate.amounts import find_amounts
from curation.preannotate.name_parts import mend_parts
from curation.preannotate.name_shapes import shape_names
from curation.preannotate.name_types import settle_types
from curation.preannotate.repeated_names import find_repeated_names
from curation.preannotate.span_edges import (
    WEEKDAYS,
    TokenSpan,
    is_ahead,
    is_moment,
    split_credit,
    trim_tokens,
    widen_amount,
    widen_date,
)
from curation.preannotate.titles import find_titles
from curation.schema import Schema


def find_entities(doc: Any, schema: Schema, *, with_titles: bool = True) -> tuple[Entity, ...]:
    """
    The entities to suggest, in the order of the text; no two overlap.

    *with_titles* needs a model that tells parts of speech.

    Where a title overlaps a name, the title stays, and of a person's name the rest. Words at the
    beginning of a longer name ("General Assembly") are no title.
    """
    found = _with_amounts(list(_names(doc, schema)), list(find_amounts(doc)))
    names = settle_types(doc, mend_parts(doc, shape_names(doc, found)))
    names += find_repeated_names(doc, names)
    # The rules for titles and relations ask the tokens for their types.
    doc.ents = [Span(doc, name.start, name.end, label=name.label) for name in _apart(names)]
    titles = []
    if with_titles and "TITLE" in schema.entities:
        titles = [
            TokenSpan(start, end, "TITLE")
            for start, end in find_titles(doc)
            if not _is_within_name(start, end, names)
        ]
    names = [rest for name in names for rest in _without_titles(doc, name, titles)]
    # The rules may give a name a type that the schema calls by another name, or lacks.
    known = (
        replace(span, label=label)
        for span in (*names, *titles)
        if (label := _type_in(schema, span.label))
    )
    return tuple(_entity(doc, span) for span in _apart(known))


def _type_in(schema: Schema, label: str) -> str | None:
    return label if label in schema.entities else schema.type_by_model_label.get(label)


def _with_amounts(names: list[TokenSpan], amounts: list[TokenSpan]) -> list[TokenSpan]:
    """The names and the amounts, in order; an amount wins over what the model made of its words."""
    covered = {i for amount in amounts for i in range(amount.start, amount.end)}
    rest = [name for name in names if covered.isdisjoint(range(name.start, name.end))]
    return sorted([*rest, *amounts], key=lambda name: name.start)


def _names(doc: Any, schema: Schema) -> Iterator[TokenSpan]:
    for ent in doc.ents:
        label = schema.type_by_model_label.get(ent.label_)
        if label == "DATE" or ent.label_ == "TIME":
            yield from _dates(doc, ent)
            continue
        if label is None:
            continue
        for part in split_credit(doc, TokenSpan(ent.start, ent.end, label)):
            if name := _trimmed(doc, part):
                yield name


def _dates(doc: Any, ent: Any) -> Iterator[TokenSpan]:
    """The date that the model's DATE or TIME tells: of "early Wednesday morning" the day."""
    if ent.label_ == "TIME":
        days = [token.i for token in ent if token.text in WEEKDAYS]
        yield from (TokenSpan(day, day + 1, "DATE") for day in days[:1])
        return
    if ent.start and doc[ent.start - 1].lower_ in ("every", "each"):
        return  # how often
    date = widen_date(doc, TokenSpan(ent.start, ent.end, "DATE"))
    is_when = is_moment(doc[date.start : date.end].text) or is_ahead(doc, date)
    if is_when and (name := _trimmed(doc, date)):
        yield name


def _trimmed(doc: Any, span: TokenSpan) -> TokenSpan | None:
    trimmed = trim_tokens(doc, widen_amount(doc, span) if span.label == "MONEY" else span)
    return trimmed if trimmed.start < trimmed.end else None


def _apart(names: Iterable[TokenSpan]) -> Iterator[TokenSpan]:
    """The names in order, without those that reach into the one before, as a widened amount may."""
    end = 0
    for name in sorted(names, key=lambda span: (span.start, -span.end)):
        if name.start >= end:
            yield name
            end = name.end


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
    elif after.end - after.start in (2, 3) and all(
        t.text.istitle() for t in doc[after.start : after.end]
    ):
        # The model took an office and its holder for one body: "State for Defence Des Browne".
        rest = replace(after, label="PERSON")
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
