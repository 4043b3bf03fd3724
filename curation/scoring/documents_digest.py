"""A digest of documents by what is scored of them, and nothing else."""

import hashlib
import json
from collections.abc import Collection, Generator, Iterable
from functools import lru_cache

from curation.documents.document import Document, entity_order, relation_order
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
        entities = [
            f"[{start}, {end}, {_quoted(label)}]"
            for start, end, label in map(entity_order, document.entities)
        ]
        canonical = map(relation_order, canonical_relations(document, self.symmetric))
        relations = [
            f"[[{head_start}, {head_end}, {_quoted(head)}], {_quoted(label)},"
            f" [{tail_start}, {tail_end}, {_quoted(tail)}]]"
            for head_start, head_end, head, tail_start, tail_end, tail, label in canonical
        ]
        line = (
            f"[{json.dumps(document.id)}, {json.dumps(document.text)},"
            f" [{', '.join(entities)}], [{', '.join(relations)}]]"
        )
        self.lines.append(hashlib.sha256(line.encode()).digest())

    def __str__(self) -> str:
        return hashlib.sha256(b"".join(sorted(self.lines))).hexdigest()[:12]


@lru_cache(maxsize=4096)
def _quoted(label: str) -> str:
    return json.dumps(label)
