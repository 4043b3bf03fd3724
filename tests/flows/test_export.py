"""``curate export``: what is written, what is told, what is refused."""

import json
import shutil

import pytest
from command_line import run
from samples import ROOT

from curation.documents.document import Document, Entity, Relation
from curation.documents.stream import DocumentsFile
from curation.gold.sealed.versions import read_version

BOB, AL = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
DOCUMENT = Document("doc-1", "Bob met Al.", (BOB, AL), (Relation(BOB, AL, "meets_with"),))
TITLED = Document("doc-2", "Bob met Al.", meta={"title": "t"})


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a schema and two documents."""
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    lines = "".join(f"{one.to_line()}\n" for one in (DOCUMENT, TITLED))
    (tmp_path / "some.jsonl").write_text(lines)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_written_and_its_losses_are_told(capsys, desk):
    code, out, err = run(capsys, "export", "some.jsonl", "--format", "brat", "-o", "corpus")

    assert (code, out) == (0, "")
    assert err.splitlines() == [
        "warning: brat can't hold everything: 1 document: what is known of the article (title, "
        "licence …) is left out; first: doc-2",
        "2 documents, 2 entities, 1 relation as brat → corpus.",
    ]
    assert sorted(path.name for path in (desk / "corpus").iterdir()) == [
        "annotation.conf", "doc-1.ann", "doc-1.txt", "doc-2.ann", "doc-2.txt",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "output"), [("brat", "corpus"), ("doccano", "some.out")])
def test_with_strict_nothing_is_written_where_something_is_lost(capsys, desk, name, output):
    (desk / "some.out").write_text("old")

    code, _, err = run(
        capsys, "export", "some.jsonl", "--format", name, "-o", output, "--strict"
    )

    assert code == 3
    assert err.startswith(f"error: {name} can't hold everything, and nothing was written:\n1 ")
    assert sorted(path.name for path in desk.iterdir()) == [
        "label_config",
        "some.jsonl",
        "some.out",
    ]
    assert (desk / "some.out").read_text() == "old"


def test_with_strict_what_is_whole_is_written(capsys, desk):
    code, out, _ = run(capsys, "export", "some.jsonl", "--format", "labelstudio", "--strict")

    assert code == 0
    assert [task["data"]["doc_id"] for task in json.loads(out)] == ["doc-1", "doc-2"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--format", "brat"], 2, "brat is a folder; name it with: -o PATH"),
        (["--format", "brat", "-o", "label_config"], 1, "label_config is there already"),
        (["--format", "brat", "-o", "some.jsonl"], 1, "some.jsonl is there already"),
        (["--format", "word"], 2, "'word' is not one of"),
        ([], 2, "Missing option '--format'"),
    ],
)  # fmt: skip
def test_what_cant_be_is_refused(capsys, desk, arguments, code, said):
    found, out, err = run(capsys, "export", "some.jsonl", *arguments)

    assert (found, out) == (code, "")
    assert said in err


def test_a_bad_file_leaves_nothing_behind(capsys, desk):
    (desk / "some.jsonl").write_text(f"{DOCUMENT.to_line()}\n{{}}\n")

    code, _, err = run(capsys, "export", "some.jsonl", "--format", "brat", "-o", "corpus")

    assert code == 1
    assert "some.jsonl:2: the document has no 'id'" in err
    assert sorted(path.name for path in desk.iterdir()) == ["label_config", "some.jsonl"]


def test_the_shipped_version_comes_out_as_it_is(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    path = tmp_path / "out.jsonl"

    code, _, _ = run(capsys, "export", "0.1.0", "--format", "jsonl", "-o", str(path))

    assert code == 0
    version = read_version(ROOT / "gold", "0.1.0")
    assert list(DocumentsFile(path)) == [gold.document for gold in version.gold_documents]
