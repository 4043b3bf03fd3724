"""Documents that wait for their partners: the first in memory, more of them on disk."""

import pickle
from collections.abc import Iterator
from tempfile import TemporaryFile

from curation.documents.document import Document

# How many bytes may wait in memory, and about how many an entity or a relation takes.
_BYTES_IN_MEMORY = 2**22
_BYTES_PER_ANNOTATION = 300


class WaitingDocuments:
    """Documents by id until they are taken, in the order in which they came."""

    def __init__(self) -> None:
        # A document that waits on disk is known by its place there.
        self.waiting: dict[str, Document | int] = {}
        self.free_bytes = _BYTES_IN_MEMORY
        self.file = TemporaryFile()  # noqa: SIM115 - closed by close

    def __contains__(self, identity: object) -> bool:
        return identity in self.waiting

    def __iter__(self) -> Iterator[str]:
        return iter(self.waiting)

    def put(self, document: Document) -> None:
        """Hold one document until it is taken."""
        size = approximate_bytes(document)
        if size <= self.free_bytes:
            self.free_bytes -= size
            self.waiting[document.id] = document
            return
        self.waiting[document.id] = self.file.seek(0, 2)
        pickle.dump(document, self.file)

    def take(self, identity: str) -> Document:
        """The document of that id, which waits no longer."""
        held = self.waiting.pop(identity)
        if isinstance(held, Document):
            self.free_bytes += approximate_bytes(held)
            return held
        self.file.seek(held)
        document: Document = pickle.load(self.file)
        return document

    def close(self) -> None:
        """Give back the space on disk."""
        self.file.close()


def approximate_bytes(document: Document) -> int:
    """About how many bytes the document takes in memory."""
    annotations = len(document.entities) + len(document.relations)
    return len(document.text) + _BYTES_PER_ANNOTATION * annotations
