"""A file of documents is walked as often as one likes, by as many as like, and stays what it was."""

import io
from types import SimpleNamespace

import pytest

from curation.documents.document import Document
from curation.documents.stream import DocumentsFile
from curation.errors import InputError
from curation.files import STDIN

# Longer than what is read at once.
DOCUMENTS = [Document(f"d{n}", f"Bob met Al. {n} 😀" * 999) for n in range(20)]
LINES = "".join(one.to_line() + "\n" for one in DOCUMENTS).encode()


@pytest.fixture(params=["a file", "standard input", "documents"])
def corpus(request, tmp_path, monkeypatch):
    path = tmp_path / "d.jsonl"
    path.write_bytes(LINES)
    if request.param == "documents":
        return DocumentsFile.from_documents(DOCUMENTS)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(LINES)))
    return DocumentsFile(path if request.param == "a file" else STDIN)


def test_iterations_are_independent_of_each_other(corpus):
    first, second = iter(corpus), iter(corpus)
    begun = [next(first), next(first)]

    assert list(second) == DOCUMENTS
    assert [*begun, *first] == DOCUMENTS
    assert [line.read()[0] for line in corpus.lines()] == DOCUMENTS


def test_a_file_that_takes_the_path_later_is_not_read(tmp_path):
    path = tmp_path / "d.jsonl"
    path.write_bytes(LINES)
    corpus = DocumentsFile(path)
    path.unlink()
    path.write_text("{\n")

    assert list(corpus) == DOCUMENTS


def test_a_missing_file_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        DocumentsFile(tmp_path / "d.jsonl")
    with pytest.raises(InputError, match="is a folder"):
        DocumentsFile(tmp_path)
