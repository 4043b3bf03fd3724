"""A file of decisions that were made outside of Label Studio: its lines, and what each chooses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.annotations.differences import ComparedAnnotations, Difference
from curation.annotations.readings import (
    NOTHING,
    Arrow,
    Direction,
    LabelledSpan,
    PlaceReading,
    PlaceSpan,
    make_reading,
)
from curation.annotations.settle_choices import Choice
from curation.checks.edge_problems import find_edge_problem, trim_edges
from curation.documents.spans import do_overlap
from curation.errors import Problem, Problems, abbreviate
from curation.files import Json, read_objects
from curation.schema import Schema

# What a line must say, and what the list of differences says besides.
_NEEDED = ("document", "key")
_KEYS = (*_NEEDED, "alias", "own", "number", "round", "kind", "place", "context", "options")

_DIRECTIONS: Mapping[object, Direction] = {
    "forward": "forward",
    "backward": "backward",
    "none": "none",
}
_OWN_FORMS: Mapping[str, str] = {
    "entities": "[[start, end, type], …]",
    "relations": "[[relation, direction], …], each direction one of forward, backward and none",
}


@dataclass(frozen=True, kw_only=True)
class GivenDecision:
    """One line: the *alias* that was chosen at a difference, or, where it is None, an answer of one's *own*."""

    place: str
    document: str
    key: str
    alias: str | None
    own: Any = None


def read_decisions(file: Path, problems: Problems) -> dict[str, dict[str, GivenDecision]]:
    """The decisions of a file by document and key; what is wrong with lines is added to *problems*."""
    found: dict[str, dict[str, GivenDecision]] = {}
    for place, line in read_objects(file, problems):
        faults = list(_faults(line))
        problems += (Problem(place, what) for what in faults)
        if faults:
            continue
        given = GivenDecision(
            place=place,
            document=line["document"],
            key=line["key"],
            alias=line.get("alias"),
            own=line.get("own"),
        )
        of_document = found.setdefault(given.document, {})
        if earlier := of_document.get(given.key):
            what = f"difference {given.key!r} of {given.document!r} was decided before, in {earlier.place}"
            problems.append(Problem(place, what))
        of_document.setdefault(given.key, given)
    return found


def choice_of(
    given: GivenDecision,
    difference: Difference,
    compared: ComparedAnnotations,
    schema: Schema,
) -> Choice:
    """
    What was chosen at a *difference* of *compared* annotations.

    Raises ValueError where that is none of the options, nor an answer that can stand there.
    """
    if given.alias is not None:
        if difference.option(given.alias) is None:
            aliases = ", ".join(option.alias for option in difference.options)
            raise ValueError(f"'alias' is {given.alias!r}; {given.key} has {aliases}")
        return given.alias
    reading = _own_reading(given, difference, compared, schema)
    same = (one.alias for one in difference.options if one.reading == reading)
    return next(same, reading)


def _faults(line: Json) -> Iterator[str]:
    for key in line:
        if key not in _KEYS:
            yield f"unknown key {key!r}; keys are {', '.join(_KEYS)}"
    for key in _NEEDED:
        if not isinstance(line.get(key), str):
            yield f"{key!r} is {abbreviate(line.get(key))}; it must be a string"
    alias = line.get("alias")
    own = line.get("own")
    if alias is not None and not isinstance(alias, str):
        yield f"'alias' is {abbreviate(alias)}; it must be a string, or null"
    if alias is None and own is None:
        yield "no verdict: 'alias' must name an option, or 'own' give an answer"
    if alias is not None and own is not None:
        yield "two verdicts: either 'alias' or 'own' must be null"


def _own_reading(
    given: GivenDecision,
    difference: Difference,
    compared: ComparedAnnotations,
    schema: Schema,
) -> PlaceReading:
    if difference.kind == "flags":
        raise ValueError("the question about flags has no answer but its options")
    if given.own == []:
        return NOTHING
    if difference.kind == "entities":
        spans = own_spans(given, schema)
        for start, end, _ in spans:
            _refuse_elsewhere((start, end), difference, compared)
            refuse_bad_edges(compared.agreed.text, start, end)
        return make_reading(entities=spans)
    one, other = difference.place
    arrows = (Arrow(*answer, (one, other)) for answer in own_arrows(given, schema))
    return make_reading(arrows=tuple(arrows))


def own_spans(given: GivenDecision, schema: Schema) -> tuple[LabelledSpan, ...]:
    """The spans with labels of an answer of one's own; raises ValueError where it isn't that."""
    form = _form(given, "entities")
    spans = tuple(_span(one, form) for one in _answers(given, form))
    for *_, label in spans:
        if label not in schema.entities:
            types = ", ".join(schema.entities)
            raise ValueError(f"{label!r} is no entity type; entity types are {types}")
    return spans


def own_arrows(given: GivenDecision, schema: Schema) -> list[tuple[str, Direction]]:
    """The relations with directions of an answer of one's own; raises ValueError where it isn't that."""
    form = _form(given, "relations")
    return [_arrow(answer, form, schema) for answer in _answers(given, form)]


def _answers(given: GivenDecision, form: str) -> list[object]:
    match given.own:
        case [*answers]:
            return answers
    raise ValueError(form)


def _form(given: GivenDecision, kind: str) -> str:
    return f"'own' is {abbreviate(given.own)}; it must be {_OWN_FORMS[kind]}"


def _span(given: object, form: str) -> LabelledSpan:
    match given:
        case [int(start), int(end), str(label)] if type(start) is type(end) is int:
            return start, end, label
    raise ValueError(form)


def _arrow(given: object, form: str, schema: Schema) -> tuple[str, Direction]:
    match given:
        case [str(label), str(named)] if named in _DIRECTIONS:
            direction = _DIRECTIONS[named]
        case _:
            raise ValueError(form)
    if label not in schema.relations:
        raise ValueError(
            f"{label!r} is no relation; relations are {', '.join(schema.relations)}"
        )
    if (label in schema.symmetric) != (direction == "none"):
        needed = "none" if label in schema.symmetric else "forward or backward"
        raise ValueError(f"the direction of {label} is {named!r}; it must be {needed}")
    return label, direction


def refuse_bad_edges(text: str, start: int, end: int) -> None:
    """Raises ValueError for a span that is cut where no annotator may cut."""
    first, last = trim_edges(text, start, end, by_hand=True)
    if (first, last) != (start, end):
        raise ValueError(
            f"{start}..{end} is {text[start:end]!r}, which has at an edge what is no part of a name"
        )
    if what := find_edge_problem(text, start, end):
        raise ValueError(f"{start}..{end}: {what}")


def _refuse_elsewhere(
    span: PlaceSpan, difference: Difference, compared: ComparedAnnotations
) -> None:
    """Raises ValueError for a span that isn't at the difference's place, or is at another one, too."""
    start, end = span
    size = len(compared.agreed.text)
    if not 0 <= start < end <= size:
        raise ValueError(f"{start}..{end} is empty, reversed or outside the text (0..{size})")
    touched = [one.key for place, one in compared.by_place.items() if do_overlap(place, span)]
    if difference.key not in touched:
        first, last = difference.place[0]
        raise ValueError(f"{start}..{end} doesn't touch the place {first}..{last}")
    if len(touched) > 1:
        raise ValueError(f"{start}..{end} touches several places: {', '.join(touched)}")
