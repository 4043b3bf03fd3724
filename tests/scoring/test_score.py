"""Scores: laws, arms, and what is undefined."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import costly
from scoring_samples import (
    CONTEXT,
    RECIPE,
    corpora,
    document_with,
    matched_up,
    micro,
    relation_counts,
)

from curation.documents.document import Document, Entity, Relation
from curation.scoring.counts import OutcomeCounts
from curation.scoring.matched_documents import ScoringContext
from curation.scoring.score import score


def scored(gold, predicted, **changes):
    return score(gold, predicted, recipe=replace(RECIPE, **changes), context=CONTEXT)


@pytest.mark.slow
@costly(1 / 2)
@given(corpora(), st.randoms())
def test_the_order_of_anything_changes_nothing(sides, rng):
    """Of documents, entities, relations and their ids; the intervals too."""

    def shuffled(documents):
        mixed = [
            Document(
                one.id, one.text,
                tuple(replace(e, id=f"x{rng.random()}") for e in rng.sample(one.entities, len(one.entities))),
                tuple(rng.sample(one.relations, len(one.relations))),
            )
            for one in documents
        ]  # fmt: skip
        return rng.sample(mixed, len(mixed))

    whole = scored(*sides)

    assert scored(*map(shuffled, sides)) == whole


@pytest.mark.slow
@costly(1 / 2)
@given(corpora())
def test_documents_add_up(sides):
    whole = scored(*sides, resamples=10)
    alone = [scored([g], [p], resamples=10) for g, p in zip(*sides, strict=True)]

    for name, tally in whole.entities.items():
        parts = (one.entities[name].micro.counts for one in alone)
        assert tally.micro.counts == sum(parts, OutcomeCounts())
    for name, tally in whole.relations.items():
        parts = (one.relations[name].micro.counts for one in alone)
        assert tally.micro.counts == sum(parts, OutcomeCounts())


@costly(1 / 2)
@given(corpora())
def test_types_and_bands_add_up_to_all(sides):
    result = scored(*sides, resamples=10)

    for tally in (*result.entities.values(), *result.relations.values()):
        assert (
            sum((r.counts for r in tally.by_type.values()), OutcomeCounts())
            == tally.micro.counts
        )
        if tally.by_band:
            bands = sum((r.counts for r in tally.by_band.values()), OutcomeCounts())
            assert bands == tally.micro.counts


BOB, IRAN, AL = (0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON")


TEXT = "Bob of Iran met Al."


def test_what_the_baseline_cannot_emit_is_told_apart():
    gold = document_with(TEXT, BOB, IRAN, (12, 15, "TITLE"))
    context = ScoringContext(emittable={"PERSON", "GPE"})
    tally = score([gold], [document_with(TEXT, BOB)], recipe=RECIPE, context=context).entities[
        "strict"
    ]

    assert tally.micro.counts.recall == pytest.approx(1 / 3)
    assert tally.emittable.counts.recall == pytest.approx(1 / 2)


def test_macro_is_the_mean_of_the_types_that_occur():
    gold, predicted = document_with(TEXT, BOB, IRAN), document_with(TEXT, BOB)

    assert scored([gold], [predicted]).entities["strict"].macro.f1 == pytest.approx(0.5)


def numbered(many, *spans):
    return [replace(document_with(TEXT, *spans), id=f"d{n}") for n in range(many)]


def test_the_blind_documents_are_the_headline():
    golds = numbered(4, BOB)
    found = numbered(2, BOB) + [replace(one, entities=()) for one in golds[2:]]
    arms = dict(zip(("d0", "d1", "d2", "d3"), ("assisted",) * 2 + ("blind",) * 2, strict=True))

    result = score(golds, found, recipe=RECIPE, context=ScoringContext(arms=arms))

    assert (result.recipe.arm, result.recipe.documents) == ("blind", 2)
    assert result.entities["strict"].micro.counts == OutcomeCounts(missed=2)
    assert {
        arm: part.entities["strict"].micro.counts.tp for arm, part in result.arms.items()
    } == {
        "assisted": 2,
        "all": 2,
    }
    assert result.headline.tokens.matrix[0][-1] == 2


@pytest.mark.parametrize(
    ("arms", "told"),
    [({}, "all"), ({"d0": "blind", "d1": "blind"}, "blind"), ({"d0": "assisted", "d1": "assisted"}, "assisted")],
)  # fmt: skip
def test_where_there_is_one_arm_it_is_named(arms, told):
    golds = numbered(2, BOB)
    result = score(golds, golds, recipe=RECIPE, context=ScoringContext(arms=arms))

    assert (result.recipe.arm, result.arms, result.recipe.documents) == (told, {}, 2)


def test_every_arm_counts_its_own_origins_and_scores():
    """How many documents programs annotated, how many are for development; calibration."""
    golds = numbered(4, BOB)
    found = [replace(one, entities=tuple(replace(e, score=0.5) for e in one.entities)) for one in golds]  # fmt: skip
    arms = {"d0": "blind", "d1": "blind", "d2": "assisted", "d3": "assisted"}
    context = ScoringContext(
        arms=arms, machine_annotated={"d0", "d2", "d3"}, development={"d3"}
    )

    result = score(golds, found, recipe=RECIPE, context=context)

    parts = (result.headline, result.arms["assisted"], result.all_documents)
    assert [(one.machine_annotated, one.development, one.calibration.suggestions) for one in parts] == [
        (1, 0, 2), (2, 1, 2), (3, 1, 4),
    ]  # fmt: skip


def test_nothing_at_all_has_no_rates():
    """Empty gold, empty predictions, and no document."""
    for sides in (([document_with(TEXT)], [document_with(TEXT)]), ([], [])):
        result = scored(*sides)

        for tally in (*result.entities.values(), *result.relations.values()):
            rates = tally.micro
            assert (rates.counts.f1, rates.bca.f1, tally.macro.f1) == (None, None, None)


def test_matching_does_not_slow_down_in_a_crowd():
    """A thousand entities on top of one another, none the same."""
    rng = random.Random(1)
    spans = [(rng.randint(0, 400), 500 + rng.randint(0, 400), "A") for _ in range(400)]
    gold = document_with("x" * 900, *{*spans})
    found = Document("d", "x" * 900, tuple(Entity(s + 1, e, "A") for s, e, _ in {*spans}))

    matches = matched_up(gold, found).entities

    assert (matches.kind < 4).sum() == len(gold.entities)


def test_relations_of_a_document_twice_are_two():
    bob, al = Entity(*BOB), Entity(*AL)
    twice = Document("d", TEXT, (bob, al), (Relation(bob, al, "supports"),) * 2)
    once = replace(twice, relations=twice.relations[:1])

    assert micro(relation_counts("strict", twice, once)) == OutcomeCounts.binary(1, 0, 1)


TWO_PEOPLE = "Bob met Al."


def some_of_two_types(documents, held):
    """Gold in which PERSON is in every document and ORG in the first *held*, and half of it predicted."""
    golds, found = [], []
    for n in range(documents):
        spans = [(0, 3, "PERSON"), *([(8, 10, "ORG")] if n < held else [])]
        golds.append(replace(document_with(TWO_PEOPLE, *spans), id=f"d{n:02}"))
        found.append(
            replace(document_with(TWO_PEOPLE, *(spans if n % 2 else [])), id=f"d{n:02}")
        )
    return golds, found


@pytest.mark.parametrize(("held", "has_interval"), [(1, False), (4, False), (5, True)])
def test_a_type_that_few_documents_hold_has_no_interval(held, has_interval):
    result = scored(*some_of_two_types(20, held)).entities["strict"]

    rare, common = result.by_type["ORG"], result.by_type["PERSON"]
    for rates in (rare.bca, rare.percentile):
        assert (rates.f1 is not None, rates.recall is not None) == (has_interval, has_interval)
    assert common.bca.f1
    assert result.micro.bca.f1
    assert result.macro.bca
    assert rare.counts.gold == held


@pytest.mark.parametrize(("documents", "has_interval"), [(2, False), (4, False), (5, True)])
def test_a_score_over_few_documents_has_no_interval(documents, has_interval):
    scores = scored(*some_of_two_types(documents, documents))

    assert scores.headline.documents == documents
    for result in scores.headline.entities.values():
        for rated in (result.micro, *result.by_type.values()):
            for rates in (rated.bca, rated.percentile):
                assert (rates.f1 is not None) == has_interval
        assert (result.macro.bca is not None) == has_interval
        assert (result.macro.percentile is not None) == has_interval


@pytest.mark.parametrize(("held", "has_interval"), [(2, False), (4, False), (5, True)])
def test_what_few_of_many_documents_hold_at_all_has_no_interval(held, has_interval):
    """Neither relations that two of twenty documents have, nor the mean of their types."""
    golds, _ = some_of_two_types(20, 20)
    golds = [
        replace(one, relations=(Relation(*one.entities, "meets_with"),)) if n < held else one
        for n, one in enumerate(golds)
    ]
    found = [one if n % 2 else replace(one, relations=()) for n, one in enumerate(golds)]

    result = scored(golds, found).relations["strict"]

    assert (result.micro.bca.f1 is not None) == has_interval
    assert (result.macro.bca is not None) == has_interval


def test_spurious_predictions_dont_make_a_type_held():
    golds, found = some_of_two_types(20, 3)
    everywhere = [replace(one, entities=(*one.entities, Entity(4, 7, "ORG"))) for one in found]

    assert scored(golds, everywhere).entities["strict"].by_type["ORG"].bca.f1 is None


def test_few_relations_across_sentences_have_no_interval():
    text = "Bob met Al. Eve came."
    spans = [(0, 3, "PERSON"), (8, 10, "PERSON"), (12, 15, "PERSON")]
    within, across = (0, 1, "meets_with"), (0, 2, "meets_with")
    golds = [
        replace(
            document_with(text, *spans, arrows=(within, *([across] if n < 3 else []))),
            id=f"d{n}",
        )
        for n in range(12)
    ]
    found = [one if n % 2 else replace(one, relations=()) for n, one in enumerate(golds)]

    bands = scored(golds, found).relations["strict"].by_band

    assert bands["same_sentence"].bca.f1
    assert bands["across"].bca.f1 is None
