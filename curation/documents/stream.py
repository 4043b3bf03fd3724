"""Documents that can be read several times, one in memory at a time."""

import hashlib
import io
import os
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import IO, Any

from curation.documents.document import Document
from curation.documents.interchange import Reading, parse_document
from curation.documents.plain_document import read_plain_document
from curation.encodings import advise_on_line, describe_encoding, name_by_beginning
from curation.errors import InputError, Problem, Problems, raise_problems
from curation.files import (
    STDIN,
    explain_os_errors,
    file_to_type,
    non_blank_lines,
    raw_lines_of_stream,
    read_raw_lines,
    whole_file,
)
from curation.strict_json import NotUtf8Error, parse_object


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A line of a file of documents, parsed only on demand; *advise* says what to do where it isn't UTF-8."""

    place: str
    raw: bytes
    reading: Reading = Reading.BY_FORMAT
    advise: Callable[[], str] = str

    @property
    def digest(self) -> str:
        """A hash of the line."""
        return hashlib.sha256(self.raw).hexdigest()[:32]

    def read(self) -> tuple[Document | None, list[Problem]]:
        """The document and no problems, or None and the line's problems."""
        if document := read_plain_document(self.raw, self.reading):
            return document, []
        try:
            json_object = parse_object(self.raw)
        except NotUtf8Error as error:
            advice = self.advise()
            what = f"{error}; {advice}" if advice else str(error)
            return None, [Problem(self.place, what)]
        except ValueError as error:
            return None, [Problem(self.place, str(error))]
        return parse_document(json_object, self.place, self.reading)


@dataclass(frozen=True, slots=True)
class DocumentInMemory:
    """A document in memory, with the interface of a DocumentLine."""

    document: Document

    @property
    def place(self) -> str:
        """The document's id."""
        return self.document.id

    @property
    def digest(self) -> str:
        """The digest of the document's line."""
        return DocumentLine("", self.document.to_line().encode("utf-8", "replace")).digest

    def read(self) -> tuple[Document, list[Problem]]:
        """The document and no problems."""
        return self.document, []


class DocumentsFile:
    """
    The documents of a JSONL file, parsed anew at each iteration; iterations may overlap.

    The file stays open, so that replacing it on the disk changes nothing here. Standard input
    and pipes, which can be read only once, are copied into a temporary file first.
    """

    def __init__(self, path: Path, reading: Reading = Reading.BY_FORMAT) -> None:
        self.path = path
        self.reading = reading
        self._keep(_opened(path))

    @classmethod
    def from_documents(cls, documents: Iterable[Document]) -> "DocumentsFile":
        """A temporary file of these documents."""
        file = cls.__new__(cls)
        file.path = Path(gettempdir())
        file.reading = Reading.BY_FORMAT
        file._keep(_copied(document.to_line().encode() + b"\n" for document in documents))
        return file

    def _keep(self, stream: IO[bytes]) -> None:
        self._descriptor = stream.fileno()
        weakref.finalize(self, stream.close)

    def __iter__(self) -> Iterator[Document]:
        """
        The documents, line by line.

        Raises InputError at the end of the file with all problems and their lines, so that a
        caller must not use the documents before the end.
        """
        problems = Problems()
        place_of_id: dict[str, str] = {}
        for line in self.lines():
            document, found = line.read()
            problems += found
            if document is None:
                continue
            if (first := place_of_id.setdefault(document.id, line.place)) != line.place:
                what = f"duplicate id {document.id!r}, first in {first}"
                problems.append(Problem(line.place, what))
                continue
            yield document
        if problems:
            raise_problems(problems, InputError, hint=f"mend these lines of {self.path}")

    def numbered_lines(self) -> Iterator[tuple[int, bytes]]:
        """The lines that aren't blank, each with its number."""
        with (
            explain_os_errors(self.path),
            io.BufferedReader(_IndependentReader(self._descriptor)) as stream,
        ):
            yield from non_blank_lines(enumerate(raw_lines_of_stream(stream), start=1))

    @cached_property
    def _encoding_advice(self) -> str:
        return advise_on_line(whole_file(self.path), file_to_type(self.path))

    def estimate_count(self) -> int:
        """The number of newlines: about the number of documents."""
        with explain_os_errors(self.path):
            parts = iter(partial(_IndependentReader(self._descriptor).read, 2**20), b"")
            return sum(part.count(b"\n") for part in parts)

    def lines(self) -> Iterator[DocumentLine]:
        """The documents' lines, not parsed; InputError where the file has none."""
        number = 0
        for number, raw in self.numbered_lines():
            if number == 1 and (what := name_by_beginning(raw)):
                whole = whole_file(self.path)
                what = describe_encoding(whole, file_to_type(self.path)) or what
                raise InputError(
                    f"{self.path}: {what}", hint="check that this is the right file"
                )
            yield DocumentLine(
                f"{self.path}:{number}", raw, self.reading, lambda: self._encoding_advice
            )
        if not number:
            raise no_documents_error(self.path)


def no_documents_error(path: Path) -> InputError:
    """The error for a file without documents: the command that made the file probably failed."""
    hint = "make the file again; each line is a JSON object"
    return InputError(f"{path}: no documents in this file", hint=hint)


class _IndependentReader(io.RawIOBase):
    """Reads an open file from its beginning, whatever position other readers are at."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = os.pread(self._descriptor, len(buffer), self._position)
        self._position += len(data)
        buffer[: len(data)] = data
        return len(data)


def _opened(path: Path) -> IO[bytes]:
    """The open file; a temporary copy where *path* can be read only once."""
    if path == STDIN:
        return _copied(read_raw_lines(path))
    with explain_os_errors(path):
        stream = path.open("rb")
    if stream.seekable():
        return stream
    with stream:
        return _copied(raw_lines_of_stream(stream))


def _copied(lines: Iterable[bytes]) -> IO[bytes]:
    """A temporary file of these lines."""
    with explain_os_errors(Path(gettempdir())), ExitStack() as stack:
        copy = stack.enter_context(TemporaryFile())
        copy.writelines(lines)
        copy.flush()
        stack.pop_all()
    return copy


# Documents that can be iterated several times, in the same order.
DocumentSource = DocumentsFile | Sequence[Document]


def lazy_documents(documents: DocumentSource) -> Iterator[DocumentLine | DocumentInMemory]:
    """All documents, those of a file not parsed."""
    if isinstance(documents, DocumentsFile):
        return documents.lines()
    return map(DocumentInMemory, documents)


def estimate_count(documents: DocumentSource) -> int:
    """About how many documents there are, without parsing a file."""
    if isinstance(documents, DocumentsFile):
        return documents.estimate_count()
    return len(documents)


def read_unchanged(line: DocumentLine | DocumentInMemory, digest: str) -> Document:
    """The document; InputError if the line hasn't the *digest* of an earlier reading."""
    document, _ = line.read() if line.digest == digest else (None, [])
    if document is None:
        raise changed_while_read(line.place)
    return document


def changed_while_read(place: str) -> InputError:
    """The error for a file that changed between two readings."""
    return InputError(f"{place}: changed while it was read", hint="run the same command again")
