"""A line of a TOML file with a mark below the place of a mistake, as compilers show it."""

import unicodedata

from curation.schema.toml_places import TomlPlace

_WIDEST = 100
_BEFORE = 40


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """The line and the column of a character of the text, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def mark_in_line(text: str, place: TomlPlace) -> str:
    """
    The line in which the *place* begins, with its number, and below it a caret for each of the place's characters.

    Of a long line, what is around the place.
    """
    number, column = line_and_column(text, place.start)
    begin = place.start - column + 1
    line = text[begin:].partition("\n")[0]
    first = max(0, min(column - 1 - _BEFORE, len(line) - _WIDEST))
    cut = line[first : first + _WIDEST]
    dots = "…" if first else ""
    shown = f"{dots}{cut}{'…' if first + _WIDEST < len(line) else ''}"
    before = f"{dots}{line[first : column - 1]}"
    marked = cut[column - 1 - first :][: max(1, place.end - place.start)]
    margin = f"{number:5} | "
    return (
        f"{margin}{_visible(shown)}\n"
        f"{' ' * (len(margin) - 2)}| {' ' * _width(before)}{'^' * max(1, _width(marked))}"
    )


def _visible(line: str) -> str:
    """The line with each character as one that takes its place: tabs as blanks, controls as dots."""
    return "".join(
        character if character.isprintable() else " " if character == "\t" else "·"
        for character in line
    )


def _width(line: str) -> int:
    """How many columns of a terminal the line takes."""
    return sum(
        0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in "WF")
        for one in line
    )
