"""The real model, loaded once, and a short way to write a sentence with its entities."""

import re
from collections.abc import Callable

import pytest
from samples import DEVELOPMENT_ARTICLES, SCHEMA

from curation.articles import read_articles
from curation.checks.against_schema import check_document
from curation.documents.document import Document, Entity
from curation.preannotate.pipeline import Pipeline, load_pipeline
from curation.schema import Schema

_MARK = re.compile(r"([A-Z]+)\[([^\]]+)\]")

RelationsIn = Callable[[str], set[str]]


@pytest.fixture(scope="session", name="schema")
def _schema() -> Schema:
    return SCHEMA


@pytest.fixture(scope="session", name="pipeline")
def _pipeline() -> Pipeline:
    return load_pipeline()


@pytest.fixture(scope="session", name="articles")
def _articles() -> tuple[Document, ...]:
    return tuple(read_articles(DEVELOPMENT_ARTICLES))


@pytest.fixture(scope="session", name="suggested")
def _suggested(pipeline, schema, articles) -> tuple[Document, ...]:
    return tuple(pipeline.suggest(article, schema) for article in articles)


@pytest.fixture(scope="session", name="marked")
def _marked() -> Callable[[str], Document]:
    """``GPE[Russia] backs PERSON[Assad]`` as a document with two entities."""

    def marked(sentence: str) -> Document:
        text, entities, at = "", [], 0
        for mark in _MARK.finditer(sentence):
            text += sentence[at : mark.start()]
            entities.append(Entity(len(text), len(text) + len(mark[2]), mark[1]))
            text += mark[2]
            at = mark.end()
        return Document("sentence", text + sentence[at:], tuple(entities))

    return marked


@pytest.fixture(scope="session", name="relations_in")
def _relations_in(pipeline, schema, marked) -> RelationsIn:
    """The relations of a marked sentence, each as ``Russia supports Assad``."""

    def relations_in(sentence: str) -> set[str]:
        document = pipeline.relate(marked(sentence), schema)
        assert check_document(document, schema) == ()
        words = document.words
        return {f"{words(r.head)} {r.label} {words(r.tail)}" for r in document.relations}

    return relations_in


@pytest.fixture(scope="session", name="entities_in")
def _entities_in(pipeline, schema) -> Callable[[str], list[str]]:
    """The entities that are suggested for a text, each as ``PERSON Assad``."""

    def entities_in(text: str) -> list[str]:
        document = pipeline.suggest(Document("text", text), schema)
        return [f"{e.label} {document.words(e)}" for e in document.entities]

    return entities_in
