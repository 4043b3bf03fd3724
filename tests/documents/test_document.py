"""A document is a value, and one JSON line carries it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import documents

from curation.documents.document import (
    BY_BOTH,
    Document,
    Entity,
    Layer,
    Relation,
    check_structure,
)
from curation.documents.interchange import parse_document
from curation.documents.stream import DocumentsFile
from curation.errors import InputError
from curation.strict_json import parse_object

BOB, ALICE = Entity(0, 3, "PERSON", "a"), Entity(8, 13, "PERSON", "b")
TEXT = "Bob met Alice."


@given(documents(SCHEMA))
def test_a_document_survives_its_json_line(document):
    """Ids and scores too, which don't count when comparing."""
    again, problems = parse_document(parse_object(document.to_line()), "here")

    assert problems == []
    assert again == document
    assert again.to_line() == document.to_line()


def test_what_made_a_relation_survives_and_does_not_count():
    plain = Relation(BOB, ALICE, "supports")
    made = replace(plain, score=0.75, made_by=BY_BOTH)
    document = Document("d", TEXT, (BOB, ALICE), (made,))

    again, problems = parse_document(parse_object(document.to_line()), "here")

    assert problems == []
    assert made == plain
    assert [(one.score, one.made_by) for one in again.relations] == [(0.75, "both")]
    assert '"score"' not in replace(document, relations=(plain,)).to_line()
    turned = SCHEMA.canonical_relation(Relation(ALICE, BOB, "meets_with", 0.5, BY_BOTH))
    assert (turned.head, turned.score, turned.made_by) == (BOB, 0.5, "both")


@given(documents(SCHEMA))
def test_a_json_line_is_one_line(document):
    assert "\n" not in document.to_line()


def test_identity_is_meaning():
    """Two annotators who marked the same words made the same entity."""
    assert Entity(0, 3, "PERSON", "a", 0.9) == Entity(0, 3, "PERSON", "zz")
    assert Document("d", TEXT, (ALICE, BOB)) == Document("d", TEXT, (BOB, ALICE))


def test_numbering_follows_the_text():
    document = Document(
        "d", TEXT, (ALICE, BOB), (Relation(ALICE, BOB, "supports"),)
    ).with_numbered_entities()

    assert [entity.id for entity in document.entities] == ["e1", "e2"]
    assert (document.relations[0].head.id, document.relations[0].tail.id) == ("e2", "e1")


@pytest.mark.parametrize(
    "layer",
    [
        Layer("model", "en_core_web_sm", "3.8.0", "cd93e9ca9126", "1a2b3c4d"),
        Layer("model", "mine"),
        Layer("model", "a-b@c+d.e", "1.0", "w", "r"),
    ],
)
def test_a_model_is_known_again_by_its_line(layer):
    """The line is all that Label Studio keeps of a model."""
    assert Layer.parse_model(str(Layer.parse_model(str(layer)))) == Layer.parse_model(
        str(layer)
    )
    assert str(Layer.parse_model(str(layer))) == str(layer)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        pytest.param({"id": 7}, "'id' of the document must be a string", id="id not a string"),
        pytest.param({"id": ""}, "'id' of the document must be", id="id empty"),
        pytest.param({"text": None}, "'text' of the document must be", id="text null"),
        pytest.param({"extra": 1}, "unknown key 'extra'", id="unknown key"),
        pytest.param({"text": "a\ud800b"}, "half a character", id="lone surrogate"),
        pytest.param({"text": "a\0b" + TEXT}, "a NUL character", id="NUL"),
        pytest.param({"entities": {}}, "'entities' must be a list", id="entities not a list"),
        pytest.param({"entities": [1]}, "'entities' must hold objects", id="entity no object"),
        pytest.param({"meta": []}, "'meta' must be an object", id="meta no object"),
        pytest.param({"meta": {"a": {}}}, "'a' in 'meta' must be", id="meta nested"),
        pytest.param({"layer": {"kind": "me"}}, "'kind' of the layer", id="layer of no kind"),
        pytest.param({"layer": {}}, "the layer has no 'kind'", id="layer empty"),
    ],
)
def test_a_document_of_another_form_is_refused(change, what):
    document, problems = parse_document({"id": "d", "text": TEXT} | change, "x.jsonl:1")

    assert document is None
    assert all(problem.place == "x.jsonl:1" for problem in problems)
    assert what in str(problems[0])


