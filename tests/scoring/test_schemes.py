"""What counts as what under each scheme: laws, and examples worked by hand."""

import pytest
from hypothesis import given
from scoring_samples import (
    crowded,
    document_with,
    entity_counts,
    micro,
    pairs,
    relation_counts,
)

from curation.scoring.counts import OutcomeCounts
from curation.scoring.schemes import ENTITY_SCHEMES, RELATION_SCHEMES

SCHEMES = {
    **{f"entities {s}": (lambda g, p, s=s: entity_counts(s, g, p)) for s in ENTITY_SCHEMES},
    **{
        f"relations {s}": (lambda g, p, s=s: relation_counts(s, g, p)) for s in RELATION_SCHEMES
    },
}


scheme = pytest.mark.parametrize("count", SCHEMES.values(), ids=SCHEMES)


@pytest.mark.slow
@scheme
@given(pair=pairs())
def test_a_document_against_itself_is_all_hits(count, pair):
    counts = micro(count(pair[0], pair[0]))

    assert (counts.fp, counts.fn, counts.partial) == (0, 0, 0)
    assert counts.f1 in (1.0, None)


@pytest.mark.slow
@scheme
@given(pair=pairs() | crowded())
def test_swapping_the_sides_swaps_precision_and_recall(count, pair):
    there, back = micro(count(*pair)), micro(count(*reversed(pair)))

    assert (there.precision, there.recall, there.f1) == (back.recall, back.precision, back.f1)


@pytest.mark.slow
@scheme
@given(pair=pairs() | crowded())
def test_hits_and_misses_are_all_that_is_there(count, pair):
    gold, predicted = pair
    counts = count(gold, predicted)
    what = "relations" if count in list(SCHEMES.values())[4:] else "entities"

    assert micro(counts).gold == len(getattr(gold, what))
    assert micro(counts).predicted == len(getattr(predicted, what))
    for label, one in counts.items():
        assert one.gold == sum(item.label == label for item in getattr(gold, what))


@given(pairs() | crowded())
def test_a_looser_scheme_never_finds_less(pair):
    strict, exact, partial, kind = (micro(entity_counts(s, *pair)) for s in ENTITY_SCHEMES)
    relations = [micro(relation_counts(s, *pair)) for s in RELATION_SCHEMES]

    assert strict.tp <= exact.tp == partial.tp
    assert strict.tp <= kind.tp
    assert [one.tp for one in relations] == sorted(one.tp for one in relations)


BOB, IRAN, AL = (0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON")


BOB_ORG = (0, 3, "ORG")


TEXT = "Bob of Iran met Al."


@pytest.mark.parametrize(
    ("gold", "predicted", "strict", "exact", "partial", "kind"),
    [
        # correct, incorrect, partial, missed, spurious
        pytest.param([BOB], [BOB], *[(1, 0, 0, 0, 0)] * 4, id="a hit"),
        pytest.param([BOB], [], *[(0, 0, 0, 1, 0)] * 4, id="missed"),
        pytest.param([], [BOB], *[(0, 0, 0, 0, 1)] * 4, id="spurious"),
        pytest.param(
            [BOB], [BOB_ORG],
            (0, 1, 0, 0, 0), (1, 0, 0, 0, 0), (1, 0, 0, 0, 0), (0, 1, 0, 0, 0), id="wrong type",
        ),
        pytest.param(
            [BOB], [(0, 6, "PERSON")],
            (0, 1, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (1, 0, 0, 0, 0), id="wrong end",
        ),
        pytest.param(
            [BOB], [(0, 6, "ORG")],
            (0, 1, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (0, 1, 0, 0, 0), id="both wrong",
        ),
        pytest.param(
            [BOB], [BOB, BOB_ORG], *[(1, 0, 0, 0, 1)] * 4, id="two types on one span"
        ),
        pytest.param(
            [BOB, BOB_ORG], [BOB_ORG, BOB], *[(2, 0, 0, 0, 0)] * 4, id="two types on both"
        ),
        pytest.param(
            [(0, 11, "ORG"), IRAN], [IRAN], *[(1, 0, 0, 1, 0)] * 4, id="nested"
        ),
        pytest.param([BOB, BOB], [BOB], *[(1, 0, 0, 1, 0)] * 4, id="one answer, one hit"),
    ],
)  # fmt: skip
def test_the_five_outcomes_of_semeval_by_hand(gold, predicted, strict, exact, partial, kind):
    for name, outcomes in zip(ENTITY_SCHEMES, (strict, exact, partial, kind), strict=True):
        counts = micro(
            entity_counts(name, document_with(TEXT, *gold), document_with(TEXT, *predicted))
        )

        found = (
            counts.correct,
            counts.incorrect,
            counts.partial,
            counts.missed,
            counts.spurious,
        )
        assert found == outcomes, name


def test_a_wrong_type_is_a_miss_of_one_and_a_false_alarm_of_the_other():
    gold, predicted = document_with(TEXT, BOB, IRAN), document_with(TEXT, BOB_ORG, AL)

    assert entity_counts("strict", gold, predicted) == {
        "GPE": OutcomeCounts(missed=1),
        "ORG": OutcomeCounts(incorrect_predicted=1),
        "PERSON": OutcomeCounts(incorrect=1, spurious=1),
    }
    assert entity_counts("exact", gold, predicted) == {
        "GPE": OutcomeCounts(missed=1),
        "PERSON": OutcomeCounts(correct=1, spurious=1),
    }
