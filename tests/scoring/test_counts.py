"""OutcomeCounts, and the rates that they give."""

import pytest

from curation.scoring.counts import OutcomeCounts


def test_the_tasks_own_formulas():
    """Of 5 golds 2 are found, 3 in part: (2 + 3/2) / 5 is .70, and stays so over documents."""
    counts = OutcomeCounts(correct=1, partial=1, spurious=1) + OutcomeCounts(
        correct=1, partial=2
    )

    assert counts.precision == pytest.approx(3.5 / 6)
    assert counts.recall == pytest.approx(0.70)
    assert counts.f1 == pytest.approx(2 * (3.5 / 6) * 0.7 / (3.5 / 6 + 0.7))


@pytest.mark.parametrize(
    ("counts", "precision", "recall", "f1"),
    [
        pytest.param(OutcomeCounts.binary(2, 1, 0), 2 / 3, 1.0, 0.8, id="one false alarm"),
        pytest.param(OutcomeCounts.binary(0, 0, 3), None, 0.0, 0.0, id="nothing predicted"),
        pytest.param(OutcomeCounts.binary(0, 2, 0), 0.0, None, 0.0, id="nothing to find"),
        pytest.param(OutcomeCounts(), None, None, None, id="nothing at all"),
    ],
)
def test_rates(counts, precision, recall, f1):
    assert (counts.precision, counts.recall) == (precision, recall)
    assert counts.f1 == (f1 if f1 is None else pytest.approx(f1))
