"""Two runs over the same documents: how far each figure moved, and whether by chance."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from curation.documents.document import Document
from curation.errors import InputError, Problem, raise_problems
from curation.scoring.document_pairs import no_shared_document, text_up_to_its_end
from curation.scoring.intervals import (
    FEWEST_DOCUMENTS_WITH_INTERVAL,
    NUMBERS_AT_ONCE,
    FloatArray,
    bootstrap_intervals,
)
from curation.scoring.matched_documents import (
    MatchedDocuments,
    ScoringContext,
    match_documents,
)
from curation.scoring.results import Comparison, RateIntervals, ScoreDifference, ScoreRecipe
from curation.scoring.scheme_results import rates_of_cells
from curation.scoring.schemes import ENTITY_SCHEMES, RELATION_SCHEMES
from curation.scoring.score import headline_documents

_EXCHANGES = 10_000

# Differences this close are one difference, summed in another order.
_EQUAL_DIFFERENCES = 1e-12

# The figures that are compared, by their paths in the scores' JSON.
COMPARED_FIGURES = [
    f"{what}.{scheme}.micro.{rate}"
    for what, schemes in (("entities", ENTITY_SCHEMES), ("relations", RELATION_SCHEMES))
    for scheme in schemes
    for rate in RateIntervals._fields
]


@dataclass(frozen=True, kw_only=True)
class ComparedDocuments:
    """
    This *gold* and these predictions, and the other ones; None where a side is the same.

    *other_not_offered* are the types, by document, that an annotator of the other gold was not offered.
    """

    gold: Iterable[Document]
    predicted: Iterable[Document]
    other_gold: Iterable[Document] | None = None
    other_predicted: Iterable[Document] | None = None
    other_not_offered: Mapping[str, Collection[str]] = field(default_factory=dict)


def compare_scores(
    matched: MatchedDocuments,
    documents: ComparedDocuments,
    *,
    recipe: ScoreRecipe,
    context: ScoringContext,
) -> Comparison:
    """
    How the scores of *matched* differ from those with the other gold, the other predictions, or both.

    *matched* comes from this gold and these predictions of *documents*. All over
    the headline's documents that both golds have. Where both sides
    changed, *model* is measured on this gold and *gold* with the other
    predictions, so that the two add up to *both*. Documents of one gold alone,
    and other predictions on documents that no gold has, are left out and
    counted. The documents are read more than once. Raises InputError where the
    two golds have different texts under one id.
    """
    gold = documents.gold
    other_gold = documents.other_gold
    other_predicted = documents.other_predicted
    now = headline_documents(matched, context)
    here = set(now.ids)
    known = set(matched.ids)
    other_ids = here if other_gold is None else _ids_with_same_texts(gold, other_gold, here)
    ids = here & other_ids
    now = now.select(np.array([identity in ids for identity in now.ids], bool))

    def match(
        truth: Iterable[Document],
        answers: Iterable[Document],
        not_offered: Mapping[str, Collection[str]],
    ) -> MatchedDocuments:
        return match_documents(
            (document for document in truth if document.id in ids),
            (document for document in answers if document.id in ids),
            ScoringContext(context.symmetric, not_offered=not_offered),
        )

    def difference(
        before: MatchedDocuments, after: MatchedDocuments
    ) -> Mapping[str, ScoreDifference]:
        return score_differences(before, after, seed=recipe.seed, resamples=recipe.resamples)

    compared = Comparison(
        len(ids), only_here=len(here - other_ids), only_there=len(other_ids - known)
    )
    # These predictions or the other ones, on this gold.
    before_the_gold = now
    if other_predicted is not None:
        predicted_ids: set[str] = set()
        answers = _note_ids(other_predicted, predicted_ids)
        before_the_gold = match(gold, answers, context.not_offered)
        if predicted_ids and predicted_ids.isdisjoint(known | other_ids):
            raise no_shared_document(known | other_ids, predicted_ids)
        compared = replace(
            compared,
            model=difference(before_the_gold, now),
            without_predictions=len(before_the_gold.without_predictions),
            without_gold=len(predicted_ids - known - other_ids),
        )
    if other_gold is None:
        return compared
    then = match(
        other_gold,
        documents.predicted if other_predicted is None else other_predicted,
        documents.other_not_offered,
    )
    return replace(
        compared,
        gold=difference(then, before_the_gold),
        both=difference(then, now) if compared.model else None,
    )


def _ids_with_same_texts(
    gold: Iterable[Document], other_gold: Iterable[Document], compared: Collection[str]
) -> set[str]:
    """The ids of *other_gold*; raises InputError where one of the *compared* has another text in *gold*."""
    texts = {document.id: _text_hash(document) for document in other_gold}
    problems = [
        Problem(document.id, "the text in the other gold differs from this gold's text")
        for document in gold
        if document.id in compared
        and document.id in texts
        and texts[document.id] != _text_hash(document)
    ]
    if problems:
        hint = "compare with gold of the same texts; a changed article is another document"
        raise_problems(sorted(problems), InputError, hint=hint)
    return set(texts)


def _text_hash(document: Document) -> bytes:
    return hashlib.sha256(text_up_to_its_end(document).encode()).digest()


def _note_ids(documents: Iterable[Document], ids: set[str]) -> Iterator[Document]:
    for document in documents:
        ids.add(document.id)
        yield document


def score_differences(
    before: MatchedDocuments, after: MatchedDocuments, *, seed: int, resamples: int
) -> dict[str, ScoreDifference]:
    """*after* less *before* by the path of the figure in the scores' JSON; both over the same ids."""
    cells_before = document_cells(before)
    cells_after = document_cells(after)
    width = cells_before.shape[1]

    def difference(sums: FloatArray) -> FloatArray:
        return _rates(sums[:, width:]) - _rates(sums[:, :width])

    intervals = bootstrap_intervals(
        np.hstack([cells_before, cells_after]), difference, seed=seed, resamples=resamples
    )
    has_interval = _enough_documents_hold(cells_before, cells_after)
    rows = zip(
        COMPARED_FIGURES,
        _rates(cells_before.sum(axis=0, dtype=np.float64)[None])[0],
        _rates(cells_after.sum(axis=0, dtype=np.float64)[None])[0],
        intervals.bca,
        intervals.percentile,
        exchange_test(cells_before, cells_after, seed=seed),
        has_interval,
        strict=True,
    )
    return {
        path: ScoreDifference(
            _number(figure_before),
            _number(figure_after),
            bca=bca if is_enough else None,
            percentile=percentile if is_enough else None,
            p=_number(p),
        )
        for path, figure_before, figure_after, bca, percentile, p, is_enough in rows
    }


