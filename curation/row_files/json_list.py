"""Items of a JSON list, or JSON objects one after the other, whatever lines they are written on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from curation.strict_json import LONGEST_LINE

_PART_BYTES = 2**16
_BLANK = b" \t\r\n"

# What opens, closes or separates, and escaped characters, which don't.
_MARK = re.compile(rb'\\.?|["\[\]{},]', re.DOTALL)
_DEPTH = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}


def json_list_items(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """
    Each item of a list, or each object of a file without a list, with the line that it begins on.

    Items aren't parsed: one that is no JSON is for the caller to tell. Little of the file is in memory.
    Raises ValueError where the list has no end, something follows its end, or an item is too long.
    """
    scanner = _Scanner()
    waiting = b""
    line = 1
    while part := stream.read(_PART_BYTES):
        waiting += part
        begin = 0
        for end in scanner.ends(waiting):
            raw = waiting[begin:end]
            item = raw[:-1] if scanner.is_list else raw
            if item.strip(_BLANK) or raw.endswith(b","):
                yield line + _blank_lines(item), item.strip(_BLANK)
            line += raw.count(b"\n")
            begin = end
        waiting = waiting[begin:]
        if len(waiting) > LONGEST_LINE:
            raise ValueError(f"the item on line {line} is longer than {LONGEST_LINE:,} bytes")
        if scanner.has_ended and waiting.strip(_BLANK):
            at = line + _blank_lines(waiting)
            raise ValueError(f"not JSON: something follows the end of the list, on line {at}")
    if scanner.is_list and not scanner.has_ended:
        raise ValueError("not JSON: the list has no end")
    if rest := waiting.strip(_BLANK):
        yield line + _blank_lines(waiting), rest


def _blank_lines(raw: bytes) -> int:
    return raw[: len(raw) - len(raw.lstrip(_BLANK))].count(b"\n")


@dataclass
class _Scanner:
    """What is open where the scanner is; *looked_at* bytes of what has no end yet were seen."""

    is_list: bool | None = None
    has_ended: bool = False
    in_string: bool = False
    depth: int = 0
    looked_at: int = 0

    def ends(self, waiting: bytes) -> Iterator[int]:
        """Where in *waiting* an item and its separator end; before the first item, the list's bracket does."""
        if self.is_list is None and (head := waiting.lstrip(_BLANK)):
            self.is_list = head.startswith(b"[")
        begin = 0
        at = self.looked_at
        while not self.has_ended and (mark := _MARK.search(waiting, at)):
            if mark[0] == b"\\":  # what is escaped comes with the next part
                at = mark.start()
                break
            at = mark.end()
            if self._ends_item(mark[0]):
                yield at
                begin = at
        else:
            at = len(waiting)
        self.looked_at = at - begin

    def _ends_item(self, mark: bytes) -> bool:
        if mark == b'"':
            self.in_string = not self.in_string
        if self.in_string or mark not in (*_DEPTH, b","):
            return False
        self.depth += _DEPTH.get(mark, 0)
        if not self.is_list:
            return mark == b"}" and self.depth == 0
        self.has_ended = self.depth <= 0
        return self.has_ended or (self.depth == 1 and mark in (b"[", b","))
