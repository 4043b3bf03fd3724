"""Documents of two sides by id: in any order, missing, twice, or of another text."""

from dataclasses import replace

import pytest
from scoring_samples import (
    CONTEXT,
    RECIPE,
    document_with,
)

from curation.errors import InputError
from curation.scoring.counts import OutcomeCounts
from curation.scoring.score import score


def scored(gold, predicted, **changes):
    return score(gold, predicted, recipe=replace(RECIPE, **changes), context=CONTEXT)


BOB, IRAN, AL = (0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON")


TEXT = "Bob of Iran met Al."


def numbered(many, *spans):
    return [replace(document_with(TEXT, *spans), id=f"d{n}") for n in range(many)]


def test_a_document_without_predictions_counts_and_is_told():
    result = scored(numbered(3, BOB), numbered(2, BOB))

    assert result.headline.without_predictions == 1
    assert result.entities["strict"].micro.counts == OutcomeCounts(correct=2, missed=1)


@pytest.mark.parametrize(
    ("predicted", "said"),
    [
        pytest.param([replace(document_with(TEXT), id="other")], "share no document: for example, 'd' is only in the gold and 'other' only in the predictions", id="none shared"),
        pytest.param([replace(document_with(TEXT), text="Bob")], "d: the text in the predictions differs from", id="other text"),
        pytest.param([document_with(TEXT), document_with(TEXT)], "d: the document is twice in the predictions", id="twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(predicted, said):
    with pytest.raises(InputError, match=said):
        scored([document_with(TEXT)], predicted)


def test_predictions_without_gold_are_left_out_and_counted():
    some, more = numbered(2, BOB), numbered(5, BOB)
    result = scored(some, more)

    assert result.without_gold == 3
    assert replace(result, without_gold=0) == scored(some, some)


def test_an_empty_gold_scores_nothing():
    with pytest.raises(InputError, match="the gold holds no document"):
        scored([], [document_with(TEXT, BOB)])


def test_sides_in_another_order_meet():
    golds = numbered(50, BOB)

    assert scored(golds, golds[::-1]).entities["strict"].micro.counts == OutcomeCounts(
        correct=50
    )
