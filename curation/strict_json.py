"""JSON as strictly as a dataset needs it: what two readers could take differently is refused."""

import json
import re
from typing import Any

# Far more than the longest article with all that is said of it; a file without
# newlines must not fill the memory.
LONGEST_LINE = 32 * 2**20


# What a terminal obeys or what turns the words around it.
OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

# Half of a character beyond U+FFFF, which nothing can write: only an escape can spell it.
SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPED_BYTES = re.compile(_ESCAPED.pattern.encode())


# How UTF-16 without a mark begins, where its letters are plain ones.
_HALF = re.compile(rb"(?:[\t-~]\0){4}|(?:\0[\t-~]){4}")
# How UTF-16 and UTF-32 begin, in either order of their bytes; and what no text holds.
_WIDE = re.compile(rb"\xff\xfe|\xfe\xff|\0\0\xfe\xff")
_BINARY = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_CONVERT = "convert it: iconv -f {} -t UTF-8"


def decode(raw: bytes) -> str:
    """UTF-8 as text; ValueError with the first byte that isn't, and what it may be instead."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        at = error.start
        what = f"not UTF-8: byte 0x{raw[at]:02x} at position {at}"
        what = "binary data, not text" if _BINARY.search(raw) else f"{what}; {_CONVERT}"
        raise ValueError(not_text(raw) or what.format("WINDOWS-1252")) from None


def not_text(beginning: bytes) -> str:
    """What a file is, and isn't, that begins so, where no line of it can be read; else empty."""
    if _WIDE.match(beginning):
        wide = "UTF-32" if b"\0\0" in beginning[:4] else "UTF-16"
        return f"{wide}, not UTF-8; {_CONVERT.format(wide)}"
    if half := _HALF.match(beginning):
        wide = "UTF-16LE" if half[0][1] == 0 else "UTF-16BE"
        return f"{wide}, it seems, not UTF-8; {_CONVERT.format(wide)}"
    return "binary data, not text" if _BINARY.search(beginning[:16]) else ""


def parse_object(line: str | bytes) -> dict[str, Any]:
    """
    One JSON object, strictly: no NaN, no infinity, no key twice, no half characters.

    Raises ValueError with what is wrong, for the caller to add the place.
    """
    if len(line) > LONGEST_LINE:
        raise ValueError(f"longer than {LONGEST_LINE:,} bytes; it and what follows isn't read")
    try:
        value = json.loads(
            line if isinstance(line, str) else decode(line),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
        if _may_be_half(line):
            _refuse_halves(value)
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(": ").removesuffix(" at")
        raise ValueError(f"not JSON: {what} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("not readable: nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError(f"a JSON object is needed, here is {_kind(value)}")  # noqa: TRY004
    return value


def _may_be_half(line: str | bytes) -> bool:
    """Whether it spells a surrogate; in a text one can stand as it is, too."""
    if isinstance(line, bytes):
        return bool(_ESCAPED_BYTES.search(line))
    return not line.isascii() or bool(_ESCAPED.search(line))


def _refuse_halves(value: object) -> None:
    if half := SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise ValueError(f"it holds half a character (a lone surrogate, {half[0]!a})")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice!r} stands twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"the number {digits} is too large")
    return value


def _whole(digits: str) -> int:
    if len(digits) > 4000:
        raise ValueError(f"the number of {len(digits)} digits is too large")
    return int(digits)


def _kind(value: object) -> str:
    names = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
