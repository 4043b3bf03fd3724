"""Everything is checked before anything is sent, and what is sent is what was checked."""

import os
import threading
from dataclasses import replace

import pytest
from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer
from curation.documents.stream import DocumentLine, DocumentsFile
from curation.errors import InputError, SchemaError
from curation.labelstudio.push import check_documents as check_documents_module
from curation.labelstudio.push.check_documents import CheckedDocument, check_documents

MODEL = Layer("model", "m", "1", "w", "r")


def document(number, label="PERSON"):
    bob = Entity(0, 3, label, "a")
    return Document(f"doc-{number}", f"Bob came. {number}", (bob,), (), {}, MODEL)


def line(number, label="PERSON"):
    return document(number, label).to_line() + "\n"


def surveyed(documents, known=None):
    return check_documents(documents, SCHEMA, known or {})


def known(*lines):
    digests = (DocumentLine("", one.rstrip().encode()).digest for one in lines)
    return {
        digest: CheckedDocument(f"doc-{n}", digest, str(MODEL))
        for n, digest in enumerate(digests)
    }


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "documents.jsonl"
    found.write_text("".join(map(line, range(3))))
    return found


def test_a_file_is_read_again_and_held_for_no_longer(path):
    documents = DocumentsFile(path)
    found = surveyed(documents, known(line(0), line(1)))

    assert [one.id for one in found.documents] == ["doc-0", "doc-1", "doc-2"]
    assert list(found.in_memory) == ["doc-2"]
    assert list(found.read({"doc-0", "doc-2"})) == [document(0), document(2)]
    assert list(found.read({"doc-1"})) == [document(1)]


def test_what_is_held_of_a_file_is_weighed_in_bytes(path, monkeypatch):
    monkeypatch.setattr(check_documents_module, "BATCH_BYTES", 100_000)
    heavy = [replace(document(n), meta={"raw": "布" * 10_000}) for n in range(9)]
    path.write_text("".join(f"{one.to_line()}\n" for one in heavy))

    found = surveyed(DocumentsFile(path))

    assert list(found.in_memory) == ["doc-0", "doc-1", "doc-2"]
    assert list(found.read({"doc-2", "doc-8"})) == [heavy[2], heavy[8]]


@pytest.mark.parametrize("after", [[line(1)], [line(0, "ORG"), line(1), line(2)]], ids=len)
def test_a_file_that_changes_in_the_meantime_is_told(path, after):
    documents = DocumentsFile(path)
    found = surveyed(documents, known(line(0), line(1), line(2)))
    path.write_text("".join(after))

    with pytest.raises(InputError, match="changed while it was read"):
        list(found.read({"doc-0"}))


def test_another_file_in_its_place_is_another_file(path, tmp_path):
    """As preannotate puts it there, whole."""
    documents = DocumentsFile(path)
    found = surveyed(documents, known(line(0)))
    (tmp_path / "new").write_text(line(7))
    (tmp_path / "new").rename(path)

    assert list(found.read({"doc-0"})) == [document(0)]


def test_a_pipe_is_put_by(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=[line(0) + line(1)])
    writer.start()

    documents = DocumentsFile(pipe)
    found = surveyed(documents)
    again = list(found.read({"doc-1"}))
    writer.join()
    assert again == [document(1)]


def test_what_was_known_to_be_sound_may_stand_there_twice_no_more_than_anything(path):
    path.write_text(line(0) + line(0))
    documents = DocumentsFile(path)
    with pytest.raises(InputError, match=r"jsonl:2: duplicate id 'doc-0'"):
        surveyed(documents, known(line(0)))


def test_all_faults_are_told_the_first_of_them_in_full(path):
    path.write_text("".join(line(n, "PERS") for n in range(30)))
    documents = DocumentsFile(path)
    with pytest.raises(SchemaError) as caught:
        surveyed(documents)

    first = f"{path}:1: doc-0, 0..3: 'Bob' has the label 'PERS', which is no entity type"
    assert str(caught.value).startswith(first)
    assert "… and 10 more" in str(caught.value)


def test_what_cant_be_read_and_what_breaks_the_schema_are_told_together(path):
    """Each with its line, in their order."""
    nobody = document(3).to_line().replace('"layer"', '"lawyer"') + "\n"
    path.write_text(line(0) + line(1, "PERS") + "{\n" + nobody + line(4, "PERS") + line(0))
    with pytest.raises(InputError) as caught:
        surveyed(DocumentsFile(path))

    told = [one.split(": ")[0].rpartition(":")[2] for one in str(caught.value).splitlines()]
    assert told == ["2", "3", "4", "5", "6"]


@pytest.mark.parametrize("held", [False, True])
def test_the_first_look_says_how_far_it_is_of_how_much(tmp_path, held):
    path = tmp_path / "documents.jsonl"
    path.write_text("".join(map(line, range(1100))))
    documents = [document(n) for n in range(1100)] if held else DocumentsFile(path)

    watched = []

    def watch(lines, what, total):
        watched.append((what, total, 0))
        for line in lines:
            yield line
            watched[-1] = (what, total, watched[-1][2] + 1)

    check_documents(documents, SCHEMA, {}, watch)

    assert watched == [("checking", 1100, 1100)]
