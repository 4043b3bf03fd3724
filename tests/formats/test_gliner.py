"""GLiNER: tokens, inclusive spans, relations by index, in passages that it reads whole."""

import json

from hypothesis import given
from samples import SCHEMA
from strategies import documents

from curation.documents.document import Document, Entity, Relation
from curation.formats import gliner
from curation.formats import losses as kinds
from curation.formats.gliner import write_gliner
from curation.formats.losses import Losses

TEXT = "Bob Smith, of Rome-based X, met Al."
BOB, SMITH, AL = Entity(0, 9, "PERSON"), Entity(4, 9, "ORG"), Entity(32, 34, "PERSON")


def lines_of(*some) -> tuple[list[dict], Losses]:
    losses = Losses()
    return [json.loads(part.content) for part in write_gliner(some, SCHEMA, losses)], losses


def test_a_line_is_what_gliner_and_its_relation_extraction_train_on():
    rome = Entity(14, 18, "GPE")
    relations = (Relation(BOB, AL, "meets_with"), Relation(BOB, SMITH, "member_of"))

    (line,), losses = lines_of(Document("d", TEXT, (BOB, SMITH, rome, AL), relations))

    assert line.keys() == {
        "tokenized_text",
        "ner",
        "relations",
        "ner_negatives",
        "rel_negatives",
    }
    assert line["tokenized_text"] == ["Bob", "Smith", ",", "of", "Rome-based", "X", ",", "met", "Al", "."]  # fmt: skip
    assert line["ner"] == [[0, 1, "PERSON"], [1, 1, "ORG"], [8, 8, "PERSON"]]
    assert line["relations"] == [
        [0, 1, "member_of"],
        [0, 2, "meets_with"],
        [2, 0, "meets_with"],
    ]
    assert {*line["ner_negatives"]} == SCHEMA.entities.keys() - {"PERSON", "ORG"}
    assert {*line["rel_negatives"]} == SCHEMA.relations.keys() - {"member_of", "meets_with"}
    assert losses.counts == {
        kinds.NOT_ALIGNED: 1, kinds.NO_IDS: 1, kinds.SPACING: 1, kinds.BOTH_WAYS: 1,
    }  # fmt: skip


def test_passages_are_whole_paragraphs_that_gliner_reads_at_once():
    paragraph = "word " * 199 + "word\n"
    bob = Entity(4 * len(paragraph), 4 * len(paragraph) + 4, "PERSON")
    word = Entity(0, 4, "ORG")
    document = Document("d", paragraph * 5, (bob, word), (Relation(bob, word, "member_of"),))

    lines, losses = lines_of(document)

    assert [len(line["tokenized_text"]) for line in lines] == [200] * 5
    assert lines[4]["ner"] == [[0, 0, "PERSON"]]
    assert losses.counts[gliner.ACROSS_PASSAGES] == 1
    assert [len(line["tokenized_text"]) for line in lines_of(Document("d", "word\n" * 1000))[0]] == [
        384, 384, 232,
    ]  # fmt: skip


def test_a_paragraph_that_is_too_long_is_told():
    lines, losses = lines_of(Document("d", "word " * 400))

    assert [len(line["tokenized_text"]) for line in lines] == [400]
    assert losses.remarks == {gliner.TOO_LONG: 1}


@given(documents(SCHEMA))
def test_what_isnt_counted_is_there(document):
    lines, losses = lines_of(document)

    lost = losses.counts.get(kinds.NOT_ALIGNED, 0)
    assert sum(len(line["ner"]) for line in lines) == len(document.entities) - lost
    lost = sum(
        losses.counts.get(one, 0) for one in (kinds.WITH_LOST_END, gliner.ACROSS_PASSAGES)
    )
    both = losses.counts.get(kinds.BOTH_WAYS, 0)
    assert (
        sum(len(line["relations"]) for line in lines) == len(document.relations) + both - lost
    )
    for line in lines:
        last = len(line["tokenized_text"])
        assert all(0 <= first <= end < last for first, end, _ in line["ner"])
        assert line["ner"] == sorted(line["ner"], key=lambda one: one[:2])
        assert all(max(one[:2]) < len(line["ner"]) for one in line["relations"])
