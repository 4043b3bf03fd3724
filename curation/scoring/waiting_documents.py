"""Documents that wait for their partners: the first in memory, more of them on disk."""

import pickle
from collections.abc import Iterator
from tempfile import TemporaryFile

from curation.documents.document import Document

# How many bytes may wait in memory, about, and what an entity or a relation takes.
ROOM, MARK = 2**22, 300


class Aside:
    """Documents put aside until they are taken, by id; in the order in which they came."""

    def __init__(self) -> None:
        # What waits on disk is known by its place there.
        self.waiting: dict[str, Document | int] = {}
        self.room = ROOM
        self.file = TemporaryFile()  # noqa: SIM115 - closed by close

    def __contains__(self, identity: object) -> bool:
        return identity in self.waiting

    def __iter__(self) -> Iterator[str]:
        return iter(self.waiting)

    def put(self, document: Document) -> None:
        """One document, until it is taken."""
        size = weight(document)
        if size <= self.room:
            self.room -= size
            self.waiting[document.id] = document
            return
        self.waiting[document.id] = self.file.seek(0, 2)
        pickle.dump(document, self.file)

    def take(self, identity: str) -> Document:
        """The document of that id, as it was; it waits no longer."""
        found = self.waiting.pop(identity)
        if isinstance(found, Document):
            self.room += weight(found)
            return found
        self.file.seek(found)
        document: Document = pickle.load(self.file)
        return document

    def close(self) -> None:
        """Give back the room on disk."""
        self.file.close()


def weight(document: Document) -> int:
    """How many bytes it takes, about."""
    marks = len(document.entities) + len(document.relations)
    return len(document.text) + MARK * marks
