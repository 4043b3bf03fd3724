"""Comparisons: signs, chance, and what moved."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from laws import costly
from scoring_samples import CONTEXT, RECIPE, corpora, document_with

from curation.documents.document import Document
from curation.errors import InputError
from curation.scoring.comparison import (
    COMPARED_FIGURES,
    ComparedDocuments,
    compare_scores,
    document_cells,
    exchange_test,
    score_differences,
)
from curation.scoring.matched_documents import match_documents
from curation.scoring.score import score

F1 = "entities.strict.micro.f1"
TEXT = "Bob of Iran met Al."
BOB, IRAN = (0, 3, "PERSON"), (7, 11, "GPE")


def moved(golds, found, other_gold=None, other_predicted=None):
    documents = ComparedDocuments(
        gold=golds, predicted=found, other_gold=other_gold, other_predicted=other_predicted
    )
    now = match_documents(golds, found, CONTEXT)
    return compare_scores(now, documents, recipe=RECIPE, context=CONTEXT)


def numbered(many, *spans):
    return [replace(document_with(TEXT, *spans), id=f"d{n}") for n in range(many)]


@pytest.mark.parametrize("found", [numbered(3, BOB), [], numbered(1, BOB)])
@pytest.mark.parametrize("other", [None, numbered(3, BOB)])
def test_of_two_golds_with_different_texts_neither_predictions_are_blamed(found, other):
    golds = numbered(3, BOB)
    changed = [golds[0], replace(golds[1], text=f"{TEXT} Yes."), golds[2]]

    with pytest.raises(InputError) as refused:
        moved(golds, found, other_gold=changed, other_predicted=other)

    assert str(refused.value) == "d1: the text in the other gold differs from this gold's text"
    assert "predict" not in refused.value.hint


@costly(1 / 3)
@given(corpora())
def test_the_same_predictions_moved_nothing(sides):
    compared = moved(*sides, other_predicted=sides[1]).model

    for one in compared.values():
        assert one.difference in (0, None)
        assert one.p in (1, None)
        assert one.bca is None


@costly(1 / 3)
@given(corpora())
def test_turning_it_round_turns_the_sign(sides):
    golds, found = sides
    other = [document.without_annotations() for document in golds]
    there = moved(golds, found, other_predicted=other).model
    back = moved(golds, other, other_predicted=found).model

    for path in COMPARED_FIGURES:
        one, two = there[path], back[path]
        assert (one.before, one.after, one.p) == (two.after, two.before, two.p)


@costly(1 / 3)
@given(corpora())
def test_before_and_after_are_what_the_scores_say(sides):
    golds, found = sides
    whole = score(golds, found, recipe=RECIPE, context=CONTEXT)
    compared = moved(golds, found, other_predicted=golds).model

    for path, one in compared.items():
        what, scheme, _, rate = path.split(".")
        counts = getattr(whole, what)[scheme].micro.counts
        told = getattr(counts, rate)
        assert one.after == (told if told is None else pytest.approx(told))


def test_a_chance_is_the_share_of_all_exchanges():
    """Every way to exchange eight documents, against a sample of them."""
    rng = np.random.default_rng(5)
    one, other = (2 * rng.integers(1, 9, (8, 21)).astype(np.float32) for _ in range(2))
    one[:, 0::3], other[:, 0::3] = np.minimum(one[:, 0::3], 4), np.minimum(other[:, 0::3], 8)

    def f1(rows):
        hits, predicted, gold = rows.sum(axis=0)[:3]
        return 2 * hits / (predicted + gold)

    seen = abs(f1(other) - f1(one))
    ways = [np.array(way, bool)[:, None] for way in product((0, 1), repeat=8)]
    apart = [abs(f1(np.where(w, one, other)) - f1(np.where(w, other, one))) for w in ways]
    exact = np.mean(np.array(apart) >= seen - 1e-9)

    assert exchange_test(one, other, seed=1)[2] == pytest.approx(exact, abs=0.015)


def test_a_chance_is_never_nothing():
    """(c + 1) / (n + 1): the smallest that 99 exchanges can give is one in a hundred."""
    golds = numbered(60, BOB)
    one, other = (
        document_cells(match_documents(golds, found, CONTEXT)) for found in ([], golds)
    )

    assert exchange_test(one, other, seed=1, times=99)[2] == pytest.approx(0.01)


def test_under_no_difference_chances_are_even():
    """Two models that are one: p below 5 % about 5 times in 100."""
    rng = np.random.default_rng(2)
    chances = []
    for n in range(300):
        size = rng.poisson(20, 40)
        sides = [
            2 * np.stack([rng.binomial(size, 0.8), size, size], axis=1).astype(np.float32)
            for _ in range(2)
        ]
        one, other = (np.tile(side, 7) for side in sides)
        chances.append(exchange_test(one, other, seed=n, times=400)[2])

    assert np.mean(np.array(chances) < 0.05) == pytest.approx(0.05, abs=0.025)


def test_a_difference_has_an_interval_that_knows_the_documents_are_the_same():
    """Paired: two models that err alike differ surely, though each is unsure of itself."""
    golds, one, other = [], [], []
    for n in range(40):
        text = "x" * 100
        spans = [(3 * k, 3 * k + 2, "A") for k in range(30)]
        right = 3 + (7 * n) % 26
        golds.append(replace(document_with(text, *spans), id=f"d{n}"))
        one.append(replace(document_with(text, *spans[:right]), id=f"d{n}"))
        other.append(replace(document_with(text, *spans[: right - 1 - n % 2]), id=f"d{n}"))

    found = moved(golds, one, other_predicted=other).model[F1]
    alone = score(golds, one, recipe=RECIPE).entities["strict"].micro.bca.f1

    assert found.bca.low <= found.difference <= found.bca.high
    assert found.bca.high - found.bca.low < 0.3 * (alone.high - alone.low)
    assert found.p < 0.001


@pytest.mark.parametrize(
    ("documents", "held", "has_interval"),
    [(4, 4, False), (5, 5, True), (20, 4, False), (20, 5, True)],
    ids=["few documents", "enough", "few that hold any", "enough of many"],
)
def test_few_documents_give_a_difference_no_interval(documents, held, has_interval):
    golds = [*numbered(documents, BOB)[:held], *numbered(documents)[held:]]
    here = [one if n % 2 else replace(one, entities=()) for n, one in enumerate(golds)]

    found = moved(golds, golds, other_predicted=here).model[F1]

    assert found.difference > 0
    assert (found.bca is not None, found.percentile is not None) == (has_interval, has_interval)


def test_the_model_and_the_gold_are_told_apart_and_add_up():
    old_gold, new_gold = numbered(6, BOB), [*numbered(3, BOB), *numbered(6, BOB, IRAN)[3:]]
    old = [replace(one, entities=()) for one in numbered(6)]
    new = numbered(6, BOB)

    compared = moved(new_gold, new, other_gold=old_gold, other_predicted=old)

    model, gold, both = (one[F1] for one in (compared.model, compared.gold, compared.both))
    assert model.difference == pytest.approx(0.8)
    assert gold.difference == 0
    assert both.difference == pytest.approx(model.difference + gold.difference)
    alone = moved(new_gold, new, other_gold=old_gold)
    assert (alone.model, alone.both) == (None, None)
    assert alone.gold[F1].difference == pytest.approx(-0.2)


def test_only_documents_of_both_golds_are_compared():
    compared = moved(numbered(5, BOB), numbered(5, BOB), other_gold=numbered(3, BOB))

    assert compared.documents == 3


def test_golds_that_share_no_document_compare_nothing():
    other = [replace(one, id=f"x{one.id}") for one in numbered(3, BOB)]
    compared = moved(numbered(5, BOB), numbered(5, BOB), other_gold=other)

    assert (compared.documents, compared.gold[F1].difference) == (0, None)


def test_what_the_other_predictions_leave_out_is_counted():
    golds = numbered(5, BOB)

    assert moved(golds, golds, other_predicted=golds).without_predictions == 0
    assert moved(golds, golds, other_predicted=golds[:1]).without_predictions == 4
    assert moved(golds, golds, golds[:3], golds[:1]).without_predictions == 2
    assert moved(golds, golds, other_gold=golds[:3]).without_predictions == 0


def test_other_predictions_on_what_no_gold_holds_are_left_out_and_counted():
    golds, more = numbered(3, BOB), numbered(5, BOB)

    compared = moved(golds, golds, other_predicted=more)
    assert (compared.documents, compared.without_predictions, compared.without_gold) == (
        3,
        0,
        2,
    )
    assert compared.model == moved(golds, golds, other_predicted=golds).model
    assert moved(golds, golds, more, more).without_gold == 0
    assert moved(more, more[:1], golds, golds[:1]).without_gold == 0


def test_other_predictions_that_share_no_document_are_refused():
    golds = numbered(3, BOB)
    strangers = [replace(one, id=f"x{one.id}") for one in golds]

    with pytest.raises(
        InputError, match="share no document: for example, 'd0' is only in the gold"
    ):
        moved(golds, golds, other_predicted=strangers)
    assert moved(golds, golds, other_predicted=[]).without_predictions == 3


def test_what_only_one_gold_holds_is_counted():
    golds, other = (
        numbered(5, BOB),
        [*numbered(4, BOB)[2:], replace(document_with(TEXT), id="new")],
    )

    compared = moved(golds, golds, other_gold=other)
    assert (compared.documents, compared.only_here, compared.only_there) == (2, 3, 1)
    assert moved(golds, golds, other_predicted=golds).only_here == 0


def test_one_document_proves_nothing():
    found = moved(numbered(1, BOB, IRAN), numbered(1, BOB), other_predicted=[]).model[F1]

    assert (found.difference, found.bca, found.p) == (pytest.approx(2 / 3), None, 1)


def test_an_undefined_figure_has_no_difference():
    found = moved([Document("d", TEXT)], [Document("d", TEXT)], other_predicted=[]).model[F1]

    assert (found.before, found.difference, found.p) == (None, None, None)


def test_the_seed_decides():
    golds = numbered(5, BOB, IRAN)
    mixed = [*numbered(3, BOB), *golds[3:]]
    runs = [match_documents(golds, found, CONTEXT) for found in ([], mixed)]
    one, again, other = (score_differences(*runs, seed=s, resamples=50) for s in (1, 1, 2))

    assert one == again
    assert one != other
