"""What all files of the contract work on: a project, and documents with suggestions."""

import uuid
from pathlib import Path

import pytest
from rest_calls import call
from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import (
    to_task_json,
)
from curation.schema.labeling import labeling_xml

CASES = Path(__file__).parents[2] / "cases"


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


def begin(studio, request, task, result=(), *, annotation=None):
    """What the editor does a few seconds after the first change; the draft's number."""
    if isinstance(studio, MemoryStudio):
        return studio.draft(task, result, annotation=annotation)
    local = request.getfixturevalue("label_studio")
    of = f"/annotations/{annotation}" if annotation else ""
    form = {"result": list(result), "lead_time": 1}
    answer = call(local, "POST", f"/api/tasks/{task}{of}/drafts", json=form)
    return answer.raise_for_status().json()["id"]
