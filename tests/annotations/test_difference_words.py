"""Differences in words: every place once, and who has what there."""

from dataclasses import replace

import pytest
from samples import SCHEMA

from curation.annotations.compared import compare_documents
from curation.annotations.difference_words import _LONGEST_QUOTE, describe_differences
from curation.documents.document import Document, Entity, Relation

TEXT = "President Bob met Al in Oslo."
PRESIDENT, BOB, WHOLE = Entity(0, 9, "TITLE"), Entity(10, 13, "PERSON"), Entity(0, 13, "PERSON")
AL, OSLO, MAYOR = Entity(18, 20, "PERSON"), Entity(24, 28, "GPE"), Entity(18, 20, "TITLE")


def said(*documents, text=TEXT):
    documents = {f"u{n}": Document("d1", text, *one) for n, one in enumerate(documents)}
    documents = {uid: SCHEMA.canonical(one) for uid, one in documents.items()}
    names = dict(zip(documents, ("ann", "bea", "cat"), strict=False))
    return [*describe_differences(compare_documents(documents, SCHEMA), names)]


def arrow(head, label, tail):
    return Relation(head, tail, label)


@pytest.mark.parametrize(
    ("documents", "lines"),
    [
        ([((BOB,), ()), ((BOB,), ())], []),
        ([((AL,), ()), ((MAYOR,), ())], ["18..20 'Al': PERSON by ann; TITLE by bea"]),
        ([((AL,), ()), ((), ())], ["18..20 'Al': PERSON by ann; not marked by bea"]),
        (
            [((WHOLE,), ()), ((PRESIDENT, BOB), ()), ((WHOLE,), ())],
            ["0..13 'President Bob': PERSON by ann and cat; TITLE 'President' and PERSON 'Bob' by bea"],
        ),
        (
            [((BOB, AL), (arrow(BOB, "meets_with", AL),)), ((BOB, AL), ())],
            ["10..13 'Bob' and 18..20 'Al': — meets_with by ann; no arrow by bea"],
        ),
        (
            [((BOB, AL), (arrow(BOB, "supports", AL),)), ((BOB, AL), (arrow(AL, "opposes", BOB),))],
            ["10..13 'Bob' and 18..20 'Al': → supports by ann; ← opposes by bea"],
        ),
        (
            [((BOB, MAYOR), (arrow(BOB, "holds_position", MAYOR),)), ((BOB,), ())],
            ["18..20 'Al': TITLE and ← holds_position 10..13 'Bob' by ann; not marked by bea"],
        ),
    ],
    ids=["alike", "label", "nothing", "places", "symmetric", "both-ways", "folded"],
)  # fmt: skip
def test_a_difference_says_where_and_who_has_what(documents, lines):
    assert said(*documents) == lines


def test_an_arrow_names_its_end_where_two_entities_stand_on_the_words():
    norp = replace(OSLO, label="NORP")
    one = ((OSLO, norp, BOB), (arrow(OSLO, "supports", BOB),))
    other = ((OSLO, norp, BOB), (arrow(norp, "supports", BOB),))

    assert said(one, other) == [
        "10..13 'Bob' and 24..28 'Oslo': ← supports (GPE) by ann; ← supports (NORP) by bea"
    ]


def test_a_long_span_is_quoted_in_part():
    long = "x" * 90

    assert said(((Entity(0, 90, "ORG"),), ()), ((), ()), text=long) == [
        f"0..90 '{'x' * (_LONGEST_QUOTE - 1)}…': ORG by ann; not marked by bea"
    ]
