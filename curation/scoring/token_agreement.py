"""Agreement beyond chance, over tokens: Cohen's κ and Krippendorff's α, with intervals."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from curation.scoring.agreement_results import AnnotatorPair, Coefficient
from curation.scoring.intervals import FloatArray, bootstrap_intervals
from curation.scoring.matching import IntArray
from curation.scoring.tokens import LabelledTokens

# Fractions whose sum lies below it add up to 0 but for rounding.
_ROUNDING = 1e-12


class TokenTables:
    """
    How often one annotator gave which label where another gave which, document by document.

    κ and α need no more, and the tables are small beside the tokens themselves.
    """

    def __init__(self) -> None:
        self.labels: dict[str, int] = {}
        # The number of annotators of each document, by the document's number.
        self.annotators: dict[int, int] = {}
        self.cells: dict[AnnotatorPair, list[IntArray]] = defaultdict(list)

    def add(
        self, annotators: Sequence[str], documents: Sequence[int], tokens: LabelledTokens
    ) -> None:
        """Add *documents*, by their numbers, with the *tokens* as the *annotators* labelled them."""
        size = len(tokens.names)
        sides = dict(zip(annotators, tokens.sides, strict=True))
        numbers = np.array(documents, np.int64)
        for pair in combinations(sorted(sides), 2):
            one, other = (sides[name] for name in pair)
            keys, run = np.unique(
                (tokens.document * size + one) * size + other, return_inverse=True
            )
            times = np.bincount(run, tokens.tokens, len(keys)).astype(np.int64)
            document, both = np.divmod(keys, size * size)
            own, others = (
                self._numbers(tokens.names, labels) for labels in np.divmod(both, size)
            )
            if len(keys):
                self.cells[pair].append(
                    np.stack([numbers[document], own, others, times], axis=1)
                )
        self.annotators.update(dict.fromkeys(documents, len(sides)))

    def _numbers(self, names: Sequence[str], labels: IntArray) -> IntArray:
        """The numbers of *labels*, given by their places among *names*."""
        number = np.empty(len(names), np.int64)
        for place in np.unique(labels).tolist():
            number[place] = self.labels.setdefault(names[place], len(self.labels))
        return number[labels]

    def tables(self, pairs: Sequence[AnnotatorPair], order: IntArray) -> FloatArray:
        """
        Document × (pair, …, coincidences) × label × label.

        The n-th document that came is the one numbered *order[n]*, the labels
        are sorted. A coincidence is one annotator's label for a token with
        another's, either way round, divided by the number of other annotators.
        """
        place = np.empty(len(self.labels), np.int64)
        place[[self.labels[label] for label in sorted(self.labels)]] = np.arange(len(place))
        labels = len(place)
        others = np.empty(len(order))
        annotators = [self.annotators[number] for number in range(len(order))]
        others[order] = np.maximum(np.array(annotators) - 1, 1)
        # Of two annotators all are whole numbers, which 32 bits hold exactly.
        exact = np.float32 if others.max(initial=1) == 1 else np.float64
        tables: FloatArray = np.zeros((len(order), len(pairs) + 1, labels, labels), exact)
        for n, pair in enumerate(pairs):
            if not self.cells[pair]:  # no text that both annotated has a token
                continue
            document, one, other, times = np.concatenate(self.cells[pair]).T
            tables[order[document], n, place[one], place[other]] = times
        crossed = tables[:, :-1].sum(axis=1)
        tables[:, -1] = (crossed + crossed.transpose(0, 2, 1)) / others[:, None, None]
        return tables


def cohens_kappa(table: FloatArray) -> float | None:
    """Cohen's κ of two annotators' labels, crossed; None where all tokens have one label."""
    value = float(_kappas(margins(table)[None])[0])
    return None if np.isnan(value) else value


def krippendorffs_alpha(coincidences: FloatArray) -> float | None:
    """Krippendorff's α (nominal); None where all tokens have one label."""
    value = float(_alphas(margins(coincidences)[None])[0])
    return None if np.isnan(value) else value


