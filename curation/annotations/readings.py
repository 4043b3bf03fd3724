"""What an annotation has at one place, or between two: as records hold it, and tasks of adjudication."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import Struct

# Start, end (exclusive, in code points) and label.
LabelledSpan = tuple[int, int, str]
PlaceSpan = tuple[int, int]

DifferenceKind = Literal["entities", "relations", "flags"]
Direction = Literal["forward", "backward", "none"]

KEEP_OUT: Literal["keep out"] = "keep out"
TAKE_IN: Literal["take in"] = "take in"
FLAGS_KEY = "flags"

_NO_ENDS: tuple[None, None] = (None, None)

_RELATIONS_KEY = re.compile(r"r([0-9]{1,9})-([0-9]{1,9})=?,([0-9]{1,9})-([0-9]{1,9})=?")
_ENTITIES_KEY = re.compile(r"e([0-9]{1,9})-([0-9]{1,9})")

# Hexadecimal digits of an option's alias.
_ALIAS_LENGTH = 10


class Arrow(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """
    One arrow between two places.

    *place* has the spans of its ends in the order of the text: disputed places, or spans of agreed
    entities. *direction* is "forward" from the first to the second, "none" where the relation is
    symmetric. *ends* name the entities that are joined, where the place alone doesn't tell which;
    else they are None.
    """

    label: str
    direction: Direction
    place: tuple[PlaceSpan, PlaceSpan]
    ends: tuple[LabelledSpan | None, LabelledSpan | None] = _NO_ENDS

    def __post_init__(self) -> None:
        # msgspec leaves out a default only where it is the same object, and aliases hash what it writes.
        if self.ends == _NO_ENDS:
            msgspec.structs.force_setattr(self, "ends", _NO_ENDS)


class PlaceReading(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """
    What one annotation has at a difference; what is empty is left out of the JSON.

    At a place: its *entities*, none where nothing is marked, and the *arrows* that come with them.
    Between two places: *arrows*, none where there is none. Of a flagged document: *flags*, with the
    names of the flags that keep the document out.
    """

    entities: tuple[LabelledSpan, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    flags: Literal["", "keep out", "take in"] = ""
    flag_names: tuple[str, ...] = ()


NOTHING = PlaceReading()


def make_reading(
    entities: tuple[LabelledSpan, ...] = (), arrows: tuple[Arrow, ...] = ()
) -> PlaceReading:
    """The reading with these entities and arrows, in their order."""
    return PlaceReading(
        entities=tuple(sorted(set(entities))),
        arrows=tuple(sorted(set(arrows), key=arrow_order)),
    )


TURNED: Mapping[Direction, Direction] = {
    "forward": "backward",
    "backward": "forward",
    "none": "none",
}


def turned_arrow(arrow: Arrow) -> Arrow:
    """The same arrow, told from its other end."""
    return Arrow(
        arrow.label,
        TURNED[arrow.direction],
        (arrow.place[1], arrow.place[0]),
        (arrow.ends[1], arrow.ends[0]),
    )


def arrow_order(arrow: Arrow) -> tuple[object, ...]:
    """What arrows are sorted by: the order of the text, then the label."""
    return arrow.place, arrow.label, arrow.direction, [end or () for end in arrow.ends]


def reading_order(reading: PlaceReading) -> tuple[object, ...]:
    """What readings are sorted by; it says nothing of whose they are."""
    arrows = [arrow_order(arrow) for arrow in reading.arrows]
    return reading.entities, arrows, reading.flags, reading.flag_names


def option_alias(text_sha256: str, key: str, reading: PlaceReading) -> str:
    """The alias of a reading at a difference: digits of the hash of the text's hash, the key and the reading."""
    content = json.dumps([text_sha256, key, msgspec.to_builtins(reading)], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:_ALIAS_LENGTH]


def entities_key(place: PlaceSpan) -> str:
    """The key of the difference at a place: ``e130-155``."""
    start, end = place
    return f"e{start}-{end}"


def place_of_key(key: str) -> PlaceSpan | None:
    """The place in the key of a difference of entities; None for any other key."""
    found = _ENTITIES_KEY.fullmatch(key)
    return (int(found[1]), int(found[2])) if found else None


def pair_of_spans(key: str) -> tuple[PlaceSpan, PlaceSpan] | None:
    """The two spans in the key of a difference of relations; None for any other key."""
    found = _RELATIONS_KEY.fullmatch(key)
    if found is None:
        return None
    start, end, other_start, other_end = map(int, found.groups())
    return (start, end), (other_start, other_end)
