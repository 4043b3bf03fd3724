"""Lists of tasks: all, or by document, number or time; totals, and what moves a task in time."""

import uuid

import pytest
from labelstudio.contract.samples import MODEL, begin, document, imported
from samples import SCHEMA

from curation.errors import StudioError
from curation.labelstudio.server import server_calls
from curation.labelstudio.server.port import ProjectTotals
from curation.labelstudio.tasks import (
    to_prediction,
    to_task_json,
)
from curation.schema.labeling import labeling_xml


def test_tasks_are_listed_all_or_by_document(studio, project):
    tasks = imported(studio, project, *(document(n) for n in range(5)))

    some = list(studio.tasks(project.id, doc_ids=["doc-1", "doc-3", "doc-99"]))
    assert sorted(tasks) == [f"doc-{n}" for n in range(5)]
    assert {task.doc_id for task in some} == {"doc-1", "doc-3"}
    assert studio.task_ids(project.id) == {task.id for task in tasks.values()}
    assert studio.find_project(project.title).tasks == 5
    for number in range(5):
        task = tasks[f"doc-{number}"]
        assert task.text_sha256 == document(number).text_sha256
        assert (task.annotations, task.draft) == (0, False)


def test_tasks_are_listed_by_number_too(studio, project):
    tasks = imported(studio, project, *(document(n) for n in range(3)))
    wanted = [tasks["doc-2"].id, tasks["doc-0"].id, 999_999]

    found = list(studio.tasks(project.id, numbers=wanted))

    assert {task.doc_id for task in found} == {"doc-0", "doc-2"}
    assert list(studio.tasks(project.id, numbers=[])) == []


def test_a_list_of_many_pages_is_whole(studio, project, monkeypatch):
    """Also where tasks at its beginning are deleted while it goes on."""
    tasks = imported(studio, project, *(document(n) for n in range(7)))
    monkeypatch.setattr(server_calls, "PAGE_TASKS", 3)

    found = []
    for task in studio.tasks(project.id):
        found.append(task.doc_id)
        if len(found) == 2:
            studio.delete_task(tasks["doc-0"].id)
            studio.delete_task(tasks["doc-1"].id)

    assert found == [f"doc-{n}" for n in range(7)]
    assert studio.task_ids(project.id) == {tasks[f"doc-{n}"].id for n in range(2, 7)}


def test_tasks_are_numbered_in_the_order_they_came(studio, project):
    imported(studio, project, document(0))
    (first,) = studio.task_ids(project.id)
    studio.import_tasks(project.id, [to_task_json(document(n), SCHEMA) for n in (3, 1, 2)])

    found = {task.id: task.doc_id for task in studio.tasks(project.id)}
    document_of_first, numbers = studio.tasks_after(project.id, first)
    assert document_of_first == "doc-3"
    assert [found[number] for number in numbers] == ["doc-3", "doc-1", "doc-2"]
    assert studio.tasks_after(project.id, numbers[-1]) == ("", range(0))


def test_numbers_end_before_the_last_task_where_another_came_in_between(studio, project):
    other = studio.create_project(f"other {uuid.uuid4()}", labeling_xml(SCHEMA), "")
    for number, one in enumerate((project, other, project)):
        imported(studio, one, document(number))

    _, numbers = studio.tasks_after(project.id, 0)
    assert max(numbers) < max(studio.task_ids(project.id))


def test_whatever_a_push_relies_on_changes_the_totals(studio, project, request):
    """But for drafts: whoever relies on the totals has to ask for these."""
    seen = [studio.totals(project.id)]

    def moved():
        seen.append(studio.totals(project.id))
        return seen[-1] != seen[-2]

    tasks = imported(studio, project, document(1), document(2))
    one, two = (tasks[name].id for name in ("doc-1", "doc-2"))
    assert moved()
    assert not moved()
    again = to_prediction(document(1), SCHEMA)
    studio.import_predictions(project.id, [(one, again)])
    assert moved()
    studio.delete_predictions([max(p.id for p in studio.predictions(project.id))])
    assert moved()
    studio.annotate(one, [])
    assert moved()
    begin(studio, request, two)
    assert not moved()
    studio.delete_task(two)
    assert moved()
    assert (seen[-1].tasks, seen[-1].last_task) == (1, one)
    assert [(version, count) for version, count, _ in seen[-1].suggestions] == [(str(MODEL), 1)]
    assert studio.suggestion_totals(project.id) == seen[-1].suggestions
    assert seen[0] == ProjectTotals()


def test_changes_can_be_asked_for_up_to_a_task(studio, project):
    tasks = imported(studio, project, document(1), document(2))
    since = tasks["doc-1"].updated_at

    found = studio.tasks(project.id, since=since, upto=tasks["doc-1"].id)
    assert [task.doc_id for task in found] == ["doc-1"]


def test_an_annotation_moves_its_task_in_time_and_nothing_else(studio, project):
    before = imported(studio, project, *(document(n) for n in range(3)))
    newest = max(task.updated_at for task in before.values())
    studio.annotate(before["doc-1"].id, [])

    changed = [
        task for task in studio.tasks(project.id, since=newest) if task.updated_at > newest
    ]
    assert [(task.doc_id, task.annotations) for task in changed] == [("doc-1", 1)]
    assert changed[0].created_at < changed[0].updated_at
    assert studio.last_change(project.id) == changed[0].updated_at


def test_before_the_first_task_there_is_no_moment(studio, project):
    assert studio.last_change(project.id) == ""


def test_since_takes_in_its_own_moment(studio, project):
    """Two changes in one microsecond must not hide one another."""
    tasks = imported(studio, project, document(1))

    (found,) = studio.tasks(project.id, since=tasks["doc-1"].updated_at)
    assert found.doc_id == "doc-1"


def test_a_deleted_task_is_gone(studio, project):
    tasks = imported(studio, project, document(1), document(2))
    studio.delete_task(tasks["doc-1"].id)

    assert studio.task_ids(project.id) == {tasks["doc-2"].id}
    with pytest.raises(StudioError):
        studio.delete_task(tasks["doc-1"].id)
