"""Documents of lines with which nothing is wrong, in a fraction of the time that the gate takes."""

from collections.abc import Collection, Sequence

from msgspec import UNSET, DecodeError, Struct, UnsetType, ValidationError, convert
from msgspec.json import Decoder

from curation.documents.document import (
    LONGEST_TEXT,
    MAKERS,
    Document,
    Entity,
    Layer,
    Meta,
    MetaValue,
    Relation,
    entity_order,
)
from curation.documents.interchange import Reading, numbered_entities, parse_score
from curation.files import Json
from curation.strict_json import LONGEST_LINE

_NUL = rb"\u0000"
_SPELLED_MARK = rb"\u0022"
# Nearer to zero msgspec and the gate agree on what is a whole number.
_LARGE = 2**64


class _Arrow(Struct, forbid_unknown_fields=True):
    """A relation whose ends are the ids of entities."""

    head: str
    tail: str
    label: str
    score: float | None = None
    made_by: str = ""


class _PlainLine(Struct, forbid_unknown_fields=True):
    id: str
    text: str
    entities: tuple[Entity, ...] | UnsetType = UNSET
    relations: tuple[_Arrow, ...] | UnsetType = UNSET
    meta: dict[str, MetaValue | list[str]] | UnsetType = UNSET
    layer: Layer | UnsetType = UNSET


_decode = Decoder(_PlainLine).decode


def read_plain_document(raw: bytes, reading: Reading) -> Document | None:
    """
    The document of a line, the same as ``parse_object`` and ``parse_document`` make of the line.

    None where anything is wrong, may be wrong or is unusual: these two say what.
    """
    if len(raw) > LONGEST_LINE or (b"\\u00" in raw and (_NUL in raw or _SPELLED_MARK in raw)):
        return None
    try:
        line = _decode(raw)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return None
    # Of two equal keys msgspec takes the last, and passes over keys that a dataclass hasn't.
    return _document(line, reading) if raw.count(b'"') == _quotation_marks(line) else None


def _quotation_marks(line: _PlainLine) -> int:
    """
    How many a line has that says this, and each key once; those in an id or a label aren't counted.

    Other programs write lines with other escapes, other spaces and keys in another order: unlike a
    record's file, a line can't be held against what would be written of the document.
    """
    parts = (line.entities, line.relations, line.meta, line.layer)
    strings = 4 + sum(part is not UNSET for part in parts)
    texts = [line.text]
    if line.entities:
        strings += 7 * len(line.entities)
        strings -= [entity.score for entity in line.entities].count(None)
        strings -= 2 * [entity.id for entity in line.entities].count("")
    if line.relations:
        strings += 9 * len(line.relations)
        strings -= [arrow.score for arrow in line.relations].count(None)
        strings -= 2 * [arrow.made_by for arrow in line.relations].count("")
    if line.meta:
        said = _strings_of_meta(line.meta)
        strings += len(said)
        texts += said
    if line.layer:
        strings += 2 * len(line.layer.to_json())
    return 2 * strings + sum(text.count('"') for text in texts)


def _strings_of_meta(meta: Meta) -> list[str]:
    """All keys and all strings under them."""
    strings = [*meta]
    for value in meta.values():
        if isinstance(value, str):
            strings.append(value)
        elif isinstance(value, list):
            strings += value
    return strings


def _document(line: _PlainLine, reading: Reading) -> Document | None:
    text = line.text
    meta = {} if line.meta is UNSET else line.meta
    has_large = any(type(value) is int and abs(value) >= _LARGE for value in meta.values())
    if not line.id or not text or text.isspace() or has_large:
        return None
    entities = () if line.entities is UNSET else line.entities
    arrows = () if line.relations is UNSET else line.relations
    if "" in [entity.id for entity in entities]:
        if reading is not Reading.AS_GIVEN or arrows:
            return None
        entities = _all_named(entities)
    is_strict = reading in (Reading.BY_FORMAT, Reading.STORED)
    if not _are_sound(entities, text, is_strict=is_strict):
        return None
    relations = _relations(arrows, entities, is_strict=is_strict)
    if relations is None:
        return None
    layer = None if line.layer is UNSET else line.layer
    return Document(line.id, text, entities, relations, meta, layer)


def plain_content(
    text: str, entities: Sequence[Json], relations: Sequence[Json]
) -> tuple[tuple[Entity, ...], tuple[Relation, ...]] | None:
    """
    What these objects mark in a text, strictly by the format; None where anything may be wrong.

    Keys of entities besides those of the format are passed over.
    """
    try:
        found = convert(entities, tuple[Entity, ...])
        arrows = convert(relations, tuple[_Arrow, ...])
    except ValidationError:
        return None
    names = [text for one in found for text in (one.id, one.label)]
    names += [arrow.label for arrow in arrows]
    if (
        "" in names
        or not "".join(names).isascii()
        or not _are_sound(found, text, is_strict=True)
    ):
        return None
    joined = _relations(arrows, found, is_strict=True)
    return None if joined is None else (found, joined)


def _all_named(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """The entities, those without an id behind the others, with new ones."""
    named = [entity for entity in entities if entity.id]
    unnamed = [entity for entity in entities if not entity.id]
    return (*named, *numbered_entities(unnamed, taken={entity.id for entity in named}))


def _are_sound(entities: Collection[Entity], text: str, *, is_strict: bool) -> bool:
    length = len(text)
    if length > LONGEST_TEXT or "\0" in text:
        return False
    for entity in entities:
        start = entity.start
        end = entity.end
        if not 0 <= start < end <= length or not entity.label:
            return False
        if is_strict and (text[start].isspace() or text[end - 1].isspace()):
            return False
        if entity.score is not None and parse_score(entity.score) is None:
            return False
    return not is_strict or len(set(map(entity_order, entities))) == len(entities)


def _relations(
    arrows: Collection[_Arrow], entities: Collection[Entity], *, is_strict: bool
) -> tuple[Relation, ...] | None:
    """The relations between the entities, each of which needs an id of its own."""
    by_id = {entity.id: entity for entity in entities}
    if len(by_id) < len(entities):
        return None
    if is_strict:
        places = {(arrow.head, arrow.tail, arrow.label) for arrow in arrows}
        if len(places) < len(arrows) or any(head == tail for head, tail, _ in places):
            return None
    relations = []
    for arrow in arrows:
        head = by_id.get(arrow.head)
        tail = by_id.get(arrow.tail)
        if head is None or tail is None or not arrow.label:
            return None
        if arrow.score is not None and parse_score(arrow.score) is None:
            return None
        if arrow.made_by and arrow.made_by not in MAKERS:
            return None
        relations.append(Relation(head, tail, arrow.label, arrow.score, arrow.made_by))
    return tuple(relations)
