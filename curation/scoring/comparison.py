"""Two runs over the same documents: how far each figure moved, and whether by chance."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from curation.documents.document import Document
from curation.errors import InputError, Problem, raise_problems
from curation.scoring.counts import Spread
from curation.scoring.document_pairs import apart
from curation.scoring.intervals import BLOCK, Floats, spreads
from curation.scoring.match_documents import Gathered, Terms, gather
from curation.scoring.result import Comparison, Difference, Recipe
from curation.scoring.schemes import ENTITIES, RELATIONS
from curation.scoring.score import headlined
from curation.scoring.tallies import rates

EXCHANGES = 10_000

# Differences this close are one difference, summed in another order.
SAME = 1e-12

Documents = Iterable[Document]


def compare(
    found: Gathered,
    sides: tuple[Documents, Documents],
    others: tuple[Documents | None, Documents | None],
    *,
    recipe: Recipe,
    terms: Terms,
) -> Comparison:
    """
    How *found*, gathered from two *sides* (gold, predictions), differs from the *others*, None if equal.

    Over the documents of the headline that both golds hold. Where both changed,
    *model* is measured on this gold and *gold* with the other predictions, so
    that the two add up to *both*. What only one gold holds, and other predictions
    on what neither does, is left out and counted. The documents are walked more
    than once. Raises InputError where the two golds have different texts under one id.
    """
    (gold, predicted), (other_gold, other_predicted) = sides, others
    now = headlined(found, terms)
    here, known = set(now.ids), set(found.ids)
    there = here if other_gold is None else _same_texts(gold, other_gold, here)
    ids = here & there
    now = now.of(np.array([one in ids for one in now.ids], bool))

    def run(truth: Documents, found: Documents) -> Gathered:
        one = (document for document in truth if document.id in ids)
        other = (document for document in found if document.id in ids)
        return gather(one, other, Terms(terms.symmetric))

    def moved(before: Gathered, after: Gathered) -> Mapping[str, Difference]:
        return differences(before, after, seed=recipe.seed, resamples=recipe.resamples)

    compared = Comparison(len(ids), only_here=len(here - there), only_there=len(there - known))
    middle = now
    if other_predicted is not None:
        theirs: set[str] = set()
        middle = run(gold, _noted(other_predicted, theirs))
        if theirs and theirs.isdisjoint(known | there):
            raise apart(known | there, theirs)
        compared = replace(
            compared,
            model=moved(middle, now),
            unanswered=len(middle.unanswered),
            without_gold=len(theirs - known - there),
        )
    if other_gold is None:
        return compared
    then = run(other_gold, predicted if other_predicted is None else other_predicted)
    both = moved(then, now) if compared.model else None
    return replace(compared, gold=moved(then, middle), both=both)


def _same_texts(gold: Documents, other: Documents, here: Collection[str]) -> set[str]:
    """The ids of *other*; those that are *here* too must be of the same texts there."""
    texts = {one.id: one.text_sha256 for one in other}
    problems = [
        Problem(one.id, "its text in the other gold is not this gold's")
        for one in gold
        if one.id in here and texts.get(one.id, one.text_sha256) != one.text_sha256
    ]
    if problems:
        hint = "compare with gold of the same texts; an article that changed is another one"
        raise_problems(sorted(problems), InputError, hint=hint)
    return set(texts)


def _noted(documents: Documents, ids: set[str]) -> Iterator[Document]:
    for document in documents:
        ids.add(document.id)
        yield document


def differences(
    before: Gathered, after: Gathered, *, seed: int, resamples: int
) -> dict[str, Difference]:
    """*after* less *before*, by the path of the figure in the scores' JSON; both over the same ids."""
    one, other = headlines(before), headlines(after)
    width = one.shape[1]

    def moved(sums: Floats) -> Floats:
        return _figures(sums[:, width:]) - _figures(sums[:, :width])

    found = spreads(np.hstack([one, other]), moved, seed=seed, resamples=resamples)
    points = [_figures(side.sum(axis=0, dtype=np.float64)[None])[0] for side in (one, other)]
    chances = exchanged(one, other, seed=seed)
    rows = zip(*points, found.bca, found.percentile, chances, strict=True)
    return {
        path: Difference(_known(a), _known(b), bca, percentile, _known(p))
        for path, (a, b, bca, percentile, p) in zip(PATHS, rows, strict=True)
    }


def headlines(found: Gathered) -> Floats:
    """Each document's row: hits, predicted, gold of every scheme."""
    relations = found.relations.types
    cells = [
        *(found.entities.cells(scheme, found.entities.labels) for scheme in ENTITIES.values()),
        *(relations.cells(scheme, relations.labels) for scheme in RELATIONS.values()),
    ]
    return np.concatenate([cell.sum(axis=1) for cell in cells], axis=1)


def exchanged(one: Floats, other: Floats, *, seed: int, times: int = EXCHANGES) -> Floats:
    """
    Approximate randomisation: (c + 1) / (n + 1) for each figure, two-sided.

    Each document is exchanged between the sides or not, its hits, predicted
    and gold together; c of n times the difference is at least what it is.
    The 1 keeps the test honest (Noreen 1989).
    """
    rng = np.random.default_rng(seed)
    rows = (one - other).astype(np.float64)
    totals = [side.sum(axis=0, dtype=np.float64)[None] for side in (one, other)]
    seen = np.abs(_figures(totals[1]) - _figures(totals[0]))[0]
    at_least = np.zeros(len(seen))
    step = max(1, BLOCK // max(1, len(rows)))
    for begin in range(0, times, step):
        size = (min(step, times - begin), len(rows))
        moved = rng.integers(0, 2, size, np.int8).astype(np.float64) @ rows
        apart = np.abs(_figures(totals[1] + moved) - _figures(totals[0] - moved))
        at_least += np.count_nonzero(~(apart < seen - SAME), axis=0)
    return np.where(np.isnan(seen), np.nan, (at_least + 1) / (times + 1))


PATHS = [
    f"{what}.{scheme}.micro.{rate}"
    for what, schemes in (("entities", ENTITIES), ("relations", RELATIONS))
    for scheme in schemes
    for rate in Spread._fields
]


def _figures(sums: Floats) -> Floats:
    return rates(sums.reshape(len(sums), -1, 3)).reshape(len(sums), -1)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
