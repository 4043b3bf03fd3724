"""One document as gold/next has it, for people and for programs."""

import json
import shutil

import pytest
from gold_samples import annotated, working, write_next
from samples import ROOT, SCHEMA

from curation.cli import main
from curation.commands.show import document_lines
from curation.documents.document import Document, Entity, Relation
from curation.errors import GoldError
from curation.flows.pull import pull
from curation.flows.show import show
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result

BOB, AL = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
MET = Document("d1", "Bob met Al.", (BOB, AL), (Relation(BOB, AL, "meets_with"),))


@pytest.fixture
def pulled(place):
    """Two who differ, one of whom wrote a note."""
    studio = MemoryStudio()
    studio.emails[2] = "ben@example.org"
    push_documents(studio, [MET.without_annotations()], SCHEMA, title="p")
    [task] = studio.tasks(1)
    note = {"type": "textarea", "from_name": "note", "value": {"text": ["who is Al?"]}}
    studio.submit(task.id, to_result(MET, SCHEMA))
    studio.submit(task.id, [*to_result(MET, SCHEMA)[:2], note], by=2)
    pull(studio, place, SCHEMA, title="p")
    return task


def test_gold_annotations_differences_and_the_task_are_shown(place, pulled):
    said = "\n".join(document_lines(show(place, SCHEMA, "d1")))

    assert f"task   http://127.0.0.1:1/projects/1/data?task={pulled.id}" in said
    assert "no gold: annotators differ" in said
    assert "2 annotations" in said
    assert "1 difference\n  0..3 'Bob' and 8..10 'Al': " in said
    assert "meets_with by person-" in said
    assert "(private): who is Al?" in said


def test_the_gold_of_one_is_shown_with_its_words(place):
    write_next(place.gold, working(annotated("d1")))

    said = list(document_lines(show(place, SCHEMA, "d1")))

    assert "gold: 3 entities, 1 relation, assisted, by machine-5e6f" in said
    assert "  13..18 PERSON 'Assad'" in said
    assert "  'Russia' supports 'Assad'" in said


def test_a_note_is_in_no_file_of_the_gold(place, pulled):
    written = b"".join(path.read_bytes() for path in place.gold.rglob("*") if path.is_file())

    assert b"who is Al" not in written


def test_programs_get_the_record_as_it_stands_in_its_file(place, pulled):
    form = show(place, SCHEMA, "d1").to_json()

    assert json.loads(json.dumps(form["record"])) == json.loads(
        (place.next / "d1.json").read_text()
    )
    assert form["gold"] is None
    assert form["why_none"] == "on which annotators differ"


def test_a_document_that_is_not_there_is_told(place):
    with pytest.raises(GoldError, match="has no document 'd9'"):
        show(place, SCHEMA, "d9")


def test_showing_writes_nothing(tmp_path, monkeypatch, capsys):
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    write_next(tmp_path / "gold", working(annotated("d1")))
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(SystemExit) as ended:
        main(["show", "d1"])

    assert ended.value.code == 0
    assert "3 entities" in capsys.readouterr().out
    assert sorted(tmp_path.rglob("*")) == before
