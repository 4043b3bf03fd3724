"""Label Studio's JSON, of our own projects and of others'."""

import json

import pytest
from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation
from curation.errors import InputError, Problems
from curation.formats import labelstudio
from curation.formats.labelstudio import read_labelstudio, write_labelstudio
from curation.formats.losses import Losses

BOB, AL = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
DOCUMENT = Document("d", "Bob met Al", (BOB, AL), (Relation(BOB, AL, "meets_with"),))
MODEL = Layer("model", "m", "1", "w", "r")


def tasks_of(*some):
    parts = write_labelstudio(some, SCHEMA, Losses())
    return json.loads(b"".join(part.content for part in parts))


def read(path, tasks):
    path.write_text(json.dumps(tasks))
    losses, problems = Losses(), Problems()
    found = list(read_labelstudio(path, SCHEMA, losses, problems))
    return found, losses, [str(one).replace(f"{path.parent}/", "") for one in problems.shown]


def test_a_models_work_is_suggested_and_other_work_is_an_annotation():
    suggested = Document(**{**as_fields(DOCUMENT), "layer": MODEL})
    article = Document("e", "Nobody annotated this.")

    first, second, third = tasks_of(DOCUMENT, suggested, article)

    assert "predictions" not in first
    assert len(first["annotations"][0]["result"]) == 3
    assert second["predictions"][0]["model_version"] == str(MODEL)
    assert third.keys() == {"data"}
    assert tasks_of() == []


def as_fields(document):
    return {name: getattr(document, name) for name in Document.__slots__}


def region(identity, start, end, label, **more):
    value = {"start": start, "end": end, "text": "?", "labels": [label]}
    return {"id": identity, "type": "labels", "from_name": "ner", "value": value, **more}


def test_other_projects_are_read_with_their_annotators(tmp_path):
    arrow = {
        "type": "relation",
        "from_id": "a",
        "to_id": "b",
        "direction": "left",
        "labels": ["supports"],
    }
    result = [region("a", 0, 3, "ORG"), region("b", 8, 10, "PERSON"), arrow, {"type": "rating"}]
    annotations = [
        {"id": 1, "result": result, "completed_by": {"id": 3, "email": "al@example.org"}},
        {"id": 2, "result": [], "completed_by": 4},
        {"id": 3, "result": [], "was_cancelled": True},
    ]
    prediction = {"result": [], "model_version": "m"}
    task = {
        "id": 7,
        "data": {"text": "Bob met Al"},
        "annotations": annotations,
        "predictions": [prediction, 17],
    }

    found, losses, problems = read(tmp_path / "p.json", [task])

    assert problems == []
    assert [(one.document.id, one.annotator) for one in found] == [
        ("task-7", "al@example.org"),
        ("task-7", "account 4"),
    ]
    head, tail = Entity(8, 10, "PERSON"), Entity(0, 3, "ORG")
    assert found[0].document.relations == (Relation(head, tail, "supports"),)
    assert losses.counts == {
        labelstudio.SKIPPED: 1,
        labelstudio.UNUSED: 1,
        labelstudio.ONLY_NUMBERS: 1,
        labelstudio.OTHER_REGIONS: 1,
    }


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ([region("a", 0, 99, "ORG")], "p.json, task 1: d, 0..99: the span is empty, reversed or outside the text (0..10)"),
        ([region("a", 0, 3, "ORG") | {"value": {"start": 0, "end": 3, "labels": ["A", "B"]}}], "p.json, task 1: the region 'a' has 2 labels; one is allowed"),
        ([region("a", 0, 3, "ORG"), region("b", 8, 10, "ORG"), {"type": "relation", "from_id": "a", "to_id": "b", "direction": "bi", "labels": ["supports"]}], "p.json, task 1: an arrow points both ways, but 'supports' has a direction"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_task(tmp_path, result, said):
    task = {"data": {"doc_id": "d", "text": "Bob met Al"}, "annotations": [{"result": result}]}

    assert read(tmp_path / "p.json", [task])[2] == [said]


@pytest.mark.parametrize("content", ["{}", "[", '[{"data": {"meta": {"x": NaN}}}]'])
def test_what_is_no_list_of_tasks_is_a_sentence(tmp_path, content):
    path = tmp_path / "p.json"
    path.write_text(content)

    with pytest.raises(InputError, match=r"p\.json: "):
        list(read_labelstudio(path, SCHEMA, Losses(), Problems()))
