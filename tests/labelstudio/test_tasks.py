"""A document goes to Label Studio and comes back the same."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from samples import SCHEMA
from strategies import documents

from curation.documents.document import Document, Entity, Relation
from curation.labelstudio.pull.read_result import read_result
from curation.labelstudio.tasks import article_in_task, to_result, to_task

TEXT = "Bob of Iran met Al of the US. "
BOB, IRAN = Entity(0, 3, "PERSON", "a"), Entity(7, 11, "GPE", "b")
AL, US = Entity(16, 18, "PERSON", "c"), Entity(26, 28, "GPE", "d")
BARE = Document("doc", TEXT)


def through_json(value):
    return json.loads(json.dumps(value))


@given(documents(SCHEMA))
def test_a_document_survives_the_round_trip(document):
    """Text, spans, relations, scores, ids and meta, emoji and all."""
    task = through_json(to_task(document, SCHEMA))
    bare, problems = article_in_task(task["data"], "here")
    reading = read_result(
        bare, through_json(to_result(document, SCHEMA)), document.layer, SCHEMA
    )

    assert problems == []
    assert bare == document.without_annotations()
    assert reading.problems == ()
    assert reading.document == document
    assert (reading.trimmed, reading.repetitions) == ((), 0)
    assert [e.score for e in reading.document.entities] == [e.score for e in document.entities]


@given(documents(SCHEMA))
def test_no_two_arrows_join_one_ordered_pair(document):
    """Label Studio would keep the first and drop the others."""
    arrows = [r for r in to_result(document, SCHEMA) if r["type"] == "relation"]
    pairs = [(arrow["from_id"], arrow["to_id"]) for arrow in arrows]

    assert len(pairs) == len(set(pairs))


def test_two_relations_on_one_pair_are_two_labels_of_one_arrow():
    document = Document(
        "doc", TEXT, (BOB, AL), (Relation(BOB, AL, "supports"), Relation(BOB, AL, "meets_with"))
    )
    arrow = to_result(document, SCHEMA)[-1]

    assert arrow["labels"] == ["meets_with", "supports"]
    assert arrow["direction"] == "right"


def test_an_arrow_without_a_direction_points_both_ways():
    """As annotators see it."""
    document = Document("doc", TEXT, (BOB, AL), (Relation(BOB, AL, "meets_with"),))

    assert to_result(document, SCHEMA)[-1]["direction"] == "bi"


def test_entities_that_share_an_id_get_one_each():
    same = [replace(one, id="a") for one in (BOB, AL)]
    document = Document("doc", TEXT, tuple(same), (Relation(*same, "meets_with"),))

    *regions, arrow = to_result(document, SCHEMA)

    assert len({region["id"] for region in regions}) == 2
    assert [arrow["from_id"], arrow["to_id"]] == [region["id"] for region in regions]


def test_an_arrow_has_the_ids_of_its_ends_whatever_it_was_made_with():
    other = replace(BOB, id="zz")
    document = Document("doc", TEXT, (BOB, AL), (Relation(other, AL, "meets_with"),))

    *regions, arrow = to_result(document, SCHEMA)

    assert [arrow["from_id"], arrow["to_id"]] == [region["id"] for region in regions]
    with pytest.raises(KeyError):
        to_result(replace(document, entities=(AL,)), SCHEMA)


def test_a_document_without_a_title_is_headed_by_its_id():
    data = to_task(replace(BARE, meta={}), SCHEMA)["data"]

    assert (data["title"], data["byline"]) == (BARE.id, BARE.id)


def test_no_key_of_the_task_is_named_source():
    task = to_task(replace(BARE, meta={"source": "x", "src": "Wikinews"}), SCHEMA)

    assert "source" not in task["data"]
    assert task["data"]["meta"] == {"source": "x", "src": "Wikinews"}


def test_a_task_with_another_text_is_refused():
    data = to_task(BARE, SCHEMA)["data"] | {"text": "changed by somebody"}
    document, problems = article_in_task(data, "task 7")

    assert document is None
    assert "not the text that was pushed" in problems[0].what
