"""Intervals: another's BCa, the same seed, what has none, and how often they hold the truth."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap
from scipy.stats._resampling import BootstrapResult
from simulated import coverage

from curation.scoring.intervals import acceleration, bootstrap_intervals, resampled_sums
from curation.scoring.scheme_results import rates_of_cells


def figures(sums):
    return rates_of_cells(sums.reshape(len(sums), -1, 3)).reshape(len(sums), -1)


def table(documents, seed=0):
    rng = np.random.default_rng(seed)
    gold, predicted = rng.poisson(20, documents), rng.poisson(20, documents)
    hits = rng.binomial(np.minimum(gold, predicted), 0.8)
    return 2 * np.stack([hits, predicted, gold], axis=1).astype(np.float32)


def f1(hits, predicted, gold, axis=-1):
    return 2 * hits.sum(axis) / (predicted.sum(axis) + gold.sum(axis))


@pytest.mark.parametrize("documents", [5, 10, 36, 200])
def test_percentile_and_bca_are_scipys(documents):
    """Of the same resamples: scipy is given ours, and asked for the interval alone."""
    rows = table(documents)
    drawn = figures(resampled_sums(rows, seed=1, resamples=2000))[:, 2]
    ours = bootstrap_intervals(rows, figures, seed=1, resamples=2000)

    for method, interval in (("percentile", ours.percentile[2]), ("BCa", ours.bca[2])):
        given_ = BootstrapResult(None, drawn, None)
        theirs = bootstrap(
            tuple(rows.T.astype(float)), f1, paired=True, vectorized=True, n_resamples=0,
            method=method, bootstrap_result=given_,
        )  # fmt: skip
        assert interval == pytest.approx(tuple(theirs.confidence_interval), abs=1e-6)


def test_a_resample_draws_as_many_documents_as_there_are():
    sums = resampled_sums(np.ones((30, 1), np.float32), seed=1, resamples=50)

    assert (sums == 30).all()


def test_resampling_spreads_as_it_should():
    """The mean of a normal variable: its standard error is known."""
    rows = np.random.default_rng(1).normal(5, 2, (400, 1))
    drawn = resampled_sums(rows, seed=1, resamples=4000)[:, 0] / 400

    assert drawn.mean() == pytest.approx(rows.mean(), abs=0.01)
    assert drawn.std() == pytest.approx(rows.std() / 20, rel=0.05)


def test_blocks_of_resamples_change_nothing(monkeypatch):
    rows = table(40)
    before = bootstrap_intervals(rows, figures, seed=3, resamples=100)

    monkeypatch.setattr("curation.scoring.intervals.NUMBERS_AT_ONCE", 64)
    assert bootstrap_intervals(rows, figures, seed=3, resamples=100) == before


def test_the_seed_decides():
    rows = table(40)
    one, again, other = (
        bootstrap_intervals(rows, figures, seed=s, resamples=100) for s in (1, 1, 2)
    )

    assert one == again
    assert one != other


@settings(deadline=None)
@given(st.integers(2, 12), st.integers(0, 99))
def test_an_interval_is_in_order_and_inside_what_can_be(documents, seed):
    found = bootstrap_intervals(table(documents, seed), figures, seed=seed, resamples=50)

    for interval in (*found.percentile, *found.bca):
        assert interval is None or 0 <= interval.low <= interval.high <= 1


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([[8, 10, 10]], id="one document"),
        pytest.param([[8, 10, 10], [1, 9, 8], [3, 3, 5], [0, 2, 9]], id="four documents"),
        pytest.param([[8, 10, 10], *[[0, 0, 0]] * 5], id="one document that says anything"),
        pytest.param([[n, n, n] for n in range(8, 2, -1)], id="no document unlike another"),
        pytest.param([[0, 0, 0]] * 6, id="nothing"),
    ],
)
def test_what_resampling_cannot_tell_has_no_interval(rows):
    """Not one of zero width."""
    found = bootstrap_intervals(np.array(rows, np.float32), figures, seed=1, resamples=100)

    assert {*found.percentile, *found.bca} == {None}


def test_five_documents_have_an_interval():
    rows = np.array([[8, 10, 10], [1, 9, 8], [3, 3, 5], [0, 2, 9], [4, 5, 6]], np.float32)

    found = bootstrap_intervals(rows, figures, seed=1, resamples=100)

    assert None not in (*found.percentile, *found.bca)


def test_too_few_resamples_unlike_the_others_give_no_interval():
    """Its ends would be the same. Seven of a thousand have none of the four documents."""
    rows = np.array([[1]] * 4 + [[0]] * 8, np.float32)

    def any_at_all(sums):
        return (sums > 0).astype(float)

    drawn = any_at_all(resampled_sums(rows, seed=1, resamples=2000))
    found = bootstrap_intervals(rows, any_at_all, seed=1, resamples=2000)

    assert {*drawn.ravel()} == {0, 1}
    assert found == ([None], [None])


def test_sums_too_large_for_32_bits_are_exact():
    rows = np.full((3, 1), 2**23 - 1, np.float32)

    assert (resampled_sums(rows, seed=1, resamples=5) == 3 * (2**23 - 1)).all()


def test_a_symmetric_figure_has_no_acceleration():
    rows = np.array([[1.0], [2], [3], [4], [5]])
    skew = acceleration(rows, lambda sums: sums / 5, rows.sum(axis=0) / 5)

    assert skew == pytest.approx([0], abs=1e-12)


@pytest.mark.slow
def test_the_interval_holds_the_truth_about_95_times_in_100():
    """Over simulated corpora of 200 documents, within two points; fewer documents: make bench."""
    for share in coverage(200, corpora=1000, resamples=1000, seed=11).values():
        assert share == pytest.approx(0.95, abs=0.02)


def test_the_normal_quantile_is_the_one_of_the_tables():
    assert NormalDist().inv_cdf(0.975) == pytest.approx(1.959964, abs=1e-6)
