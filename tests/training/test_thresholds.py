"""From which probability on a classifier suggests, and what its probabilities mean."""

from hypothesis import given
from hypothesis import strategies as st

from curation.preannotate.trained.classifier import LabelWeights
from curation.training.relations import (
    FEWEST_SUGGESTIONS,
    LEAST_PRECISION,
    LEAST_PROBABILITY,
    ScoredGuess,
    calibrate_classifier,
)

LABEL = "supports"
guesses = st.lists(
    st.builds(
        ScoredGuess,
        label=st.just(LABEL),
        raw_score=st.integers(-20, 20).map(lambda number: number / 4),
        is_right=st.booleans(),
        by_rules=st.booleans(),
    ),
    max_size=60,
)


def calibrated(found):
    return calibrate_classifier({LABEL: LabelWeights({})}, found).labels[LABEL]


def precision(found):
    return sum(one.is_right for one in found) / len(found)


@given(guesses)
def test_what_is_suggested_was_right_often_enough_also_where_rules_say_nothing(found):
    weights = calibrated(found)
    if weights.threshold is None:
        return

    suggested = [g for g in found if weights.probability(g.raw_score) >= weights.threshold]

    assert len(suggested) >= FEWEST_SUGGESTIONS
    assert precision(suggested) >= LEAST_PRECISION
    assert precision([one for one in suggested if not one.by_rules]) >= LEAST_PRECISION


@given(
    st.integers(20, 200),
    st.integers(1, 6),
    st.integers(4, 12),
    st.sets(st.integers(0, 5)),
)
def test_what_a_classifier_finds_unlikely_is_not_suggested_on_the_credit_of_the_sure(
    sure, unlikely, distance, right_ones
):
    """However many sure guesses are right, and whatever the unlikely ones happen to be."""
    found = [ScoredGuess(LABEL, distance, is_right=True, by_rules=False)] * sure
    found += [ScoredGuess(LABEL, -distance, is_right=False, by_rules=False)] * 30
    found += [
        ScoredGuess(LABEL, -distance + 1, is_right=number in right_ones, by_rules=False)
        for number in range(unlikely)
    ]

    weights = calibrated(found)

    assert weights.threshold >= LEAST_PROBABILITY
    assert weights.probability(distance) >= weights.threshold


@given(guesses)
def test_no_threshold_is_below_an_even_chance(found):
    weights = calibrated(found)

    assert weights.threshold is None or weights.threshold >= LEAST_PROBABILITY


@given(guesses, st.floats(-1e6, 1e6), st.floats(0, 1e3))
def test_a_higher_raw_score_is_never_less_probable(found, raw_score, more):
    weights = calibrated(found)

    low, high = weights.probability(raw_score), weights.probability(raw_score + more)

    assert 0 <= low <= high <= 1


def test_a_sure_classifier_suggests_and_a_guessing_one_does_not():
    right = [ScoredGuess(LABEL, 2.0, is_right=True, by_rules=False)] * 20
    wrong = [ScoredGuess(LABEL, -2.0, is_right=False, by_rules=False)] * 20
    sure = calibrated(right + wrong)

    assert sure.probability(2.0) >= sure.threshold > sure.probability(-2.0)
    mixed = [
        ScoredGuess(LABEL, 2.0, is_right=turn % 2 == 0, by_rules=False) for turn in range(40)
    ]
    assert calibrated(mixed).threshold is None


def test_what_the_rules_find_anyway_does_not_pay_for_what_they_do_not():
    by_rules = [ScoredGuess(LABEL, 1.0, is_right=True, by_rules=True)] * 50
    added = [ScoredGuess(LABEL, 1.0, is_right=False, by_rules=False)] * 3

    assert calibrated(by_rules + added).threshold is None
