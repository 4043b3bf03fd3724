"""
What we rely on of Label Studio: the twin in memory and the real server alike.

Who keeps the contract gives the fixture ``studio`` and takes in all that is here.
"""

import json
import shutil
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from disputed import comparison
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rest_calls import call
from samples import ROOT, SCHEMA
from strategies import documents

from curation.default_project import in_project
from curation.documents.document import Document, Entity, Layer, Relation
from curation.documents.interchange import read_documents
from curation.errors import StudioError
from curation.flows.pull import pull
from curation.flows.push import push
from curation.flows.schema_rename import schema_rename
from curation.labelstudio import client
from curation.labelstudio import export_pages as portions
from curation.labelstudio.adjudication_project import is_adjudication
from curation.labelstudio.adjudication_push import (
    StoredPredictions,
    change_task,
    make_or_align_project,
    read_adjudication_tasks,
    send_adjudication_tasks,
)
from curation.labelstudio.adjudication_rounds import PlannedRound
from curation.labelstudio.adjudication_task import (
    read_adjudication_stamp,
    to_adjudication_prediction,
    to_adjudication_task,
)
from curation.labelstudio.annotation_people import AnnotatorNames
from curation.labelstudio.client import HttpStudio
from curation.labelstudio.find_project import project_named
from curation.labelstudio.port import RETURN_PREFIX, ProjectTotals, studio_link
from curation.labelstudio.push import push_documents
from curation.labelstudio.read_result import read_result
from curation.labelstudio.status import project_status
from curation.labelstudio.task_stamp import STAMP_KEY, stamp_of
from curation.labelstudio.tasks import (
    article_in_task,
    to_prediction,
    to_result,
    to_task,
    to_task_json,
)
from curation.labelstudio.twin import MemoryStudio
from curation.localserver.accounts import add_user
from curation.schema import read_schema
from curation.schema.labeling import labeling_xml
from curation.workspace import Workspace

CASES = Path(__file__).parents[1] / "cases"
MODEL = Layer("model", "m", "1", "w", "r")
OTHER = Layer("model", "m", "2", "w", "r")


def document(number, layer=MODEL):
    """A document with two persons who meet."""
    bob, al = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
    relations = (Relation(bob, al, "meets_with"),)
    return Document(f"doc-{number}", f"Bob met Al. {number}", (bob, al), relations, {}, layer)


@pytest.fixture
def project(studio):
    title = f"contract {uuid.uuid4()}"
    return studio.create_project(title, labeling_xml(SCHEMA), "<b>how</b>\n")


def imported(studio, project, *given):
    studio.import_tasks(project.id, [to_task_json(one, SCHEMA) for one in given])
    return {task.doc_id: task for task in studio.tasks(project.id)}


def test_we_are_known_by_name(studio):
    assert "@" in studio.whoami()
    assert studio.whoami() in studio.accounts().values()


def test_a_project_is_found_by_its_whole_title(studio, project):
    found = studio.find_project(project.title)

    assert found == project
    assert found.label_config == labeling_xml(SCHEMA).strip()
    assert found.instructions == "<b>how</b>"
    assert (found.tasks, found.model_version) == (0, "")
    assert studio.find_project(project.title[:-1]) is None


def test_a_project_behind_a_page_of_others_is_found(studio, project):
    """Thirty are a page, the newest first."""
    for number in range(31):
        studio.create_project(f"{project.title} {number}", labeling_xml(SCHEMA), "")

    assert studio.find_project(project.title) == project
    assert list(studio.titles().values()).count(f"{project.title} 0") == 1
    assert studio.titles()[project.id] == project.title


def test_a_slip_in_a_title_is_told_with_what_is_much_like_it(studio, project):
    for title, hint in (
        (f"{project.title}x", f"projects with similar titles: '{project.title}'"),
        ("§", "see the projects at http"),
    ):
        with pytest.raises(StudioError, match="has no project") as caught:
            project_named(studio, title)

        assert caught.value.hint.startswith(hint)
        make = in_project("curate push", title)
        assert caught.value.hint.endswith(f"; or make it with: {make}")


def test_two_projects_of_one_title_are_refused(studio, project):
    studio.create_project(project.title, labeling_xml(SCHEMA), "")

    with pytest.raises(StudioError, match="2 projects named") as caught:
        studio.find_project(project.title)
    assert f"({project.id} with 0 tasks, " in str(caught.value)


def test_a_project_is_given_another_title(studio, project):
    studio.update_project(project.id, title=f"{project.title[:40]} new")

    assert studio.titles()[project.id] == f"{project.title[:40]} new"
    assert studio.find_project(project.title) is None


