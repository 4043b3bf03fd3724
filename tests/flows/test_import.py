"""``curate import``: suggestions to push, annotations into gold/next, and what is refused."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import run
from hypothesis import given
from samples import ROOT, SCHEMA
from strategies import documents

from curation.annotations.record_file import read_record
from curation.documents.document import Document, Entity, Layer, Relation
from curation.documents.stream import DocumentsFile
from curation.flows.pull import pull
from curation.formats.all_formats import FORMATS
from curation.formats.plain_newlines import with_plain_newlines
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.workspace import Workspace

BOB, AL = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
DOCUMENT = Document("doc-1", "Bob met Al.", (BOB, AL), (Relation(BOB, AL, "meets_with"),))
EMPTY = Document("doc-2", "Nothing here.", layer=Layer("gold"))
READABLE = [name for name, one in FORMATS.items() if one.read]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a schema and two documents in our own format."""
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    write(tmp_path / "some.jsonl", DOCUMENT, EMPTY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, *some: Document) -> None:
    path.write_text("".join(f"{one.to_line()}\n" for one in some))


def record(desk, document="doc-1"):
    path = desk / "gold" / "next" / f"{document}.json"
    found, problems = read_record(path.read_bytes(), str(path))
    assert problems == []
    return found


def annotate(capsys, *arguments, name="jsonl", code=0):
    given = ("--format", name, "--as-annotations")
    found, out, err = run(capsys, "import", *arguments, *given)
    assert (found, out) == (code, ""), err
    return err


def files(desk):
    folder = desk / "gold" / "next"
    return {path.name: path.read_text() for path in folder.iterdir()} if folder.exists() else {}


@pytest.mark.parametrize("name", READABLE)
def test_what_was_exported_comes_back_as_suggestions_and_as_annotations(capsys, desk, name):
    run(capsys, "export", "some.jsonl", "--format", name, "-o", "corpus")

    suggested, _, said = run(capsys, "import", "corpus", "--format", name, "-o", "back.jsonl")
    err = annotate(capsys, "corpus", "--annotator", "anna", name=name)

    assert suggested == 0
    assert "2 documents with suggestions → back.jsonl." in said
    back = list(DocumentsFile(desk / "back.jsonl"))
    assert [(one.text, one.entities, one.relations) for one in back] == [
        (one.text, one.entities, one.relations) for one in (DOCUMENT, EMPTY)
    ]
    assert {one.layer for one in back} == {Layer("model", f"corpus ({name})")}
    assert "2 annotations added, 0 updated, 0 unchanged; 2 documents new in gold/next." in err
    (annotation,) = record(desk).annotations
    assert [(one.start, one.end, one.label) for one in annotation.entities] == [
        (0, 3, "PERSON"), (8, 10, "PERSON"),
    ]  # fmt: skip
    assert [one.label for one in annotation.relations] == ["meets_with"]
    assert record(desk, "doc-2").annotations[0].entities == ()


def test_an_annotation_says_no_more_than_is_known(capsys, desk):
    err = annotate(capsys, "some.jsonl", "--annotator", "anna")

    (annotation,) = record(desk).annotations
    assert f"anna is {annotation.annotator} (person) in gold/next." in err
    assert annotation.annotator.startswith("person-")
    known = {"server", "project", "number", "copy_of", "started_from", "created", "updated", "seconds", "schema", "guideline"}  # fmt: skip
    assert [getattr(annotation, one) for one in sorted(known)] == [None] * len(known)
    assert (annotation.arm, annotation.evidence, annotation.first_sure) == (
        "unknown",
        "none",
        False,
    )
    assert "anna" not in json.dumps(files(desk))


def test_programs_are_told_from_people(capsys, desk):
    err = annotate(capsys, "some.jsonl", "--annotator", "tagger", "--program")
    also = annotate(capsys, "some.jsonl", "--annotator", "bot@x.invalid")

    kinds = {one.kind for one in record(desk).annotations}
    assert kinds == {"program"}
    assert "(program) in gold/next." in err
    assert "(program) in gold/next." in also


