"""Suggestions: kept as sent, shown, rewritten and removed."""

import uuid

import pytest
from labelstudio.contract.samples import MODEL, OTHER, document, imported
from samples import SCHEMA

from curation.errors import StudioError
from curation.labelstudio.server import export_pages as portions
from curation.labelstudio.tasks import (
    to_prediction,
    to_result,
)
from curation.schema.labeling import labeling_xml


def test_the_first_suggestions_are_shown_and_others_can_be(studio, project):
    tasks = imported(studio, project, document(1))
    task = tasks["doc-1"].id
    studio.import_predictions(project.id, [(task, to_prediction(document(1, OTHER), SCHEMA))])

    assert studio.find_project(project.title).model_version == str(MODEL)
    studio.update_project(project.id, model_version=str(OTHER))
    assert studio.find_project(project.title).model_version == str(OTHER)
    with pytest.raises(StudioError):
        studio.update_project(project.id, model_version="never heard of")
    studio.update_project(project.id, model_version="")
    assert studio.find_project(project.title).model_version == ""


def test_suggestions_are_kept_as_sent_and_can_be_removed(studio, project):
    tasks = imported(studio, project, document(1), document(2))
    task = tasks["doc-1"].id
    studio.import_predictions(project.id, [(task, to_prediction(document(1, OTHER), SCHEMA))])

    found = [one for one in studio.predictions(project.id) if one.task == task]
    assert sorted(one.model_version for one in found) == sorted([str(MODEL), str(OTHER)])
    assert all(one.result == to_result(document(1), SCHEMA) for one in found)

    studio.delete_predictions([one.id for one in found])
    studio.delete_predictions([found[0].id])
    assert {one.task for one in studio.predictions(project.id)} == {tasks["doc-2"].id}


def test_all_suggestions_come_whole_in_portions(studio, project, monkeypatch):
    """Also of a task that has several, and none of another project's."""
    other = studio.create_project(f"other {uuid.uuid4()}", labeling_xml(SCHEMA), "")
    monkeypatch.setattr(portions, "FIRST_PAGE_TASKS", 2)
    for number in range(3):
        imported(studio, project, document(2 * number), document(2 * number + 1, layer=None))
        imported(studio, other, document(number))
    tasks = {task.doc_id: task.id for task in studio.tasks(project.id)}
    studio.import_predictions(
        project.id, [(tasks["doc-2"], to_prediction(document(2, OTHER), SCHEMA))]
    )

    found = list(studio.predictions(project.id))

    assert sorted((one.task, one.model_version) for one in found) == sorted(
        [
            *((tasks[f"doc-{n}"], str(MODEL)) for n in (0, 2, 4)),
            (tasks["doc-2"], str(OTHER)),
        ]
    )
    assert all(one.result == to_result(document(0), SCHEMA) for one in found)
    assert sorted(found, key=lambda one: one.id) == sorted(
        studio.predictions(project.id, list(tasks.values())), key=lambda one: one.id
    )


def test_suggestions_of_some_tasks_are_theirs_alone(studio, project):
    tasks = imported(studio, project, *(document(n) for n in range(3)))
    some = [tasks["doc-0"].id, tasks["doc-2"].id]

    assert sorted(one.task for one in studio.predictions(project.id, some)) == sorted(some)
    assert list(studio.predictions(project.id, [])) == []


def test_each_task_is_told_with_the_models_that_suggested_something(studio, project):
    bare = document(3).without_annotations()
    tasks = imported(studio, project, document(1), document(2, OTHER), bare)
    studio.import_predictions(
        project.id, [(tasks["doc-1"].id, to_prediction(document(1, OTHER), SCHEMA))]
    )

    assert studio.suggested_by(project.id) == {
        tasks["doc-1"].id: {str(MODEL), str(OTHER)},
        tasks["doc-2"].id: {str(OTHER)},
    }


def test_a_suggestion_that_is_rewritten_is_of_another_model_and_moves_its_task(studio, project):
    before = imported(studio, project, document(0), document(1))
    newest = max(task.updated_at for task in before.values())
    (one,) = studio.predictions(project.id, [before["doc-1"].id])
    less = to_result(document(1), SCHEMA)[:1]

    studio.rewrite("predictions", one.id, less, model_version=str(OTHER))

    (after,) = studio.predictions(project.id, [before["doc-1"].id])
    assert (after.id, after.model_version, after.result) == (one.id, str(OTHER), less)
    assert {version for version, _, _ in studio.totals(project.id).suggestions} == {
        str(MODEL), str(OTHER)
    }  # fmt: skip
    moved = [t for t in studio.tasks(project.id, since=newest) if t.updated_at > newest]
    assert [task.doc_id for task in moved] == ["doc-1"]
