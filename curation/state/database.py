"""``state.sqlite``, opened for one read or one write at a time, and checked before each."""

import errno
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from shutil import copyfile

from curation.errors import CurateError
from curation.files import explain_os_errors, lock, make_private_folder, sync_folder
from curation.state.sqlite_errors import (
    damaged_database,
    foreign_database,
    newer_database,
    translate_sqlite_error,
    translating_sqlite_errors,
)
from curation.state.tables import (
    APPLICATION_ID,
    MIGRATIONS,
    is_whole,
    migrate_tables,
    table_names,
    tables_version,
    write_checksums,
)

# Seconds to wait for another command, none of which writes for longer than a moment.
LOCK_TIMEOUT = 10.0

_WRITING_ACTIONS = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}


class Database:
    """
    The database *path*, which is made under another name and then renamed, so that it is never half.

    Where *writing* is false, nothing on disk changes, and a database that isn't there is an empty one.
    """

    def __init__(self, path: Path, *, writing: bool) -> None:
        self.path = path
        self.writing = writing
        self._open: sqlite3.Connection | None = None
        self._sound: tuple[int, ...] = ()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """
        A transaction: everything written in the block is kept by one commit, or nothing is.

        A transaction inside another one is part of it. Other commands wait for its end, so no
        request to a server belongs in the block.
        """
        if not self.writing:
            raise RuntimeError("a read-only state keeps nothing")
        if self._open:
            yield self._open
            return
        self._make()
        written: set[str] = set()
        with translating_sqlite_errors(self.path), _connected(self.path, "rw") as connection:
            self._begin(connection, "BEGIN IMMEDIATE")
            if tables_version(connection) < len(MIGRATIONS):
                migrate_tables(connection)
            connection.set_authorizer(_recording(written))
            self._open = connection
            try:
                yield connection
            finally:
                self._open = None
            write_checksums(connection, written - {"sums"})
            connection.execute("COMMIT")
            self._sound = self._identity()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that reads everything as it was at one moment."""
        if self._open:
            yield self._open
            return
        with translating_sqlite_errors(self.path), ExitStack() as opened:
            yield self._open_to_read(opened)

    def _make(self) -> None:
        """Make the database, unless there is one."""
        if self._exists():
            return
        make_private_folder(self.path.parent)
        with lock(self.path.with_suffix(".lock"), busy=None):
            if not self._exists():
                self._make_new()

    def _make_new(self) -> None:
        new = self.path.with_name(f"{self.path.name}.new")
        with explain_os_errors(new):
            # A killed command may have left these.
            for path in (new, _journal(new), _journal(self.path)):
                path.unlink(missing_ok=True)
            new.touch(mode=0o600, exist_ok=False)
        try:
            with translating_sqlite_errors(new), _connected(new, "rw") as connection:
                _set_up(connection)
                connection.execute("BEGIN IMMEDIATE")
                migrate_tables(connection)
                write_checksums(connection, table_names(connection))
                connection.execute("COMMIT")
            with explain_os_errors(self.path):
                new.rename(self.path)
                sync_folder(self.path.parent)
        except CurateError:
            with explain_os_errors(new):
                new.unlink(missing_ok=True)
            raise

    def _exists(self) -> bool:
        with explain_os_errors(self.path):
            if not self.path.exists():
                return False
            if self.path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "")
            if self.path.stat().st_size == 0:
                # SQLite takes an empty file for a healthy database; this one was never empty.
                raise damaged_database(self.path, "is damaged: the file is empty")
        return True

    def _open_to_read(self, opened: ExitStack) -> sqlite3.Connection:
        if not self._exists():
            connection = _in_memory(opened)
            migrate_tables(connection)
            return connection
        try:
            connection = self._begun(self.path, opened, "rw" if self.writing else "ro")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
                raise
            if (copy := self._with_journal(opened)) is None:
                return self._open_to_read(opened)
            connection = self._begun(copy, opened, "rw")
        if tables_version(connection) < len(MIGRATIONS):
            migrated = _in_memory(opened)
            connection.backup(migrated)
            migrate_tables(migrated)
            return migrated
        return connection

    def _begun(self, path: Path, opened: ExitStack, mode: str) -> sqlite3.Connection:
        connection = opened.enter_context(_connected(path, mode))
        self._begin(connection, "BEGIN")
        return connection

    def _begin(self, connection: sqlite3.Connection, statement: str) -> None:
        """Begin a transaction, and check the file in it."""
        try:
            _set_up(connection)
            connection.execute(statement)
            self._check(connection)
        except sqlite3.Error as error:
            if translate_sqlite_error(self.path, error):
                raise
            raise damaged_database(self.path) from None  # as where a table is missing
        except UnicodeDecodeError:  # SQLite quotes the damaged file in its message
            raise damaged_database(self.path) from None

    def _with_journal(self, opened: ExitStack) -> Path | None:
        """
        A copy elsewhere, in which SQLite can undo the commit of a killed command by its journal.

        None where another command has undone the commit meanwhile.
        """
        copy = Path(opened.enter_context(tempfile.TemporaryDirectory())) / self.path.name
        with explain_os_errors(self.path):
            copyfile(self.path, copy)
            try:
                copyfile(_journal(self.path), _journal(copy))
            except FileNotFoundError:
                return None
        return copy

    def _check(self, connection: sqlite3.Connection) -> None:
        """Raise CurateError unless the file is curate's, of a known version, and whole; all of it is read once."""
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID:
            raise foreign_database(self.path)
        version = tables_version(connection)
        if version > len(MIGRATIONS):
            raise newer_database(self.path, version, len(MIGRATIONS))
        if version < 1:
            raise damaged_database(self.path)
        identity = self._identity()
        if identity == self._sound:
            return
        if not is_whole(connection):
            raise damaged_database(self.path)
        self._sound = identity

    def _identity(self) -> tuple[int, ...]:
        """Values that change with every commit, and where another file takes the database's place."""
        with explain_os_errors(self.path):
            now = self.path.stat()
        return now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")


@contextmanager
def _connected(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    with explain_os_errors(path):
        uri = f"{path.absolute().as_uri()}?mode={mode}"
    opening = sqlite3.connect(uri, uri=True, timeout=LOCK_TIMEOUT, isolation_level=None)
    with closing(opening) as connection:
        yield connection


def _set_up(connection: sqlite3.Connection) -> None:
    """The settings of a connection, which can't all be changed inside a transaction."""
    for pragma in ("journal_mode = DELETE", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").fetchone()


def _in_memory(opened: ExitStack) -> sqlite3.Connection:
    return opened.enter_context(closing(sqlite3.connect(":memory:", isolation_level=None)))


def _recording(written: set[str]) -> Callable[..., int]:
    """An authorizer that allows everything and adds tables that are written to to *written*."""

    def record(action: int, table: str | None, *_: object) -> int:
        if action in _WRITING_ACTIONS and table:
            written.add(table)
        return sqlite3.SQLITE_OK

    return record
