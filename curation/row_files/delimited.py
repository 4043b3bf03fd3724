"""Rows of CSV and TSV; a stray quote doesn't swallow the rows below it."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from curation.errors import Problem, Problems, pluralise
from curation.files import Json
from curation.strict_json import LONGEST_LINE


def delimited_rows(
    path: Path, lines: Iterable[str], delimiters: str, problems: Problems, *, is_whole: bool
) -> Iterator[tuple[str, Json]]:
    """
    Each row's place and the row, under the first, which names the columns.

    The delimiter is that which the first line has most of. Of *is_whole* rows, those of another length than
    the first are problems. Raises ValueError where two columns have one name.
    """
    csv.field_size_limit(LONGEST_LINE)
    source = _Lines(lines)
    head = next(source, "")
    delimiter = max(delimiters, key=head.count)
    source.put_back(len(source.row))
    rows = csv.reader(source, delimiter=delimiter, strict=is_whole)
    names = next(rows, [])
    if is_whole and len({*names}) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"two columns have the name {twice!r}")
    quoted = re.compile(f'(?:^|{re.escape(delimiter)})"')
    quotes_are_text = delimiter == "\t" and not quoted.search("".join(source.row))
    while True:
        source.begin_row()
        place = f"{path}:{source.number + 1}"
        try:
            row, what = _read_row(rows, source, len(names), delimiter)
        except StopIteration:
            return
        if what and quotes_are_text:
            source.put_back(len(source.row) - 1)
            row = source.row[0].rstrip("\r\n").split(delimiter)
            what = ""
        elif what:
            source.put_back(_rows_below(source.row, len(names), delimiter))
        else:
            quotes_are_text &= not quoted.search("".join(source.row))
        if is_whole and row and not what and len(row) != len(names):
            what = (
                f"the row has {pluralise(len(row), 'column')}, and the first row {len(names)}"
            )
        if what:
            problems.append(Problem(place, what))
        elif row:
            yield place, dict(zip(names, row, strict=False))


def _read_row(
    rows: Iterator[list[str]], source: "_Lines", width: int, delimiter: str
) -> tuple[list[str], str]:
    """The next row, and what is wrong with it; raises StopIteration at the end."""
    try:
        row = next(rows)
    except csv.Error as error:
        return [], f"not a row of CSV: {error}"
    if count := _swallowed(row, source.row, width, delimiter):
        what = pluralise(count, "row")
        return [], f"a quote opens here, and closes only after what looks like {what} more"
    return row, ""


class _Lines(Iterator[str]):
    """Lines of which the last can be put back: those since the row began; *number* is how many were read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._waiting: deque[str] = deque()
        self.row: list[str] = []
        self.number = 0

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self.row.append(line)
        self.number += 1
        return line

    def begin_row(self) -> None:
        """Forgets the lines so far."""
        self.row = []

    def put_back(self, count: int) -> None:
        """The last *count* lines of the row are read again."""
        keep = len(self.row) - count
        self._waiting.extendleft(reversed(self.row[keep:]))
        self.row = self.row[:keep]
        self.number -= count


def _swallowed(row: list[str], lines: list[str], width: int, delimiter: str) -> int:
    """How many lines in a quoted field of the row are rows themselves, as they look; 0 unless all do."""
    for index, field in enumerate(row):
        _, *inside = re.split(r"\r\n?|\n", field)
        # Where all fields are quoted, rows that were swallowed would have quotes of their own.
        is_all_quoted = lines[0].startswith('"') and (
            index > 0 or lines[-1].rstrip("\r\n").endswith('"')
        )
        if not inside or is_all_quoted:
            continue
        # The quote closes in a row's cell: the cells before that are in the field.
        likely = any if delimiter == "\t" and len(inside) > 1 else all  # prose has no tabs
        whole = likely(_is_like_row(one, width, delimiter) for one in inside[:-1])
        is_last_like = index == 0 or _is_like_row(inside[-1], index + 1, delimiter)
        if whole and is_last_like and (index or len(inside) > 1):
            return len(inside)
    return 0


def _rows_below(lines: list[str], width: int, delimiter: str) -> int:
    """How many lines there are from the first, below the row's own, that looks like a row."""
    for number, line in enumerate(lines[1:], start=1):
        if _is_like_row(line, width, delimiter):
            return len(lines) - number
    return 0


def _is_like_row(line: str, width: int, delimiter: str) -> bool:
    """Whether the line has so many cells; prose has spaces behind its commas, or digits around them."""
    cells = next(csv.reader([re.sub(r"[\r\n]", " ", line).rstrip()], delimiter=delimiter), [])
    if width < 2 or len(cells) != width or not cells[0]:
        return False
    if delimiter == "\t":
        return True
    is_number = bool(re.search(r"\s\S*\d$", cells[0]) and re.match(r"\d{3}(?!\d)", cells[1]))
    return not is_number and not any(cell.startswith(" ") for cell in cells)
