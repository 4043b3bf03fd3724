"""Reading and writing files so that nothing is half-read, half-written or shifted."""

import fcntl
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from curation.errors import CurateError, InputError

Json = dict[str, Any]

STDIN = Path("-")


def read_text(path: Path) -> str:
    """
    The whole file as text: UTF-8, a BOM taken off, newlines as they are.

    Raises InputError for a file that is missing, a folder, or not UTF-8.
    """
    return _decode(_read_bytes(path), str(path))


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """
    Each line that isn't blank, with its number (from 1); ``-`` is standard input.

    Only \\n and \\r\\n end a line, so that U+2028 and its like stay inside one.
    """
    if path == STDIN:
        stream = sys.stdin.buffer
    else:
        _look_at(path)
        stream = path.open("rb")
    with stream:
        for number, raw in enumerate(stream, start=1):
            line = _decode(raw, f"{path}:{number}", first=number == 1)
            if line.strip(" \t\r\n"):
                yield number, line.rstrip("\r\n")


def parse_object(line: str) -> Json:
    """
    One JSON object, strictly: no NaN, no infinity, no key twice.

    Raises ValueError with what is wrong, for the caller to add the place.
    """
    try:
        value = json.loads(
            line,
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


def json_line(value: Json) -> str:
    """One line of JSON: readable characters as they are, keys in the given order."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


@contextmanager
def atomic(path: Path, *, mode: int = 0o644) -> Iterator[Any]:
    """
    A text file to write to that appears under *path* whole, or not at all.

    A temporary file in the same folder, fsync, rename, fsync of the folder.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        Path(name).replace(path)
        sync_folder(path.parent)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def write_text(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write the whole *text*, atomically."""
    with atomic(path, mode=mode) as stream:
        stream.write(text)


def write_lines(path: Path, lines: Iterable[str]) -> int:
    """Write *lines* (without their ends), atomically; how many there were."""
    count = 0
    with atomic(path) as stream:
        for line in lines:
            stream.write(line + "\n")
            count += 1
    return count


def sync_folder(folder: Path) -> None:
    """Make a rename in *folder* last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def lock(path: Path, *, busy: str) -> Iterator[None]:
    """Hold *path* as a lock; CurateError with the sentence *busy* if another holds it."""
    private_folder(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CurateError(busy, hint="wait until it has ended, then try again") from None
        yield
    finally:
        os.close(descriptor)


def private_folder(folder: Path) -> Path:
    """
    Make *folder*, readable by its owner alone; git passes over all that is in it.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
    if missing:
        write_text(folder / ".gitignore", "*\n", mode=0o600)
    return folder


def _read_bytes(path: Path) -> bytes:
    _look_at(path)
    return path.read_bytes()


def _look_at(path: Path) -> None:
    if not path.exists():
        raise InputError(f"{path}: there is no such file", hint="check the path")
    if path.is_dir():
        raise InputError(f"{path}: is a folder, a file is needed here")
    if not os.access(path, os.R_OK):
        raise InputError(f"{path}: may not be read", hint=f"chmod u+r {path}")


def _decode(raw: bytes, place: str, *, first: bool = True) -> str:
    try:
        return raw.decode("utf-8-sig" if first else "utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{place}: not UTF-8: byte 0x{raw[error.start]:02x} at position {error.start}",
            hint="save it as UTF-8, for example with: iconv -f WINDOWS-1252 -t UTF-8",
        ) from None


def _unique(pairs: list[tuple[str, Any]]) -> Json:
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