def test_the_overlap_of_a_project_is_that_of_its_tasks_until_a_task_gets_its_own(
    studio, project
):
    imported(studio, project, document(1))

    studio.update_project(project.id, overlap=2)
    first = imported(studio, project, document(2))
    studio.set_overlap(first["doc-2"].id, 3)
    later = imported(studio, project, document(3))

    assert project.overlap == 1
    assert studio.find_project(project.title).overlap == 2
    assert [one.overlap for one in first.values()] == [2, 2]
    assert [later[f"doc-{n}"].overlap for n in (1, 2, 3)] == [2, 3, 2]
    assert later["doc-2"].updated_at > first["doc-2"].updated_at
    assert later["doc-1"].updated_at == first["doc-1"].updated_at


def test_another_overlap_of_the_project_leaves_tasks_of_one_annotator_beside_others(
    studio, project
):
    """So does Label Studio, where some tasks have an overlap above 1."""
    tasks = imported(studio, project, document(1), document(2))
    studio.set_overlap(tasks["doc-1"].id, 3)

    studio.update_project(project.id, overlap=2)

    listed = {task.doc_id: task.overlap for task in studio.tasks(project.id)}
    assert listed == {"doc-1": 2, "doc-2": 1}


def test_a_task_that_is_gone_gets_no_overlap(studio, project):
    task = imported(studio, project, document(1))["doc-1"]
    studio.delete_task(task.id)

    with pytest.raises(StudioError):
        studio.set_overlap(task.id, 2)


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
    monkeypatch.setattr(client, "PAGE_TASKS", 3)

    found = []
    for task in studio.tasks(project.id):
        found.append(task.doc_id)
        if len(found) == 2:
            studio.delete_task(tasks["doc-0"].id)
            studio.delete_task(tasks["doc-1"].id)

    assert found == [f"doc-{n}" for n in range(7)]
    assert studio.task_ids(project.id) == {tasks[f"doc-{n}"].id for n in range(2, 7)}


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
    assert seen[0] == ProjectTotals()


def test_changes_can_be_asked_for_up_to_a_task(studio, project):
    tasks = imported(studio, project, document(1), document(2))
    since = tasks["doc-1"].updated_at

    found = studio.tasks(project.id, since=since, upto=tasks["doc-1"].id)
    assert [task.doc_id for task in found] == ["doc-1"]


def test_a_project_is_told_from_one_of_the_same_title_by_its_birth(studio, project):
    other = studio.create_project(str(uuid.uuid4()), labeling_xml(SCHEMA), "")

    assert project.created_at < other.created_at


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


def drawn_ids():
    """Ids that nobody thought of, of letters and of what a URL, JSON or a database may take for its own."""
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    pieces = st.text(letters, max_size=4) | st.sampled_from(
        ("%", "%2", "%25", "%2522", "%5C", "%00", "\\", '"', "'", "\\u0041", "\\n", "a", "A", "1", "null", "[", " ")
    )  # fmt: skip
    ids = st.lists(pieces, min_size=1, max_size=6).map("".join).filter(bool)
    found = []

    @given(st.lists(ids, min_size=10, max_size=10))
    @settings(
        max_examples=8, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), deadline=None,
    )  # fmt: skip
    def draw(some):
        found.extend(some)

    draw()
    return found


def test_a_document_keeps_its_one_task_whatever_its_id_is_made_of(studio, tmp_path):
    """Pushed, pushed again by somebody who knows nothing of it, pulled and renamed."""
    title = f"ids {uuid.uuid4()}"
    place = Workspace(tmp_path / "gold", tmp_path / "home", config=tmp_path / "label_config")
    shutil.copytree(ROOT / "label_config", place.config)
    mistaken = [one.id for one in read_documents(CASES / "awkward-ids.jsonl")]
    annotated = [replace(document(n), id=one) for n, one in enumerate(mistaken)]
    blind = [Document(one, "Oslo.") for one in {*drawn_ids()} - {*mistaken}]

    first = push(studio, place, annotated + blind, SCHEMA, title=title)
    shutil.rmtree(place.home)
    again = push(studio, place, annotated + blind, SCHEMA, title=title)

    number = len(annotated + blind)
    assert number > 60
    assert (first.created, again.created, again.unchanged) == (number, 0, number)
    assert again.duplicates == 0
    project = studio.find_project(title).id
    for one in annotated + blind[:5]:
        (found,) = studio.tasks(project, doc_ids=[one.id])
        assert (found.doc_id, found.text_sha256) == (one.id, one.text_sha256)
        studio.annotate(found.id, to_result(one, SCHEMA))
    assert pull(studio, place, SCHEMA, title=title).documents == len(annotated) + 5
    schema_rename(studio, place, "PERSON=HUMAN", title=title, now=datetime.now(UTC))
    renamed = read_schema(place.config / "schema.toml")
    after = pull(studio, place, renamed, title=title, full=True)
    assert (after.documents, after.result.cursor.problems) == (len(annotated) + 5, {})


