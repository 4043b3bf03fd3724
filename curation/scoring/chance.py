"""Agreement beyond chance, over tokens: Cohen's κ and Krippendorff's α."""

from collections.abc import Mapping, Sequence

import krippendorff
import numpy as np
from sklearn.metrics import cohen_kappa_score

from curation.scoring.agreed import Coefficient
from curation.scoring.intervals import Floats, spreads

# One document's tokens: each annotator's labels, all of one length.
Readings = Mapping[str, Sequence[str]]
Two = tuple[str, str]

# Below it a sum of fractions is nothing but rounding.
TINY = 1e-12


def kappa(documents: Sequence[Readings], pair: Two) -> float | None:
    """Cohen's κ of two annotators over the tokens that both labelled; None where it is undefined."""
    both = [found for found in documents if all(name in found for name in pair)]
    one, other = ([label for found in both for label in found[name]] for name in pair)
    if len({*one, *other}) < 2:
        return None
    return float(cohen_kappa_score(one, other))


def alpha(documents: Sequence[Readings]) -> float | None:
    """Krippendorff's α (nominal) over the tokens that two or more labelled; None where all have one label."""
    labels = _labels(documents)
    counts = np.concatenate(
        [np.empty((0, len(labels))), *(_counts(d, labels) for d in documents)]
    )
    counts = counts[counts.sum(axis=1) > 1]
    if np.count_nonzero(counts.sum(axis=0)) < 2:
        return None
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def coefficients(
    documents: Sequence[Readings], pairs: Sequence[Two], *, seed: int, resamples: int
) -> tuple[Coefficient, Coefficient]:
    """
    κ, the mean over the pairs for which it is defined, and α, with intervals.

    Both are made of tables that add up over documents, so that these are what
    is resampled.
    """
    table = tables(documents, pairs)
    found = spreads(
        table.reshape(len(table), -1),
        lambda sums: from_tables(sums.reshape(len(sums), *table.shape[1:])),
        seed=seed,
        resamples=resamples,
    )
    known = [one for pair in pairs if (one := kappa(documents, pair)) is not None]
    mean = sum(known) / len(known) if known else None
    return (
        Coefficient(mean, found.bca[0], found.percentile[0]),
        Coefficient(alpha(documents), found.bca[1], found.percentile[1]),
    )


def tables(documents: Sequence[Readings], pairs: Sequence[Two]) -> Floats:
    """For each document each pair's labels crossed, and last the coincidences of all."""
    labels = _labels(documents)
    return np.array(
        [
            [*(_crossed(d, pair, labels) for pair in pairs), _coincidences(_counts(d, labels))]
            for d in documents
        ]
    )


def from_tables(sums: Floats) -> Floats:
    """Sums of ``tables`` → (mean κ, α), nan where undefined."""
    kappas = _kappas(sums[:, :-1])
    with np.errstate(invalid="ignore"):
        mean = np.nansum(kappas, axis=1) / np.count_nonzero(~np.isnan(kappas), axis=1)
    return np.stack([mean, _alphas(sums[:, -1])], axis=1)


def _labels(documents: Sequence[Readings]) -> list[str]:
    return sorted({label for found in documents for told in found.values() for label in told})


def _counts(found: Readings, labels: Sequence[str]) -> Floats:
    """Token × label: by how many annotators it was given."""
    place = {label: n for n, label in enumerate(labels)}
    many = len(next(iter(found.values()), ()))
    counts = np.zeros((many, len(labels)))
    for told in found.values():
        counts[np.arange(many), [place[label] for label in told]] += 1
    return counts


def _coincidences(counts: Floats) -> Floats:
    """Krippendorff's coincidence matrix of one document."""
    raters = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(raters - 1, 1) * (raters > 1)
    found: Floats = shares.T @ counts - np.diag(shares.sum(axis=0))
    return found


def _crossed(found: Readings, pair: Two, labels: Sequence[str]) -> Floats:
    """How often the first of *pair* gave which label where the second gave which."""
    table = np.zeros((len(labels), len(labels)))
    if all(name in found for name in pair):
        place = {label: n for n, label in enumerate(labels)}
        one, other = ([place[label] for label in found[name]] for name in pair)
        np.add.at(table, (one, other), 1)
    return table


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