def test_a_known_person_is_no_program(capsys, desk):
    annotate(capsys, "some.jsonl", "--annotator", "al@example.org")

    err = annotate(capsys, "some.jsonl", "--annotator", "al@example.org", "--program", code=2)

    assert "--program: al@example.org is known as person-" in err


def test_again_nothing_changes_and_a_correction_keeps_the_first_submission(capsys, desk):
    annotate(capsys, "some.jsonl", "--annotator", "anna")
    before = files(desk)

    again = annotate(capsys, "some.jsonl", "--annotator", "anna")

    assert "0 annotations added, 0 updated, 2 unchanged" in again
    assert files(desk) == before
    write(desk / "other.jsonl", Document("doc-1", DOCUMENT.text, (BOB,)))
    corrected = annotate(capsys, "other.jsonl", "--annotator", "anna")
    assert "0 annotations added, 1 updated, 0 unchanged" in corrected
    (annotation,) = record(desk).annotations
    assert len(annotation.entities) == 1
    assert [one.text for one in annotation.first.removed.entities] == ["Al"]


def test_two_annotators_stand_side_by_side(capsys, desk):
    annotate(capsys, "some.jsonl", "--annotator", "anna")
    write(desk / "other.jsonl", Document("doc-1", DOCUMENT.text, (BOB,)))

    annotate(capsys, "other.jsonl", "--annotator", "ben")

    assert len({one.annotator for one in record(desk).annotations}) == 2
    code, out, _ = run(capsys, "agree", "--gold", "next", "--json")
    assert code == 0
    assert json.loads(out)


def test_a_pull_leaves_alone_what_was_imported(capsys, desk):
    annotate(capsys, "some.jsonl", "--annotator", "anna")
    [imported] = record(desk).annotations
    studio = MemoryStudio()
    model = replace(DOCUMENT, layer=Layer("model", "m"))
    push_documents(studio, [model], SCHEMA, title="p")
    [task] = studio.tasks(1)
    studio.submit(task.id, to_result(DOCUMENT, SCHEMA))

    pull(studio, Workspace.here(), SCHEMA, title="p")

    annotations = record(desk).annotations
    assert imported in annotations
    assert len({one.annotator for one in annotations}) == 2
    code, out, _ = run(capsys, "show", "doc-1")
    assert code == 0
    assert imported.annotator in out


def test_what_comes_in_after_a_verdict_says_so(capsys, desk):
    annotate(capsys, "some.jsonl", "--annotator", "anna")
    write(desk / "other.jsonl", Document("doc-1", DOCUMENT.text, (BOB,)))
    annotate(capsys, "other.jsonl", "--annotator", "ben")
    _, listed, _ = run(capsys, "adjudicate", "--list", "--early", "--json")
    chosen = [json.loads(line) for line in listed.splitlines()]
    lines = [json.dumps(one | {"alias": one["options"][0]["alias"]}) for one in chosen]
    (desk / "v.jsonl").write_text("\n".join(lines))
    code, _, err = run(capsys, "adjudicate", "--from", "v.jsonl", "--by", "judge@example.org")
    assert code == 0, err

    annotate(capsys, "other.jsonl", "--annotator", "cleo")

    assert sorted(one.after_verdict for one in record(desk).annotations) == [False, False, True]


def test_a_dry_run_writes_nothing(capsys, desk):
    err = annotate(capsys, "some.jsonl", "--annotator", "anna", "--dry-run")

    assert "2 annotations would be added" in err
    assert not (desk / "gold").exists()
    assert not (desk / ".curate").exists()


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (Document("doc-1", "Bob met Al!", (BOB,)), "'doc-1' has another text in gold/next"),
        (Document("doc-3", "Bob met Al.", (Entity(0, 3, "PERSN"),)), "the label 'PERSN', which is no entity type"),
        (Document("doc-3", "Bob met Al.", (Entity(0, 2, "PERSON"),)), "'Bo' is only a part of 'Bob'"),
        (Document("doc-3", "Bob met Al.", (BOB, AL), (Relation(BOB, AL, "has_nationality"),)), "has_nationality may not join PERSON to PERSON"),
    ],
)  # fmt: skip
def test_a_bad_annotation_is_told_with_its_place_and_nothing_is_taken(
    capsys, desk, document, said
):
    annotate(capsys, "some.jsonl", "--annotator", "anna")
    before = files(desk)
    write(desk / "other.jsonl", Document("doc-4", "Bob met Al."), document)

    err = annotate(capsys, "other.jsonl", "--annotator", "ben", code=1)

    assert "error: other.jsonl:2: " in err
    assert said in err
    assert "nothing was taken" in err
    assert files(desk) == before


