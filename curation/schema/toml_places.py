"""Where the tables, keys and values of a TOML file stand."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY_PART = re.compile(r"[ \t]*(\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*(\.?)")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'{3}.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)
_PLAIN = re.compile(r"[^,\]}#\r\n]*")

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class TomlPlace:
    """A stretch of the text of a TOML file, in characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TomlPlaces:
    """
    The places of keys, and of values, by their path; headers of tables are keys.

    What a list or an array of tables has stands under its number, as in ``("authors", "0", "name")``.
    """

    keys: dict[Keys, TomlPlace] = field(default_factory=dict)
    values: dict[Keys, TomlPlace] = field(default_factory=dict)


def find_toml_places(text: str) -> TomlPlaces:
    """
    The places of all that stands in *text*, which tomllib must be able to read.

    Neither tomllib nor tomlkit says where a value stands.
    """
    reader = _Reader(text)
    reader.read_file()
    return reader.places


def end_of_table(text: str, places: TomlPlaces, *keys: str) -> int:
    """The end of the last line of what stands under the path of *keys*; that of the text where nothing does."""
    ends = [
        place.end
        for found in (places.keys, places.values)
        for path, place in found.items()
        if path[: len(keys)] == keys
    ]
    line_end = text.find("\n", max(ends)) if ends else -1
    return len(text) if line_end < 0 else line_end + 1


class _Reader:
    """Walks over a text that is known to be TOML, so that a look at few characters tells what comes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.here = 0
        self.places = TomlPlaces()
        self.lengths: dict[Keys, int] = {}

    def read_file(self) -> None:
        table: Keys = ()
        while self.skip_blank():
            if self.text[self.here] == "[":
                table = self.read_header()
            else:
                self.read_pair(table)

    def read_header(self) -> Keys:
        is_array = self.text.startswith("[[", self.here)
        self.here += 1 + is_array
        table: Keys = ()
        for name, place in self.key_parts():
            # A table within an array of tables belongs to the last of these.
            table = (*self.numbered(table), name)
            self.places.keys.setdefault(table, place)
        self.here += 1 + is_array
        if is_array:
            self.lengths[table] = self.lengths.get(table, 0) + 1
            table = self.numbered(table)
            self.places.keys[table] = place
        return table

    def numbered(self, table: Keys) -> Keys:
        """The last table so far, where *table* is an array of tables."""
        length = self.lengths.get(table)
        return (*table, str(length - 1)) if length else table

    def read_pair(self, table: Keys) -> None:
        keys = table
        for name, place in self.key_parts():
            keys = (*keys, name)
            self.places.keys.setdefault(keys, place)
        self.here += 1  # the sign =
        self.skip_blank()
        self.read_value(keys)

    def key_parts(self) -> Iterator[tuple[str, TomlPlace]]:
        dot = "."
        while dot and (part := _KEY_PART.match(self.text, self.here)):
            name = next(iter(tomllib.loads(f"{part[1]} = 0")))
            dot = part[2]
            self.here = part.end()
            yield name, TomlPlace(part.start(1), part.end(1))

    def read_value(self, keys: Keys) -> None:
        start = self.here
        match self.text[start]:
            case "[":
                for number in self.each_until("]"):
                    self.read_value((*keys, str(number)))
            case "{":
                for _ in self.each_until("}"):
                    self.read_pair(keys)
            case '"' | "'":
                string = _STRING.match(self.text, start)
                self.here = string.end() if string else len(self.text)
            case _:
                plain = _PLAIN.match(self.text, start)
                self.here = start + len(plain[0].rstrip()) if plain else len(self.text)
        self.places.values[keys] = TomlPlace(start, self.here)

    def each_until(self, closing: str) -> Iterator[int]:
        """The number of each item up to the bracket *closing*; the reader stands before the item."""
        self.here += 1
        number = 0
        while self.skip_blank() and self.text[self.here] != closing:
            yield number
            number += 1
            self.skip_blank()
            self.here += self.text.startswith(",", self.here)
        self.here += 1

    def skip_blank(self) -> bool:
        """Go on behind white space and comments; whether anything is left."""
        blank = _BLANK.match(self.text, self.here)
        self.here = blank.end() if blank else self.here
        return self.here < len(self.text)