@pytest.mark.parametrize(
    ("change", "what"),
    [
        pytest.param(
            {"start": "0"}, "'start' of the entity 'a' must be an integer", id="a string"
        ),
        pytest.param(
            {"start": 0.0}, "'start' of the entity 'a' must be an integer", id="a float"
        ),
        pytest.param(
            {"start": True}, "'start' of the entity 'a' must be an integer", id="a bool"
        ),
        pytest.param({"start": 3}, "empty, reversed or outside", id="empty"),
        pytest.param({"start": 5}, "empty, reversed or outside", id="reversed"),
        pytest.param({"start": -1}, "empty, reversed or outside", id="negative"),
        pytest.param({"end": 99}, "empty, reversed or outside", id="outside"),
        pytest.param({"end": 10**30}, "empty, reversed or outside", id="far outside"),
        pytest.param({"end": 4}, "begins or ends with white space", id="white space"),
        pytest.param({"label": ""}, "'label' of the entity 'a' must be", id="no label"),
        pytest.param(
            {"score": "1"}, "'score' of the entity 'a' must be a number", id="score text"
        ),
        pytest.param(
            {"score": None}, "'score' of the entity 'a' must be a number", id="score null"
        ),
        pytest.param({"text": "Bob"}, "unknown key 'text'", id="unknown key"),
    ],
)
def test_a_bad_span_is_refused(change, what):
    entity = {"id": "a", "start": 0, "end": 3, "label": "PERSON"} | change
    document, problems = parse_document({"id": "d", "text": TEXT, "entities": [entity]}, "1")

    assert document is None
    assert what in str(problems[0])


@pytest.mark.parametrize(
    ("relation", "what"),
    [
        pytest.param(
            {"head": "a", "tail": "z", "label": "x"}, "'z', which is no entity", id="dangling"
        ),
        pytest.param(
            {"head": "a", "tail": "b", "label": "x", "score": "1"},
            "'score' of the relation",
            id="score text",
        ),
        pytest.param(
            {"head": "a", "tail": "b", "label": "x", "made_by": "me"},
            "must be one of rules, classifier, both",
            id="maker",
        ),
        pytest.param({"head": "a", "tail": "a", "label": "x"}, "with itself", id="to itself"),
        pytest.param({"head": "a", "tail": "b"}, "has no 'label'", id="without label"),
        pytest.param(
            {"head": 1, "tail": "b", "label": "x"}, "'head' of the relation", id="number"
        ),
    ],
)
def test_a_bad_relation_is_refused(relation, what):
    form = Document("d", TEXT, (BOB, ALICE)).to_json() | {"relations": [relation]}
    document, problems = parse_document(form, "1")

    assert document is None
    assert what in str(problems[0])


def test_all_bad_lines_of_a_file_are_reported_at_once(tmp_path):
    """The first 20 in full, the rest counted; the good lines came through before."""
    path = tmp_path / "many.jsonl"
    good = json.dumps({"id": "d", "text": TEXT})
    path.write_text("\n".join([good, good, *["{"] * 29]) + "\n")
    read = []

    with pytest.raises(InputError) as caught:
        read.extend(DocumentsFile(path))

    lines = str(caught.value).splitlines()
    assert lines[0] == f"{path}:2: duplicate id 'd', first in {path}:1"
    assert lines[1].startswith(f"{path}:3: not JSON")
    assert lines[20:] == ["… and 10 more"]


def test_a_sound_document_has_no_structural_problems():
    assert (
        check_structure(Document("d", TEXT, (BOB, ALICE), (Relation(BOB, ALICE, "x"),))) == ()
    )


def test_duplicate_entities_and_relations_are_problems():
    again = Entity(0, 3, "PERSON", "c")
    twice = Document("d", TEXT, (BOB, again, ALICE), (Relation(BOB, ALICE, "x"),) * 2)

    assert [problem.what for problem in check_structure(twice)] == [
        "duplicate entity: the same span is PERSON twice",
        "duplicate relation x",
    ]


spans = st.tuples(st.integers(0, 3), st.integers(4, 6), st.sampled_from("AB"))


@given(st.lists(spans, max_size=5), st.data())
def test_entities_and_relations_are_sorted_however_they_come(marked, data):
    entities = tuple(Entity(*span) for span in marked)
    ends = st.sampled_from(entities) if entities else st.nothing()
    relations = tuple(
        data.draw(st.lists(st.builds(Relation, ends, ends, st.sampled_from("rs"))))
    )

    document = Document("d", "A B C D", entities, relations)

    assert document.entities == tuple(sorted(entities))
    assert document.relations == tuple(sorted(relations))