def coefficients(
    tables: FloatArray, *, seed: int, resamples: int
) -> tuple[Coefficient, Coefficient]:
    """
    κ, the mean over the pairs for which it is defined, and α.

    *tables* come from ``TokenTables``. Their margins add up over documents, so that
    they are what is resampled.
    """
    rows = margins(tables)
    intervals = bootstrap_intervals(
        rows.reshape(len(rows), -1),
        lambda sums: coefficients_of_sums(sums.reshape(len(sums), *rows.shape[1:])),
        seed=seed,
        resamples=resamples,
    )
    total = tables.sum(axis=0, dtype=np.float64)
    return (
        Coefficient(
            _mean_kappa(total[:-1]), bca=intervals.bca[0], percentile=intervals.percentile[0]
        ),
        Coefficient(
            krippendorffs_alpha(total[-1]),
            bca=intervals.bca[1],
            percentile=intervals.percentile[1],
        ),
    )


def mean_kappa(tables: FloatArray, *, seed: int, resamples: int) -> Coefficient:
    """κ on average over pairs whose *tables* are document × pair × label × label."""
    rows = margins(tables)
    intervals = bootstrap_intervals(
        rows.reshape(len(rows), -1),
        lambda sums: _mean_kappas(sums.reshape(len(sums), *rows.shape[1:]))[:, None],
        seed=seed,
        resamples=resamples,
    )
    return Coefficient(
        _mean_kappa(tables.sum(axis=0, dtype=np.float64)),
        bca=intervals.bca[0],
        percentile=intervals.percentile[0],
    )


def tables_of_one_pair(table: FloatArray) -> FloatArray:
    """What ``TokenTables`` would give for two annotators alone, from document × label × label."""
    return np.stack([table, table + table.transpose(0, 2, 1)], axis=1)


def margins(tables: FloatArray) -> FloatArray:
    """
    All that κ and α need of tables of (…, label, label), as (…, what).

    How often the first annotator gave each label, how often the second one did, and how often both
    gave the same one.
    """
    agreed = np.trace(tables, axis1=-2, axis2=-1)[..., None]
    return np.concatenate([tables.sum(axis=-1), tables.sum(axis=-2), agreed], axis=-1)


def _mean_kappa(tables: FloatArray) -> float | None:
    defined = [kappa for table in tables if (kappa := cohens_kappa(table)) is not None]
    return sum(defined) / len(defined) if defined else None


def coefficients_of_sums(sums: FloatArray) -> FloatArray:
    """Sums of the margins of such tables → (mean κ, α), nan where undefined."""
    return np.stack([_mean_kappas(sums[:, :-1]), _alphas(sums[:, -1])], axis=1)


def _mean_kappas(sums: FloatArray) -> FloatArray:
    kappas = _kappas(sums)
    with np.errstate(invalid="ignore"):
        mean: FloatArray = np.nansum(kappas, axis=1) / np.count_nonzero(
            ~np.isnan(kappas), axis=1
        )
    return mean


def _kappas(sums: FloatArray) -> FloatArray:
    own, others, observed = _sides_and_agreed(sums)
    total = own.sum(axis=-1)
    expected = (own * others).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        kappas: FloatArray = (observed * total - expected) / (total**2 - expected)
    return kappas


def _alphas(sums: FloatArray) -> FloatArray:
    by_label, _, agreed = _sides_and_agreed(sums)
    total = by_label.sum(axis=-1)
    observed = total - agreed
    expected = total**2 - (by_label**2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        alphas: FloatArray = 1 - observed * (total - 1) / np.where(
            expected > _ROUNDING * total**2, expected, np.nan
        )
    return alphas


def _sides_and_agreed(sums: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The three parts of ``margins``."""
    labels = sums.shape[-1] // 2
    return sums[..., :labels], sums[..., labels:-1], sums[..., -1]
