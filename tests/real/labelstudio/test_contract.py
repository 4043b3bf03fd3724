"""The real server keeps the contract."""

import uuid

import pytest
from labelstudio.contract import *  # noqa: F403
from labelstudio.contract.samples import document, imported
from rest_calls import call
from samples import SCHEMA
from working_hands import WorkingHands

from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result
from curation.schema.labeling import labeling_xml


@pytest.fixture
def studio(label_studio):
    return HttpStudio(label_studio.url, label_studio.token)


@pytest.fixture
def hands(label_studio):
    return WorkingHands(label_studio)


def test_annotations_are_counted_though_the_server_lost_count(label_studio):
    """As after two projects were deleted at once: then its totals are of nothing any more."""
    studio = HttpStudio(label_studio.url, label_studio.token)
    project = studio.create_project(f"count {uuid.uuid4()}", labeling_xml(SCHEMA), "")
    tasks = imported(studio, project, document(1), document(2))
    number, other = tasks["doc-1"].id, tasks["doc-2"].id
    for _ in range(2):
        studio.annotate(number, to_result(document(1), SCHEMA))
    for task, total in ((number, 0), (other, 1)):
        form = {"total_annotations": total}
        answer = call(label_studio, "PATCH", f"/api/tasks/{task}/", json=form)
        assert answer.json()["total_annotations"] == total

    listed = {task.id: task for task in studio.tasks(project.id)}
    assert (listed[number].annotations, listed[other].annotations) == (2, 0)
    assert (listed[number].is_begun, listed[other].is_begun) == (True, False)
