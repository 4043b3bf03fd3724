"""Which models made the predictions, and on which documents those were developed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from curation.documents.document import Document, Layer


@dataclass
class PredictionOrigins:
    """
    The *layers* of the predictions, and the ids of the documents they were developed with.

    *developed_on* are the hashes of the texts with which the baseline's rules
    were written. A layer that names rules was made by these rules. *trained_on* has, by a model's weights,
    the hashes of the texts that the model was trained on, as far as that is known.
    """

    developed_on: Collection[str]
    trained_on: Mapping[str, Collection[str]] = field(default_factory=dict)
    layers: set[Layer | None] = field(default_factory=set)
    development: set[str] = field(default_factory=set)
    trained: set[str] = field(default_factory=set)

    def read(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The same documents; the origin of each is noted as it passes."""
        for document in documents:
            layer = document.layer
            self.layers.add(layer)
            if layer and layer.rules and document.text_sha256 in self.developed_on:
                self.development.add(document.id)
            if layer and document.text_sha256 in self.trained_on.get(layer.weights, ()):
                self.trained.add(document.id)
            yield document
