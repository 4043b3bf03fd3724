"""Files read line by line and written atomically; the system's errors as plain sentences."""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from curation.addresses import storage_address, without_keys
from curation.encodings import (
    advise_on_line,
    decode_utf8,
    describe_encoding,
    name_by_beginning,
)
from curation.errors import CurateError, InputError, Problem, Problems, UsageError
from curation.strict_json import LONGEST_LINE, NotUtf8Error, parse_object

Json = dict[str, Any]

# What to do with an address of object storage where a path is read.
COPY_IT_HERE = "copy it here with the storage's own tool"

STDIN = Path("-")
STDOUT = Path("standard output")

_BOM = b"\xef\xbb\xbf"
_LARGEST_LOOKED_AT = 64 * 2**20


@contextmanager
def explain_os_errors(path: Path) -> Iterator[None]:
    """Turn an OSError of the block into an InputError that names *path* and a next step."""
    try:
        yield
    except BrokenPipeError:  # nobody reads on: no mistake of anybody's
        raise
    except OSError as error:
        raise explain_os_error(error, path) from None


def explain_os_error(error: OSError, path: Path | None = None) -> InputError:
    """The InputError for *error*; without *path*, the path that the error names."""
    if path is None:
        named = isinstance(error.filename, str | bytes)
        path = Path(os.fsdecode(error.filename) if named else "")
    path = without_keys(path)
    what, hint = _refusal(path, error)
    return InputError(f"{path}: {what}", hint=hint)


def _refusal(path: Path, error: OSError) -> tuple[str, str]:
    match error.errno:
        case errno.ENOENT:
            return "no such file", "check the path"
        case errno.EBADF:
            return (
                "is closed",
                "redirect it to a file, or use -o FILE" if path == STDOUT else "give a file",
            )
        case errno.EISDIR:
            return "is a folder; a file is expected", "give a file, or another path"
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return "no space left to write", "free some space, then run the command again"
        case errno.EROFS:
            return "the disk is read-only", "work in a folder on another disk"
        case errno.EACCES | errno.EPERM:
            return "permission denied", f"see the permissions: ls -ld {path} {path.parent}"
        case _:
            what = (error.strerror or type(error).__name__).lower()
            return what, f"see the file: ls -ld {path}"


def read_text(path: Path, *, at_most: int = sys.maxsize, keep_mark: bool = False) -> str:
    """
    The text of a UTF-8 file, newlines unchanged; without its byte order mark, unless *keep_mark*.

    Raises InputError for a file that is missing, a folder, not UTF-8, or longer than
    *at_most* characters.
    """
    with explain_os_errors(path), path.open("rb") as stream:
        # No character takes more than four bytes.
        raw = stream.read(-1 if at_most == sys.maxsize else 4 * at_most + len(_BOM) + 1)
    try:
        text = (
            decode_utf8(raw if keep_mark else raw.removeprefix(_BOM), file_to_type(path))
            if len(raw) <= 4 * at_most
            else None
        )
    except ValueError as error:
        raise InputError(f"{path}: {error}", hint="give a file in UTF-8") from None
    if text is None or len(text) > at_most:
        what = f"{path}: longer than {at_most:,} characters, the limit"
        raise InputError(what, hint="check that this is the right file")
    return text


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """
    The lines of a file that aren't blank, as bytes, each with its number (from 1).

    *path* ``-`` is standard input. Only \\n and \\r\\n end a line; U+2028 and the like don't.
    A line longer than LONGEST_LINE is cut there, and no line after it is read.
    """
    return non_blank_lines(enumerate(read_raw_lines(path), start=1))


