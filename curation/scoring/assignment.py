"""The best one-to-one assignment of a few spans that overlap one another, exactly."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from scipy.optimize import linear_sum_assignment

from curation.errors import InputError

_Item = TypeVar("_Item")

# How good a pair is: its kind (0 is the best), and by how much it overlaps.
Fit = tuple[int, int]

KINDS = 4
EXACT = 2**53


def assign(
    gold: Sequence[_Item],
    predicted: Sequence[_Item],
    fit: Callable[[_Item, _Item], Fit | None],
) -> list[tuple[int, int, int]]:
    """
    Pairs of places in *gold* and in *predicted*, with their kind.

    As many pairs of the best kind as there can be, then as many of the second,
    and so on, then the largest overlap in all. *fit* gives None where two
    items can't be a pair. Among equally good answers the order of the items
    decides, so give them in one that means something.
    """
    fits = [[fit(one, other) for other in predicted] for one in gold]
    found = [pair for row in fits for pair in row if pair]
    if not found:
        return []
    most = min(len(gold), len(predicted))
    weights = _weights(most, max(overlap for _, overlap in found))
    table = np.zeros((len(gold), len(predicted)))
    for i, row in enumerate(fits):
        for j, pair in enumerate(row):
            if pair:
                table[i, j] = weights[pair[0]] + pair[1]
    rows, columns = linear_sum_assignment(table, maximize=True)
    chosen = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(i, j, pair[0]) for i, j in chosen if (pair := fits[i][j])]


def _weights(most: int, widest: int) -> list[int]:
    """
    What a pair of each kind is worth: more than all pairs of worse kinds together.

    The solver adds and subtracts these as floats, which are exact for integers
    up to 2**53.
    """
    weights: list[int] = []
    below = widest
    for _ in range(KINDS):
        weights.append(most * below + 1)
        below += weights[-1]
    if most * below >= EXACT:
        raise InputError(
            f"{most} spans overlap one another, too many to match them exactly",
            hint="is the same annotation there many times over?",
        )
    return weights[::-1]
