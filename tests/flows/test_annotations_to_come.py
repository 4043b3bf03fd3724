"""Which documents others have yet to annotate."""

import pytest
from annotated_project import FLAG, AnnotatedProject, document
from samples import SCHEMA

from curation.flows.annotations_to_come import find_annotations_to_come
from curation.flows.known_projects import find_known_projects
from curation.flows.pull import pull
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.tasks import to_result
from curation.schema.adjudication_screen import adjudication_xml
from curation.state.tables import enter_project

D1, D2, D3 = "d01", "d02", "d03"


@pytest.fixture
def desk(tmp_path):
    return AnnotatedProject(tmp_path, documents=3)


def to_come(desk, *documents):
    with desk.place.read_only().working_version(SCHEMA) as working:
        known = find_known_projects(desk.studio, desk.place.state, working)
        found = find_annotations_to_come(desk.studio, known.annotated, working, documents)
    return {
        document: [(one.project, one.done, one.wanted) for one in lacking]
        for document, lacking in found.items()
    }


def test_a_document_waits_until_as_many_have_annotated_it_as_its_task_wants(desk):
    desk.studio.update_project(1, overlap=2)
    desk.studio.set_overlap(3, 1)
    desk.submit(1, by=2)
    desk.submit(2, by=2)
    desk.submit(2, FLAG, by=3)
    desk.submit(3, by=2)
    desk.pull()

    assert to_come(desk, D1, D2, D3) == {D1: [("p", 1, 2)]}
    assert to_come(desk, D2) == {}


def test_what_was_skipped_or_has_a_problem_or_was_not_pulled_does_not_count(desk):
    desk.studio.update_project(1, overlap=2)
    for number in (1, 2, 3):
        desk.submit(number, by=2)
    desk.submit(1, by=3, skipped=True)
    no_label = {"id": "x", "type": "labels", "from_name": "label", "to_name": "text", "value": {"start": 0, "end": 3, "labels": []}}  # fmt: skip
    desk.submit(2, no_label, by=3)
    desk.pull()
    desk.submit(3, by=3)

    assert to_come(desk, D1, D2, D3) == {one: [("p", 1, 2)] for one in (D1, D2, D3)}


def test_every_project_of_the_server_that_holds_the_document_counts_but_adjudication(desk):
    push_documents(desk.studio, [document(1)], SCHEMA, title="blind")
    desk.submit(1, by=2)
    desk.pull()
    pull(desk.studio, desk.place, SCHEMA, title="blind")
    made = desk.studio.create_project("curate: adjudication", adjudication_xml(SCHEMA), "")
    desk.studio.create_project("gone", "<View/>", "")
    with desk.place.state.transaction() as connection:
        for title in (made.title, "gone"):
            enter_project(connection, desk.studio.url, title)
    del desk.studio.projects[desk.studio.find_project("gone").id]

    assert to_come(desk, D1) == {D1: [("blind", 0, 1)]}

    (task,) = [n for n, one in desk.studio.stored_tasks.items() if one.project == desk.studio.find_project("blind").id]  # fmt: skip
    desk.studio.submit(task, to_result(document(1), SCHEMA), by=3)
    pull(desk.studio, desk.place, SCHEMA, title="blind")

    assert to_come(desk, D1) == {}