def non_blank_lines(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """The numbered *lines* that aren't blank, without their newlines."""
    for number, raw in lines:
        line = raw.rstrip(b"\r\n")
        if line.strip(b" \t\r"):
            yield number, line


def read_raw_lines(path: Path) -> Iterator[bytes]:
    """All lines of a file with their newlines, the first without a byte order mark; see read_lines."""
    if path == STDIN and sys.stdin.buffer.closed:
        raise InputError(
            "-: standard input was read already", hint="give - as an argument once"
        )
    with (
        explain_os_errors(path),
        sys.stdin.buffer if path == STDIN else path.open("rb") as stream,
    ):
        yield from raw_lines_of_stream(stream)


def raw_lines_of_stream(stream: IO[bytes]) -> Iterator[bytes]:
    """All lines of an open file, as read_raw_lines gives them."""
    first = True
    while raw := stream.readline(LONGEST_LINE + 1):
        yield raw.removeprefix(_BOM) if first else raw
        first = False
        if len(raw) > LONGEST_LINE:
            return


def count_lines(paths: Iterable[Path]) -> int | None:
    """The number of newlines in all *paths*; None if a path isn't a file that can be read twice."""
    count = 0
    for path in paths:
        if not path.is_file():
            return None
        with explain_os_errors(path), path.open("rb") as stream:
            count += sum(part.count(b"\n") for part in iter(lambda: stream.read(2**20), b""))
    return count


def read_objects(path: Path, problems: Problems) -> Iterator[tuple[str, Json]]:
    """Each line's place and JSON object; lines that hold no object are added to *problems*."""
    return parse_objects(read_lines(path), path, problems)


def parse_objects(
    lines: Iterable[tuple[int, bytes]], path: Path, problems: Problems
) -> Iterator[tuple[str, Json]]:
    """As read_objects, from the numbered *lines* of *path*."""
    advice: str | None = None
    for number, line in lines:
        place = f"{path}:{number}"
        if number == 1 and (what := name_by_beginning(line)):
            what = describe_encoding(whole_file(path), file_to_type(path)) or what
            problems.append(Problem(str(path), what))
            return
        try:
            json_object = parse_object(line)
        except NotUtf8Error as error:
            if advice is None:
                advice = advise_on_line(whole_file(path), file_to_type(path))
            problems.append(Problem(place, f"{error}; {advice}" if advice else str(error)))
        except ValueError as error:
            problems.append(Problem(place, str(error)))
        else:
            yield place, json_object


def whole_file(path: Path) -> bytes:
    """All bytes of a file, to see what it is; none where it can't be read twice, or is too large to look at."""
    with explain_os_errors(path):
        if path == STDIN or not path.is_file() or path.stat().st_size > _LARGEST_LOOKED_AT:
            return b""
        return path.read_bytes()


def file_sha256(path: Path) -> str:
    """The sha256 of a file, in hex digits."""
    with explain_os_errors(path), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def file_to_type(path: Path) -> str:
    """The name of a file as a command can be given it; empty for standard input, pipes and devices."""
    is_file = path != STDIN and path.is_file() and path.parts[:2] != ("/", "dev")
    return str(path) if is_file else ""


def json_line(value: Json) -> str:
    """*value* as one line of JSON: keys in their order, characters beyond ASCII unescaped."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def refuse_address(
    path: Path, hint: str = "write to a path here, then copy it with the storage's own tool"
) -> None:
    """Raises UsageError where *path* is an address of object storage; written to, it would become a folder here."""
    if storage_address(path):
        raise UsageError(f"{without_keys(path)}: an address; a path is expected", hint=hint)


@contextmanager
def atomic_writer(path: Path, *, mode: int = 0o644) -> Iterator[Any]:
    """
    A text file to write to, which replaces *path* at the end of the block, or not at all.

    Written as a hidden part file in the same folder, then fsync, rename, fsync of the folder.
    The part file is locked: a second writer gets a CurateError, and what a killed writer
    left behind is overwritten.
    """
    refuse_address(path)
    with explain_os_errors(path):
        path = Path(os.path.realpath(path))  # a link stays a link
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            what = f"{path}: not a regular file, so that it can't be replaced"
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
    """Another process writes to the same file."""


def _claim(part: Path, path: Path) -> int:
    """The descriptor of the part file, emptied and locked."""
    while True:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The writer before may have renamed the part file since it was opened.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), part.lstat()):
                    os.ftruncate(descriptor, 0)
                    return descriptor
        except BlockingIOError:
            os.close(descriptor)
            raise _Busy(f"another command is writing to {path}", hint=WAIT_HINT) from None
        os.close(descriptor)


def write_text(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Replace *path* by a file with this *text*, atomically."""
    with atomic_writer(path, mode=mode) as stream:
        stream.write(text)


def write_lines(path: Path, lines: Iterable[str]) -> int:
    """Replace *path* by a file with these *lines*, atomically; returns the number of lines."""
    count = 0
    with atomic_writer(path) as stream:
        for line in lines:
            stream.write(line + "\n")
            count += 1
    return count


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, which becomes *path* at the end of the block, or not at all."""
    refuse_address(path)
    part = path.with_name(f".{path.name}.part")
    with explain_os_errors(path):
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        try:
            yield part
            part.replace(path)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        sync_folder(path.parent)


def refuse_folder_in_use(path: Path, what: str) -> None:
    """Raises InputError where *path* isn't a new or empty folder, which *what* is written into."""
    refuse_address(path)
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise InputError(
            f"{path} is there already; {what} is written into a new or empty folder",
            hint="give another folder with -o, or remove this one",
        )


def sync_folder(folder: Path) -> None:
    """Flush *folder* to the disk, so that a rename in it survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


WAIT_HINT = "wait until the other command has ended, then try again"


@contextmanager
def lock(path: Path, *, busy: str | None, hint: str = WAIT_HINT) -> Iterator[int]:
    """
    Hold the lock file *path* during the block; yields its descriptor.

    If another process holds the lock: CurateError with the message *busy* and this *hint*;
    where *busy* is None, wait for the lock. A child process that inherits the descriptor holds the
    lock for as long as it lives.
    """
    with explain_os_errors(path):
        make_private_folder(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if busy is None else fcntl.LOCK_NB))
        except BlockingIOError:
            raise CurateError(busy or "", hint=hint) from None
        yield descriptor
    finally:
        os.close(descriptor)


def make_private_folder(folder: Path) -> Path:
    """Make *folder*, readable by its owner only, with a .gitignore that covers all of it."""
    with explain_os_errors(folder):
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):
            path.mkdir(mode=0o700, exist_ok=True)
        # Also where somebody made the folder by hand, or was killed right after making it.
        no_gitignore = not (folder / ".gitignore").exists()
    if no_gitignore:
        with suppress(_Busy):  # another command writes it at this moment
            write_text(folder / ".gitignore", "*\n", mode=0o600)
    return folder
