"""What we remember of Label Studio between two commands, private, in ``.curate/``."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from curation.document import MACHINE
from curation.errors import CurateError, StudioGone
from curation.files import (
    Json,
    atomic,
    json_line,
    lock,
    private_folder,
    read_text,
    sync_folder,
    told,
    write_text,
)
from curation.strict import parse_object
from curation.studio.cursor import Cursor
from curation.studio.hands import Hands, Known
from curation.studio.ledger import Ledger

# An address that can belong to nobody (RFC 2606): the account of a program.
NOBODY = ".invalid"

PRIVATE = 0o600

# Which account has which pseudonym.
ANNOTATORS = "annotators.json"


class State:
    """
    The folder *home*; losing it costs a full pull and new pseudonyms, nothing else.

    Everything in it is readable by its owner alone and is written atomically.
    """

    def __init__(self, home: Path) -> None:
        self.home = home

    @contextmanager
    def alone(self, what: str, url: str, project: str) -> Iterator[None]:
        """Hold the lock for *what* is done to a project, so that it's done once at a time."""
        path = self._private() / f"{what}-{_key(url, project)}.lock"
        with lock(path, busy=f"another {what} of {project!r} is going on"):
            yield

    @contextmanager
    def unfinished(self, what: str, url: str, project: str) -> Iterator[bool]:
        """Whether the last one was cut off; this one counts as such until it has ended."""
        path = self._private() / f"{what}-{_key(url, project)}.unfinished"
        cut_off = path.exists()
        write_text(path, "", mode=PRIVATE)
        try:
            yield cut_off
        except StudioGone:  # nobody knows whether it is over
            raise
        except CurateError:
            path.unlink()
            raise
        path.unlink()

    def cursor(self, url: str, project: str) -> Cursor | None:
        """Where the last pull stopped; None where there was none."""
        return self._cursor(self.home / f"pull-{_key(url, project)}.json")

    def links(self) -> Mapping[str, str]:
        """For each document that was ever pulled: its task, in the project pulled last."""
        found = self.cursors()
        return {document: link for one in found for document, link in one.links.items()}

    def cursors(self) -> list[Cursor]:
        """Where each project's last pull stopped, the newest last."""
        found = (self._cursor(path) for path in self.home.glob("pull-*.json"))
        return sorted((one for one in found if one), key=lambda one: (one.since, one.link))

    def _cursor(self, path: Path) -> Cursor | None:
        form = self.read(path)
        if form is None:
            return None
        try:
            return Cursor.of_json(form)
        except (LookupError, TypeError, AttributeError, ValueError):
            raise _damaged(path) from None

    def keep_cursor(self, url: str, project: str, cursor: Cursor) -> None:
        """Remember where this pull stopped; call it when all else is safely written."""
        self.write(self.home / f"pull-{_key(url, project)}.json", cursor.to_json())

    def hands(self, url: str, project: str) -> Hands:
        """Who had annotations in hand before a program of ours changed them."""
        path = self.home / f"hands-{_key(url, project)}.json"
        form = self.read(path) or {}
        try:
            known = {int(number): (int(who), str(sha)) for number, (who, sha) in form.items()}
        except (ValueError, TypeError):
            raise _damaged(path) from None

        def keep(now: Known) -> None:
            self.write(path, {str(number): list(hand) for number, hand in sorted(now.items())})

        return Hands(known, keep)

    def backup(self, name: str, content: IO[bytes], now: datetime) -> Path:
        """Keep *content* for good, in a file named by its time and its content."""
        folder = private_folder(self._private() / "backups")
        # Whoever is killed while writing leaves one name behind, not one a time.
        new = folder / f"{name}.new"
        with atomic(new, mode=PRIVATE) as stream:
            content.seek(0)
            digest = hashlib.sha256()
            while part := content.read(2**20):
                digest.update(part)
                stream.buffer.write(part)
        path = folder / f"{now:%Y%m%dT%H%M%S.%fZ}-{name}-{digest.hexdigest()[:12]}.json"
        with told(path):
            new.rename(path)
            sync_folder(folder)
        return path

    def ledger(self, url: str, project: str) -> Ledger | None:
        """What the last push knew; None where there is none that can be read."""
        try:
            form = self.read(self.home / f"push-{_key(url, project)}.json")
            return Ledger.of_json(form) if form else None
        except (CurateError, LookupError, TypeError, ValueError, AttributeError):
            return None

    def keep_ledger(self, url: str, project: str, ledger: Ledger) -> None:
        """Remember what a push knows now; losing it costs a full look."""
        self.write(self.home / f"push-{_key(url, project)}.json", ledger.to_json())

    def pseudonyms(self, url: str) -> "Pseudonyms":
        """The names under which accounts of this server are published."""
        return Pseudonyms(self, self.home / ANNOTATORS, url)

    def _private(self) -> Path:
        return private_folder(self.home)

    def read(self, path: Path) -> Json | None:
        """What a file of this folder holds; None where it isn't there."""
        if not path.exists():
            return None
        try:
            return parse_object(read_text(path))
        except ValueError:
            raise _damaged(path) from None

    def write(self, path: Path, form: Json) -> None:
        """Write a file of this folder: whole or not at all, for its owner alone."""
        self._private()
        write_text(path, json_line(form) + "\n", mode=PRIVATE)


class Pseudonyms:
    """Account → random name, given once; called with an account's number and e-mail."""

    def __init__(self, state: State, path: Path, url: str) -> None:
        self._state = state
        self._path = path
        self._url = url
        self._known = self._read()
        self.restarted = not self._known
        self.given = 0

    def _read(self) -> Json:
        known = self._state.read(self._path) or {}
        if not all(isinstance(name, str) for name in known.values()):
            raise _damaged(self._path)
        return known

    def address(self, pseudonym: str) -> str:
        """The e-mail address behind it, by which annotators know each other; empty if none is known."""
        keys = (key for key, name in self._known.items() if name == pseudonym)
        return next((key for key in keys if "@" in key), "")

    def __call__(self, account: int, email: str) -> str:
        # By address, so that a server that moves to another port, or address, renames nobody.
        key = email.lower() or f"{self._url} {account}"
        if key not in self._known:
            self._give(key, MACHINE if email.endswith(NOBODY) else "person-")
        return str(self._known[key])

    def _give(self, key: str, kind: str) -> None:
        """A name for good, unless another command has given one meanwhile."""
        with lock(self._path.with_suffix(".lock"), busy=None):
            self._known = self._read()
            if key not in self._known:
                self._known[key] = f"{kind}{secrets.token_hex(4)}"
                self._state.write(self._path, self._known)
                self.given += 1


def _damaged(path: Path) -> CurateError:
    hint = f"remove it and pull again: rm {path}"
    if path.name == ANNOTATORS:
        hint = f"put a copy of it back; without one annotators get new pseudonyms: rm {path}"
    return CurateError(f"{path} is damaged", hint=hint)


def _key(url: str, project: str) -> str:
    """A file name for one project of one server."""
    readable = "".join(c if c.isascii() and c.isalnum() else "-" for c in project)[:40]
    return f"{readable}-{hashlib.sha256(f'{url} {project}'.encode()).hexdigest()[:8]}"