@pytest.mark.parametrize(
    "letters", ["x" * 200, "статья" * 20, "日" * 2000], ids=lambda s: s[:4]
)
def test_however_long_the_ids_are_a_second_push_finds_every_task(studio, letters):
    """More than a URL holds, all together or one alone."""
    title = f"long ids {uuid.uuid4()}"
    number = 120 if len(letters) < 1000 else 3
    given = [Document(f"{letters}-{n:04}", f"Text {n}. Oslo is cold.") for n in range(number)]
    push_documents(studio, given, SCHEMA, title=title)
    project = studio.find_project(title).id

    again = push_documents(studio, given, SCHEMA, title=title)

    assert (again.created, again.unchanged) == (0, number)
    asked = [one.id for one in given[: number // 2 - 1]]
    assert sorted(task.doc_id for task in studio.tasks(project, doc_ids=asked)) == asked


def test_what_takes_the_place_of_a_document_is_found(studio, project):
    """Whatever the ids are made of; also while nothing does."""
    old = ["say %22hi%22", "doc-1", "日" * 2000, "doc-9"]
    assert studio.successors(project.id, old[:2]) == {}
    news = [replace(document(n), meta={"supersedes": one}) for n, one in enumerate(old)]
    imported(studio, project, *news[:3], document(7))

    assert studio.successors(project.id, old[:2]) == {old[0]: "doc-0", old[1]: "doc-1"}
    assert studio.successors(project.id, old) == dict(
        zip(old[:3], ("doc-0", "doc-1", "doc-2"), strict=True)
    )
    assert studio.successors(project.id, []) == {}
    many = [f"absent-{number}" for number in range(1500)]
    assert studio.successors(project.id, [*many, old[1]]) == {old[1]: "doc-1"}


def test_nothing_at_all_is_exported_of_a_project_without_tasks(studio, project):
    assert list(studio.export(project.id)) == []
    assert list(studio.export(project.id, [])) == []


def begin(studio, request, task, result=(), *, annotation=None):
    """What the editor does a few seconds after the first change; the draft's number."""
    if isinstance(studio, MemoryStudio):
        return studio.draft(task, result, annotation=annotation)
    local = request.getfixturevalue("label_studio")
    of = f"/annotations/{annotation}" if annotation else ""
    form = {"result": list(result), "lead_time": 1}
    answer = call(local, "POST", f"/api/tasks/{task}{of}/drafts", json=form)
    return answer.raise_for_status().json()["id"]


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


def test_what_is_gone_is_not_held_and_not_rewritten(studio, project):
    for kind in ("annotations", "drafts", "predictions"):
        assert studio.stored(kind, 10**8) is None
        studio.rewrite(kind, 10**8, [])


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


def test_before_the_first_task_there_is_no_moment(studio, project):
    assert studio.last_change(project.id) == ""


def test_since_takes_in_its_own_moment(studio, project):
    """Two changes in one microsecond must not hide one another."""
    tasks = imported(studio, project, document(1))

    (found,) = studio.tasks(project.id, since=tasks["doc-1"].updated_at)
    assert found.doc_id == "doc-1"


NASTY = "\u202e😀 <b>&amp;</b> \\n\r\n\t\ufeff\x01 \u0301"


def test_what_a_task_holds_comes_back_as_it_was_given(studio, project):
    """And where it is replaced, predictions and annotations stay; the task counts as changed."""
    one = replace(document(1), meta={"n": 10**20, "x": 0.1, "none": None, "list": [NASTY]})
    task = imported(studio, project, one, document(2))["doc-1"]
    studio.annotate(task.id, [])
    (before,) = studio.tasks(project.id, doc_ids=["doc-1"])

    data = studio.task_data(task.id)
    assert json.dumps(data) == json.dumps(to_task(one, SCHEMA)["data"])
    studio.replace_task_data(task.id, data | {"returned": NASTY})
    assert studio.task_data(task.id) == data | {"returned": NASTY}
    (after,) = studio.tasks(project.id, doc_ids=["doc-1"])
    assert after.updated_at > before.updated_at
    assert (after.annotations, after.text_sha256) == (1, one.text_sha256)
    assert {one.task for one in studio.predictions(project.id)} >= {task.id}
    studio.delete_task(task.id)
    assert studio.task_data(task.id) is None
    with pytest.raises(StudioError):
        studio.replace_task_data(task.id, data)


def test_a_task_is_listed_with_the_stamp_that_it_has_now(studio, project):
    """The server keeps it within the data, as it was given."""
    blind = document(2, None)
    tasks = imported(studio, project, document(1), blind)
    assert tasks["doc-1"].stamp == stamp_of(document(1), SCHEMA)
    assert tasks["doc-2"].stamp == stamp_of(blind, SCHEMA)

    stamp = replace(tasks["doc-1"].stamp, schema="another")
    data = studio.task_data(tasks["doc-1"].id)
    studio.replace_task_data(tasks["doc-1"].id, data | {STAMP_KEY: stamp.to_json()})
    data = studio.task_data(tasks["doc-2"].id)
    studio.replace_task_data(tasks["doc-2"].id, {**data, STAMP_KEY: "mine"})

    listed = {task.doc_id: task.stamp for task in studio.tasks(project.id)}
    assert listed == {"doc-1": stamp, "doc-2": None}


def test_a_task_is_listed_with_its_group(studio, project):
    given = [replace(document(1), meta={"group": "g"}), replace(document(2), meta={"group": 3})]
    tasks = imported(studio, project, *given, document(3))

    assert {name: task.group for name, task in tasks.items()} == {
        "doc-1": "g", "doc-2": "doc-2", "doc-3": "doc-3"
    }  # fmt: skip


def test_an_overlap_of_one_is_that_of_all_tasks(studio, project):
    tasks = imported(studio, project, document(1), document(2), document(3))
    studio.set_overlap(tasks["doc-1"].id, 3)
    studio.update_project(project.id, overlap=2)

    studio.update_project(project.id, overlap=1)

    listed = studio.tasks(project.id)
    assert {task.doc_id: task.overlap for task in listed} == dict.fromkeys(tasks, 1)


def test_a_project_is_described_and_may_show_no_suggestions(studio, project):
    assert (project.description, project.shows_suggestions) == ("", True)

    studio.update_project(project.id, description="Ours: 20 % ✓", shows_suggestions=False)

    found = studio.find_project(project.title)
    assert (found.description, found.shows_suggestions) == ("Ours: 20 % ✓", False)


def test_reasons_are_found_wherever_they_stand(studio, project):
    """Also while no task has any, and where one was taken away."""
    tasks = imported(studio, project, *(document(n) for n in range(4)))
    assert studio.returned(project.id) == {}
    for number, words in ((1, f"{RETURN_PREFIX}: {NASTY}"), (2, ""), (3, f"{RETURN_PREFIX}!")):
        task = tasks[f"doc-{number}"].id
        studio.replace_task_data(task, studio.task_data(task) | {"returned": words})

    last = tasks["doc-3"].id
    assert studio.returned(project.id) == {
        tasks["doc-1"].id: f"{RETURN_PREFIX}: {NASTY}",
        last: f"{RETURN_PREFIX}!",
    }
    (listed,) = studio.tasks(project.id, doc_ids=["doc-3"])
    assert studio.returned(project.id, since=listed.updated_at) == {last: f"{RETURN_PREFIX}!"}


def test_a_reason_moves_the_task_and_no_annotation(studio, project):
    """By this a pull tells our own change from an annotator's."""
    task = imported(studio, project, document(1))["doc-1"].id
    studio.annotate(task, [])
    (before,) = studio.export(project.id)

    studio.replace_task_data(task, before["data"] | {"returned": RETURN_PREFIX})

    (after,) = studio.export(project.id)
    assert after["updated_at"] > before["updated_at"]
    assert after["annotations"][0]["updated_at"] == before["annotations"][0]["updated_at"]
    studio.rewrite("annotations", before["annotations"][0]["id"], [])
    (last,) = studio.export(project.id)
    assert last["annotations"][0]["updated_at"] > after["annotations"][0]["updated_at"]


def test_a_view_is_saved_and_seen(studio, project):
    assert studio.views(project.id) == []
    item = {"filter": "filter:tasks:data.returned", "operator": "contains"}
    items = [item | {"type": "Unknown", "value": RETURN_PREFIX}]
    filters = {"conjunction": "and", "items": items}
    first = studio.create_view(project.id, {"title": "First"})
    second = studio.create_view(project.id, {"title": "Second", "filters": filters})

    assert studio.views(project.id) == [first, second]
    assert (first.title, first.filtered) == ("First", ())
    assert (second.title, second.filtered) == ("Second", ("data.returned",))


def test_a_deleted_task_is_gone(studio, project):
    tasks = imported(studio, project, document(1), document(2))
    studio.delete_task(tasks["doc-1"].id)

    assert studio.task_ids(project.id) == {tasks["doc-2"].id}
    with pytest.raises(StudioError):
        studio.delete_task(tasks["doc-1"].id)


def test_the_config_can_be_changed(studio, project):
    """Also so that a name is gone that is in use: whether it may be, we look for ourselves."""
    tasks = imported(studio, project, document(1))
    studio.annotate(tasks["doc-1"].id, to_result(document(1), SCHEMA))
    config = labeling_xml(SCHEMA).replace("#000dff", "#000dfe").replace('"PERSON"', '"HUMAN"')
    studio.update_project(project.id, label_config=config, instructions="new")

    found = studio.find_project(project.title)
    assert (found.label_config, found.instructions) == (config.strip(), "new")


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


@pytest.fixture
def adjudication(studio):
    title = f"verdicts {uuid.uuid4()}"[:50]
    return make_or_align_project(studio, None, title, SCHEMA)


def sent_for_adjudication(studio, project, compared, **options):
    """A document's task of adjudication on the server, and what it was sent with."""
    made = to_adjudication_task(compared, SCHEMA, **options)
    assert send_adjudication_tasks(studio, project, [made]) == ()
    ((task,),) = read_adjudication_tasks(studio, project).by_document.values()
    return task, made


def test_a_task_of_adjudication_is_as_it_was_sent_ticks_and_all(studio, adjudication):
    compared = comparison()
    first = compared.differences[0]
    ticked = {first.key: first.options[0].alias}

    task, made = sent_for_adjudication(studio, adjudication, compared, preselected=ticked)

    (prediction,) = made["predictions"]
    assert task.stamp == read_adjudication_stamp(made["data"])
    assert (task.document, task.is_begun) == ("disputed", False)
    assert studio.task_data(task.number) == json.loads(json.dumps(made["data"]))
    assert StoredPredictions(studio, adjudication).is_current(task, prediction)
    assert is_adjudication(studio.find_project(adjudication.title))


def test_a_task_of_adjudication_gets_more_differences_and_its_prediction_anew(
    studio, adjudication
):
    compared = comparison()
    *some, last = compared.differences
    task, _ = sent_for_adjudication(studio, adjudication, compared, asked=some)
    planned = PlannedRound(
        number=1, asked=(*some, last), holding=frozenset(), added=(last.key,)
    )

    now = change_task(studio, task, planned, compared, SCHEMA, preselected={})
    wanted = to_adjudication_prediction(now.stamp, compared, SCHEMA)
    StoredPredictions(studio, adjudication).write(now, wanted)

    ((stored,),) = read_adjudication_tasks(studio, adjudication).by_document.values()
    assert stored == now
    assert [one.key for one in now.stamp.differences] == [
        one.key for one in compared.differences
    ]
    assert StoredPredictions(studio, adjudication).is_current(now, wanted)


def test_a_task_of_adjudication_whose_prediction_was_lost_gets_it_with_its_ticks(
    studio, adjudication
):
    compared = comparison()
    first = compared.differences[0]
    ticked = {first.key: first.options[0].alias}
    task, made = sent_for_adjudication(studio, adjudication, compared, preselected=ticked)
    studio.delete_predictions([one.id for one in studio.predictions(adjudication.id)])

    StoredPredictions(studio, adjudication).write(task, made["predictions"][0])

    assert StoredPredictions(studio, adjudication).is_current(task, made["predictions"][0])


def test_the_screen_of_adjudication_can_change_though_there_are_verdicts(studio, adjudication):
    compared = comparison()
    task, made = sent_for_adjudication(studio, adjudication, compared)
    ticks = [
        {"id": f"t{n}", "type": "choices", "from_name": f"d{n}", "to_name": f"t{n}", "value": {"choices": [one.options[0].alias]}}
        for n, one in enumerate(compared.differences)
    ]  # fmt: skip
    studio.annotate(task.number, [*made["predictions"][0]["result"], *ticks])
    old = studio.find_project(adjudication.title)
    studio.update_project(old.id, label_config=old.label_config.replace("needs", "lacks"))

    make_or_align_project(studio, studio.find_project(old.title), old.title, SCHEMA)

    assert studio.find_project(old.title).label_config == old.label_config
    ((task,),) = read_adjudication_tasks(studio, adjudication).by_document.values()
    assert task.is_begun
