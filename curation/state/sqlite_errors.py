"""SQLite's errors as errors of ours, with a sentence and a next step."""

import errno
import os
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curation.errors import CurateError, InputError
from curation.files import WAIT_HINT, explain_os_error

# The lower byte of an error code of SQLite says what happened, the rest says where.
_RESULT_CODE = 0xFF


@contextmanager
def translating_sqlite_errors(path: Path) -> Iterator[None]:
    """Raise SQLite's errors in the block as CurateErrors about *path*; errors that only a bug causes stay."""
    try:
        yield
    except sqlite3.Error as error:
        refusal = translate_sqlite_error(path, error)
        if refusal is None:
            raise
        raise refusal from None
    except (OverflowError, UnicodeEncodeError):
        # A number beyond 64 bits, or half a character.
        what = f"{path}: Label Studio sent a number or a character that the database can't hold"
        raise CurateError(
            what, hint="curate doctor (checks the address of Label Studio)"
        ) from None


def translate_sqlite_error(path: Path, error: sqlite3.Error) -> CurateError | None:
    """The error to raise for an error of SQLite's; None where the cause isn't the file."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    match code & _RESULT_CODE:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return CurateError(f"another command is writing to {path}", hint=WAIT_HINT)
        case sqlite3.SQLITE_FULL:
            return explain_os_error(OSError(errno.ENOSPC, ""), path)
        case sqlite3.SQLITE_IOERR:
            # SQLite doesn't say which error the system gave, as where a quota is used up.
            what = f"{path}: no space left to write, or the disk fails"
            return InputError(what, hint="free some space, then run the command again")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return _closed(path)
        case sqlite3.SQLITE_CORRUPT:
            return damaged_database(path)
        case sqlite3.SQLITE_NOTADB:
            return foreign_database(path)
        case _:
            return None


def _closed(path: Path) -> CurateError:
    """The error for a file that can't be opened, or whose folder, which gets the journal, can't be written to."""
    if not os.access(path, os.F_OK):
        return explain_os_error(OSError(errno.ENOENT, ""), path)
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return explain_os_error(OSError(errno.EROFS, ""), path)
    for shut in (path, path.parent):
        if not os.access(shut, os.R_OK | os.W_OK):
            return explain_os_error(OSError(errno.EACCES, ""), shut)
    return damaged_database(path)  # read-only by its own header


def damaged_database(path: Path, what: str = "is damaged") -> CurateError:
    """The error for a damaged database; its hint says what losing the database costs."""
    return CurateError(f"{path} {what}", hint=_replace(path, "rm {}"))


def foreign_database(path: Path) -> CurateError:
    """The error for a file in the database's place that curate didn't make."""
    hint = _replace(path, "mv {} {}.other")
    return CurateError(f"{path} is no database of curate's", hint=hint)


def newer_database(path: Path, version: int, known: int) -> CurateError:
    """The error for a database that a newer curate made."""
    what = f"{path} was made by a newer curate: its tables have version {version}, this curate knows versions up to {known}"
    return CurateError(what, hint="update curate, then run the command again")


def _replace(path: Path, command: str) -> str:
    typed_command = command.format(*[shlex.quote(str(path))] * 2)
    cost = "the next pull then reads everything, and takes pseudonyms from gold/next"
    return f"put a copy of the file back; only without a copy: {typed_command} ({cost})"
