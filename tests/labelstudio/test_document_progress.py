"""Status tells of each document who is in, of how many; and of tasks that are blind by accident."""

import json
import re
from dataclasses import asdict

import pytest
from labelstudio.push.test_push import NEW, OLD, document, pushed
from samples import SCHEMA

from curation.commands.status_lines import document_progress_lines
from curation.labelstudio.hidden_suggestions import find_hidden_suggestions
from curation.labelstudio.pull.annotation_people import AnnotatorNames
from curation.labelstudio.push.dealing import AskedDealing
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.status import project_status

DOCUMENTS = [document(number) for number in range(4)]


def dealt(**asked):
    studio = MemoryStudio()
    pushed(studio, DOCUMENTS, dealing=AskedDealing(**asked))
    studio.emails |= {2: "ann@example.org", 3: "ben@example.org"}
    return studio


def status_of(studio):
    names = AnnotatorNames(
        pseudonym=lambda _, email: email.partition("@")[0], kind=lambda _: "person"
    )
    return project_status(studio, SCHEMA, title="p", names=names)


def test_each_document_says_how_many_of_how_many_are_in_and_by_whom():
    studio = dealt(overlap=2)
    studio.submit(1, [], by=2)
    studio.submit(1, [], by=3)
    studio.submit(2, [], by=3)
    studio.submit(2, [], by=2, skipped=True)
    studio.submit(3, [], by=2, skipped=True)

    status = status_of(studio)

    assert [
        (one.document, one.overlap, one.annotated_by, one.skipped_by, one.is_complete)
        for one in status.documents
    ] == [
        ("doc-0", 2, ("ann", "ben"), (), True),
        ("doc-1", 2, ("ben",), ("ann",), False),
        ("doc-2", 2, (), ("ann",), False),
        ("doc-3", 2, (), (), False),
    ]
    assert status.overlap == 2
    assert status.dealing == "--overlap 2"
    assert list(document_progress_lines(status)) == [
        "4 documents for several annotators: 1 has all annotations, 1 waits for more, 2 have none",
        "  doc-1: 1 of 2 in, by ben; skipped by ann",
        "  doc-0: 2 of 2 in, by ann, ben",
        "Annotators see nothing of each other's work only as long as they use Label All Tasks, "
        "and open no row of the list.",
    ]


def test_more_annotations_than_wanted_are_no_part_of_them():
    studio = dealt(overlap=2)
    studio.emails |= {4: "cat@example.org"}
    for annotator in (2, 3, 4):
        studio.submit(1, [], by=annotator)

    assert "  doc-0: 3 in, 2 wanted, by ann, ben, cat" in list(
        document_progress_lines(status_of(studio))
    )


def test_a_copy_that_fills_a_place_is_told_as_no_independent_annotation():
    studio = dealt(overlap=2)
    first = studio.submit(1, [], by=2)
    studio.submit(1, [], by=3, parent_annotation=first)

    status = status_of(studio)

    assert status.documents[0].copies == 1
    assert "  doc-0: 2 of 2 in, by ann, ben; 1 is a copy, not independent" in list(
        document_progress_lines(status)
    )


def test_two_annotations_by_one_annotator_are_one_of_two():
    studio = dealt(overlap=2)
    studio.submit(1, [], by=2)
    studio.submit(1, [], by=2)

    assert not status_of(studio).documents[0].is_complete


def test_where_each_document_is_for_one_nothing_is_said_of_them():
    studio = dealt()
    studio.submit(1, [])

    status = status_of(studio)

    assert (status.overlap, status.dealing, status.documents) == (1, "", ())
    assert list(document_progress_lines(status)) == []


def test_blind_documents_are_counted():
    status = status_of(dealt(blind=True))

    assert {one.arm for one in status.documents} == {"blind"}
    assert list(document_progress_lines(status)) == ["4 documents blind, 0 not"]


