"""The entities of a parsed article: the model's, brought to our guideline, and titles."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from curation.documents.document import Entity
from curation.preannotate.span_edges import Found, is_moment, split, trimmed, widened
from curation.preannotate.titles import titles
from curation.schema import Schema

# What the last word of a name tells better than the model, which knows few laws and fleets.
TELLING = {
    "treaty": "LAW", "protocol": "LAW", "accord": "LAW", "accords": "LAW", "fleet": "ORG",
}  # fmt: skip


# What the rules say whatever the model's labels are.
RULED = frozenset({"TITLE"})


def find(doc: Any, schema: Schema) -> tuple[Entity, ...]:
    """
    What to suggest, in the order of the text, none overlapping another.

    Where a title overlaps a name, the title wins; of a person's name the rest
    stays. A name that goes on behind the title ("General Assembly") is no title.
    """
    names = list(_names(doc, schema))
    offices = [Found(s, e, "TITLE") for s, e in titles(doc) if not _within(s, e, names)]
    if "TITLE" not in schema.entities:
        offices = []
    rest = [left for name in names for left in _rest(doc, name, offices)]
    chosen: list[Entity] = []
    for found in sorted(rest + offices, key=lambda found: (found.start, -found.end)):
        # A widened amount may reach into its neighbour.
        if not chosen or doc[found.start].idx >= chosen[-1].end:
            chosen.append(_entity(doc, found))
    return tuple(chosen)


def _names(doc: Any, schema: Schema) -> Iterator[Found]:
    for ent in doc.ents:
        label = schema.type_by_model_label.get(ent.label_)
        if label is None or (label == "DATE" and not is_moment(ent.text)):
            continue
        told = TELLING.get(ent[-1].lower_, label)
        label = told if told in schema.entities and len(ent) > 1 else label
        for part in split(doc, Found(ent.start, ent.end, label)):
            if found := _tidy(doc, part):
                yield found


def _tidy(doc: Any, found: Found) -> Found | None:
    tidy = trimmed(doc, widened(doc, found) if found.label == "MONEY" else found)
    return tidy if tidy.start < tidy.end else None


def _within(start: int, end: int, names: list[Found]) -> bool:
    """Whether the title is only the beginning or the middle of a longer name."""
    return any(
        name.start <= start and end < name.end and name.label not in ("PERSON", "DATE")
        for name in names
    )


def _rest(doc: Any, name: Found, offices: list[Found]) -> Iterator[Found]:
    """What titles leave of a name."""
    over = [o for o in offices if o.start < name.end and name.start < o.end]
    if not over:
        yield name
        return
    before = replace(name, end=over[0].start)
    after = replace(name, start=over[-1].end)
    if name.label == "PERSON" and after.start < after.end:
        tidy = _tidy(doc, after)
        if tidy:
            yield tidy
    # "Israeli Finance Minister" as an ORG leaves "Israeli", which is none; two
    # words or more are a name ("Palestinian Authority Foreign Minister").
    elif before.end - before.start >= 2 or (
        before.start < before.end and name.label in ("NORP", "GPE")
    ):
        tidy = _tidy(doc, before)
        if tidy:
            yield tidy


def _entity(doc: Any, found: Found) -> Entity:
    span = doc[found.start : found.end]
    return Entity(span.start_char, span.end_char, found.label)
