"""Whether a document keeps to the schema."""

from dataclasses import replace

import pytest
from hypothesis import given
from samples import SCHEMA
from strategies import documents

from curation.checks.against_schema import check_document
from curation.documents.document import Document, Entity, Relation

BOTH = replace(SCHEMA, same_words=frozenset({frozenset({"GPE", "ORG"})}))
BOB, IRAN, US = Entity(0, 3, "PERSON"), Entity(8, 12, "GPE"), Entity(14, 16, "GPE")
TEXT = "Bob and Iran, US."


@given(documents(SCHEMA))
def test_a_sound_document_has_no_problems(document):
    assert check_document(document, SCHEMA) == ()


@given(documents(BOTH))
def test_nor_has_one_with_two_types_on_the_same_words_where_the_schema_allows_the_pair(
    document,
):
    assert check_document(document, BOTH) == ()


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


def on_iran(*labels):
    return tuple(Entity(8, 12, label, label) for label in labels)


@pytest.mark.parametrize("schema", [SCHEMA, BOTH], ids=["no pair", "another pair"])
def test_two_types_on_the_same_words_are_one_problem(schema):
    (problem,) = check_document(Document("d", TEXT, (BOB, *on_iran("NORP", "GPE"))), schema)

    assert str(problem) == "d, 8..12: 'Iran' is marked as GPE and as NORP; keep one of them"


@pytest.mark.parametrize(
    ("labels", "problems"),
    [(["GPE", "ORG"], 0), (["GPE", "ORG", "LOC"], 1)],
    ids=["two", "three"],
)
def test_a_pair_that_the_schema_names_is_allowed(labels, problems):
    """Of three types, each pair must be named."""
    assert len(check_document(Document("d", TEXT, on_iran(*labels)), BOTH)) == problems


def test_nested_spans_stay_allowed():
    entities = (Entity(0, 16, "ORG"), Entity(8, 16, "GPE"), Entity(8, 12, "GPE"))

    assert check_document(Document("d", TEXT, entities), SCHEMA) == ()
