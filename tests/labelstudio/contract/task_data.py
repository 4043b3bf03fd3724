"""What tasks hold besides people's work: ids, stamps, reasons, successors."""

import json
import shutil
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from labelstudio.contract.samples import CASES, document, imported
from samples import ROOT, SCHEMA

from curation.documents.document import Document
from curation.documents.stream import DocumentsFile
from curation.errors import StudioError
from curation.flows.pull import pull
from curation.flows.push import push
from curation.flows.schema_rename import schema_rename
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.port import RETURN_PREFIX
from curation.labelstudio.task_stamp import STAMP_KEY, stamp_of
from curation.labelstudio.tasks import (
    to_result,
    to_task,
)
from curation.schema import read_schema
from curation.workspace import Workspace


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
    mistaken = [one.id for one in DocumentsFile(CASES / "awkward-ids.jsonl")]
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
    listed = {task.doc_id: task for task in studio.tasks(project.id)}
    since = listed["doc-3"].updated_at
    assert studio.returned(project.id, since=since) == {last: f"{RETURN_PREFIX}!"}
    assert {name: task.returned for name, task in listed.items()} == {
        "doc-0": "", "doc-1": f"{RETURN_PREFIX}: {NASTY}", "doc-2": "", "doc-3": f"{RETURN_PREFIX}!"
    }  # fmt: skip


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
