"""Reading and writing files so that nothing is half-read, half-written or shifted."""

import errno
import fcntl
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from curation.errors import CurateError, InputError, Problem, Problems
from curation.strict_json import LONGEST_LINE, decode, not_text, parse_object

Json = dict[str, Any]

STDIN = Path("-")
STDOUT = Path("standard output")

BOM = b"\xef\xbb\xbf"


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What the system refuses to do to *path*, as a sentence with a next step."""
    try:
        yield
    except BrokenPipeError:  # nobody reads on: no mistake of anybody's
        raise
    except OSError as error:
        raise refused(error, path) from None


def refused(error: OSError, path: Path | None = None) -> InputError:
    """The same for an error that is there already; it knows its path, often."""
    if path is None:
        named = isinstance(error.filename, str | bytes)
        path = Path(os.fsdecode(error.filename) if named else "")
    what, hint = _refusal(path, error)
    return InputError(f"{path}: {what}", hint=hint)


def _refusal(path: Path, error: OSError) -> tuple[str, str]:
    match error.errno:
        case errno.ENOENT:
            return "there is no such file", "check the path"
        case errno.EBADF:
            return (
                "is closed",
                "give it a place to write to" if path == STDOUT else "give a file",
            )
        case errno.EISDIR:
            return "is a folder, a file is needed here", "give a file, or another path"
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return "there is no room left to write it", "make room, then run the command again"
        case errno.EROFS:
            return "the disk may only be read", "work in a folder that can be written to"
        case errno.EACCES | errno.EPERM:
            return "you may not read or write it", f"see who may: ls -ld {path} {path.parent}"
        case _:
            what = (error.strerror or type(error).__name__).lower()
            return what, f"look at it: ls -ld {path}"


def read_text(path: Path, *, at_most: int = sys.maxsize) -> str:
    """
    The whole file as text: UTF-8, a BOM taken off, newlines as they are.

    Raises InputError for a file that is missing, a folder, not UTF-8, or of
    more than *at_most* characters.
    """
    with told(path), path.open("rb") as stream:
        # No character takes more than four bytes.
        raw = stream.read(-1 if at_most == sys.maxsize else 4 * at_most + len(BOM) + 1)
    try:
        text = decode(raw.removeprefix(BOM)) if len(raw) <= 4 * at_most else None
    except ValueError as error:
        raise InputError(f"{path}: {error}", hint="save it as UTF-8") from None
    if text is None or len(text) > at_most:
        what = f"{path}: longer than {at_most:,} characters"
        raise InputError(what, hint="is it the right file?")
    return text


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """
    Each line that isn't blank, as bytes, with its number (from 1); ``-`` is standard input.

    Only \\n and \\r\\n end a line, so that U+2028 and its like stay inside one.
    A line beyond LONGEST_LINE is cut there, and is the last.
    """
    return written(enumerate(raw_lines(path), start=1))


def written(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """The lines that aren't blank, without their ends."""
    for number, raw in lines:
        line = raw.rstrip(b"\r\n")
        if line.strip(b" \t\r"):
            yield number, line


def raw_lines(path: Path) -> Iterator[bytes]:
    """Every line with its end, a BOM taken off the first; see read_lines."""
    if path == STDIN and sys.stdin.buffer.closed:
        raise InputError("-: standard input was read already", hint="give - once")
    with told(path), sys.stdin.buffer if path == STDIN else path.open("rb") as stream:
        yield from lines_of(stream)


def lines_of(stream: IO[bytes]) -> Iterator[bytes]:
    """The same of what is open already."""
    first = True
    while raw := stream.readline(LONGEST_LINE + 1):
        yield raw.removeprefix(BOM) if first else raw
        first = False
        if len(raw) > LONGEST_LINE:
            return


