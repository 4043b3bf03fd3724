"""The best one-to-one assignment of a few spans that overlap one another, exactly."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from curation.errors import InputError

_Item = TypeVar("_Item")

_KINDS = 4
# Floats are exact for integers up to this one.
_EXACT = 2**53


class Fit(NamedTuple):
    """How well two items answer each other: the MatchKind (0 is the best), and the overlap in characters."""

    kind: int
    overlap: int


class AssignedPair(NamedTuple):
    """Places among the gold's and among the predicted items, and the kind of their match."""

    gold: int
    predicted: int
    kind: int


def assign(
    gold: Sequence[_Item],
    predicted: Sequence[_Item],
    fit: Callable[[_Item, _Item], Fit | None],
) -> list[AssignedPair]:
    """
    The best pairs of *gold* and *predicted* items.

    As many pairs of the best kind as possible, then as many of the second kind,
    and so on, then the largest overlap in all. *fit* gives None where two items
    can't be a pair. Among equally good answers the order of the items decides.
    Raises InputError where there are too many items to compare answers exactly.
    """
    fits = [[fit(one, other) for other in predicted] for one in gold]
    possible = [pair for row in fits for pair in row if pair]
    if not possible:
        return []
    most = min(len(gold), len(predicted))
    weights = _weights(most, max(pair.overlap for pair in possible))
    table = np.zeros((len(gold), len(predicted)))
    for i, row in enumerate(fits):
        for j, pair in enumerate(row):
            if pair:
                table[i, j] = weights[pair.kind] + pair.overlap
    # Imported here, since most documents have nothing to assign and the package loads slowly.
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(table, maximize=True)
    chosen = zip(rows.tolist(), columns.tolist(), strict=True)
    return [AssignedPair(i, j, pair.kind) for i, j in chosen if (pair := fits[i][j])]


def _weights(most: int, widest: int) -> list[int]:
    """The worth of a pair by kind: more than *most* pairs of all worse kinds together."""
    weights: list[int] = []
    below = widest
    for _ in range(_KINDS):
        weights.append(most * below + 1)
        below += weights[-1]
    # The solver adds and subtracts the weights as floats.
    if most * below >= _EXACT:
        raise InputError(
            f"{most} spans overlap one another, which is too many to match exactly",
            hint="look for annotations that are in the document many times over",
        )
    return weights[::-1]
