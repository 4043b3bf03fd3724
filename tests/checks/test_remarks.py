"""What may be meant and is told all the same: overlapping spans, and flags that ask for a look."""

from dataclasses import replace

import pytest
from hypothesis import given
from samples import SCHEMA
from strategies import annotations, documents

from curation.checks.remarks import find_overlaps, find_remarks
from curation.documents.document import AnnotatedDocument, Document, Entity, Layer, Relation

TEXT = "The Bank of America of Boston said."
BANK, AMERICA = Entity(4, 19, "ORG"), Entity(12, 19, "GPE")
PLACE, WHOLE = Entity(12, 29, "LOC"), Entity(4, 29, "ORG")


def annotation(*entities, flags=(), note=""):
    document = Document("d", TEXT, entities, layer=Layer("annotator", "person-1"))
    return AnnotatedDocument(document, None, flags, note=note)


@pytest.mark.parametrize(
    ("entities", "told"),
    [
        pytest.param([BANK], [], id="alone"),
        pytest.param([BANK, Entity(23, 29, "GPE")], [], id="side by side"),
        pytest.param([BANK, Entity(19, 22, "GPE")], [], id="end to end"),
        pytest.param(
            [BANK, AMERICA], ["'America' (GPE) lies in 'Bank of America' (ORG)"], id="nested"
        ),
        pytest.param(
            [BANK, WHOLE],
            ["'Bank of America' (ORG) lies in 'Bank of America of Boston' (ORG)"],
            id="nested, with one beginning",
        ),
        pytest.param(
            [BANK, PLACE],
            ["'Bank of America' (ORG) and 'America of Boston' (LOC) cross"],
            id="crossing",
        ),
        pytest.param(
            [BANK, replace(BANK, label="GPE")],
            ["'Bank of America' is GPE and ORG"],
            id="two types on the same words",
        ),
        pytest.param(
            [Entity(at, 8 + at, "ORG") for at in range(6)],
            [
                "'The Bank' (ORG) and 'he Bank ' (ORG) cross; 'he Bank ' (ORG) and 'e Bank o' (ORG)"
                " cross; 'e Bank o' (ORG) and ' Bank of' (ORG) cross; and 2 more"
            ],
            id="many",
        ),
    ],
)  # fmt: skip
def test_overlapping_spans_get_a_remark(entities, told):
    found = list(find_remarks(annotation(*entities), SCHEMA))

    assert [one.what for one in found] == told
    assert {one.place for one in found} <= {"d"}


@given(documents(SCHEMA))
def test_every_span_that_begins_within_an_earlier_one_overlaps(document):
    before = [document.entities[:n] for n in range(len(document.entities))]
    within = [
        entity
        for entity, earlier in zip(document.entities, before, strict=True)
        if any(entity.start < one.end for one in earlier)
    ]

    pairs = list(find_overlaps(document))
    assert [entity for _, entity in pairs] == within
    assert all(one.start <= entity.start < one.end for one, entity in pairs)


def test_a_flag_that_keeps_nothing_out_is_a_remark_with_annotator_and_note():
    note = "Is the\nKremlin an ORG? " + "x" * 200
    asks = annotation(flags=("duplicate", "needs_discussion"), note=note)

    (one,) = find_remarks(asks, SCHEMA)
    said = "flagged needs_discussion by person-1: Is the Kremlin an ORG? xxx"
    assert one.what.startswith(said)
    assert one.what.endswith("x…")
    assert len(one.what) < 210


@pytest.mark.parametrize(
    ("suggested", "left", "told"),
    [
        ("supports opposes", "supports", ["opposes"]),
        ("supports opposes", "supports opposes", []),
        ("supports opposes", "", []),
        ("supports", "opposes", []),
    ],
)
def test_a_label_lost_from_an_arrow_that_stays_gets_a_remark(suggested, left, told):
    """A page opened before a relation had its name drops it; on an arrow without any it is a problem."""
    bank, boston = BANK, Entity(23, 29, "GPE")

    def drawn(labels):
        relations = tuple(Relation(bank, boston, label) for label in labels.split())
        return Document("d", TEXT, (bank, boston), relations)

    document = replace(drawn(left), layer=Layer("annotator", "person-1"))
    found = list(find_remarks(AnnotatedDocument(document, drawn(suggested)), SCHEMA))

    assert [one.what.split(" was suggested on the arrow")[0] for one in found] == told


@given(annotations(SCHEMA))
def test_there_is_one_remark_for_each_thing_to_look_at(found):
    asks = "needs_discussion" in found.flags
    overlapping = any(True for _ in find_overlaps(found.document))

    arrowless = replace(found, document=replace(found.document, relations=()))
    assert len(list(find_remarks(arrowless, SCHEMA))) == asks + overlapping
