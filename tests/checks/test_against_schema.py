"""Whether a document keeps to the schema."""

import pytest
from hypothesis import given
from samples import SCHEMA
from strategies import documents

from curation.checks.against_schema import check_document
from curation.documents.document import Document, Entity, Relation

BOB, IRAN, US = Entity(0, 3, "PERSON"), Entity(8, 12, "GPE"), Entity(14, 16, "GPE")
TEXT = "Bob and Iran, US."


@given(documents(SCHEMA))
def test_a_sound_document_has_no_problems(document):
    assert check_document(document, SCHEMA) == ()


@given(documents(SCHEMA))
def test_canonical_documents_stay_as_they_are(document):
    assert SCHEMA.canonical(document) == document


@pytest.mark.parametrize(
    ("entities", "relations", "what"),
    [
        pytest.param((Entity(0, 3, "PERS"),), (), "has the label 'PERS', which is no entity type", id="label"),
        pytest.param((BOB, IRAN), (Relation(BOB, IRAN, "likes"),), "'likes' is no relation", id="relation"),
        pytest.param(
            (BOB, IRAN), (Relation(IRAN, BOB, "holds_position"),),
            "holds_position may not join GPE to PERSON; holds_position joins PERSON → TITLE", id="signature",
        ),
        pytest.param(
            (IRAN, US), (Relation(US, IRAN, "meets_with"),), "must begin at the earlier entity",
            id="direction of a symmetric relation",
        ),
        pytest.param((BOB,), (Relation(BOB, IRAN, "supports"),), "not in the document", id="dangling"),
        pytest.param((Entity(0, 4, "PERSON"),), (), "white space", id="edge"),
        pytest.param((Entity(0, 99, "PERSON"),), (), "outside the text", id="outside"),
    ],
)  # fmt: skip
def test_a_problem_with_the_schema_is_reported(entities, relations, what):
    (problem,) = check_document(Document("d", TEXT, entities, relations), SCHEMA)

    assert what in problem.what
    assert problem.place.startswith("d, ")
