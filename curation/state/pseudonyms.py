"""Under which name each annotator is published."""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count

from curation.annotations.record import AnnotatorKind
from curation.documents.document import PROGRAM_PREFIX

# An address that can belong to nobody (RFC 2606): the account of a program.
PROGRAM_DOMAIN = ".invalid"

PERSON: AnnotatorKind = "person"
PROGRAM: AnnotatorKind = "program"
UNKNOWN: AnnotatorKind = "unknown"
_PREFIXES = {PERSON: "person-", PROGRAM: PROGRAM_PREFIX, UNKNOWN: "unknown-"}

NEW_ANNOTATOR = "a new annotator"

OpenConnection = Callable[[], AbstractContextManager[sqlite3.Connection]]


class Pseudonyms:
    """
    The annotators' pseudonyms, given once and for good; called with an account's number and e-mail.

    An account is known by its e-mail and by its number on the server *url*: one that was deleted
    later, of which Label Studio says nothing but its number, stays who it was. The same number
    with another e-mail is another account, as after a server's data was deleted.

    Without a way to *keep* them none is given: a new annotator is called that.
    """

    def __init__(
        self, url: str, read: OpenConnection, keep: OpenConnection | None = None
    ) -> None:
        self._url, self._keep = url, keep
        self._pseudonyms: dict[str, str] = {}
        self._kinds: dict[str, AnnotatorKind] = {}
        with read() as connection:
            self._read(connection)
        self.is_first_use = not self._kinds
        self.new_count = 0

    def __call__(self, number: int, email: str) -> str:
        """The pseudonym of an account; one that has none gets it now."""
        email = email.lower()
        if self._is_bound(number, email):
            return self._find(number, email)
        with self._changing():
            # Another command may have given it one meanwhile.
            found = self._find(number, email)
            pseudonym = found or self._draw(email)
            self._bind(number, email, pseudonym)
        self.new_count += not found and self._keep is not None
        return pseudonym

    def find(self, number: int, email: str) -> str:
        """The pseudonym of an account; empty if it has none."""
        return self._find(number, email.lower())

    def adopt(self, number: int, email: str, pseudonym: str, kind: AnnotatorKind) -> None:
        """Give an account the *pseudonym* that it had already, unless it has one here."""
        email = email.lower()
        if self._find(number, email):
            return
        with self._changing():
            if not self._find(number, email):
                if self.kind(pseudonym) == UNKNOWN:
                    self._kinds[pseudonym] = kind
                self._bind(number, email, pseudonym)

    def is_used(self, pseudonym: str) -> bool:
        """Whether some account is known to have this pseudonym."""
        return pseudonym in self._pseudonyms.values()

    def kind(self, pseudonym: str) -> AnnotatorKind:
        """A person, a program or unknown."""
        return self._kinds.get(pseudonym, UNKNOWN)

    def email(self, pseudonym: str) -> str:
        """The e-mail by which annotators know each other; empty if none is known."""
        keys = (key for key, name in self._pseudonyms.items() if name == pseudonym)
        return next((key for key in keys if is_email(key)), "")

    def _number(self, number: int) -> str:
        return f"{self._url} {number}"

    def _is_bound(self, number: int, email: str) -> bool:
        """Whether all that is told of the account leads to one and the same pseudonym."""
        found = self._pseudonyms.get(self._number(number), "")
        return bool(found) and (not email or self._pseudonyms.get(email) == found)

    def _find(self, number: int, email: str) -> str:
        if email and email in self._pseudonyms:
            return self._pseudonyms[email]
        found = self._pseudonyms.get(self._number(number), "")
        return "" if email and self.email(found) else found

    def _bind(self, number: int, email: str, pseudonym: str) -> None:
        self._pseudonyms[self._number(number)] = pseudonym
        if email:
            self._pseudonyms[email] = pseudonym
            if self.kind(pseudonym) == UNKNOWN:
                self._kinds[pseudonym] = kind_of_account(email)

    def _draw(self, email: str) -> str:
        """What nobody is called yet."""
        kind = kind_of_account(email)
        drawn = next(name for name in self._names(_PREFIXES[kind]) if name not in self._kinds)
        self._kinds[drawn] = kind
        return drawn

    def _names(self, prefix: str) -> Iterator[str]:
        """Pseudonyms without end; where none is given, what stands for them."""
        for number in count(1):
            if self._keep:
                yield f"{prefix}{secrets.token_hex(4)}"
            else:
                yield NEW_ANNOTATOR if number == 1 else f"{NEW_ANNOTATOR} ({number})"

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """What is bound in it is kept by one commit, or else forgotten."""
        if self._keep is None:
            yield
            return
        before = dict(self._pseudonyms), dict(self._kinds)
        try:
            with self._keep() as connection:
                self._read(connection)
                yield
                self._write(connection)
        except BaseException:
            self._pseudonyms, self._kinds = before
            raise

    def _read(self, connection: sqlite3.Connection) -> None:
        self._kinds = dict(connection.execute("SELECT pseudonym, kind FROM annotators"))
        self._pseudonyms = dict(connection.execute("SELECT key, pseudonym FROM accounts"))

    def _write(self, connection: sqlite3.Connection) -> None:
        connection.executemany(
            "INSERT INTO annotators VALUES (?, ?)"
            " ON CONFLICT (pseudonym) DO UPDATE SET kind = excluded.kind",
            self._kinds.items(),
        )
        connection.executemany(
            "INSERT INTO accounts VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET pseudonym = excluded.pseudonym",
            self._pseudonyms.items(),
        )


def kind_of_account(email: str) -> AnnotatorKind:
    """What an account of this e-mail is; of a number alone nobody knows."""
    if not email:
        return UNKNOWN
    return PROGRAM if email.lower().endswith(PROGRAM_DOMAIN) else PERSON


def is_email(key: str) -> bool:
    """Whether an account is known by its e-mail, and not by server and number."""
    return " " not in key