def _enough_documents_hold(before: FloatArray, after: FloatArray) -> list[bool]:
    """For each figure, whether enough documents of one gold or the other have what is counted."""
    # Of each scheme's hits, predicted and gold, the last.
    held = np.maximum(before, after)[:, 2::3] > 0
    enough = np.count_nonzero(held, axis=0) >= FEWEST_DOCUMENTS_WITH_INTERVAL
    return [bool(one) for one in enough for _ in RateIntervals._fields]


def document_cells(matched: MatchedDocuments) -> FloatArray:
    """A row for each document: hits, predicted and gold of every scheme, over all types."""
    entities = matched.entities
    relations = matched.relations.types
    cells = [
        *(entities.cells(scheme, entities.labels) for scheme in ENTITY_SCHEMES.values()),
        *(relations.cells(scheme, relations.labels) for scheme in RELATION_SCHEMES.values()),
    ]
    return np.concatenate([cell.sum(axis=1) for cell in cells], axis=1)


def exchange_test(
    before: FloatArray, after: FloatArray, *, seed: int, times: int = _EXCHANGES
) -> FloatArray:
    """
    The p-value of each figure by approximate randomisation: (c + 1) / (n + 1), two-sided.

    In each of n rounds every document is exchanged between the sides or not,
    with its hits, predicted and gold together; in c rounds the difference is at
    least the observed one. The 1 keeps the test honest (Noreen 1989).
    """
    rng = np.random.default_rng(seed)
    rows = (before - after).astype(np.float64)
    total_before = before.sum(axis=0, dtype=np.float64)[None]
    total_after = after.sum(axis=0, dtype=np.float64)[None]
    observed = np.abs(_rates(total_after) - _rates(total_before))[0]
    at_least = np.zeros(len(observed))
    step = max(1, NUMBERS_AT_ONCE // max(1, len(rows)))
    for begin in range(0, times, step):
        size = (min(step, times - begin), len(rows))
        moved = rng.integers(0, 2, size, np.int8).astype(np.float64) @ rows
        exchanged = np.abs(_rates(total_after + moved) - _rates(total_before - moved))
        at_least += np.count_nonzero(~(exchanged < observed - _EQUAL_DIFFERENCES), axis=0)
    return np.where(np.isnan(observed), np.nan, (at_least + 1) / (times + 1))


def _rates(sums: FloatArray) -> FloatArray:
    return rates_of_cells(sums.reshape(len(sums), -1, 3)).reshape(len(sums), -1)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
