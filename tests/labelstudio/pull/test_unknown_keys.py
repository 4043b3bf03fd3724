"""What Label Studio says in keys that we don't know is told once and is no gold; old exports are read."""

import json

import pytest
from gold_samples import read_next
from samples import SCHEMA

from curation.commands.pull import pull_lines
from curation.documents.document import Document, Entity, Relation
from curation.flows.pull import pull
from curation.labelstudio.pull.unknown_keys import find_unknown_keys
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.responses import read_export
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.workspace import Workspace

BOB, AL = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")


def document(number):
    return Document(f"d{number}", "Bob met Al.", (BOB, AL), (Relation(BOB, AL, "meets_with"),))


@pytest.fixture
def place(tmp_path):
    return Workspace(tmp_path / "gold", tmp_path / ".curate")


@pytest.fixture
def studio():
    studio = MemoryStudio()
    given = [document(n).without_annotations() for n in range(2)]
    push_documents(studio, given, SCHEMA, title="t")
    return studio


def test_keys_that_nobody_knows_are_told_once_and_are_no_gold(studio, place):
    """As arrows are to have notes, which may be private: what the key holds is told nowhere."""
    for number, task in enumerate(studio.tasks(1)):
        bob, al, arrow = to_result(document(number), SCHEMA)
        bob |= {"mood": 1, "value": bob["value"] | {"depth": 2}}
        studio.submit(task.id, [bob, al, arrow | {"notes": "a secret"}, arrow | {"notes": ""}])
        studio.stored_tasks[task.id].annotations[0]["reviews"] = [{"by": 1}]

    report = pull(studio, place, SCHEMA, title="t")

    said = [*pull_lines(report, place, dry_run=False)]
    told = [line for line in said if "doesn't know the key" in line]
    assert [line.split(",")[0] for line in told] == [
        "Label Studio has 'depth' on the values of regions",
        "Label Studio has 'mood' on regions",
        "Label Studio has 'notes' on relations",
        "Label Studio has 'reviews' on annotations",
    ]
    assert all("in 2 annotations (first in d0)" in line for line in told)
    golds = [gold.document for gold in read_next(place.gold).gold_documents]
    assert [gold.relations for gold in golds] == [document(0).relations] * 2
    assert "secret" not in "\n".join(said)
    assert not any(b"secret" in path.read_bytes() for path in place.next.iterdir())


def test_a_key_is_told_once_in_a_project_and_again_by_a_full_pull(studio, place):
    def submit(task, **keys):
        bob, al, arrow = to_result(document(0), SCHEMA)
        studio.submit(task.id, [bob | keys, al | keys, arrow])

    def told(**options):
        report = pull(studio, place, SCHEMA, title="t", **options)
        return {key: found.annotations for key, found in report.result.unknown_keys.items()}

    first, second = studio.tasks(1)
    submit(first, mood=1)
    assert told(dry_run=True) == told() == {"'mood' on regions": 1}
    submit(second, mood=1, depth=2)

    told_then = told()

    assert told_then == {"'depth' on regions": 1}
    assert told() == {}
    assert told(full=True) == {"'mood' on regions": 2, "'depth' on regions": 1}
    assert told() == {}


def test_each_project_tells_its_keys(studio, place):
    push_documents(studio, [document(7).without_annotations()], SCHEMA, title="other")
    for project in (1, 2):
        bob, al, arrow = to_result(document(0), SCHEMA)
        studio.submit(next(iter(studio.tasks(project))).id, [bob | {"mood": 1}, al, arrow])

    reports = [pull(studio, place, SCHEMA, title=title) for title in ("t", "other")]

    assert [[*report.result.unknown_keys] for report in reports] == [["'mood' on regions"]] * 2


def test_a_region_without_text_is_read_by_its_place(studio, place):
    for number, task in enumerate(studio.tasks(1)):
        result = to_result(document(number), SCHEMA)
        for region in result[:2]:
            region["value"].pop("text", None)
        studio.submit(task.id, result)

    report = pull(studio, place, SCHEMA, title="t")

    assert report.documents == 2


def test_what_the_twin_and_we_write_has_no_unknown_keys(studio):
    (task, _) = studio.tasks(1)
    studio.submit(task.id, to_result(document(0), SCHEMA))

    (exported,) = studio.export(1)

    assert not find_unknown_keys(exported["annotations"][0])


def test_completions_of_old_versions_are_annotations():
    completion = {
        "id": 1001,
        "created_at": 1600000000,
        "lead_time": 4.5,
        "completed_by": "ann@example.org",
        "result": to_result(document(0), SCHEMA),
    }
    skipped = {"id": 1002, "skipped": True, "result": []}
    task = {"id": 1, "data": {"text": "Bob met Al."}, "completions": [completion, skipped]}

    (found,) = read_export(json.dumps([task]).encode())

    first, second = found["annotations"]
    assert first["created_at"] == "2020-09-13T12:26:40.000000Z"
    assert (first["completed_by"], first["was_cancelled"]) == (0, False)
    assert first["result"] == completion["result"]
    assert second["was_cancelled"] is True


def test_an_export_without_annotations_or_completions_is_none():
    with pytest.raises(ValueError, match="list is expected"):
        read_export(b'[{"id": 1, "data": {}}]')
