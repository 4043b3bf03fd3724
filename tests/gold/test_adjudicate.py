"""Where annotators agree it is gold; where not, it is told who has what."""

from dataclasses import replace

import pytest
from gold_samples import annotated
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import annotations

from curation.document import Entity, Relation
from curation.gold import Conflict, Gold, KeptOut, settle

ANN, BEA, CAT = "person-a", "person-b", "person-c"


def test_one_annotator_is_gold():
    annotation = annotated("d1", flags=("needs_discussion",))

    golds, conflicts, kept_out = settle([annotation], SCHEMA)

    assert golds == (
        Gold(
            annotation.document,
            ("needs_discussion",),
            ("machine-5e6f",),
            1,
            preannotated_by="en_core_web_sm@3.8.0+cd93e9ca9126.a1b2",
            group="d1",
        ),
    )
    assert (conflicts, kept_out) == ((), ())
    assert golds[0].document.layer.kind == "gold"


def test_equal_annotations_merge():
    """Ids don't count; flags that keep nothing out add up."""
    first = annotated("d1", annotator=BEA, flags=("needs_discussion",))
    second = annotated("d1", annotator=ANN)

    (gold,) = settle([first, second], SCHEMA).golds

    assert gold.annotators == (ANN, BEA)
    assert gold.n_annotations == 2
    assert gold.flags == ("needs_discussion",)
    assert gold.arm == "assisted"


def test_other_notes_are_no_disagreement():
    some = [
        replace(annotated("d1", annotator=name), note=name.upper()) for name in (ANN, BEA, CAT)
    ]

    settled = settle(some, SCHEMA)

    assert [one.n_annotations for one in settled.golds] == [3]
    assert settled.conflicts == ()


def test_nothing_marked_is_gold():
    """An empty submission says that there is nothing."""
    (gold,) = settle([annotated("d1", labels=())], SCHEMA).golds

    assert gold.document.entities == ()


def test_one_without_suggestions_makes_it_blind():
    some = [annotated("d1", annotator=ANN, suggestion=None), annotated("d1", annotator=BEA)]

    (gold,) = settle(some, SCHEMA).golds

    assert gold.arm == "blind"
    assert gold.preannotated_by == "en_core_web_sm@3.8.0+cd93e9ca9126.a1b2"


def test_a_difference_is_a_conflict_and_no_gold():
    """Each place once, in the order of the text, the words and who has what."""
    some = [
        annotated("d1", annotator=ANN),
        annotated("d1", annotator=BEA, labels=("NORP", "PERSON")),
        annotated("d1", annotator=CAT, labels=("GPE",)),
        annotated("d2", annotator=ANN),
    ]

    settled = settle(some, SCHEMA)

    assert [gold.id for gold in settled.golds] == ["d2"]
    assert settled.conflicts == (
        Conflict(
            "d1",
            (ANN, BEA, CAT),
            (
                "0..6 'Russia': GPE by person-a; NORP by person-b; GPE by person-c",
                "0..6 'Russia' → 13..18 'Assad':"
                " supports by person-a; supports by person-b; nothing by person-c",
                "13..18 'Assad': PERSON by person-a; PERSON by person-b; nothing by person-c",
                "24..29 'Syria': GPE by person-a; nothing by person-b; nothing by person-c",
            ),
        ),
    )


def test_an_arrow_from_another_entity_on_the_same_words_is_a_difference():
    """Its ends are entities, not places."""
    first = annotated("d1", annotator=ANN, labels=("GPE", "PERSON")).document
    norp = Entity(0, 6, "NORP")
    gpe, assad = first.entities
    some = [
        replace(
            annotated("d1", annotator=name),
            document=replace(
                first,
                entities=(gpe, norp, assad),
                relations=(Relation(head, assad, "supports"),),
                layer=annotated("d1", annotator=name).document.layer,
            ),
        )
        for name, head in ((ANN, gpe), (BEA, norp))
    ]

    (conflict,) = settle(some, SCHEMA).conflicts

    assert conflict.differences == (
        "0..6 'Russia' → 13..18 'Assad': supports (GPE → PERSON) by person-a;"
        " supports (NORP → PERSON) by person-b",
    )


def test_a_symmetric_relation_drawn_either_way_is_no_difference():
    one, two = annotated("d1", annotator=ANN), annotated("d1", annotator=BEA)
    head, tail = one.document.entities[:2]
    there = replace(one.document, relations=(Relation(head, tail, "meets_with"),))
    back = replace(two.document, relations=(Relation(tail, head, "meets_with"),))

    settled = settle([replace(one, document=there), replace(two, document=back)], SCHEMA)

    assert len(settled.golds) == 1


def test_two_differing_layers_of_one_annotator_are_a_conflict():
    some = [annotated("d1", annotator=ANN), annotated("d1", annotator=ANN, labels=("GPE",))]

    (conflict,) = settle(some, SCHEMA).conflicts

    assert conflict.annotators == (ANN,)
    assert "by person-a (1)" in conflict.differences[0]


@pytest.mark.parametrize("flag", [name for name, f in SCHEMA.flags.items() if f.keeps_out])
def test_a_flag_keeps_the_document_out(flag):
    """One annotator's is enough."""
    some = [annotated("d1", annotator=ANN, flags=(flag,)), annotated("d1", annotator=BEA)]

    settled = settle(some, SCHEMA)

    assert settled == ((), (), (KeptOut("d1", (ANN, BEA), (flag,)),))


def test_the_group_is_the_one_that_was_given():
    (gold,) = settle([annotated("d1", group="g7")], SCHEMA).golds

    assert gold.group == "g7"


few = st.sampled_from(["d1", "d2"])


@given(st.lists(annotations(SCHEMA, few), max_size=5), st.randoms())
def test_every_document_becomes_one_thing_whatever_the_order(some, random):
    """Gold, a conflict, or kept out; and gold only where all say the same."""
    settled = settle(some, SCHEMA)
    random.shuffle(some)

    ids = [gold.id for gold in settled.golds]
    ids += [one.document for one in (*settled.conflicts, *settled.kept_out)]
    assert sorted(ids) == sorted({annotation.document.id for annotation in some})
    for gold in settled.golds:
        layers = [layer.document for layer in some if layer.document.id == gold.id]
        assert {(one.text, one.entities, one.relations) for one in layers} == {
            (gold.document.text, gold.document.entities, gold.document.relations)
        }
    again = settle(some, SCHEMA)
    assert [gold.id for gold in again.golds] == [gold.id for gold in settled.golds]