def test_a_dropped_document_takes_nothing(capsys, desk):
    annotate(capsys, "some.jsonl", "--annotator", "anna")
    run(capsys, "drop", "doc-1")

    err = annotate(capsys, "some.jsonl", "--annotator", "ben", code=1)

    assert "some.jsonl:1: 'doc-1' is dropped" in err


def test_suggestions_of_several_annotators_are_refused(capsys, desk):
    task = {"data": {"doc_id": "d", "text": "Bob"}, "annotations": [{"result": []}] * 2}
    (desk / "tasks.json").write_text(json.dumps([task]))

    code, out, err = run(capsys, "import", "tasks.json", "--format", "labelstudio")

    assert (code, out) == (1, "")
    assert "'d' comes twice" in err
    assert "--as-annotations" in err


def test_what_nobody_submitted_is_no_annotation(capsys, desk):
    prediction = {"model_version": "m", "result": []}
    tasks = [{"data": {"doc_id": "d", "text": "Bob"}, "predictions": [prediction]}]
    (desk / "tasks.json").write_text(json.dumps(tasks))

    err = annotate(capsys, "tasks.json", "--annotator", "anna", name="labelstudio")

    assert "1 document: left out, as nobody annotated it" in err
    assert files(desk) == {}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ["some.jsonl", "--format", "jsonl", "--annotator", "anna"],
            2,
            "are for --as-annotations",
        ),
        (
            ["some.jsonl", "--format", "jsonl", "--as-annotations", "-o", "x"],
            2,
            "not to --output",
        ),
        (
            ["some.jsonl", "--format", "jsonl", "--as-annotations"],
            2,
            "doesn't say who annotated",
        ),
        (["none.jsonl", "--format", "jsonl"], 1, "none.jsonl: no such file"),
        (["label_config", "--format", "brat"], 1, "no documents in this file"),
    ],
)
def test_what_cant_be_is_refused(capsys, desk, arguments, code, said):
    found, out, err = run(capsys, "import", *arguments)

    assert (found, out) == (code, "")
    assert said in err


def test_windows_newlines_become_ours_and_spans_stay_on_their_words(capsys, desk):
    folder = desk / "corpus"
    folder.mkdir()
    (folder / "d.txt").write_bytes("\ufeffBob\r\nmet\r\nAl".encode())
    (folder / "d.ann").write_text("T1\tPERSON 11 13\tAl\n")

    run(capsys, "import", "corpus", "--format", "brat", "-o", "back.jsonl")

    (back,) = DocumentsFile(desk / "back.jsonl")
    assert back.text == "Bob\nmet\nAl"
    assert back.entities == (Entity(8, 10, "PERSON"),)
    assert back.meta == {"license": "unknown"}


@given(documents(SCHEMA))
def test_taking_carriage_returns_out_gives_the_same_words(document):
    carried = document.text.replace("\n", "\r\n")
    places = [0]
    for character in document.text:
        places.append(places[-1] + (2 if character == "\n" else 1))
    entities = tuple(
        Entity(places[one.start], places[one.end], one.label) for one in document.entities
    )

    plain = with_plain_newlines(Document("d", carried, entities))

    mark = document.text.startswith("\ufeff")
    assert plain.text == document.text[mark:]
    assert [one.span for one in plain.entities] == [
        (max(one.start - mark, 0), one.end - mark) for one in document.entities
    ]
