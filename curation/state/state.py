"""The private folder ``.curate/``: its database, its locks, its notes."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from curation.errors import CurateError, StudioConnectionLost
from curation.files import lock, make_private_folder
from curation.state.database import Database
from curation.state.pseudonyms import Pseudonyms
from curation.state.tables import enter_project, project_key

DATABASE_FILE = "state.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What an annotator wrote to the maintainers about a document; notes are never published."""

    server: str
    uid: str
    document: str
    annotator: str
    text: str


class State:
    """
    What commands remember for the next command, in the folder *home*, readable by its owner alone.

    Losing the folder costs a full pull, and the notes. Where *writing* is false, no folder, file,
    lock or row is made, and methods that keep something raise RuntimeError.
    """

    def __init__(self, home: Path, *, writing: bool = True) -> None:
        self.home = home
        self.writing = writing
        self._database = Database(home / DATABASE_FILE, writing=writing)

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """
        A transaction: everything written in the block is kept by one commit, or nothing is.

        Other commands wait for its end, so no request to a server belongs in the block.
        """
        return self._database.transaction()

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection that reads everything as it was at one moment."""
        return self._database.reading()

    @contextmanager
    def lock_project(self, action: str, url: str, project: str) -> Iterator[None]:
        """Hold the lock of an action (``push``, say) on a project; CurateError where another command holds it."""
        if not self.writing:
            yield
            return
        path = make_private_folder(self.home) / f"{action}-{project_key(url, project)}.lock"
        with lock(path, busy=f"another {action} of {project!r} is going on"):
            yield

    @contextmanager
    def track_unfinished(
        self, action: str, url: str, project: str, *, is_made: Callable[[], bool] = lambda: True
    ) -> Iterator[bool]:
        """
        Whether the last action on a project was cut off; this action counts as cut off until the block ends.

        A project that is new here is forgotten where the block ends, and *is_made* says that the
        project was never made.
        """
        key = project_key(url, project)
        with self.reading() as connection:
            row = "SELECT 1 FROM unfinished WHERE what = ? AND project = ?"
            cut_off = connection.execute(row, [action, key]).fetchone() is not None
            row = "SELECT 1 FROM projects WHERE key = ?"
            is_new = connection.execute(row, [key]).fetchone() is None
        if not self.writing:
            yield cut_off
            return
        with self.transaction() as connection:
            enter_project(connection, url, project)
            connection.execute("INSERT OR IGNORE INTO unfinished VALUES (?, ?)", [action, key])
        try:
            yield cut_off
        except StudioConnectionLost:  # nobody knows whether the server is done
            raise
        except CurateError:
            with suppress(CurateError):  # the first error is the one to show
                self._finish(action, key, is_known=not is_new or is_made())
            raise
        self._finish(action, key, is_known=not is_new or is_made())

    def _finish(self, action: str, key: str, *, is_known: bool) -> None:
        with self.transaction() as connection:
            row = "DELETE FROM unfinished WHERE what = ? AND project = ?"
            connection.execute(row, [action, key])
            if not is_known:
                connection.execute("DELETE FROM projects WHERE key = ?", [key])

    def pseudonyms(self, url: str) -> Pseudonyms:
        """The pseudonyms of the accounts of the server *url*."""
        return Pseudonyms(url, self.reading, self.transaction if self.writing else None)

    def keep_notes(self, notes: Iterable[Note]) -> None:
        """
        Keep annotators' notes, each instead of the annotation's former note; empty notes are forgotten.

        A note of an unknown server is replaced by the same annotator's note on the document.
        """
        with self.transaction() as connection:
            for note in notes:
                key = [note.server, note.uid]
                connection.execute(
                    "DELETE FROM notes WHERE (server = ? AND uid = ?)"
                    " OR (server = '' AND document = ? AND annotator = ?)",
                    [*key, note.document, note.annotator],
                )
                if note.text:
                    values = [*key, note.document, note.annotator, note.text]
                    connection.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", values)

    def uids_with_note(self) -> frozenset[str]:
        """The uids of the annotations with a note."""
        with self.reading() as connection:
            return frozenset(uid for (uid,) in connection.execute("SELECT uid FROM notes"))

    def notes(self, document: str | None = None) -> tuple[Note, ...]:
        """The notes that annotators and adjudicators wrote about a document, or about all."""
        row = "SELECT server, uid, document, annotator, text FROM notes"
        with self.reading() as connection:
            found = (
                connection.execute(f"{row} ORDER BY document, annotator, uid").fetchall()
                if document is None
                else connection.execute(f"{row} WHERE document = ?", [document]).fetchall()
            )
        return tuple(
            Note(server=server, uid=uid, document=about, annotator=annotator, text=text)
            for server, uid, about, annotator, text in found
        )
