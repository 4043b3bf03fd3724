"""What a push does around the sending: one at a time, and what the last one knew."""

from pathlib import Path

import pytest
from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer
from curation.errors import CurateError, InputError
from curation.flows.push import documents_to_push, push
from curation.labelstudio.push_ledger import load_ledger
from curation.labelstudio.twin import MemoryStudio
from curation.workspace import Workspace

DOCUMENTS = [
    Document(f"d{n}", "Bob came.", (Entity(0, 3, "PERSON", "a"),), (), {}, Layer("model", "m"))
    for n in range(3)
]


@pytest.fixture
def place(tmp_path):
    return Workspace(tmp_path / "gold", tmp_path / ".curate")


def test_two_pushes_to_one_project_never_run_at_once(place):
    studio = MemoryStudio()

    with (
        place.state.lock_project("push", studio.url, "p"),
        pytest.raises(CurateError, match="another push of 'p' is going on"),
    ):
        push(studio, place, DOCUMENTS, SCHEMA, title="p")

    assert studio.find_project("p") is None


def test_what_a_push_knows_is_kept_for_the_next_one(place):
    studio = MemoryStudio()

    first = push(studio, place, DOCUMENTS, SCHEMA, title="p")
    kept = load_ledger(place.state, studio.url, "p")
    second = push(studio, place, DOCUMENTS, SCHEMA, title="p")

    assert (first.created, second.created, second.unchanged) == (3, 0, 3)
    assert kept == first.ledger
    assert second.ledger is None  # nothing new to keep


def test_a_dry_run_says_what_a_push_would_do_and_writes_nothing(place):
    studio = MemoryStudio()

    looked = push(studio, place, DOCUMENTS, SCHEMA, title="p", dry_run=True)

    assert looked.created == 3
    assert studio.find_project("p") is None
    assert not place.home.exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [("none.jsonl", "no such file"), ("letter.txt", "articles; push takes the documents")],
)
def test_what_is_no_file_of_documents_is_refused_with_the_command_that_makes_one(name, said):
    with pytest.raises(InputError, match=said) as caught:
        documents_to_push(Path(name))

    assert "curate preannotate" in caught.value.hint
