"""Whether a document keeps to the schema."""

from dataclasses import replace

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


def test_a_symmetric_relation_may_begin_at_either_end():
    drawn = Document("d", TEXT, (IRAN, US), (Relation(US, IRAN, "meets_with"),))

    assert check_document(drawn, SCHEMA) == ()
    assert SCHEMA.canonical(drawn).relations == (Relation(IRAN, US, "meets_with"),)


@pytest.mark.parametrize("turned", [False, True])
def test_a_symmetric_relation_of_two_types_is_turned_to_its_signature(turned):
    """PERSON ↔ GPE, where the text names the GPE first."""
    kind = replace(SCHEMA.relations["meets_with"], head=("PERSON",), tail=("GPE",))
    schema = replace(SCHEMA, relations={**SCHEMA.relations, "meets_with": kind})
    gpe, person = Entity(0, 3, "GPE"), Entity(8, 12, "PERSON")
    ends = (person, gpe) if turned else (gpe, person)
    drawn = Document("d", TEXT, (gpe, person), (Relation(*ends, "meets_with"),))

    assert check_document(drawn, schema) == ()
    assert schema.canonical(drawn).relations == (Relation(person, gpe, "meets_with"),)
    assert check_document(schema.canonical(drawn), schema) == ()


def test_a_symmetric_relation_said_both_ways_is_one():
    both = (Relation(US, IRAN, "meets_with"), Relation(IRAN, US, "meets_with"))

    assert SCHEMA.canonical(Document("d", TEXT, (IRAN, US), both)).relations == both[1:]


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
        pytest.param((BOB,), (Relation(BOB, IRAN, "supports"),), "not in the document", id="dangling"),
        pytest.param((Entity(0, 4, "PERSON"),), (), "white space", id="edge"),
        pytest.param((Entity(0, 99, "PERSON"),), (), "outside the text", id="outside"),
    ],
)  # fmt: skip
def test_a_problem_with_the_schema_is_reported(entities, relations, what):
    (problem,) = check_document(Document("d", TEXT, entities, relations), SCHEMA)

    assert what in problem.what
    assert problem.place.startswith("d, ")
