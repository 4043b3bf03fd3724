"""The private folder ``.curate/``: its database, its locks, its backups."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO

from curation.errors import CurateError, StudioConnectionLost
from curation.files import (
    Json,
    atomic_writer,
    explain_os_errors,
    json_line,
    lock,
    make_private_folder,
    read_text,
    sync_folder,
    write_text,
)
from curation.state.database import Database
from curation.state.old_files import (
    back_up_old_files,
    damaged_file,
    find_old_files,
    insert_old_files,
)
from curation.state.pseudonyms import Pseudonyms
from curation.state.tables import enter_project, project_key
from curation.strict_json import parse_object

DATABASE_FILE = "state.sqlite"
_PRIVATE_MODE = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What an annotator wrote about a document to the maintainers; it is never published."""

    server: str
    uid: str
    document: str
    annotator: str
    text: str


class State:
    """
    What is remembered between two commands, in the folder *home*, readable by its owner alone.

    Losing it costs a full pull, and the notes. Whoever isn't *writing* makes no folder, no file,
    no lock and no row; to keep something then is a mistake of ours.
    """

    def __init__(self, home: Path, *, writing: bool = True) -> None:
        self.home, self.writing = home, writing
        self._database = Database(
            home / DATABASE_FILE, writing=writing, fill=partial(insert_old_files, home)
        )
        self._upgraded = not writing

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """
        To keep several things by one commit, or none of them.

        No call to a server belongs into it.
        """
        self._upgrade()
        with self._database.transaction() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """What was kept, all of it as it was at one moment."""
        self._upgrade()
        with self._database.reading() as connection:
            yield connection

    def _upgrade(self) -> None:
        """Take over what an older curate kept in a file each, once; those go to the backups."""
        if self._upgraded:
            return
        if find_old_files(self.home):
            self._database.make()
            with lock(self.home / "state.lock", busy=None):
                back_up_old_files(self.home)
        self._upgraded = True

    @contextmanager
    def lock_project(self, what: str, url: str, project: str) -> Iterator[None]:
        """Hold the lock for *what* is done to a project, so that it's done once at a time."""
        if not self.writing:
            yield
            return
        path = make_private_folder(self.home) / f"{what}-{project_key(url, project)}.lock"
        with lock(path, busy=f"another {what} of {project!r} is going on"):
            yield

    @contextmanager
    def track_unfinished(self, what: str, url: str, project: str) -> Iterator[bool]:
        """Whether the last one was cut off; this one counts as such until it has ended."""
        key = project_key(url, project)
        with self.reading() as connection:
            row = "SELECT 1 FROM unfinished WHERE what = ? AND project = ?"
            cut_off = connection.execute(row, [what, key]).fetchone() is not None
        if not self.writing:
            yield cut_off
            return
        with self.transaction() as connection:
            enter_project(connection, url, project)
            connection.execute("INSERT OR IGNORE INTO unfinished VALUES (?, ?)", [what, key])
        try:
            yield cut_off
        except StudioConnectionLost:  # nobody knows whether it is over
            raise
        except CurateError:
            with suppress(CurateError):  # what went wrong first is what is told
                self._finish(what, key)
            raise
        self._finish(what, key)

    def _finish(self, what: str, key: str) -> None:
        with self.transaction() as connection:
            row = "DELETE FROM unfinished WHERE what = ? AND project = ?"
            connection.execute(row, [what, key])

    def pseudonyms(self, url: str) -> Pseudonyms:
        """The names under which accounts of this server are published."""
        return Pseudonyms(url, self.reading, self.transaction if self.writing else None)

    def keep_notes(self, notes: Iterable[Note]) -> None:
        """
        Keep annotators' notes, each in the place of the former one; an empty one is forgotten.

        One of which the server wasn't known gives way to the same annotator's on the document.
        """
        with self.transaction() as connection:
            for note in notes:
                where = [note.server, note.uid]
                connection.execute(
                    "DELETE FROM notes WHERE (server = ? AND uid = ?)"
                    " OR (server = '' AND document = ? AND annotator = ?)",
                    [*where, note.document, note.annotator],
                )
                if note.text:
                    values = [*where, note.document, note.annotator, note.text]
                    connection.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", values)

    def noted(self) -> frozenset[str]:
        """The uids of the annotations with a note."""
        with self.reading() as connection:
            return frozenset(uid for (uid,) in connection.execute("SELECT uid FROM notes"))

    def notes(self, document: str) -> tuple[Note, ...]:
        """What annotators wrote about a document."""
        row = "SELECT server, uid, document, annotator, text FROM notes WHERE document = ?"
        with self.reading() as connection:
            found = connection.execute(row, [document]).fetchall()
        return tuple(
            Note(server=server, uid=uid, document=about, annotator=annotator, text=text)
            for server, uid, about, annotator, text in found
        )

    def backup(self, name: str, content: IO[bytes], now: datetime) -> Path:
        """Keep *content* for good, in a file named by its time and its content."""
        folder = make_private_folder(make_private_folder(self.home) / "backups")
        # Whoever is killed while writing leaves one name behind, not one a time.
        new = folder / f"{name}.new"
        with atomic_writer(new, mode=_PRIVATE_MODE) as stream:
            content.seek(0)
            digest = hashlib.sha256()
            while part := content.read(2**20):
                digest.update(part)
                stream.buffer.write(part)
        path = folder / f"{now:%Y%m%dT%H%M%S.%fZ}-{name}-{digest.hexdigest()[:12]}.json"
        with explain_os_errors(path):
            new.rename(path)
            sync_folder(folder)
        return path

    def read(self, path: Path) -> Json | None:
        """What a JSON file of this folder holds; None where it isn't there."""
        with explain_os_errors(path):
            if not path.exists():
                return None
        try:
            return parse_object(read_text(path))
        except ValueError:
            raise damaged_file(path) from None

    def write(self, path: Path, form: Json) -> None:
        """Write a JSON file of this folder: whole or not at all, for its owner alone."""
        if not self.writing:
            raise RuntimeError("whoever only looks keeps nothing")
        make_private_folder(self.home)
        write_text(path, json_line(form) + "\n", mode=_PRIVATE_MODE)
