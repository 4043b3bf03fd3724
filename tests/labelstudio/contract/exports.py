"""The export: all of a project, as it was stored."""

import json
import uuid

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from labelstudio.contract.samples import MODEL, document, imported
from samples import SCHEMA
from strategies import documents

from curation.labelstudio.pull.read_result import read_result
from curation.labelstudio.tasks import (
    article_in_task,
    to_result,
    to_task,
    to_task_json,
)
from curation.schema.labeling import labeling_xml


def test_an_annotation_is_exported_with_what_it_started_from(studio, project):
    tasks = imported(studio, project, document(1), document(2))
    studio.annotate(tasks["doc-1"].id, to_result(document(1), SCHEMA)[:2])

    (task,) = studio.export(project.id)
    (annotation,) = task["annotations"]
    assert task["id"] == tasks["doc-1"].id
    assert task["data"] == to_task(document(1), SCHEMA)["data"]
    assert annotation["result"] == to_result(document(1), SCHEMA)[:2]
    assert annotation["was_cancelled"] is False
    assert annotation["completed_by"] in studio.accounts()
    (listed,) = studio.tasks(project.id, doc_ids=["doc-1"])
    assert task["updated_at"] == listed.updated_at
    assert annotation["prediction"]["model_version"] == str(MODEL)
    assert annotation["prediction"]["result"] == to_result(document(1), SCHEMA)
    assert [t["id"] for t in studio.export(project.id, [task["id"]])] == [task["id"]]
    assert list(studio.export(project.id, [tasks["doc-2"].id])) == []


def test_keys_that_we_dont_know_come_back(studio, project):
    """As the editor's next version may have them."""
    tasks = imported(studio, project, document(1))
    result = [one | {"notes": "new"} for one in to_result(document(1), SCHEMA)]
    studio.annotate(tasks["doc-1"].id, result)

    (task,) = studio.export(project.id)
    assert task["annotations"][0]["result"] == result


@pytest.mark.parametrize("between", [5, 40], ids=["dense", "sparse"])
def test_an_export_of_all_is_of_this_project_alone(studio, project, between):
    """However many tasks of other projects lie between its own."""
    other = studio.create_project(f"contract {uuid.uuid4()}", labeling_xml(SCHEMA), "")
    imported(studio, project, document(0), document(1))
    others = imported(studio, other, *(document(n) for n in range(between)))
    tasks = imported(studio, project, document(2))
    for task in (tasks["doc-0"], tasks["doc-2"], others["doc-4"]):
        studio.annotate(task.id, [])

    exported = [task["data"]["doc_id"] for task in studio.export(project.id)]

    assert exported == ["doc-0", "doc-2"]
    assert studio.find_project(project.title).submitted == 2


def test_nothing_at_all_is_exported_of_a_project_without_tasks(studio, project):
    assert list(studio.export(project.id)) == []
    assert list(studio.export(project.id, [])) == []


def drawn(number):
    """As many documents as asked for, the same in every run."""
    found = []

    @given(st.lists(documents(SCHEMA, st.uuids().map(str)), min_size=10, max_size=10))
    @settings(
        max_examples=number // 10, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), deadline=None,
    )  # fmt: skip
    def draw(some):
        found.extend(some)

    draw()
    return list({one.id: one for one in found}.values())


def test_generated_documents_come_back_exactly(studio, project):
    """The strategies' whole zoo, as a suggestion and as an annotation, through the server."""
    given = drawn(100)
    studio.import_tasks(project.id, [to_task_json(one, SCHEMA) for one in given])
    tasks = {task.doc_id: task.id for task in studio.tasks(project.id)}
    for one in given:
        studio.annotate(tasks[one.id], to_result(one, SCHEMA))

    exported = {task["data"]["doc_id"]: task for task in studio.export(project.id)}
    assert len(given) > 50
    assert exported.keys() == {one.id for one in given}
    for one in given:
        bare, problems = article_in_task(exported[one.id]["data"], one.id)
        (annotation,) = exported[one.id]["annotations"]
        assert problems == []
        reading = read_result(bare, annotation["result"], one.layer, SCHEMA)
        assert reading.problems == ()
        assert reading.document == one
        assert json.dumps(reading.document.to_json()) == json.dumps(one.to_json())
