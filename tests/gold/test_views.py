"""The views are the gold, ready to train on: nothing else, and what they can't show is counted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import documents

from curation.documents.document import Document, Entity, Relation
from curation.gold.dataset import GoldDocument
from curation.gold.tables.relation_view import RelationView
from curation.gold.tables.rows import gold_row
from curation.gold.tables.token_view import TokenView
from curation.schema.model import NO_RELATION

TEXT = "Iran met Russia. Assad, of Syria, left.\nThen Mr. Putin spoke."
IRAN, RUSSIA = Entity(0, 4, "GPE"), Entity(9, 15, "GPE")
ASSAD, SYRIA = Entity(17, 22, "PERSON"), Entity(27, 32, "GPE")
PUTIN = Entity(49, 54, "PERSON")
MEETS = Relation(IRAN, RUSSIA, "meets_with")
LEADS = Relation(ASSAD, SYRIA, "affiliated_with")
FAR = Relation(RUSSIA, ASSAD, "supports")
GOLD = GoldDocument(
    Document("d1", TEXT, (IRAN, RUSSIA, ASSAD, SYRIA, PUTIN), (MEETS, LEADS, FAR)), group="g1"
)


def pairs(gold, *, none_share=1.0):
    """Head, tail and label of each row, as words."""
    rows = RelationView(SCHEMA.symmetric, none_share).rows(gold_row(gold))
    return [(row["head"]["text"], row["tail"]["text"], row["label"]) for row in rows]


def test_a_document_is_its_tokens_with_their_tags():
    view = TokenView()

    row = view.row(gold_row(GOLD))

    assert (row["id"], row["group"]) == ("d1", "g1")
    shown = dict(
        zip(row["starts"], zip(row["tokens"], row["ner_tags"], strict=True), strict=True)
    )
    assert shown[0] == ("Iran", "B-GPE")
    assert shown[15] == (".", "O")
    assert shown[49] == ("Putin", "B-PERSON")
    assert view.counts() | {"tokenizer": ""} == {
        "tokenizer": "", "tokens": len(row["tokens"]), "tagged": 5, "not_aligned": 0, "overlapping": 0,
    }  # fmt: skip
    assert view.counts()["tokenizer"].startswith("spaCy 3.")
    assert view.counts()["tokenizer"].endswith("(en)")


def test_tokens_are_not_cut_where_the_gold_ends():
    """A cut would tell a model where the spans are."""
    view = TokenView()
    inside = GoldDocument(Document("d1", "pro-Iranians", (Entity(4, 11, "NORP"),)))

    row = view.row(gold_row(inside))

    assert "Iranians" in row["tokens"][-1]
    assert {*row["ner_tags"]} == {"O"}
    assert view.counts()["not_aligned"] == 1


def test_pairs_have_a_direction_and_symmetric_relations_both():
    assert pairs(GOLD, none_share=0) == [
        ("Iran", "Russia", "meets_with"),
        ("Russia", "Iran", "meets_with"),
        ("Russia", "Assad", "supports"),
        ("Assad", "Syria", "affiliated_with"),
    ]


def test_pairs_without_a_relation_stand_in_one_sentence():
    found = [pair for pair in pairs(GOLD) if pair[2] == NO_RELATION]

    assert found == [("Syria", "Assad", NO_RELATION)]


def test_a_pair_comes_with_the_fewest_sentences_that_hold_it():
    rows = list(RelationView(SCHEMA.symmetric, 0.0).rows(gold_row(GOLD)))

    assert [row["text"] for row in rows] == [
        "Iran met Russia.",
        "Iran met Russia.",
        "Iran met Russia. Assad, of Syria, left.",
        "Assad, of Syria, left.",
    ]
    assert rows[3]["start"] == 17
    assert rows[3]["head"] == {"start": 0, "end": 5, "label": "PERSON", "text": "Assad"}


def test_what_is_kept_and_left_out_is_counted():
    view = RelationView(SCHEMA.symmetric, 0.0)
    list(view.rows(gold_row(GOLD)))

    assert view.counts() == {
        "pairs": 4, "across_sentences": 1, "none": 0, "none_left_out": 1, "none_share": 0.0,
    }  # fmt: skip


@given(documents(SCHEMA))
def test_every_pair_has_its_relations_or_none(document):
    rows = list(RelationView(SCHEMA.symmetric, 1.0).rows(gold_row(GoldDocument(document))))

    labels = {}
    for row in rows:
        ends = [row[end] for end in ("head", "tail")]
        for end in ends:
            assert row["text"][end["start"] : end["end"]] == end["text"]
            place = slice(row["start"] + end["start"], row["start"] + end["end"])
            assert document.text[place] == end["text"]
        key = tuple(
            (row["start"] + end["start"], row["start"] + end["end"], end["label"])
            for end in ends
        )
        labels.setdefault(key, []).append(row["label"])
    assert all(names == [NO_RELATION] or NO_RELATION not in names for names in labels.values())
    for relation in document.relations:
        head, tail = ((*end.span, end.label) for end in (relation.head, relation.tail))
        assert relation.label in labels[head, tail]
        assert (relation.label in labels.get((tail, head), ())) >= (
            relation.label in SCHEMA.symmetric
        )
    assert len(rows) == sum(len({*names}) for names in labels.values())


@given(documents(SCHEMA), st.data())
def test_whether_a_pair_is_kept_depends_on_the_pair_alone(document, data):
    """More are kept of a larger share, and another entity changes nothing."""
    few = _none_places(document, 0.3)

    assert few <= _none_places(document, 0.7)
    if document.entities:
        gone = data.draw(st.sampled_from(document.entities))
        rest = replace(
            document,
            entities=tuple(one for one in document.entities if one != gone),
            relations=tuple(
                one for one in document.relations if gone not in (one.head, one.tail)
            ),
        )
        assert _none_places(rest, 0.3) == {
            pair for pair in few if (*gone.span, gone.label) not in pair
        }


def _none_places(document, share):
    rows = RelationView(SCHEMA.symmetric, share).rows(gold_row(GoldDocument(document)))
    return {
        tuple(
            (
                row["start"] + row[end]["start"],
                row["start"] + row[end]["end"],
                row[end]["label"],
            )
            for end in ("head", "tail")
        )
        for row in rows
        if row["label"] == NO_RELATION
    }


@pytest.mark.parametrize(
    ("share", "least", "most"), [(0.0, 0, 0), (0.2, 300, 500), (1.0, 1980, 1980)]
)
def test_about_the_share_asked_for_is_kept(share, least, most):
    words = [f"X{n:02}" for n in range(45)]
    entities = tuple(Entity(4 * n, 4 * n + 3, "GPE") for n in range(45))
    gold = GoldDocument(Document("d", " ".join(words), entities))

    assert least <= len(pairs(gold, none_share=share)) <= most
