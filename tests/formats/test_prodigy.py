"""Prodigy: spans and relations as rel.manual writes them, and what its users left."""

import json

import pytest
from hypothesis import given
from samples import SCHEMA
from strategies import documents

from curation.documents.document import Document, Entity, Relation
from curation.errors import Problems
from curation.formats import prodigy
from curation.formats.losses import Losses
from curation.formats.prodigy import read_prodigy, write_prodigy

TEXT = "Bob of New\n York."
BOB, YORK, CUT = Entity(0, 3, "PERSON"), Entity(7, 16, "GPE"), Entity(7, 9, "ORG")
SPAN = {"start": 0, "end": 3, "label": "PERSON", "token_start": 0, "token_end": 0}
OTHER = {"start": 8, "end": 10, "label": "PERSON", "token_start": 2, "token_end": 2}


def line_of(document) -> dict:
    (part,) = write_prodigy([document], SCHEMA, Losses())
    return json.loads(part.content)


def read(path, *lines):
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    losses, problems = Losses(), Problems()
    found = list(read_prodigy(path, SCHEMA, losses, problems))
    return found, losses, [str(one).replace(f"{path.parent}/", "") for one in problems.shown]


def test_tokens_are_spacys_cut_at_the_spans_edges():
    relations = (Relation(BOB, YORK, "affiliated_with"),)
    line = line_of(Document("d", TEXT, (BOB, YORK, CUT), relations, {"title": "t"}))

    assert [(one["text"], one["ws"]) for one in line["tokens"]] == [
        ("Bob", True), ("of", True), ("Ne", False), ("w", False), ("\n ", False), ("York", False), (".", False),
    ]  # fmt: skip
    york = {"start": 7, "end": 16, "token_start": 2, "token_end": 5, "label": "GPE"}
    assert york in line["spans"]
    assert line["relations"] == [
        {
            "head": 0,
            "child": 5,
            "head_span": SPAN,
            "child_span": york,
            "label": "affiliated_with",
        }
    ]
    assert (line["answer"], line["meta"], line["id"]) == ("accept", {"title": "t"}, "d")


@given(documents(SCHEMA))
def test_tokens_make_up_the_text_and_the_spans(document):
    line = line_of(document)
    tokens = line["tokens"]

    text = "".join(one["text"] + " " * one["ws"] for one in tokens)
    assert text == document.text
    assert [one["id"] for one in tokens] == list(range(len(tokens)))
    for span in line["spans"]:
        edges = tokens[span["token_start"]]["start"], tokens[span["token_end"]]["end"]
        assert edges == (span["start"], span["end"])


def test_relations_without_spans_are_known_by_their_last_tokens(tmp_path):
    relation = {"head": 0, "child": 2, "label": "meets_with"}
    line = {"text": "Bob met Al", "spans": [SPAN, OTHER], "relations": [relation], "answer": "accept", "_annotator_id": "news-anna"}  # fmt: skip

    (found,), _, problems = read(tmp_path / "news.jsonl", line, {**line, "answer": "ignore"})[
        :3
    ]

    assert problems == []
    bob, al = Entity(0, 3, "PERSON"), Entity(8, 10, "PERSON")
    expected = Document("news-1", "Bob met Al", (bob, al), (Relation(bob, al, "meets_with"),))
    assert (found.document, found.annotator) == (expected, "news-anna")


def test_what_was_rejected_is_left_out_and_what_nobody_answered_is_a_suggestion(tmp_path):
    found, losses, _ = read(
        tmp_path / "d.jsonl", {"text": "a", "answer": "reject"}, {"text": "b", "id": "x"}
    )

    assert [(one.document.id, one.is_suggested) for one in found] == [("x", True)]
    assert losses.counts == {prodigy.NOT_ACCEPTED: 1}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"relations": [{"head": 0, "child": 9, "label": "x"}]}, "child 9 of a relation is the last token of 0 spans, and child_span none of these"),
        ({"spans": [SPAN, {**SPAN, "label": "ORG"}], "relations": [{"head": 0, "child": 0, "label": "x"}]}, "head 0 of a relation is the last token of 2 spans, and head_span none of these"),
        ({"spans": ["x"]}, "'spans' must hold objects, not 'x'"),
        ({"text": None}, "'text' of the document must be a string that isn't empty, not null"),
    ],
)  # fmt: skip
def test_a_bad_line_is_told_with_its_place(tmp_path, changed, said):
    line = {"text": "Bob met Al", "spans": [SPAN, OTHER], "answer": "accept", **changed}

    problems = read(tmp_path / "d.jsonl", line)[2]

    assert problems[0] == f"d.jsonl:1: {said}"
