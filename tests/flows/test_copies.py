"""Copies of annotations in gold/next: known for good, gold like others, and never blind."""

import json

import pytest
from gold_samples import read_next
from labelstudio.pull.test_copied_annotations import FIRST, MET, SECOND, drawn
from samples import SCHEMA

from curation.commands.pull import pull_lines
from curation.commands.show import document_lines
from curation.flows.pull import pull
from curation.flows.show import show
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio


@pytest.fixture
def studio():
    studio = MemoryStudio()
    studio.emails |= {2: "ben@example.org", 3: "cat@example.org"}
    push_documents(studio, [MET.without_annotations()], SCHEMA, title="t")
    return studio


def pulled(studio, place):
    report = pull(studio, place, SCHEMA, title="t", full=True)
    return report, json.loads((place.next / "d.json").read_text())["annotations"]


def duplicate(studio):
    (task,) = studio.tasks(1)
    (first,) = studio.stored_tasks[task.id].annotations
    studio.submit(task.id, drawn(FIRST, SECOND), by=3, parent_annotation=first["id"])


def submit(studio):
    (task,) = studio.tasks(1)
    studio.submit(task.id, drawn(FIRST, SECOND), by=2)


def test_a_copy_is_gold_and_is_told(studio, place):
    submit(studio)
    duplicate(studio)

    report, (first, copy) = pulled(studio, place)

    assert copy["copy_of"] == first["uid"]
    assert [one["arm"] for one in (first, copy)] == ["blind", "unknown"]
    (gold,) = read_next(place.gold).gold_documents
    assert (gold.n_annotations, gold.arm) == (2, "blind")
    said = "\n".join(pull_lines(report, place, dry_run=False))
    assert f"the annotation of {copy['annotator']} is a copy of that of" in said
    assert "/projects/1/data?task=" in said
    shown = "\n".join(document_lines(show(place, SCHEMA, "d")))
    assert shown.count("copied from another annotator's") == 1


def test_a_copy_stays_one_when_the_original_is_deleted(studio, place):
    submit(studio)
    duplicate(studio)
    _, (first, _) = pulled(studio, place)
    (task,) = studio.tasks(1)
    left = studio.stored_tasks[task.id].annotations[1:]
    studio.stored_tasks[task.id].annotations[:] = [left[0] | {"parent_annotation": None}]

    _, annotations = pulled(studio, place)

    (copy,) = [one for one in annotations if one["status"] == "submitted"]
    assert (copy["copy_of"], copy["arm"]) == (first["uid"], "unknown")
    (gold,) = read_next(place.gold).gold_documents
    assert gold.arm == "unknown"
