"""What a push does around the sending: one at a time, and what the last one knew."""

from dataclasses import replace
from pathlib import Path

import pytest
from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation
from curation.documents.stream import DocumentsFile
from curation.errors import CurateError, InputError
from curation.flows.push import documents_to_push, push
from curation.labelstudio.push.ledger import load_ledger
from curation.labelstudio.server.twin import MemoryStudio

CASES = Path(__file__).parents[1] / "cases"
DOCUMENTS = [
    Document(f"d{n}", "Bob came.", (Entity(0, 3, "PERSON", "a"),), (), {}, Layer("model", "m"))
    for n in range(3)
]


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


MODEL = Layer("model", "m")


def pushed_result(place, tmp_path, document, *, times=1):
    """What the server has of a document that was pushed from a file, and the first push's report."""
    studio = MemoryStudio()
    (tmp_path / "s.jsonl").write_text(document.to_line() + "\n")
    reports = [
        push(studio, place, documents_to_push(tmp_path / "s.jsonl"), SCHEMA, title="p")
        for _ in range(times)
    ]
    project = studio.find_project("p")
    (suggestion,) = studio.predictions(project.id, None)
    return suggestion.result, reports


def test_white_space_at_the_edges_of_suggestions_is_trimmed_and_told(place, tmp_path):
    bob, came = Entity(0, 4, "PERSON", "a"), Entity(3, 8, "EVENT", "b")
    document = Document(
        "d", "Bob came.", (bob, came), (Relation(bob, came, "supports"),), {}, MODEL
    )

    result, (first, second) = pushed_result(place, tmp_path, document, times=2)

    spans = [(one["value"]["start"], one["value"]["end"]) for one in result if "value" in one]
    assert spans == [(0, 3), (4, 8)]
    assert [str(problem) for problem in first.trimmed] == [
        "d, 0..4: 'Bob ' is sent as 'Bob'",
        "d, 3..8: ' came' is sent as 'came'",
    ]
    assert (second.unchanged, second.trimmed) == (1, ())


def test_spans_that_become_one_by_trimming_are_one(place, tmp_path):
    wide, bob, came = (
        Entity(0, 4, "PERSON", "a"),
        Entity(0, 3, "PERSON", "b"),
        Entity(4, 8, "EVENT", "c"),
    )
    relations = (Relation(wide, came, "supports"), Relation(bob, came, "supports"))
    document = Document("d", "Bob came.", (wide, bob, came), relations, {}, MODEL)

    result, _ = pushed_result(place, tmp_path, document)

    assert [one["type"] for one in result] == ["labels", "labels", "relation"]


@pytest.mark.parametrize(
    "spans", [((3, 4),), ((0, 3), (0, 3)), ((0, 99),)], ids=["blank", "twice", "outside"]
)
def test_spans_that_trimming_does_not_mend_are_refused(place, tmp_path, spans):
    entities = tuple(Entity(*span, "PERSON", f"e{n}") for n, span in enumerate(spans))

    with pytest.raises(InputError, match=r"s\.jsonl:1: d, "):
        pushed_result(place, tmp_path, Document("d", "Bob came.", entities, (), {}, MODEL))


def test_symmetric_relations_written_tail_first_are_turned(place, tmp_path):
    (document,) = DocumentsFile(CASES / "symmetric-turned.jsonl")

    result, _ = pushed_result(place, tmp_path, replace(document, layer=MODEL))

    assert (result[2]["from_id"], result[2]["to_id"]) == ("e1", "e2")


@pytest.mark.parametrize(
    ("name", "said"),
    [("none.jsonl", "no such file"), ("letter.txt", "articles; push takes the documents")],
)
def test_what_is_no_file_of_documents_is_refused_with_the_command_that_makes_one(name, said):
    with pytest.raises(InputError, match=said) as caught:
        documents_to_push(Path(name))

    assert "curate preannotate" in caught.value.hint
