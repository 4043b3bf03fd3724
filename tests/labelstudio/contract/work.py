"""Drafts and annotations: what is seen of people's work, and rewritten."""

from labelstudio.contract.samples import MODEL, begin, document, imported
from rest_calls import call
from samples import SCHEMA

from curation.labelstudio.pull.annotation_people import AnnotatorNames
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.server.port import studio_link
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.status import project_status
from curation.labelstudio.tasks import (
    to_result,
)
from curation.localserver.accounts import add_user


def test_a_draft_is_seen_but_not_exported(studio, project, request):
    tasks = imported(studio, project, document(1), document(2))
    begin(studio, request, tasks["doc-1"].id)

    drafts = {task.doc_id: task.draft for task in studio.tasks(project.id)}
    assert drafts == {"doc-1": True, "doc-2": False}
    assert studio.tasks_with_drafts(project.id) == {tasks["doc-1"].id}
    assert list(studio.export(project.id)) == []


def how_far(studio, project):
    return project_status(
        studio,
        SCHEMA,
        title=project.title,
        names=AnnotatorNames(pseudonym=lambda *_: "p", kind=lambda _: "person"),
    )


def test_changes_of_what_was_submitted_are_seen_until_they_are_submitted(
    studio, project, request
):
    """They come with the annotation; a draft of nothing submitted is another thing."""
    tasks = imported(studio, project, document(1), document(2))
    for task in tasks.values():
        studio.annotate(task.id, to_result(document(1), SCHEMA))
    before = {one["id"]: one["annotations"][0]["id"] for one in studio.export(project.id)}
    first, second = tasks["doc-1"].id, tasks["doc-2"].id
    begin(studio, request, first, [], annotation=before[first])
    begin(studio, request, second, [])

    of = {
        one["id"]: [(draft["annotation"], draft["result"]) for draft in one["drafts"]]
        for one in studio.export(project.id)
    }
    assert of == {first: [(before[first], [])], second: [(None, [])]}
    assert studio.tasks_with_drafts(project.id) == {first, second}
    (told,) = how_far(studio, project).unsubmitted
    assert (told.place, told.link) == ("doc-1", studio_link(studio.url, project.id, first))

    studio.rewrite("annotations", before[first], [])
    assert [len(one["drafts"]) for one in studio.export(project.id)] == [0, 1]
    assert studio.tasks_with_drafts(project.id) == {second}
    found = how_far(studio, project)
    assert (found.annotated, found.begun, found.unsubmitted) == (2, 0, ())


def other(studio, request):
    """Somebody else's account, and its number."""
    if isinstance(studio, MemoryStudio):
        studio.emails[2] = "ben@example.org"
        return studio, 2
    local = request.getfixturevalue("label_studio")
    ben = HttpStudio(local.url, add_user(local, "ben@example.org", "Ben", "B"))
    return ben, {email: n for n, email in studio.accounts().items()}["ben@example.org"]


def test_what_is_held_can_be_rewritten_and_stays_whose_it_was(studio, project, request):
    """An annotation was then last changed by us; a draft and a suggestion remain what they are."""
    tasks = imported(studio, project, document(1), document(2))
    ben, account = other(studio, request)
    begun = begin(studio, request, tasks["doc-2"].id, to_result(document(2), SCHEMA))
    if isinstance(studio, MemoryStudio):
        studio.submit(tasks["doc-1"].id, to_result(document(1), SCHEMA), by=account)
    else:
        ben.annotate(tasks["doc-1"].id, to_result(document(1), SCHEMA))
    newest = max(task.updated_at for task in studio.tasks(project.id))
    (annotation,) = next(studio.export(project.id))["annotations"]
    shown = next(studio.predictions(project.id))
    less = to_result(document(1), SCHEMA)[:1]

    assert studio.stored("annotations", annotation["id"])["updated_by"] == account
    assert studio.stored("drafts", begun)["result"] == to_result(document(2), SCHEMA)
    for kind, number in (
        ("annotations", annotation["id"]),
        ("drafts", begun),
        ("predictions", shown.id),
    ):
        studio.rewrite(kind, number, less)
        assert studio.stored(kind, number)["result"] == less

    exported = {task["id"]: task for task in studio.export(project.id, drafts=True)}
    (after,) = exported[tasks["doc-1"].id]["annotations"]
    (draft,) = exported[tasks["doc-2"].id]["drafts"]
    us = {email: n for n, email in studio.accounts().items()}[studio.whoami()]
    assert (after["id"], after["result"]) == (annotation["id"], less)
    assert (after["completed_by"], after["updated_by"]) == (account, us)
    assert after["prediction"] == annotation["prediction"]
    assert (draft["id"], draft["result"]) == (begun, less)
    there = [one for one in studio.predictions(project.id) if one.id == shown.id]
    assert [(one.model_version, one.result) for one in there] == [(str(MODEL), less)]
    assert [
        t.doc_id for t in studio.tasks(project.id, since=newest) if t.updated_at > newest
    ] == ["doc-1"]
    assert [t["id"] for t in studio.export(project.id, [tasks["doc-2"].id], drafts=True)] == [
        tasks["doc-2"].id
    ]


def test_what_is_gone_is_not_held_and_not_rewritten(studio, project):
    for kind in ("annotations", "drafts", "predictions"):
        assert studio.stored(kind, 10**8) is None
        studio.rewrite(kind, 10**8, [])


def test_a_task_is_finished_by_as_many_annotations_as_it_is_for_and_by_none_that_is_skipped(
    studio, project, request
):
    tasks = imported(studio, project, document(1), document(2))
    ben, account = other(studio, request)
    if isinstance(studio, MemoryStudio):
        studio.submit(tasks["doc-1"].id, [], by=account, skipped=True)
    else:
        local = request.getfixturevalue("label_studio")
        place = f"/api/tasks/{tasks['doc-1'].id}/annotations/"
        form = {"result": [], "was_cancelled": True}
        call(local, "POST", place, json=form).raise_for_status()
    ben.annotate(tasks["doc-2"].id, [])
    studio.set_overlap(tasks["doc-1"].id, 1)

    found = {task.doc_id: task for task in studio.tasks(project.id)}
    assert [(one.annotations, one.skipped, one.is_finished) for one in found.values()] == [
        (1, 1, False), (1, 0, True)
    ]  # fmt: skip
    studio.set_overlap(tasks["doc-2"].id, 2)
    assert not any(task.is_finished for task in studio.tasks(project.id))
