"""Agreement beyond chance, over tokens: Cohen's κ and Krippendorff's α."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from sklearn.metrics import cohen_kappa_score

from curation.scoring.agreement_result import Coefficient
from curation.scoring.intervals import Floats, spreads
from curation.scoring.matching import Ints

# One document's tokens: each annotator's labels, all of one length.
Readings = Mapping[str, Sequence[str]]
Two = tuple[str, str]

# Below it a sum of fractions is nothing but rounding.
TINY = 1e-12


class Crossed:
    """
    How often one annotator gave which label where another gave which, document by document.

    All that κ and α are made of, and little beside the tokens themselves.
    """

    def __init__(self) -> None:
        self.labels: dict[str, int] = {}
        self.annotators: list[int] = []
        self.cells: dict[Two, list[Ints]] = defaultdict(list)

    def add(self, found: Readings) -> None:
        """One more document."""
        for pair in combinations(sorted(found), 2):
            told = Counter(zip(found[pair[0]], found[pair[1]], strict=True))
            rows = [
                (len(self.annotators), self._number(one), self._number(other), times)
                for (one, other), times in told.items()
            ]
            if rows:
                self.cells[pair].append(np.array(rows, np.int32))
        self.annotators.append(len(found))

    def _number(self, label: str) -> int:
        return self.labels.setdefault(label, len(self.labels))

    def tables(self, pairs: Sequence[Two], order: Ints) -> Floats:
        """
        For each document each pair's labels crossed, and last the coincidences of all.

        The n-th document that came is the one numbered *order[n]*, the labels
        are sorted. A coincidence is one annotator's label for a token with
        another's, either way round, over how many others there are.
        """
        place = np.empty(len(self.labels), np.int64)
        place[[self.labels[label] for label in sorted(self.labels)]] = np.arange(len(place))
        many = len(place)
        found = np.zeros((len(order), len(pairs) + 1, many, many))
        for n, pair in enumerate(pairs):
            if not self.cells[pair]:  # no text that both did has a token
                continue
            document, one, other, times = np.concatenate(self.cells[pair]).T
            found[order[document], n, place[one], place[other]] = times
        others = np.empty(len(order))
        others[order] = np.maximum(np.array(self.annotators) - 1, 1)
        crossed = found[:, :-1].sum(axis=1)
        found[:, -1] = (crossed + crossed.transpose(0, 2, 1)) / others[:, None, None]
        return found


def kappa(table: Floats) -> float | None:
    """Cohen's κ from two annotators' labels, crossed; None where it is undefined."""
    one, other = np.nonzero(table)
    if len({*one.tolist(), *other.tolist()}) < 2:
        return None
    return float(
        cohen_kappa_score(one, other, sample_weight=table[one, other].astype(np.int64))
    )


def alpha(table: Floats) -> float | None:
    """Krippendorff's α (nominal) from coincidences; None where all tokens have one label."""
    found = float(_alphas(table[None])[0])
    return None if np.isnan(found) else found


def coefficients(
    tables: Floats, *, seed: int, resamples: int
) -> tuple[Coefficient, Coefficient, list[float | None]]:
    """
    κ, the mean over the pairs for which it is defined, and α, with intervals; and each pair's κ.

    *tables* (``Crossed.tables``) add up over documents, so that these are what
    is resampled.
    """
    found = spreads(
        tables.reshape(len(tables), -1),
        lambda sums: from_tables(sums.reshape(len(sums), *tables.shape[1:])),
        seed=seed,
        resamples=resamples,
    )
    total = tables.sum(axis=0)
    kappas = [kappa(table) for table in total[:-1]]
    known = [one for one in kappas if one is not None]
    mean = sum(known) / len(known) if known else None
    return (
        Coefficient(mean, found.bca[0], found.percentile[0]),
        Coefficient(alpha(total[-1]), found.bca[1], found.percentile[1]),
        kappas,
    )


def from_tables(sums: Floats) -> Floats:
    """Sums of such tables → (mean κ, α), nan where undefined."""
    kappas = _kappas(sums[:, :-1])
    with np.errstate(invalid="ignore"):
        mean = np.nansum(kappas, axis=1) / np.count_nonzero(~np.isnan(kappas), axis=1)
    return np.stack([mean, _alphas(sums[:, -1])], axis=1)


def _kappas(tables: Floats) -> Floats:
    total = tables.sum(axis=(-2, -1))
    seen = np.trace(tables, axis1=-2, axis2=-1)
    chance = (tables.sum(axis=-1) * tables.sum(axis=-2)).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        kappas: Floats = (seen * total - chance) / (total**2 - chance)
    return kappas


def _alphas(tables: Floats) -> Floats:
    each = tables.sum(axis=-1)
    total = each.sum(axis=-1)
    differ = total - np.trace(tables, axis1=-2, axis2=-1)
    chance = total**2 - (each**2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        alphas: Floats = 1 - differ * (total - 1) / np.where(
            chance > TINY * total**2, chance, np.nan
        )
    return alphas
