"""Documents named by what is scored of them, and by nothing else."""

import hashlib
import json
from collections.abc import Collection, Generator, Iterable

from curation.documents.document import Document, Entity
from curation.scoring.relation_matching import in_order


class Digest:
    """
    The same for the same ids, texts, entities and relations, in whatever order they come.

    Entities' ids and scores, facts about the article, whose annotations they are
    and the way in which a *symmetric* relation is drawn count for nothing.
    """

    def __init__(self, symmetric: Collection[str]) -> None:
        self.symmetric = symmetric
        self.lines: list[bytes] = []

    def of(self, documents: Iterable[Document]) -> Generator[Document, None, None]:
        """The same documents; each is added as it goes by."""
        for document in documents:
            self.add(document)
            yield document

    def add(self, document: Document) -> None:
        """One more document."""
        relations = [
            (_told(one.head), one.label, _told(one.tail))
            for one in in_order(document, self.symmetric)
        ]
        entities = [_told(one) for one in document.entities]
        line = json.dumps((document.id, document.text, entities, relations))
        self.lines.append(hashlib.sha256(line.encode()).digest())

    def __str__(self) -> str:
        return hashlib.sha256(b"".join(sorted(self.lines))).hexdigest()[:12]


def _told(entity: Entity) -> tuple[int, int, str]:
    return entity.start, entity.end, entity.label
