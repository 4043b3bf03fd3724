"""The baseline: a spaCy model and our rules, as one step from documents to documents."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import spacy
from thinc.api import NumpyOps, set_current_ops
from threadpoolctl import threadpool_limits

from curation.documents.document import Document, Layer
from curation.errors import InputError, ModelError
from curation.preannotate import entities, paragraphs, relations
from curation.preannotate.model_files import HINT, Model, locate
from curation.preannotate.parsed_article import Reading
from curation.preannotate.type_names import spoken
from curation.schema import Schema

NEEDED = ("tagger", "parser", "attribute_ruler", "lemmatizer", "ner")


@dataclass(frozen=True)
class Pipeline:
    """
    A loaded model with our rules; *layer* names both.

    What it says of a document depends on that document alone: articles are
    read one by one, since in a common batch the last bits of the numbers, and
    with them a close decision, may depend on the neighbours.
    """

    nlp: Any
    layer: Layer

    def suggest(self, document: Document, schema: Schema) -> Document:
        """The document with the model's and the rules' entities and relations, nothing else of it changed."""
        return self.suggest_batch([document], schema)[0]

    def suggest_batch(self, documents: Sequence[Document], schema: Schema) -> list[Document]:
        """Each document with suggestions; what spaCy remembers of their words is given back at the end."""
        with self.nlp.memory_zone():
            return [self._suggested(document, schema) for document in documents]

    def relate(self, document: Document, schema: Schema) -> Document:
        """
        The document with the rules' relations between the entities that it has.

        The entities stay as they are. One that doesn't begin and end with a
        word of the model's (half a token, say) takes part in no relation.
        """
        with self.nlp.memory_zone():
            words = spoken(schema)
            marked = words.with_current_names(document)
            reading = Reading.of(self._read(document), marked.entities)
            found = schema.with_current_names(
                replace(marked, relations=relations.find(reading, words))
            )
            return replace(document, relations=found.relations)

    def emits(self, schema: Schema) -> frozenset[str]:
        """The entity types of the schema that it can suggest at all: the model's and the rules'."""
        words = spoken(schema)
        labels = self.nlp.get_pipe("ner").labels
        named = {
            words.type_by_model_label[label]
            for label in labels
            if label in words.type_by_model_label
        }
        told = entities.TELLING.values() if named else ()
        emitted = frozenset(words.entities) & (named | entities.RULED | {*told})
        return frozenset(schema.former_entity_names.get(name, name) for name in emitted)

    def _suggested(self, document: Document, schema: Schema) -> Document:
        doc, words = self._read(document), spoken(schema)
        reading = Reading.of(doc, entities.find(doc, words))
        found = replace(
            document,
            entities=tuple(mention.entity for mention in reading.mentions),
            relations=relations.find(reading, words),
            layer=self.layer,
        )
        return schema.with_current_names(found).with_numbered_entities()

    def _read(self, document: Document) -> Any:
        if len(document.text) > self.nlp.max_length:
            raise InputError(
                f"{document.id}: {len(document.text)} characters, the model reads at most {self.nlp.max_length}",
                hint="split the article",
            )
        return paragraphs.read(self.nlp, document.text)


def load(name: str | None = None) -> Pipeline:
    """
    The model of that name or in that folder; without one, the baseline.

    Raises ModelError where there is none, or where it can't be read.
    """
    return read(locate(name))


def read(model: Model) -> Pipeline:
    """Load a model that was located."""
    # A CPU's time halves so: with these small matrices BLIS is the slower
    # library, and a second thread only waits for the first.
    set_current_ops(NumpyOps(use_blis=False))
    threadpool_limits(1, user_api="blas")
    try:
        nlp = spacy.load(model.folder)
    except (OSError, ValueError, ImportError, KeyError, AttributeError) as error:
        raise ModelError(f"{model.layer.name} can't be loaded: {error}", hint=HINT) from error
    missing = [pipe for pipe in NEEDED if pipe not in nlp.pipe_names]
    if missing:
        what = f"{model.layer.name} has no {', '.join(missing)}, which the rules need"
        raise ModelError(what, hint=HINT)
    return Pipeline(nlp, model.layer)
