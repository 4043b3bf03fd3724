"""Documents that can be gone through again and again, of which one at a time is held."""

import hashlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from curation.document import Document
from curation.errors import InputError, Problem
from curation.files import STDIN, lines_of, told, written
from curation.interchange import empty, parse_document
from curation.strict import not_text, parse_object


@dataclass(frozen=True, slots=True)
class Line:
    """A document as it is written, which is read only when it is needed."""

    place: str
    raw: bytes

    @property
    def digest(self) -> str:
        """Identifies what is written."""
        return hashlib.sha256(self.raw).hexdigest()[:32]

    def read(self) -> tuple[Document | None, list[Problem]]:
        """The document, or what is wrong with it."""
        try:
            form = parse_object(self.raw)
        except ValueError as error:
            return None, [Problem(self.place, str(error))]
        return parse_document(form, self.place)


@dataclass(frozen=True, slots=True)
class Held:
    """A document in memory, in the place of a line."""

    document: Document

    @property
    def place(self) -> str:
        """Its id, since it stands nowhere."""
        return self.document.id

    @property
    def digest(self) -> str:
        """The same as its line's."""
        return Line("", self.document.to_line().encode("utf-8", "replace")).digest

    def read(self) -> tuple[Document, list[Problem]]:
        """It is there."""
        return self.document, []


@dataclass(frozen=True)
class Opened:
    """An open file of documents, to be gone through once at a time."""

    path: Path
    stream: IO[bytes]

    def lines(self) -> Iterator[Line]:
        """From the beginning; InputError where there is none."""
        number = 0
        with told(self.path):
            self.stream.seek(0)
            for number, raw in written(enumerate(lines_of(self.stream), start=1)):
                if number == 1 and (what := not_text(raw)):
                    raise InputError(f"{self.path}: {what}", hint="is it the right file?")
                yield Line(f"{self.path}:{number}", raw)
        if not number:
            raise empty(self.path)


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """
    A file of documents, line by line; what can be read but once is first put by on disk.

    It stays the same file, also where somebody puts another in its place meanwhile.
    """
    with told(path), ExitStack() as stack:
        stream: IO[bytes] = (
            sys.stdin.buffer if path == STDIN else stack.enter_context(path.open("rb"))
        )
        if path == STDIN or not stream.seekable():
            copy = stack.enter_context(TemporaryFile())
            shutil.copyfileobj(stream, copy)
            stream = copy
        yield Opened(path, stream)


# Each can be gone through as often as one likes, in one order.
Documents = Opened | Sequence[Document]


def lines_in(documents: Documents) -> Iterator[Line | Held]:
    """Every document that is written there, or held."""
    return documents.lines() if isinstance(documents, Opened) else map(Held, documents)


def same(line: Line | Held, digest: str) -> Document:
    """The document of a line that was read before; InputError if it isn't what it was."""
    document, _ = line.read() if line.digest == digest else (None, [])
    if document is None:
        raise changed(line.place)
    return document


def changed(place: str) -> InputError:
    """What stands there is not what was checked."""
    return InputError(f"{place}: changed while it was read", hint="run the same command again")
