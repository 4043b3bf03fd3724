"""A TOML file that people write: its values, and its mistakes in words, each with its line."""

import tomllib
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from curation.errors import CurateError, Problem, abbreviate, raise_problems
from curation.files import Json, read_text
from curation.schema.toml_excerpt import line_and_column, mark_in_line
from curation.schema.toml_places import TomlPlace, TomlPlaces, find_toml_places
from curation.schema.toml_syntax import find_syntax_faults, parse_toml

_Form = TypeVar("_Form", bound=BaseModel)

# What pydantic expects, in the words of TOML.
_EXPECTED = {
    "tuple_type": 'a list is expected, as in ["one", "two"]',
    "bool_type": "true or false is expected, without quotes",
    "string_type": "a string in quotes is expected",
    "int_type": "a whole number is expected, without quotes",
    "float_type": "a number is expected, without quotes",
}


def parse_toml_file(text: str, path: Path, error: type[CurateError]) -> Json:
    """The same; where *text*, the content of the file *path*, is no TOML, *error* says where, once for each table."""
    try:
        return parse_toml(text)
    except tomllib.TOMLDecodeError:
        mistakes = TomlMistakes(text, path)
        for start, what in find_syntax_faults(text.replace("\r\n", "\n")):
            mistakes.add_at(TomlPlace(start, start + 1), f"not TOML: {what}")
        raise_problems(mistakes.problems(), error, hint=f"mend {path}")
    except (ValueError, RecursionError):
        what = "a number has too many digits, or lists are nested too deeply"
        raise error(f"{path}: {what}", hint=f"mend {path}") from None


def read_toml_form(
    path: Path,
    form: type[_Form],
    error: type[CurateError],
    describe: Callable[[Any], str] | None = None,
) -> _Form:
    """
    What the file *path* holds, by the *form*; *error* with every mistake in it, each with its line.

    *describe* puts a mistake that pydantic found into words, as `describe_fault` does.
    """
    text = read_text(path)
    toml = parse_toml_file(text, path, error)
    try:
        return form.model_validate(toml)
    except ValidationError as invalid:
        mistakes = TomlMistakes(text, path)
        in_words = describe or describe_fault
        for detail in invalid.errors(include_url=False):
            mistakes.add_fault(detail, in_words(detail), *map(str, detail["loc"]))
        raise_problems(mistakes.problems(), error, hint=f"mend {path}")


_WHOLE_FILE = TomlPlace(0, 0)


class TomlMistakes:
    """Collects the mistakes in the *text* of the file *path*, each with its place; *tables* have some of them."""

    def __init__(self, text: str, path: Path) -> None:
        self.text = text.replace("\r\n", "\n")
        self.path = path
        self.tables: set[str] = set()
        self._found: list[tuple[TomlPlace, str]] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, what: str, *keys: str) -> None:
        """Add a mistake in the value under the path of *keys*, or else in the key nearest above."""
        self.add_at(self.places.values.get(keys) or self._key(*keys), what, *keys)

    def add_key(self, what: str, *keys: str) -> None:
        """Add a mistake in the last of *keys* itself."""
        self.add_at(self._key(*keys), what, *keys)

    def add_fault(self, detail: Any, what: str, *keys: str) -> None:
        """Add a mistake that pydantic found: in a key that isn't known, or else in the value."""
        add = self.add_key if detail["type"] == "extra_forbidden" else self.add
        add(what, *keys)

    def add_at(self, place: TomlPlace, what: str, *keys: str) -> None:
        """Add a mistake that is somewhere in the file, in what stands under *keys*."""
        self.tables.update(keys[:1])
        self._found.append((place, what))

    def line(self, *keys: str) -> int:
        """The line of what stands under the path of *keys*, or else nearest above."""
        return line_and_column(self.text, self._key(*keys).start)[0]

    @cached_property
    def places(self) -> TomlPlaces:
        """Where all stands; the text must be TOML."""
        return find_toml_places(self.text)

    def _key(self, *keys: str) -> TomlPlace:
        while keys and keys not in self.places.keys:
            keys = keys[:-1]
        return self.places.keys.get(keys, _WHOLE_FILE)

    def problems(self) -> Iterator[Problem]:
        """All mistakes, in the order of the file; below the last of a place, the line with a mark."""
        by_place = groupby(sorted(self._found), key=lambda found: found[0])
        for place, found in by_place:
            *others, last = (what for _, what in found)
            line, column = line_and_column(self.text, place.start)
            shown = f"{self.path}:{line}:{column}"
            yield from (Problem(shown, what) for what in others)
            excerpt = mark_in_line(self.text, place) if place != _WHOLE_FILE else ""
            yield Problem(shown, last, excerpt=excerpt)


def describe_fault(detail: Any) -> str:
    """A mistake that pydantic found, in words that name the key."""
    key = _key_in_words([str(part) for part in detail["loc"]])
    value = detail["input"]
    match detail["type"]:
        case "missing":
            return f"has no {key}"
        case "extra_forbidden":
            return f"has an unknown key {key}"
        case "too_short":
            return f"{key} has {len(value)} of at least {detail['ctx']['min_length']} entries"
        case "string_too_short":
            return f"{key} is empty"
        case "model_type":
            return f"is {abbreviate(value)}, not a table"
        case "greater_than_equal" | "less_than_equal" as kind:
            bounds = detail["ctx"]
            at = f"{bounds['ge']:g} or more" if "ge" in bounds else f"{bounds['le']:g} or less"
            return f"{key} is {abbreviate(value)}; {at} is expected"
        case kind:
            return f"{key} is {abbreviate(value)}; {_EXPECTED.get(kind, detail['msg'])}"


def _key_in_words(keys: list[str]) -> str:
    """A key in quotes, with the entry of a list that it is in: ``'about' of entry 1 of 'rules'``, counted from one."""
    at = next((n for n in range(len(keys) - 1, 0, -1) if keys[n].isdecimal()), 0)
    if not at:
        return repr(".".join(keys))
    inner = f"{'.'.join(keys[at + 1 :])!r} of " if keys[at + 1 :] else ""
    return f"{inner}entry {int(keys[at]) + 1} of {_key_in_words(keys[:at])}"
