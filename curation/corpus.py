"""Documents in a file: walked as often as one likes, and none of them kept; and how a walk is watched."""

import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from curation.document import Document
from curation.files import STDIN, raw_lines, told
from curation.interchange import read_documents

# Shows the items go by, with what is done and how many there will be (None: nobody knows).
Watch = Callable[[Iterable[Any], str, int | None], Iterable[Any]]


def unwatched(items: Iterable[Any], what: str, total: int | None) -> Iterable[Any]:  # noqa: ARG001
    """The items as they are, where nobody looks."""
    return items


class Corpus:
    """
    The documents of a JSONL file, read anew at each walk.

    Standard input and pipes, which can be read only once, are copied into a
    temporary file first. Each walk raises InputError at its end with every
    problem found.
    """

    def __init__(self, path: Path) -> None:
        self.path = self.source = path
        if path == STDIN or not (path.is_file() or path.is_dir() or not path.exists()):
            self.source = _copied(self, raw_lines(path))

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "Corpus":
        """These documents, kept in a temporary file."""
        corpus = cls.__new__(cls)
        lines = (document.to_line().encode() + b"\n" for document in documents)
        corpus.path = corpus.source = _copied(corpus, lines)
        return corpus

    def __iter__(self) -> Iterator[Document]:
        return read_documents(self.path, source=self.source)


def _copied(owner: object, lines: Iterable[bytes]) -> Path:
    """A temporary file of these lines; it lives as long as its owner."""
    with told(Path(tempfile.gettempdir())):
        # Closed, and so removed, with the owner or at exit.
        copy: Any = tempfile.NamedTemporaryFile(prefix="curate-")  # noqa: SIM115
        weakref.finalize(owner, copy.close)
        copy.writelines(lines)
        copy.flush()
    return Path(copy.name)