def hidden(studio):
    return find_hidden_suggestions(studio, studio.find_project("p"))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"model_version": ""}, "the project shows no model's suggestions"),
        ({"shows_suggestions": False}, "the project shows no suggestions"),
    ],
    ids=["no model is shown", "none is shown"],
)
def test_tasks_that_open_blank_by_accident_are_found_and_what_is_typed_mends_them(changes, why):
    studio = dealt()
    assert hidden(studio) is None
    studio.update_project(1, **changes)
    studio.submit(1, [])

    found = status_of(studio).hidden

    assert (found.tasks, found.begun) == (3, 0)
    assert str(found) == (
        f"3 tasks of 'p' open without the suggestions of {OLD}, blind by accident: {why}"
    )
    assert found.hint == "push these documents once more: curate push --project p"
    pushed(studio, DOCUMENTS)
    assert hidden(studio) is None


def test_tasks_of_a_model_that_is_no_longer_shown_open_blank_but_finished_ones_do_not_matter():
    studio = dealt(overlap=2)
    studio.submit(1, [], by=2)
    studio.submit(1, [], by=3)
    studio.submit(2, [], by=2)

    pushed(studio, [document(number, NEW) for number in (0, 1, 2)])

    found = hidden(studio)
    assert (found.tasks, found.begun, found.models) == (2, 1, (str(OLD),))
    assert found.shown == str(NEW)
    assert found.hint.startswith(
        "push the 1 other once more: curate push --project p; of the 1 that somebody has begun no push"
    )
    (warning,) = [
        line for line in document_progress_lines(status_of(studio)) if "warning" in line
    ]
    assert re.match(r"warning: 2 tasks of 'p' open without .* by accident: .*; push ", warning)


def test_what_no_push_mends_is_not_to_be_pushed():
    studio = dealt(overlap=2)
    studio.submit(1, [], by=2)
    pushed(studio, [document(0, NEW), document(1, NEW), document(2, NEW), document(3, NEW)])

    found = hidden(studio)

    assert (found.tasks, found.begun) == (1, 1)
    assert "curate push" not in found.hint


@pytest.mark.parametrize("how_many", [1, 4], ids=["of one task", "of all"])
def test_suggestions_deleted_in_label_studio_are_found_and_a_push_brings_them_back(how_many):
    """The task still says that it came with suggestions, and opens blank."""
    studio = dealt()
    lost = [one.id for one in studio.predictions(1)][:how_many]
    studio.delete_predictions(lost)

    found = status_of(studio).hidden

    assert (found.tasks, found.deleted, found.models) == (how_many, how_many, ())
    assert "pushed with suggestions that are gone" in str(found)
    assert found.hint == "push these documents once more: curate push --project p"
    pushed(studio, DOCUMENTS)
    assert hidden(studio) is None


def test_a_blind_project_hides_nothing():
    studio = dealt(blind=True)
    studio.update_project(1, shows_suggestions=False)

    assert hidden(studio) is None
    pushed(studio, DOCUMENTS)
    assert not studio.find_project("p").shows_suggestions


def test_what_status_says_can_be_written_as_json():
    studio = dealt(overlap=2)
    studio.update_project(1, model_version="")

    written = json.loads(json.dumps(asdict(status_of(studio))))

    assert written["documents"][0] | {"link": ""} == {
        "document": "doc-0",
        "link": "",
        "overlap": 2,
        "arm": "assisted",
        "annotated_by": [],
        "skipped_by": [],
        "copies": 0,
    }
    assert written["hidden"]["tasks"] == 4


def test_a_push_shows_suggestions_again_where_all_tasks_are_begun_and_others_are_to_come():
    studio = dealt(overlap=2)
    for task in list(studio.stored_tasks):
        studio.submit(task, [], by=2)
    studio.update_project(1, model_version="")
    assert hidden(studio).begun == len(DOCUMENTS)

    pushed(studio, DOCUMENTS)

    assert hidden(studio) is None
    assert studio.find_project("p").model_version == str(OLD)
