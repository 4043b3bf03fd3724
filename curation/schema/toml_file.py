"""A TOML file that people write: its values, and its mistakes in words, each with its line."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from curation.errors import CurateError, Problem, abbreviate
from curation.files import Json
from curation.schema.line_numbers import find_key_lines

# What pydantic expects, in the words of TOML.
_EXPECTED = {
    "tuple_type": 'a list is expected, as in ["one", "two"]',
    "bool_type": "true or false is expected, without quotes",
    "string_type": "a string in quotes is expected",
    "int_type": "a whole number is expected, without quotes",
    "float_type": "a number is expected, without quotes",
}


def parse_toml(text: str) -> Json:
    """The values in the *text* of a TOML file."""
    return tomllib.loads(text.replace("\r\n", "\n"))


def parse_toml_file(text: str, path: Path, error: type[CurateError]) -> Json:
    """The same; where *text*, the content of the file *path*, is no TOML, *error* says in which line."""
    try:
        return parse_toml(text)
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"at line (\d+)", str(fault))
        number = line[1] if line else 1 + text.rstrip().count("\n")
        raise error(f"{path}:{number}: not TOML: {fault}", hint=f"mend {path}") from None
    except (ValueError, RecursionError):
        what = "a number has too many digits, or lists are nested too deeply"
        raise error(f"{path}: {what}", hint=f"mend {path}") from None


class TomlMistakes:
    """Collects the mistakes in the *text* of the file *path*, each with its line; *tables* have some of them."""

    def __init__(self, text: str, path: Path) -> None:
        self.path = path
        self.lines: Mapping[tuple[str, ...], int] = find_key_lines(text)
        self.tables: set[str] = set()
        self._found: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, what: str, *keys: str) -> None:
        """Add a mistake in what stands under the path of *keys*, or else nearest above."""
        self.tables.update(keys[:1])
        self._found.append((self.line(*keys), what))

    def line(self, *keys: str) -> int:
        """The line of what stands under the path of *keys*, or else nearest above."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)

    def problems(self) -> Iterator[Problem]:
        """All mistakes, in the order of their lines."""
        for line, what in sorted(self._found):
            yield Problem(f"{self.path}:{line}", what)


def describe_fault(detail: Any) -> str:
    """A mistake that pydantic found, in words that name the key."""
    key = ".".join(str(part) for part in detail["loc"])
    value = detail["input"]
    match detail["type"]:
        case "missing":
            return f"has no {key!r}"
        case "extra_forbidden":
            return f"has an unknown key {key!r}"
        case "too_short":
            return f"{key!r} has {len(value)} of at least {detail['ctx']['min_length']} entries"
        case "string_too_short":
            return f"{key!r} is empty"
        case "model_type":
            return f"is {abbreviate(value)}, not a table"
        case "greater_than_equal" | "less_than_equal" as kind:
            bounds = detail["ctx"]
            at = f"{bounds['ge']:g} or more" if "ge" in bounds else f"{bounds['le']:g} or less"
            return f"{key!r} is {abbreviate(value)}; {at} is expected"
        case kind:
            return f"{key!r} is {abbreviate(value)}; {_EXPECTED.get(kind, detail['msg'])}"
