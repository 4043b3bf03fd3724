"""Documents of lines with which nothing is wrong, in a fraction of the time that the gate takes."""

from collections.abc import Collection, Mapping

from msgspec import UNSET, DecodeError, Struct, UnsetType, convert
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
from curation.strict_json import LONGEST_LINE

_NUL, _SPELLED_MARK = rb"\u0000", rb"\u0022"
# Nearer to zero msgspec and the gate agree on what is a whole number.
_LARGE = 2**64


class _Arrow(Struct, forbid_unknown_fields=True):
    """A relation; its ends are ids as they are read, and then the entities."""

    head: str | Entity
    tail: str | Entity
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
    """How many a line has that says this, and each key once; those in an id or a label aren't counted."""
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
    if not line.id or not text or text.isspace() or len(text) > LONGEST_TEXT or has_large:
        return None
    is_strict = reading in (Reading.BY_FORMAT, Reading.STORED)
    entities = () if line.entities is UNSET else line.entities
    by_id: dict[str | Entity, Entity] = {entity.id: entity for entity in entities}
    unnamed = [entity for entity in entities if not entity.id] if by_id.pop("", None) else []
    if unnamed and reading is not Reading.AS_GIVEN:
        return None
    if len(by_id) + len(unnamed) < len(entities):
        return None
    if not _are_sound(entities, text, is_strict=is_strict):
        return None
    arrows = () if line.relations is UNSET else line.relations
    relations = _relations(arrows, by_id, is_strict=is_strict)
    if relations is None:
        return None
    return Document(
        id=line.id,
        text=text,
        entities=(*by_id.values(), *numbered_entities(unnamed, taken=by_id)),
        relations=relations,
        meta=meta,
        layer=None if line.layer is UNSET else line.layer,
    )


def _are_sound(entities: Collection[Entity], text: str, *, is_strict: bool) -> bool:
    length = len(text)
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
    arrows: Collection[_Arrow], by_id: Mapping[str | Entity, Entity], *, is_strict: bool
) -> tuple[Relation, ...] | None:
    """The relations between entities, which are known by their ids."""
    if is_strict:
        places = {(arrow.head, arrow.tail, arrow.label) for arrow in arrows}
        if len(places) < len(arrows) or any(head == tail for head, tail, _ in places):
            return None
    for arrow in arrows:
        if arrow.head not in by_id or arrow.tail not in by_id or not arrow.label:
            return None
        if arrow.score is not None and parse_score(arrow.score) is None:
            return None
        if arrow.made_by and arrow.made_by not in MAKERS:
            return None
        arrow.head = by_id[arrow.head]
        arrow.tail = by_id[arrow.tail]
    return convert(arrows, tuple[Relation, ...], from_attributes=True)