def count_lines(paths: Iterable[Path]) -> int | None:
    """How many lines there are, for an estimate; None where some can't be read twice."""
    count = 0
    for path in paths:
        if not path.is_file():
            return None
        with told(path), path.open("rb") as stream:
            count += sum(part.count(b"\n") for part in iter(lambda: stream.read(2**20), b""))
    return count


def placed_lines(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """The same as read_lines of a file, with the place in it where each line begins."""
    with told(path), path.open("rb") as stream:
        at = len(BOM) if stream.read(len(BOM)) == BOM else 0
    for number, raw in enumerate(raw_lines(path), start=1):
        for _, line in written([(number, raw)]):
            yield number, at, line
        at += len(raw)


def read_objects(path: Path, problems: Problems) -> Iterator[tuple[str, Json]]:
    """The JSON object on each line, with its place; *problems* gets what is none."""
    return objects(read_lines(path), path, problems)


def objects(
    lines: Iterable[tuple[int, bytes]], path: Path, problems: Problems
) -> Iterator[tuple[str, Json]]:
    """The same for *lines* of *path* that are read already."""
    for number, line in lines:
        place = f"{path}:{number}"
        if number == 1 and (what := not_text(line)):
            problems.append(Problem(str(path), what))
            return
        try:
            form = parse_object(line)
        except ValueError as error:
            problems.append(Problem(place, str(error)))
        else:
            yield place, form


def json_line(value: Json) -> str:
    """One line of JSON: readable characters as they are, keys in the given order."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


@contextmanager
def atomic(path: Path, *, mode: int = 0o644) -> Iterator[Any]:
    """
    A text file to write to that appears under *path* whole, or not at all.

    A part file in the same folder, fsync, rename, fsync of the folder. The part
    has one name and is locked: of two writers the second is told, and what a
    killed one left behind is written over.
    """
    with told(path):
        path = Path(os.path.realpath(path))  # a link stays a link
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            what = f"{path}: is no file that can be replaced"
            raise InputError(what, hint="give another path, or - for standard output")
        part = path.with_name(f".{path.name}.part")
        with os.fdopen(_claim(part, path), "w", encoding="utf-8", newline="") as stream:
            try:
                yield stream
                stream.flush()
                os.fchmod(stream.fileno(), mode)
                os.fsync(stream.fileno())
                part.replace(path)
            except BaseException:
                with suppress(OSError):
                    part.unlink()
                raise
        sync_folder(path.parent)


class _Busy(CurateError):
    """Two write to one file."""


def _claim(part: Path, path: Path) -> int:
    """*part*, empty and locked for whoever writes to *path*."""
    while True:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever had it before may have renamed it since it was opened.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), part.lstat()):
                    os.ftruncate(descriptor, 0)
                    return descriptor
        except BlockingIOError:
            os.close(descriptor)
            raise _Busy(f"another command is writing to {path}", hint=WAIT) from None
        os.close(descriptor)


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


WAIT = "wait until it has ended, then try again"


@contextmanager
def lock(path: Path, *, busy: str | None, hint: str = WAIT) -> Iterator[int]:
    """
    Hold *path* as a lock; CurateError with the sentence *busy* if another holds it.

    Without such a sentence it is waited for; nobody holds that kind for longer than a moment.
    A child that is given the descriptor holds it, too, for as long as it lives.
    """
    with told(path):
        private_folder(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if busy is None else fcntl.LOCK_NB))
        except BlockingIOError:
            raise CurateError(busy or "", hint=hint) from None
        yield descriptor
    finally:
        os.close(descriptor)


def private_folder(folder: Path) -> Path:
    """
    Make *folder*, readable by its owner alone; git passes over all that is in it.
    """
    with told(folder):
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):
            path.mkdir(mode=0o700, exist_ok=True)
        # Also where somebody made it by hand, or was killed right after making it.
        bare = not (folder / ".gitignore").exists()
    if bare:
        with suppress(_Busy):  # another command makes it at this moment
            write_text(folder / ".gitignore", "*\n", mode=0o600)
    return folder
