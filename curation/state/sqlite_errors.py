"""What SQLite refuses to do, as a sentence with a next step."""

import errno
import os
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curation.errors import CurateError, InputError
from curation.files import WAIT_HINT, explain_os_error

# The lower byte of a code of SQLite's is what happened, the rest says where.
_RESULT_CODE = 0xFF


@contextmanager
def translating_sqlite_errors(path: Path) -> Iterator[None]:
    """What SQLite refuses to do to the database *path*; what only a bug of ours brings stays as it is."""
    try:
        yield
    except sqlite3.Error as error:
        refusal = translate_sqlite_error(path, error)
        if refusal is None:
            raise
        raise refusal from None
    except (OverflowError, UnicodeEncodeError):
        # A number beyond 64 bits, or half of a character.
        what = f"{path}: what Label Studio gave has a number or a letter that can't be kept"
        raise CurateError(what, hint="see that its address is right: curate doctor") from None


def translate_sqlite_error(path: Path, error: sqlite3.Error) -> CurateError | None:
    """The sentence; None where the file is not what is in the way."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    match code & _RESULT_CODE:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return CurateError(f"another command is writing to {path}", hint=WAIT_HINT)
        case sqlite3.SQLITE_FULL:
            return explain_os_error(OSError(errno.ENOSPC, ""), path)
        case sqlite3.SQLITE_IOERR:
            # SQLite keeps to itself which error the system gave: a quota that is used up, say.
            what = f"{path}: no space left to write, or the disk fails"
            return InputError(what, hint="make room, then run the command again")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return _closed(path)
        case sqlite3.SQLITE_CORRUPT:
            return damaged_database(path)
        case sqlite3.SQLITE_NOTADB:
            return foreign_database(path)
        case _:
            return None


def _closed(path: Path) -> CurateError:
    """Which of the file and its folder, where the journal has to be, may not be used."""
    if not os.access(path, os.F_OK):
        return explain_os_error(OSError(errno.ENOENT, ""), path)
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return explain_os_error(OSError(errno.EROFS, ""), path)
    for shut in (path, path.parent):
        if not os.access(shut, os.R_OK | os.W_OK):
            return explain_os_error(OSError(errno.EACCES, ""), shut)
    return damaged_database(path)  # by its own header it may only be read


def damaged_database(path: Path, what: str = "is damaged") -> CurateError:
    """The hint says what losing it costs."""
    return CurateError(f"{path} {what}", hint=_replace(path, "rm {}"))


def foreign_database(path: Path) -> CurateError:
    """A file that curate didn't make stands in its place."""
    hint = _replace(path, "mv {} {}.other")
    return CurateError(f"{path} is no database of curate's", hint=hint)


def newer_database(path: Path, version: int, known: int) -> CurateError:
    """A file that this version can't read; nothing is wrong with it."""
    what = f"{path} was made by a newer curate: its tables are of version {version}, known are up to {known}"
    return CurateError(what, hint="update curate, then run the command again")


def _replace(path: Path, command: str) -> str:
    typed = command.format(*[shlex.quote(str(path))] * 2)
    cost = "which costs a full pull (pseudonyms come back from gold/next)"
    return f"put a copy of it back; without one: {typed}, {cost}"
