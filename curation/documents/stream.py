"""Documents that can be gone through again and again, of which one at a time is held."""

import hashlib
import io
import os
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import IO, Any

from curation.documents.document import Document
from curation.documents.interchange import documents_in, empty, parse_document
from curation.errors import InputError, Problem
from curation.files import STDIN, lines_of, raw_lines, told, written
from curation.strict_json import not_text, parse_object


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


class Corpus:
    """
    The documents of a JSONL file, read anew at each walk; several walks may go on at once.

    It stays the same file, also where somebody puts another in its place
    meanwhile. Standard input and pipes, which can be read only once, are copied
    into a temporary file first.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keep(_opened(path))

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "Corpus":
        """These documents, kept in a temporary file."""
        corpus = cls.__new__(cls)
        corpus.path = Path(gettempdir())
        corpus._keep(_copied(document.to_line().encode() + b"\n" for document in documents))
        return corpus

    def _keep(self, stream: IO[bytes]) -> None:
        self._descriptor = stream.fileno()
        weakref.finalize(self, stream.close)

    def __iter__(self) -> Iterator[Document]:
        """Raises InputError at the end with every problem found."""
        return documents_in(self.written(), self.path)

    def written(self) -> Iterator[tuple[int, bytes]]:
        """Each line that isn't blank, with its number."""
        with told(self.path), io.BufferedReader(_Walk(self._descriptor)) as stream:
            yield from written(enumerate(lines_of(stream), start=1))

    def how_many(self) -> int:
        """How many lines there are, for an estimate."""
        with told(self.path):
            parts = iter(partial(_Walk(self._descriptor).read, 2**20), b"")
            return sum(part.count(b"\n") for part in parts)

    def lines(self) -> Iterator[Line]:
        """Each document as it is written; InputError where there is none."""
        number = 0
        for number, raw in self.written():
            if number == 1 and (what := not_text(raw)):
                raise InputError(f"{self.path}: {what}", hint="is it the right file?")
            yield Line(f"{self.path}:{number}", raw)
        if not number:
            raise empty(self.path)


class _Walk(io.RawIOBase):
    """An open file from its beginning on, wherever others are in it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._at = descriptor, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = os.pread(self._descriptor, len(buffer), self._at)
        self._at += len(found)
        buffer[: len(found)] = found
        return len(found)


def _opened(path: Path) -> IO[bytes]:
    """The file, or a copy of what can be read but once."""
    if path == STDIN:
        return _copied(raw_lines(path))
    with told(path):
        stream = path.open("rb")
    if stream.seekable():
        return stream
    with stream:
        return _copied(lines_of(stream))


def _copied(lines: Iterable[bytes]) -> IO[bytes]:
    """A temporary file of these lines."""
    with told(Path(gettempdir())), ExitStack() as stack:
        copy = stack.enter_context(TemporaryFile())
        copy.writelines(lines)
        copy.flush()
        stack.pop_all()
    return copy


# Each can be gone through as often as one likes, in one order.
Documents = Corpus | Sequence[Document]


def lines_in(documents: Documents) -> Iterator[Line | Held]:
    """Every document that is written there, or held."""
    return documents.lines() if isinstance(documents, Corpus) else map(Held, documents)


def how_many(documents: Documents) -> int:
    """About how many there are."""
    return documents.how_many() if isinstance(documents, Corpus) else len(documents)


def same(line: Line | Held, digest: str) -> Document:
    """The document of a line that was read before; InputError if it isn't what it was."""
    document, _ = line.read() if line.digest == digest else (None, [])
    if document is None:
        raise changed(line.place)
    return document


def changed(place: str) -> InputError:
    """What stands there is not what was checked."""
    return InputError(f"{place}: changed while it was read", hint="run the same command again")
