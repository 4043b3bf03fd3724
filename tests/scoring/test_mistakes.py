"""The mistakes one by one are those that the scores count."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from scoring_samples import crowded, document_with, entity_counts, micro, pairs, relation_counts

from curation.documents.document import Document, Entity, Relation
from curation.scoring.matching import match_entities
from curation.scoring.mistakes import (
    RELATION_EDITS,
    entity_mistakes,
    relation_mistakes,
)
from curation.scoring.schemes import ENTITY_SCHEMES

TEXT = "Bob of Iran met Al."


BOB, IRAN, AL = (0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON")


BOB_ORG = (0, 3, "ORG")


def entities(pair):
    return list(entity_mistakes(match_entities(*pair)))


def relations(pair):
    return relation_mistakes(*pair, SCHEMA.symmetric)


@st.composite
def tangled(draw):
    """A few spans with many arrows of few kinds, which often differ in one thing alone."""
    ends = st.sampled_from(
        [Entity(s, s + n, k) for s in (0, 2, 4) for n in (1, 3) for k in "AB"]
    )
    kinds = st.sampled_from(["supports", "opposes", "meets_with"])
    arrows = st.lists(st.builds(Relation, ends, ends, kinds), max_size=8, unique=True)
    sides = []
    for _ in range(2):
        joined = [one for one in draw(arrows) if one.head != one.tail]
        there = {end for one in joined for end in (one.head, one.tail)}
        sides.append(Document("d", "abcdefgh", tuple(there), tuple(joined)))
    return sides


@given(pairs() | crowded())
def test_the_kinds_add_up_to_the_outcomes_of_every_scheme(pair):
    kinds = Counter(mistake.kind for mistake in entities(pair))
    counts = {name: micro(entity_counts(name, *pair)) for name in ENTITY_SCHEMES}
    wrong_type, wrong_bounds, both = (kinds[k] for k in ("wrong type", "wrong boundaries", "wrong type and boundaries"))  # fmt: skip

    for one in counts.values():
        assert (one.missed, one.spurious) == (kinds["missed"], kinds["spurious"])
    assert counts["strict"].incorrect == wrong_type + wrong_bounds + both
    assert counts["exact"].incorrect == wrong_bounds + both
    assert counts["partial"].partial == wrong_bounds + both
    assert counts["type"].incorrect == wrong_type + both


@given(pairs() | crowded())
def test_the_types_of_wrong_entities_add_up_to_each_types_counts(pair):
    by_type = entity_counts("strict", *pair)
    found = entities(pair)

    for label, counts in by_type.items():
        assert counts.fn == sum(m.gold is not None and m.gold.label == label for m in found)
        assert counts.fp == sum(m.predicted is not None and m.predicted.label == label for m in found)  # fmt: skip


@given(pairs() | tangled())
def test_wrong_relations_add_up_to_the_counts_of_every_criterion(pair):
    found = relations(pair)
    sides = {"gold": "fn", "predicted": "fp"}

    for scheme, hits in (
        ("strict", ()),
        ("boundaries", ("wrong type of an end",)),
        ("relaxed", ("wrong type of an end", "wrong ends")),
    ):
        by_type = relation_counts(scheme, *pair)
        wrong = [mistake for mistake in found if mistake.kind not in hits]
        for side, rate in sides.items():
            there = Counter(item.label for m in wrong if (item := getattr(m, side)) is not None)
            told = Counter({label: getattr(c, rate) for label, c in by_type.items()})
            assert there == +told


@pytest.mark.parametrize(
    ("gold", "predicted", "edits"),
    [
        pytest.param([(4, 12, "A")], [], 1, id="add a span"),
        pytest.param([], [(4, 12, "A")], 1, id="delete a span"),
        pytest.param([(4, 12, "A")], [(4, 12, "B")], 1, id="relabel"),
        pytest.param([(4, 12, "A")], [(4, 9, "A")], 1, id="move the end"),
        pytest.param([(4, 12, "A")], [(6, 12, "A")], 1, id="move the start"),
        pytest.param([(4, 12, "A")], [(6, 9, "A")], 2, id="move both edges"),
        pytest.param([(4, 12, "A")], [(4, 9, "B")], 2, id="relabel and move the end"),
        pytest.param(
            [(4, 12, "A")], [(6, 9, "B")], 2, id="delete and add rather than change thrice"
        ),
    ],
)
def test_an_entity_costs_what_a_person_does(gold, predicted, edits):
    pair = (
        document_with("Bob of Iran met Al.", *gold),
        document_with("Bob of Iran met Al.", *predicted),
    )

    assert sum(mistake.edits for mistake in entities(pair)) == edits


@pytest.mark.parametrize(
    ("gold", "predicted", "edits"),
    [
        pytest.param([(0, 1, "supports")], [], 2, id="add an arrow"),
        pytest.param([], [(0, 1, "supports")], 1, id="delete an arrow"),
        pytest.param([(0, 1, "supports")], [(0, 1, "opposes")], 1, id="relabel"),
        pytest.param([(0, 1, "supports")], [(1, 0, "supports")], 1, id="turn"),
        pytest.param([(0, 1, "supports")], [(1, 0, "opposes")], 2, id="relabel and turn"),
        pytest.param(
            [(0, 1, "supports")], [(0, 2, "supports")], 3, id="delete, add to another end"
        ),
    ],
)
def test_an_arrow_costs_what_a_person_does(gold, predicted, edits):
    pair = tuple(
        document_with(TEXT, *ALL, arrows=tuple(arrows)) for arrows in (gold, predicted)
    )

    assert sum(mistake.edits for mistake in relations(pair)) == edits


@given(pairs() | tangled())
def test_every_kind_has_its_price(pair):
    for mistake in entities(pair):
        assert mistake.edits in (1, 2)
        assert not mistake.is_of_relation
    for mistake in relations(pair):
        assert mistake.edits == RELATION_EDITS[mistake.kind]
        assert mistake.is_of_relation


@given(pairs() | crowded() | tangled())
def test_nothing_is_wrong_with_a_document_against_itself(pair):
    same = (pair[0], pair[0])

    assert entities(same) == relations(same) == []


ALL = (BOB, IRAN, AL)


@pytest.mark.parametrize(
    ("gold", "predicted", "kinds"),
    [
        pytest.param([(0, 1, "supports")], [], ["missed"], id="missed"),
        pytest.param([], [(0, 1, "supports")], ["spurious"], id="spurious"),
        pytest.param([(0, 1, "supports")], [(0, 1, "opposes")], ["wrong label"], id="label"),
        pytest.param([(0, 1, "supports")], [(1, 0, "supports")], ["wrong direction"], id="direction"),
        pytest.param(
            [(0, 1, "supports")], [(1, 0, "opposes")], ["wrong label and direction"], id="both"
        ),
        pytest.param(
            [(0, 2, "meets_with")], [(2, 0, "supports")], ["wrong label"],
            id="what has no direction has no wrong one",
        ),
        pytest.param([(0, 2, "meets_with")], [(2, 0, "meets_with")], [], id="symmetric"),
        pytest.param([(0, 1, "supports")], [(2, 1, "supports")], ["missed", "spurious"], id="other ends"),
        pytest.param(
            [(0, 1, "supports")], [(1, 0, "supports"), (0, 1, "opposes")],
            ["spurious", "wrong direction"], id="the same label is nearer",
        ),
    ],
)  # fmt: skip
def test_relations_by_hand(gold, predicted, kinds):
    pair = (
        document_with(TEXT, *ALL, arrows=tuple(gold)),
        document_with(TEXT, *ALL, arrows=tuple(predicted)),
    )

    assert sorted(mistake.kind for mistake in relations(pair)) == kinds


@pytest.mark.parametrize(
    ("bob", "kind"),
    [(BOB_ORG, "wrong type of an end"), ((0, 6, "PERSON"), "wrong ends"), ((0, 6, "ORG"), "wrong ends")],
)  # fmt: skip
def test_what_comes_of_a_wrong_entity(bob, kind):
    gold, found = (
        document_with(TEXT, one, IRAN, arrows=((0, 1, "supports"),)) for one in (BOB, bob)
    )

    (mistake,) = relations((gold, found))
    assert mistake.kind == kind
