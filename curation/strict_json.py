"""Strict JSON: what two readers could understand differently is refused."""

import json
import re
from typing import Any

from curation.encodings import describe_byte

# In bytes: far more than the longest article with all its annotations; a file without
# newlines must not fill the memory.
LONGEST_LINE = 32 * 2**20


# Half of a character beyond U+FFFF, which nothing can write: only an escape can spell it.
SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPED_BYTES = re.compile(_ESCAPED.pattern.encode())


class NotUtf8Error(ValueError):
    """A line isn't UTF-8; what its file is, only the whole file shows."""


def parse_object(line: str | bytes) -> dict[str, Any]:
    """
    One JSON object, strictly: no NaN, no infinity, no key twice, no half characters.

    Raises ValueError with what is wrong, without the place.
    """
    if len(line) > LONGEST_LINE:
        raise ValueError(
            f"longer than {LONGEST_LINE:,} bytes; this line and all lines after it are not read"
        )
    value = parse_json(line)
    if not isinstance(value, dict):
        raise ValueError(f"{_kind(value)}, not a JSON object")  # noqa: TRY004
    return value


def parse_json(line: str | bytes) -> Any:
    """As `parse_object`, any value of any length."""
    try:
        value = json.loads(
            line if isinstance(line, str) else line.decode(),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
        if _may_be_half(line):
            _refuse_halves(value)
    except UnicodeDecodeError as error:
        raise NotUtf8Error(f"not UTF-8: {describe_byte(error)}") from None
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(": ").removesuffix(" at")
        raise ValueError(f"not JSON: {what} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("not readable: nested too deeply") from None
    return value


def _may_be_half(line: str | bytes) -> bool:
    """Whether the line may spell a surrogate, escaped or, in a str, unescaped."""
    if isinstance(line, bytes):
        return bool(_ESCAPED_BYTES.search(line))
    return not line.isascii() or bool(_ESCAPED.search(line))


def _refuse_halves(value: object) -> None:
    if half := SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise ValueError(f"half a character (a lone surrogate, {half[0]!a})")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"duplicate key {twice!r}")
    return unique


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
