"""
95 % intervals of figures, from resampling whole documents.

Whole documents, since the entities of one article are not independent. Nothing
is matched again: a resample only sums the documents' rows, each as often as it
was drawn, so that one matrix product serves every figure at once.
"""

from collections.abc import Callable
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from curation.scoring.counts import Interval

FloatArray = npt.NDArray[np.floating[Any]]

# Sums of rows, one set of columns a line → as many lines of figures, nan where undefined.
Figures = Callable[[FloatArray], FloatArray]

# Fewer documents give no interval: resampling them gives all between two of them, which says nothing.
FEWEST_DOCUMENTS_WITH_INTERVAL = 5

# Fewer documents say little about other documents.
ENOUGH_DOCUMENTS = 30

# How many numbers are in memory at a time.
NUMBERS_AT_ONCE = 1 << 21

_TAIL = 0.025
# Sums below this are exact as 32-bit floats.
_EXACT_IN_32_BITS = 1 << 24

_normal = NormalDist()
_threads = ThreadpoolController()


class BootstrapIntervals(NamedTuple):
    """For each figure its percentile and its BCa interval, None where it has none."""

    percentile: list[Interval | None]
    bca: list[Interval | None]


def bootstrap_intervals(
    table: FloatArray, figures: Figures, *, seed: int, resamples: int
) -> BootstrapIntervals:
    """
    The intervals of *figures* over the documents whose rows are *table*.

    Fewer than FEWEST_DOCUMENTS_WITH_INTERVAL give none. Nor has a figure one where
    it would be undefined without one of the documents, and where the interval would
    be of zero width, as too few resamples differ: there resampling can't tell.
    """
    point = figures(table.sum(axis=0, dtype=np.float64)[None])[0]
    percentile: list[Interval | None] = [None] * len(point)
    bca: list[Interval | None] = [None] * len(point)
    if len(table) < FEWEST_DOCUMENTS_WITH_INTERVAL:
        return BootstrapIntervals(percentile, bca)
    drawn = np.sort(figures(resampled_sums(table, seed=seed, resamples=resamples)), axis=0)
    defined = np.count_nonzero(~np.isnan(drawn), axis=0)
    skew = acceleration(table, figures, point)
    for n in range(len(point)):
        column = drawn[: defined[n], n]
        if np.isnan(skew[n]) or not defined[n]:
            continue
        percentile[n] = _quantiles(column, _TAIL, 1 - _TAIL)
        bca[n] = _bca(column, float(point[n]), float(skew[n]))
    return BootstrapIntervals(percentile, bca)


def resampled_sums(table: FloatArray, *, seed: int, resamples: int) -> FloatArray:
    """The summed rows of each resample: how often a document is drawn, times its row."""
    documents = len(table)
    rng = np.random.default_rng(seed)
    # Whole numbers come as 32-bit floats; sums of them may need more.
    largest = documents * float(np.abs(table).max(initial=0))
    is_small = table.dtype == np.float32 and largest < _EXACT_IN_32_BITS
    exact = np.float32 if is_small else np.float64
    rows = table.astype(exact, copy=False)
    sums = np.empty((resamples, table.shape[1]), np.float64)
    step = max(1, NUMBERS_AT_ONCE // documents)
    # One thread: the products are small, and on a busy machine a second one is waited for.
    with _threads.limit(limits=1, user_api="blas"):
        for begin in range(0, resamples, step):
            weights = np.empty((min(step, resamples - begin), documents), exact)
            for row in weights:
                drawn = rng.integers(0, documents, documents, np.int32)
                row[:] = np.bincount(drawn, minlength=documents)
            sums[begin : begin + len(weights)] = weights @ rows
    return sums


def acceleration(table: FloatArray, figures: Figures, point: FloatArray) -> FloatArray:
    """
    BCa's *a* by the jackknife: how much a figure's spread changes with its value.

    nan where the figure is undefined without one of the documents.
    """
    total = table.sum(axis=0, dtype=np.float64)
    moments = np.zeros((3, len(point)))
    step = max(1, NUMBERS_AT_ONCE // max(table.shape[1], len(point)))
    for begin in range(0, len(table), step):
        change = point - figures(total - table[begin : begin + step])
        squared = change * change
        # Not change**3, which takes forty times as long where numbers are negative.
        cubed = squared * change
        moments += [change.sum(axis=0), squared.sum(axis=0), cubed.sum(axis=0)]
    documents = len(table)
    mean = moments[0] / documents
    squares = moments[1] - documents * mean**2
    cubes = moments[2] - 3 * mean * moments[1] + 2 * documents * mean**3
    with np.errstate(divide="ignore", invalid="ignore"):
        skew: FloatArray = np.where(squares > 0, cubes / (6 * squares**1.5), 0.0)
    return np.where(np.isnan(moments[0]), np.nan, skew)


def _bca(column: FloatArray, point: float, skew: float) -> Interval | None:
    """Bias-corrected and accelerated (Efron 1987); None where the point lies outside all resamples."""
    below, up_to = (np.searchsorted(column, point, side=side) for side in ("left", "right"))
    share = float(below + up_to) / (2 * len(column))
    if not 0 < share < 1:
        return None
    bias = _normal.inv_cdf(share)
    tails = []
    for tail in (_TAIL, 1 - _TAIL):
        shifted = bias + _normal.inv_cdf(tail)
        tails.append(_normal.cdf(bias + shifted / (1 - skew * shifted)))
    return _quantiles(column, *tails)


def _quantiles(column: FloatArray, low: float, high: float) -> Interval | None:
    """Two quantiles of a sorted column, interpolated as numpy does; None where they are equal."""
    places = np.array([low, high]) * (len(column) - 1)
    first, second = np.interp(places, np.arange(len(column)), column).tolist()
    return Interval(first, second) if first < second else None
