"""Corpora of which the truth is known, to see how often an interval holds it."""

import numpy as np

from curation.scoring.intervals import bootstrap_intervals
from curation.scoring.scheme_results import rates_of_cells

# Documents differ: in how much there is to find, and in how hard it is.
SIZE, SPREAD = 25, 4.0
EASY = (16.0, 4.0)
SPURIOUS = 0.15

# F1 is 2 tp / (2 tp + fp + fn) of what is expected of a document.
TRUTH = 2 * 0.8 / (2 * 0.8 + SPURIOUS + 0.2)


def corpus(documents: int, rng: np.random.Generator) -> np.ndarray:
    """Each document's hits, predicted and gold, doubled; counts overdispersed, as real ones are."""
    size = rng.poisson(rng.gamma(SPREAD, SIZE / SPREAD, documents))
    hits = rng.binomial(size, rng.beta(*EASY, documents))
    predicted = hits + rng.poisson(SPURIOUS * size)
    return 2 * np.stack([hits, predicted, size], axis=1).astype(np.float32)


def coverage(documents: int, *, corpora: int, resamples: int, seed: int) -> dict[str, float]:
    """How often each interval of F1 holds the truth."""
    rng = np.random.default_rng(seed)
    held = {"percentile": 0, "bca": 0}
    for n in range(corpora):
        found = bootstrap_intervals(
            corpus(documents, rng),
            lambda sums: rates_of_cells(sums)[:, 2:],
            seed=n,
            resamples=resamples,
        )
        for method in held:
            interval = getattr(found, method)[0]
            held[method] += interval is not None and interval.low <= TRUTH <= interval.high
    return {method: many / corpora for method, many in held.items()}
