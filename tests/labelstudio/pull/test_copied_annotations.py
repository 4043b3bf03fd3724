"""A copy of another annotator's work is told as one, and is nobody's independent work."""

from dataclasses import replace

import pytest
from pulling import pull
from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer
from curation.labelstudio.pull.copied_annotations import annotation_source, find_originals
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result

BOB, AL = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
MET = Document("d", "Bob met Al.", (BOB, AL), (), {}, Layer("model", "m", "1", "w", "r"))


def drawn(*ids):
    """Regions as somebody draws them on the screen."""
    places = (BOB, AL)
    return [
        {
            "id": name,
            "type": "labels",
            "from_name": "label",
            "to_name": "text",
            "origin": "manual",
            "value": {"start": one.start, "end": one.end, "labels": ["PERSON"]},
        }
        for name, one in zip(ids, places, strict=False)
    ]


def exported(number, account, *ids, parent=None, **more):
    return {
        "id": number,
        "created_at": f"2026-01-01T00:00:{number:02}Z",
        "result": drawn(*ids),
        "parent_annotation": parent,
        "account": account,
        **more,
    }


def originals(*annotations):
    found = find_originals(
        annotation_source(one, uid=f"u{one['id']}", account=one["account"])
        for one in annotations
    )
    return {uid: original.uid for uid, original in found.items()}


FIRST, SECOND = "_kzECbw9af", "DL_S4ylsYP"


@pytest.mark.parametrize(
    ("annotations", "copies"),
    [
        pytest.param([exported(1, "a", FIRST), exported(2, "b", SECOND)], {}, id="two who drew"),
        pytest.param([exported(1, "a", "e1"), exported(2, "b", "e1")], {}, id="ids that programs count"),
        pytest.param(
            [
                exported(n, who, FIRST, prediction={"result": drawn(FIRST)})
                for n, who in ((1, "a"), (2, "b"))
            ],
            {},
            id="of one suggestion",
        ),
        pytest.param([exported(1, "a", FIRST), exported(2, "a", FIRST, parent=1)], {}, id="one's own"),
        pytest.param([exported(1, "a", FIRST), exported(2, "b", FIRST)], {"u2": "u1"}, id="same ids"),
        pytest.param([exported(1, "a"), exported(2, "b", parent=1)], {"u2": "u1"}, id="named"),
        pytest.param(
            [exported(1, "a", FIRST), exported(2, "b", FIRST, SECOND, parent=1), exported(3, "c", SECOND)],
            {"u2": "u1", "u3": "u1"},
            id="a copy of a copy",
        ),
        pytest.param(
            [exported(1, "a", FIRST), exported(2, "b", FIRST, parent=1), exported(3, "b", FIRST, parent=2)],
            {"u2": "u1", "u3": "u1"},
            id="a copy that was duplicated by its maker",
        ),
        pytest.param(
            [exported(1, "a", FIRST), exported(2, "b", FIRST, parent=1), exported(3, "a", FIRST, parent=2)],
            {"u2": "u1", "u3": "u2"},
            id="one's own that came back by way of another",
        ),
    ],
)  # fmt: skip
def test_what_is_a_copy_of_which(annotations, copies):
    assert originals(*annotations) == copies
    assert originals(*reversed(annotations)) == copies


@pytest.fixture
def studio():
    studio = MemoryStudio()
    studio.emails |= {2: "ben@example.org", 3: "cat@example.org"}
    return studio


def pulled(studio, document):
    push_documents(studio, [document], SCHEMA, title="p")
    (task,) = studio.tasks(1)
    first = studio.submit(task.id, drawn(FIRST, SECOND), by=2)
    studio.submit(task.id, drawn(FIRST, SECOND), by=3, parent_annotation=first)
    given = []
    result = pull(
        studio, SCHEMA, title="p", pseudonym=lambda n, _: f"person-{n}", keep=given.append
    )
    return result, given[0].pulled.annotations, task.id


def test_a_copy_is_told_with_its_link_and_is_never_blind(studio):
    result, (first, copy), task = pulled(studio, MET.without_annotations())

    assert (first.arm, first.copy_of) == ("blind", None)
    assert (copy.arm, copy.copy_of) == ("unknown", first.uid)
    (remark,) = result.cursor.remarks_on(result.delivered)
    assert remark.what == (
        "the annotation of person-3 is a copy of that of person-2, and doesn't count for agreement"
    )
    assert remark.link.endswith(f"?task={task}")


def test_a_copy_of_corrected_suggestions_is_assisted(studio):
    _, (first, copy), _ = pulled(studio, MET)

    assert (first.arm, first.evidence) == ("assisted", "prediction")
    assert (copy.arm, copy.copy_of) == ("assisted", first.uid)


def test_what_was_propagated_from_another_task_is_nobodys_own_work(studio):
    """One annotation, sent to all tasks from Label Studio's list."""
    push_documents(studio, [MET.without_annotations()], SCHEMA, title="p")
    (task,) = studio.tasks(1)
    studio.submit(task.id, drawn(FIRST), by=2, parent_annotation=99)
    given = []

    result = pull(
        studio, SCHEMA, title="p", pseudonym=lambda n, _: f"person-{n}", keep=given.append
    )

    (copy,) = given[0].pulled.annotations
    assert (copy.arm, bool(copy.copy_of)) == ("unknown", True)
    (remark,) = result.cursor.remarks_on(result.delivered)
    assert "is a copy of annotation 99, which is of another task" in remark.what


def test_a_start_from_a_suggestion_is_known_though_nothing_of_it_is_left(studio):
    """The annotator took all of it away, and the suggestion isn't the one that is shown today."""
    push_documents(studio, [MET], SCHEMA, title="p")
    (task,) = studio.tasks(1)
    (suggestion,) = studio.predictions(1)
    studio.projects[1] = replace(studio.projects[1], model_version="")
    studio.submit(task.id, [], by=2, parent_prediction=suggestion.id)

    (annotation,) = pull(
        studio, SCHEMA, title="p", pseudonym=lambda n, _: f"person-{n}"
    ).annotations

    assert annotation.suggestion == MET
    assert to_result(annotation.document, SCHEMA) == []
