"""TOML as tomllib reads it, and where it doesn't: the first fault of each table."""

import re
import tomllib
from collections.abc import Iterator

from curation.files import Json

_HEADER = re.compile(r"\s*\[+[\w\"' .-]+\]+\s*(#.*)?")
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def parse_toml(text: str) -> Json:
    """The values in the *text* of a TOML file."""
    return tomllib.loads(text.replace("\r\n", "\n"))


def find_syntax_faults(text: str) -> Iterator[tuple[int, str]]:
    """
    Where *text* is no TOML, and what is wrong there: the first fault of each table.

    A table is read by itself, so that a fault hides none of another table. Where one seems to
    lack its end, it goes on in the next: its header may be a line of a long string.
    """
    offset = 0
    pending = ""
    found = False
    for table in _tables(text):
        pending += table
        fault = _first_fault(pending)
        ends_too_early = fault is not None and fault[0] >= len(pending)
        if ends_too_early and offset + len(pending) < len(text):
            continue
        if fault:
            found = True
            yield offset + min(fault[0], _last_long_quote(pending, fault[0])), fault[1]
        offset += len(pending)
        pending = ""
    if not found and (fault := _first_fault(text)):
        yield fault  # of two tables together, such as a name that both have


def _tables(text: str) -> Iterator[str]:
    """The text, cut before each line that looks like a table's header."""
    table = ""
    for line in text.splitlines(keepends=True):
        if _HEADER.fullmatch(line.rstrip()):
            yield table
            table = ""
        table += line
    yield table


def _first_fault(text: str) -> tuple[int, str] | None:
    try:
        parse_toml(text)
    except tomllib.TOMLDecodeError as fault:
        what = str(fault)
        place = _PLACE.search(what)
        if place is None or place[1] is None:
            return len(text), _PLACE.sub("", what)
        lines = text.split("\n")[: int(place[1]) - 1]
        return sum(len(line) + 1 for line in lines) + int(place[2]) - 1, what[: place.start()]
    except (ValueError, RecursionError):
        return 0, "a number has too many digits, or lists are nested too deeply"
    return None


def _last_long_quote(text: str, fault: int) -> int:
    """Where the long string begins that has no end, of which the fault is the end of the text."""
    quotes = max(text.rfind('"""'), text.rfind("'''"))
    return quotes if fault >= len(text) and quotes >= 0 else fault
