"""Whose predictions these are, noted as they go by."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from curation.documents.document import Document, Layer


@dataclass
class Noted:
    """
    The *layers* of all, and on which documents what made them was developed.

    *developed_on* are the hashes of the texts that the baseline's rules were
    written with; a layer that names rules is made by these.
    """

    developed_on: Collection[str]
    layers: set[Layer | None] = field(default_factory=set)
    development: set[str] = field(default_factory=set)

    def of(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The same documents; each is noted as it goes by."""
        for document in documents:
            layer = document.layer
            self.layers.add(layer)
            if layer and layer.rules and document.text_sha256 in self.developed_on:
                self.development.add(document.id)
            yield document
