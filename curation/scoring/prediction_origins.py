"""Which models made the predictions, and on which documents those were developed."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from curation.documents.document import Document, Layer


@dataclass
class PredictionOrigins:
    """
    The *layers* of the predictions, and the ids of the documents they were developed with.

    *developed_on* are the hashes of the texts with which the baseline's rules
    were written. A layer that names rules was made by these rules.
    """

    developed_on: Collection[str]
    layers: set[Layer | None] = field(default_factory=set)
    development: set[str] = field(default_factory=set)

    def read(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The same documents; the origin of each is noted as it passes."""
        for document in documents:
            layer = document.layer
            self.layers.add(layer)
            if layer and layer.rules and document.text_sha256 in self.developed_on:
                self.development.add(document.id)
            yield document
