"""A digest of documents by what is scored of them, and nothing else."""

import hashlib
import json
from collections.abc import Collection, Generator, Iterable
from functools import lru_cache

from curation.documents.document import Document, Entity
from curation.scoring.canonical_relations import canonical_relations


class DocumentsDigest:
    """
    The same for the same ids, texts, entities and relations, in whatever order they come.

    Entities' ids and scores, the article's metadata, the layer and the way in
    which a *symmetric* relation is drawn don't count. ``str()`` gives 12
    hexadecimal digits.
    """

    def __init__(self, symmetric: Collection[str]) -> None:
        self.symmetric = symmetric
        self.lines: list[bytes] = []

    def read(self, documents: Iterable[Document]) -> Generator[Document, None, None]:
        """The same documents; each is added as it passes."""
        for document in documents:
            self.add(document)
            yield document

    def add(self, document: Document) -> None:
        """Count one more document in."""
        # What json.dumps makes of both lists, in half the time.
        entities = [_marked(one) for one in document.entities]
        relations = [
            f"[{_marked(one.head)}, {_quoted(one.label)}, {_marked(one.tail)}]"
            for one in canonical_relations(document, self.symmetric)
        ]
        line = (
            f"[{json.dumps(document.id)}, {_quoted_text(document.text)},"
            f" [{', '.join(entities)}], [{', '.join(relations)}]]"
        )
        self.lines.append(hashlib.sha256(line.encode()).digest())

    def __str__(self) -> str:
        return hashlib.sha256(b"".join(sorted(self.lines))).hexdigest()[:12]


def _marked(entity: Entity) -> str:
    return f"[{entity.start}, {entity.end}, {_quoted(entity.label)}]"


# Two sides have the same text, one after the other.
@lru_cache(maxsize=1)
def _quoted_text(text: str) -> str:
    return json.dumps(text)


@lru_cache(maxsize=4096)
def _quoted(label: str) -> str:
    return json.dumps(label)
