"""JSON as strictly as a dataset needs it: what two readers could take differently is refused."""

import json
from typing import Any

# Far more than the longest article with all that is said of it; a file without
# newlines must not fill the memory.
LONGEST_LINE = 32 * 2**20


def decode(raw: bytes) -> str:
    """UTF-8 as text; ValueError with the first byte that isn't."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        at = error.start
        what = f"not UTF-8: byte 0x{raw[at]:02x} at position {at}"
        raise ValueError(f"{what}; convert it: iconv -f WINDOWS-1252 -t UTF-8") from None


def parse_object(line: str | bytes) -> dict[str, Any]:
    """
    One JSON object, strictly: no NaN, no infinity, no key twice.

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
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("not readable: nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError(f"a JSON object is needed, here is {_kind(value)}")  # noqa: TRY004
    return value


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
