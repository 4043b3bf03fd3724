"""What a match is worth under each scheme, and the counts that come of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.scoring.counts import Counts
from curation.scoring.matching import NONE, Ints

CORRECT, INCORRECT, PARTIAL, MISSED, SPURIOUS = range(5)

Scheme = tuple[int, int, int, int, int, int]

# The outcome of each kind of match: same span and type, same span, overlap with
# the same type, overlap, missed, spurious.
ENTITIES: Mapping[str, Scheme] = {
    "strict": (CORRECT, INCORRECT, INCORRECT, INCORRECT, MISSED, SPURIOUS),
    "exact": (CORRECT, CORRECT, INCORRECT, INCORRECT, MISSED, SPURIOUS),
    "partial": (CORRECT, CORRECT, PARTIAL, PARTIAL, MISSED, SPURIOUS),
    "type": (CORRECT, INCORRECT, CORRECT, INCORRECT, MISSED, SPURIOUS),
}
RELATIONS: Mapping[str, Scheme] = {
    "strict": (CORRECT, INCORRECT, INCORRECT, INCORRECT, MISSED, SPURIOUS),
    "boundaries": (CORRECT, CORRECT, INCORRECT, INCORRECT, MISSED, SPURIOUS),
    "relaxed": (CORRECT, CORRECT, CORRECT, CORRECT, MISSED, SPURIOUS),
}

# What an outcome adds to twice the hits: a partial one is worth half.
WORTH = np.array([2, 0, 1, 0, 0])


@dataclass(frozen=True)
class Matches:
    """
    All matches of many documents as columns: small, and enough for every figure.

    *gold* and *predicted* are places in *labels*, NONE where there is nobody.
    *document* counts from 0 to *documents*.
    """

    documents: int
    labels: tuple[str, ...]
    document: Ints
    gold: Ints
    predicted: Ints
    kind: Ints

    def of(self, chosen: npt.NDArray[np.bool_]) -> "Matches":
        """The same of the *chosen* documents alone, numbered anew."""
        number = np.cumsum(chosen) - 1
        rows = chosen[self.document]
        return Matches(
            int(chosen.sum()),
            self.labels,
            number[self.document[rows]],
            self.gold[rows],
            self.predicted[rows],
            self.kind[rows],
        )

    def counts(self, scheme: Scheme) -> dict[str, Counts]:
        """Outcomes by type, of the types that occur."""
        outcome = self._outcomes(scheme)
        ours, theirs = self.gold != NONE, self.predicted != NONE
        size = len(self.labels) * 5
        gold = np.bincount(self.gold[ours] * 5 + outcome[ours], minlength=size).tolist()
        found = np.bincount(
            self.predicted[theirs] * 5 + outcome[theirs], minlength=size
        ).tolist()
        return {
            self.labels[n]: Counts(
                *gold[n * 5 : n * 5 + SPURIOUS],
                *(found[n * 5 + k] for k in (SPURIOUS, INCORRECT)),
            )
            for n in range(len(self.labels))
            if any(gold[n * 5 : n * 5 + 5])
            or any(found[n * 5 + k] for k in (INCORRECT, SPURIOUS))
        }

    def cells(self, scheme: Scheme, labels: Sequence[str]) -> npt.NDArray[np.float32]:
        """
        Document × label × (hits, predicted, gold), each doubled so that halves are whole.

        Every rate is a ratio of sums of these, whichever documents one sums.
        """
        outcome = self._outcomes(scheme)
        ours, theirs = self.gold != NONE, self.predicted != NONE
        hit = (outcome == CORRECT) | (outcome == PARTIAL)
        # A hit counts for the gold's type, on both sides.
        answered = np.where(hit, self.gold, self.predicted)
        sums = (
            self._sum(self.gold, ours, WORTH[outcome]),
            self._sum(answered, theirs, None),
            self._sum(self.gold, ours, None),
        )
        place = [self.labels.index(label) for label in labels]
        return np.stack([one[:, place] for one in sums], axis=-1).astype(np.float32)

    def _outcomes(self, scheme: Scheme) -> Ints:
        return np.array(scheme)[self.kind]

    def _sum(self, label: Ints, rows: npt.NDArray[np.bool_], worth: Ints | None) -> Ints:
        many = len(self.labels)
        weight = None if worth is None else worth[rows]
        flat = np.bincount(
            self.document[rows] * many + label[rows], weight, self.documents * many
        )
        table: Ints = flat.reshape(self.documents, many)
        return table if worth is not None else 2 * table


def apart(counts: Mapping[str, Counts]) -> dict[str, Counts]:
    """Of relations: one that isn't a hit is missed, and its answer spurious."""
    return {label: Counts.of(c.tp, c.fp, c.fn) for label, c in counts.items()}
