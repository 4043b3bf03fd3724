"""The baseline as a pipeline: a spaCy model and the rules, from documents to documents."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import spacy
from spacy.tokens import Span
from spacy.util import filter_spans
from thinc.api import NumpyOps, set_current_ops
from threadpoolctl import threadpool_limits

from curation.documents.document import Document, Layer, Relation
from curation.errors import InputError, ModelError
from curation.preannotate import entities, paragraphs, relations
from curation.preannotate.component_relations import find_component_relations
from curation.preannotate.model_files import INSTALL_HINT, SpacyModel, locate_model
from curation.preannotate.name_shapes import SHAPE_TYPES
from curation.preannotate.parsed_article import ParsedArticle
from curation.preannotate.trained.candidates import Candidate, find_candidates
from curation.preannotate.trained.parts import TrainedParts, read_trained_parts
from curation.preannotate.type_names import RULE_TYPES, with_rule_names
from curation.schema import Schema


@dataclass(frozen=True)
class Pipeline:
    """
    A loaded spaCy model with the rules; *layer* names both. Without *has_rules*, the model says too little for them.

    The suggestions for a document depend on that document alone. Articles are parsed one by one,
    since in a batch the last bits of the model's numbers, and with them a close decision, may
    depend on the other articles.
    """

    nlp: Any
    layer: Layer
    trained: TrainedParts | None = None
    has_rules: bool = True

    def suggest(self, document: Document, schema: Schema) -> Document:
        """The document with suggested entities and relations, and the layer of this pipeline."""
        return self.suggest_batch([document], schema)[0]

    def suggest_batch(self, documents: Sequence[Document], schema: Schema) -> list[Document]:
        """As suggest, for each document; the memory that spaCy takes for their words is freed at the end."""
        with self.nlp.memory_zone():
            return [self._suggested(document, schema) for document in documents]

    def relate(self, document: Document, schema: Schema) -> Document:
        """
        The document with the rules' relations between its own entities, which stay as they are.

        Entities that don't begin and end with tokens of the model get no relation.
        """
        with self.nlp.memory_zone():
            rule_schema = self._rule_schema(schema)
            in_rule_names = rule_schema.with_current_names(document)
            doc = self._parse(document)
            article = ParsedArticle.of(doc, in_rule_names.entities)
            if rule_schema.model_relations is not None:
                # So that the model's component joins the document's own names.
                doc.ents = filter_spans(
                    Span(doc, one.start, one.end, label=one.label) for one in article.mentions
                )
                paragraphs.add_other_parts(self.nlp, doc)
            found = self._find_relations(article, rule_schema)
            related = schema.with_current_names(replace(in_rule_names, relations=found))
            return replace(document, relations=related.relations)

    def suggestible_types(self, schema: Schema) -> frozenset[str]:
        """The entity types of the schema that the model and the rules can suggest."""
        rule_schema = self._rule_schema(schema)
        labels = {label for listed in self.nlp.pipe_labels.values() for label in listed}
        suggestible = {
            rule_schema.type_by_model_label[label]
            for label in labels
            if label in rule_schema.type_by_model_label
        }
        if suggestible:
            suggestible |= SHAPE_TYPES
        if self.has_rules:
            suggestible |= RULE_TYPES
        return frozenset(
            schema.former_entity_names.get(name, name)
            for name in suggestible & frozenset(rule_schema.entities)
        )

    def _suggested(self, document: Document, schema: Schema) -> Document:
        doc = paragraphs.add_other_parts(self.nlp, self._parse(document))
        rule_schema = self._rule_schema(schema)
        found = entities.find_entities(doc, rule_schema, with_titles=self.has_rules)
        article = ParsedArticle.of(doc, found)
        suggested = replace(
            document,
            entities=tuple(mention.entity for mention in article.mentions),
            relations=self._find_relations(article, rule_schema),
            layer=self.layer,
        )
        return schema.with_current_names(suggested).with_numbered_entities()

    def find_candidates(self, document: Document, schema: Schema) -> tuple[Candidate, ...]:
        """
        The pairs of the document's own entities that a relation might join.

        Types are in the rules' names, in the document as in the pairs.
        """
        with self.nlp.memory_zone():
            article = ParsedArticle.of(self._parse(document), document.entities)
            return tuple(find_candidates(article, self._rule_schema(schema)))

    def _rule_schema(self, schema: Schema) -> Schema:
        """The schema with the rules' names, and with the labels that training gave the model."""
        rule_schema = with_rule_names(schema)
        return self.trained.with_labels(rule_schema) if self.trained else rule_schema

    def _find_relations(
        self, article: ParsedArticle, rule_schema: Schema
    ) -> tuple[Relation, ...]:
        found = relations.find_relations(article, rule_schema) if self.has_rules else ()
        stated = find_component_relations(article, rule_schema)
        found = relations.allowed_relations((*found, *stated), rule_schema)
        if self.trained is None:
            return found
        return self.trained.classifier.join(found, article, rule_schema)

    def _parse(self, document: Document) -> Any:
        if len(document.text) > self.nlp.max_length:
            raise InputError(
                f"{document.id}: the text has {len(document.text)} characters; the model reads at most {self.nlp.max_length}",
                hint="split the article",
            )
        return paragraphs.parse_paragraphs(self.nlp, document.text)


def load_pipeline(name: str | None = None) -> Pipeline:
    """
    The pipeline with the model *name*, which locate_model finds; without a name, the baseline.

    Raises ModelError where there is none, or where the model can't be loaded.
    """
    return load_located_model(locate_model(name))


def load_located_model(model: SpacyModel) -> Pipeline:
    """The pipeline with a model that locate_model found."""
    # This halves the time on a CPU: with these small matrices BLIS is the slower library, and a
    # second thread only waits for the first.
    set_current_ops(NumpyOps(use_blis=False))
    threadpool_limits(1, user_api="blas")
    try:
        nlp = spacy.blank(model.language) if model.is_blank else spacy.load(model.folder)
    except (OSError, ValueError, ImportError, KeyError, AttributeError) as error:
        raise ModelError(
            f"{model.layer.name} can't be loaded: {error}",
            hint=f"install the packages whose components the model has, or another model, as: {INSTALL_HINT}",
        ) from error
    trained = read_trained_parts(model.folder, model.recipe) if model.recipe else None
    return Pipeline(nlp, model.layer, trained, model.has_rules)
