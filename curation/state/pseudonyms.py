"""The pseudonyms under which annotators are published."""

import hashlib
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count

from curation.annotations.record import AnnotatorKind
from curation.documents.document import PROGRAM_PREFIX, UNKNOWN_PREFIX

# The domain of accounts of programs: no address in it can belong to anybody (RFC 2606).
PROGRAM_DOMAIN = ".invalid"

PERSON: AnnotatorKind = "person"
PROGRAM: AnnotatorKind = "program"
UNKNOWN: AnnotatorKind = "unknown"
PERSON_PREFIX = "person-"
_PREFIXES = {PERSON: PERSON_PREFIX, PROGRAM: PROGRAM_PREFIX, UNKNOWN: UNKNOWN_PREFIX}

NEW_ANNOTATOR = "a new annotator"

# What is known of an account that was deleted, or lost by an import: no number. Nobody knows whose
# its annotations are, and how many annotators made them.
NO_ACCOUNT = 0
UNKNOWN_ACCOUNTS = "unknown accounts"

# Begins the key of a name that is no account's.
_NAME_KEY = "name"

OpenConnection = Callable[[], AbstractContextManager[sqlite3.Connection]]


class Pseudonyms:
    """
    The pseudonyms of annotators, given once and for good: call with an account's number and e-mail.

    An account is identified by its e-mail, and by its number on the server *url*, since Label Studio
    knows only the number of an account that was deleted. The same number with another e-mail is
    another account, as after a server's data was deleted.

    *keep* opens a transaction. Where *keep* is None, no pseudonym is given: every new annotator is
    called "a new annotator". *is_first_use* says whether no pseudonym was given before, *new_count*
    counts the pseudonyms given since.
    """

    def __init__(
        self, url: str, read: OpenConnection, keep: OpenConnection | None = None
    ) -> None:
        self._url = url
        self._keep = keep
        self._pseudonyms: dict[str, str] = {}
        self._kinds: dict[str, AnnotatorKind] = {}
        with read() as connection:
            self._read(connection)
        self.is_first_use = not self._kinds
        self.new_count = 0

    def __call__(self, number: int, email: str) -> str:
        """The pseudonym of an account; an account without one gets one now."""
        if number == NO_ACCOUNT:
            return UNKNOWN_ACCOUNTS
        email = email.lower()
        if self._is_bound(number, email):
            return self._find(number, email)
        with self._changing():
            # Another command may have given the account a pseudonym meanwhile.
            found = self._find(number, email)
            pseudonym = found or self._draw(kind_of_account(email))
            self._bind(number, email, pseudonym)
        self.new_count += not found and self._keep is not None
        return pseudonym

    def of_name(self, name: str, kind: AnnotatorKind = UNKNOWN) -> str:
        """
        The pseudonym of somebody who has no account, or of an account by its e-mail, from now on.

        *kind* is what a name stands for that is no e-mail, as far as somebody said so.
        """
        key = _key_of_name(name, kind)
        email = key if is_email(key) else ""
        if key not in self._pseudonyms:
            with self._changing():
                if key not in self._pseudonyms:
                    self._pseudonyms[key] = self._draw(
                        kind_of_account(email) if email else kind
                    )
        return self._pseudonyms[key]

    def knows_name(self, name: str, kind: AnnotatorKind = UNKNOWN) -> bool:
        """Whether somebody of this name has a pseudonym; see ``of_name``."""
        return _key_of_name(name, kind) in self._pseudonyms

    def find(self, number: int, email: str) -> str:
        """The pseudonym of an account; empty where the account has none."""
        return self._find(number, email.lower())

    def adopt(self, number: int, email: str, pseudonym: str, kind: AnnotatorKind) -> None:
        """Give an account the *pseudonym* that it has elsewhere, unless it has one here."""
        email = email.lower()
        if self._find(number, email):
            return
        with self._changing():
            if not self._find(number, email):
                if self.kind(pseudonym) == UNKNOWN:
                    self._kinds[pseudonym] = kind
                self._bind(number, email, pseudonym)

    def is_used(self, pseudonym: str) -> bool:
        """Whether an account is known to have this pseudonym."""
        return pseudonym in self._pseudonyms.values()

    def kind(self, pseudonym: str) -> AnnotatorKind:
        """Whether the pseudonym is a person's or a program's, or neither is known."""
        return self._kinds.get(pseudonym, UNKNOWN)

    def email(self, pseudonym: str) -> str:
        """The e-mail of the account with this pseudonym; empty where unknown."""
        keys = (key for key, name in self._pseudonyms.items() if name == pseudonym)
        return next((key for key in keys if is_email(key)), "")

    def emails(self) -> dict[str, str]:
        """The e-mail of each pseudonym whose account has one."""
        return {name: key for key, name in self._pseudonyms.items() if is_email(key)}

    def _number(self, number: int) -> str:
        return f"{self._url} {number}"

    def _is_bound(self, number: int, email: str) -> bool:
        """Whether number and e-mail are both bound to one pseudonym."""
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

    def _draw(self, kind: AnnotatorKind) -> str:
        """A pseudonym that no account has."""
        pseudonym = next(
            name for name in self._names(_PREFIXES[kind]) if name not in self._kinds
        )
        self._kinds[pseudonym] = kind
        return pseudonym

    def _names(self, prefix: str) -> Iterator[str]:
        """Endless pseudonyms; where none is given, endless names for new annotators."""
        for number in count(1):
            if self._keep:
                yield f"{prefix}{secrets.token_hex(4)}"
            else:
                yield NEW_ANNOTATOR if number == 1 else f"{NEW_ANNOTATOR} no. {number}"

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Keep what is bound in the block by one commit, or forget it after an error."""
        if self._keep is None:
            yield
            return
        pseudonyms = dict(self._pseudonyms)
        kinds = dict(self._kinds)
        try:
            with self._keep() as connection:
                self._read(connection)
                yield
                self._write(connection)
        except BaseException:
            self._pseudonyms = pseudonyms
            self._kinds = kinds
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


def _key_of_name(name: str, kind: AnnotatorKind) -> str:
    if "@" in name and is_email(name):
        return name.lower()
    return f"{_NAME_KEY if kind == UNKNOWN else kind} {name}"


def pseudonym_of_lone_annotation(uid: str) -> str:
    """The pseudonym of whoever made the annotation *uid*, where nothing is left of the account."""
    return f"{UNKNOWN_PREFIX}{hashlib.sha256(uid.encode()).hexdigest()[:8]}"


def kind_of_account(email: str) -> AnnotatorKind:
    """What an account with this e-mail is; unknown without an e-mail."""
    if not email:
        return UNKNOWN
    return PROGRAM if email.lower().endswith(PROGRAM_DOMAIN) else PERSON


def is_email(key: str) -> bool:
    """Whether this key of an account is an e-mail, rather than server and number."""
    return " " not in key
