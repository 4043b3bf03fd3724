"""
How far a figure can be trusted: 95 % intervals from resampling whole documents.

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

Floats = npt.NDArray[np.floating[Any]]

# Sums of rows, one set of columns a line → as many lines of figures, nan where undefined.
Figures = Callable[[Floats], Floats]

TAIL = 0.025
BLOCK = 1 << 21  # numbers in memory at a time
WHOLE = 1 << 24  # below it a 32-bit float counts without error

_normal = NormalDist()
_threads = ThreadpoolController()


class Spreads(NamedTuple):
    """For each figure: the percentile interval and BCa, None where there is none."""

    percentile: list[Interval | None]
    bca: list[Interval | None]


def spreads(table: Floats, figures: Figures, *, seed: int, resamples: int) -> Spreads:
    """
    The intervals of *figures* of the documents whose rows are *table*.

    A figure has none where it would be undefined without one of the documents
    (so one document has no interval), or where it would be of zero width, as too
    few resamples differ: resampling can't tell how sure such a figure is.
    """
    point = figures(table.sum(axis=0, dtype=np.float64)[None])[0]
    nothing: list[Interval | None] = [None] * len(point)
    if len(table) < 2:
        return Spreads(nothing, nothing)
    drawn = np.sort(figures(resampled(table, seed=seed, resamples=resamples)), axis=0)
    defined = np.count_nonzero(~np.isnan(drawn), axis=0)
    skew = acceleration(table, figures, point)
    percentile, bca = list(nothing), list(nothing)
    for n in range(len(point)):
        column = drawn[: defined[n], n]
        if np.isnan(skew[n]) or not defined[n]:
            continue
        percentile[n] = _between(column, TAIL, 1 - TAIL)
        bca[n] = _bca(column, float(point[n]), float(skew[n]))
    return Spreads(percentile, bca)


def resampled(table: Floats, *, seed: int, resamples: int) -> Floats:
    """The summed rows of each resample: how often a document is drawn, times its row."""
    many = len(table)
    rng = np.random.default_rng(seed)
    # Whole numbers come as 32-bit floats; sums of them may need more.
    small = table.dtype == np.float32 and many * float(np.abs(table).max(initial=0)) < WHOLE
    exact = np.float32 if small else np.float64
    rows = table.astype(exact, copy=False)
    sums = np.empty((resamples, table.shape[1]), np.float64)
    step = max(1, BLOCK // many)
    # One thread: the products are small, and on a busy machine a second one is waited for.
    with _threads.limit(limits=1, user_api="blas"):
        for begin in range(0, resamples, step):
            weights = np.empty((min(step, resamples - begin), many), exact)
            for row in weights:
                row[:] = np.bincount(rng.integers(0, many, many, np.int32), minlength=many)
            sums[begin : begin + len(weights)] = weights @ rows
    return sums


def acceleration(table: Floats, figures: Figures, point: Floats) -> Floats:
    """
    BCa's *a*: how much a figure's spread changes with its value, by the jackknife.

    nan where the figure is undefined without one of the documents.
    """
    total = table.sum(axis=0, dtype=np.float64)
    moments = np.zeros((3, len(point)))
    step = max(1, BLOCK // max(table.shape[1], len(point)))
    for begin in range(0, len(table), step):
        apart = point - figures(total - table[begin : begin + step])
        moments += [apart.sum(axis=0), (apart**2).sum(axis=0), (apart**3).sum(axis=0)]
    many = len(table)
    mean = moments[0] / many
    squares = moments[1] - many * mean**2
    cubes = moments[2] - 3 * mean * moments[1] + 2 * many * mean**3
    with np.errstate(divide="ignore", invalid="ignore"):
        skew: Floats = np.where(squares > 0, cubes / (6 * squares**1.5), 0.0)
    return np.where(np.isnan(moments[0]), np.nan, skew)


def _bca(column: Floats, point: float, skew: float) -> Interval | None:
    """Bias-corrected and accelerated (Efron 1987); None where the point lies outside all resamples."""
    below, upto = (np.searchsorted(column, point, side=side) for side in ("left", "right"))
    share = float(below + upto) / (2 * len(column))
    if not 0 < share < 1:
        return None
    bias = _normal.inv_cdf(share)
    tails = []
    for tail in (TAIL, 1 - TAIL):
        shifted = bias + _normal.inv_cdf(tail)
        tails.append(_normal.cdf(bias + shifted / (1 - skew * shifted)))
    return _between(column, *tails)


def _between(column: Floats, low: float, high: float) -> Interval | None:
    """Quantiles of a sorted column, interpolated as numpy does; None where they are the same."""
    places = np.array([low, high]) * (len(column) - 1)
    first, second = np.interp(places, np.arange(len(column)), column).tolist()
    return Interval(first, second) if first < second else None
