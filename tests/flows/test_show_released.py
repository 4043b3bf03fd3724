"""From a released entity to the annotations that made it, and to what corrects it."""

import json

import pytest
from gold_samples import released
from samples import SCHEMA

from curation.commands.show import released_lines
from curation.documents.document import Document, Entity, Relation
from curation.errors import GoldError
from curation.flows.pull import pull
from curation.flows.show_released import show_released
from curation.flows.withdraw import withdraw
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result

BOB, AL = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
MET = Document("d1", "Bob met Al.", (BOB, AL), (Relation(BOB, AL, "meets_with"),))
OTHER = Document("d2", "Eve met nobody at all today.", (Entity(0, 3, "PERSON", "a"),))


@pytest.fixture
def studio(place):
    """Version 0.1.0 has what two annotators said of d1, and what one said of d2."""
    studio = MemoryStudio()
    studio.emails[2] = "ben@example.org"
    push_documents(
        studio, [MET.without_annotations(), OTHER.without_annotations()], SCHEMA, title="p"
    )
    for by in (1, 2):
        studio.submit(task_of(studio, "d1"), to_result(MET, SCHEMA), by=by)
    studio.submit(task_of(studio, "d2"), to_result(OTHER, SCHEMA))
    pull(studio, place, SCHEMA, title="p")
    released(place)
    return studio


def task_of(studio, document):
    [task] = studio.tasks(1, doc_ids=[document])
    return task.id


def said(place, document="d1", version="0.1.0"):
    return list(released_lines(show_released(place, SCHEMA, document, version)))


def test_who_marked_an_entity_and_how_to_correct_it_is_shown(place, studio):
    now = show_released(place, SCHEMA, "d1", "0.1.0").now
    ann, ben = (one.annotator for one in now.record.annotations)
    uids = {one.annotator: one.uid for one in now.record.annotations}
    link = f"{studio.url}/projects/1/data?task={task_of(studio, 'd1')}"

    lines = said(place)

    both = ", ".join(sorted([ann, ben]))
    assert lines[1:3] == [f"file   {place.next / 'd1.json'}", f"task   {link}"]
    assert f"  0..3 PERSON 'Bob': {both}" in lines
    assert f"  'Bob' meets_with 'Al': {both}" in lines
    for name in (ann, ben):
        assert f"    {uids[name]}, submitted, project 'p'" in lines
    assert lines[-5:] == [
        "To correct it:",
        f"  change the annotation in its task, and press Update: {link}",
        "  curate pull",
        "  curate adjudicate d1   (where annotators differ then)",
        "  curate release   (a patch: only annotations changed)",
    ]


def test_what_is_typed_then_makes_a_patch_release(place, studio):
    task = task_of(studio, "d2")
    studio.clear(task)
    studio.submit(task, to_result(OTHER.without_annotations(), SCHEMA))
    pull(studio, place, SCHEMA, title="p")

    lines = said(place, "d2")

    assert lines[-2:] == [
        "gold/next says otherwise already: curate diff 0.1.0 next",
        "  curate release",
    ]
    assert any(line.endswith(", changed since") for line in lines)
    assert released(place).version == "0.1.1"
    assert "  0..3 PERSON 'Eve'" not in "\n".join(said(place, "d2", "0.1.1"))


def test_nothing_is_left_to_correct_in_what_was_withdrawn(place, studio):
    withdraw(place, SCHEMA, ["d1"], reason="they asked")

    lines = said(place)

    assert "  0..3 PERSON 'Bob': " in "\n".join(lines)
    assert any(line.startswith("withdrawn since ") for line in lines)
    assert lines[-1].startswith("Nothing is left to correct")


def test_programs_get_the_same(place, studio):
    form = show_released(place, SCHEMA, "d2", "0.1.0").to_json()

    assert json.loads(json.dumps(form)) == form
    [mark] = form["marks"]
    [annotation] = form["annotations"]
    assert mark["mark"] == {"start": 0, "end": 3, "label": "PERSON", "text": "Eve"}
    assert mark["marked_by"] == [annotation["annotator"]]
    assert [one["project"] for one in annotation["now"]] == ["p"]
    assert not form["corrected"]


def test_what_the_version_lacks_is_told(place, studio):
    with pytest.raises(GoldError, match=r"0\.1\.0 has no document 'd9'"):
        said(place, "d9")
    with pytest.raises(GoldError, match="no such version"):
        said(place, "d1", "7.0.0")
