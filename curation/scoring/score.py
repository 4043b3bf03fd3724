"""Predictions scored against gold: matched once, then counted by every scheme and arm."""

from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from curation.documents.document import Document
from curation.scoring.calibration import Calibration
from curation.scoring.confusion import TokenConfusion, span_confusion
from curation.scoring.given_documents import InputOddities
from curation.scoring.match_table import as_missed_and_spurious
from curation.scoring.matched_documents import (
    MatchedDocuments,
    RelationTables,
    ScoringContext,
    match_documents,
)
from curation.scoring.offered_types import lacking_documents
from curation.scoring.results import ALL_DOCUMENTS, BLIND, ArmScores, ScoreRecipe, Scores
from curation.scoring.scheme_results import SchemeCells, scheme_cells, scheme_results
from curation.scoring.schemes import (
    DOCUMENT_LEVEL,
    ENTITY_SCHEMES,
    ON_GOLD_ENTITIES,
    RELATION_SCHEMES,
)


def score(
    gold: Iterable[Document],
    predicted: Iterable[Document],
    *,
    recipe: ScoreRecipe,
    context: ScoringContext = ScoringContext(),  # noqa: B008 - it is frozen
) -> Scores:
    """
    The scores of *predicted* against *gold*, with intervals by the recipe's seed and resamples.

    Where some documents were annotated blind and others weren't, the blind ones
    are the headline. Raises InputError where the two sides can't be compared.
    """
    return score_matches(match_documents(gold, predicted, context), recipe, context)


def score_matches(
    matched: MatchedDocuments, recipe: ScoreRecipe, context: ScoringContext
) -> Scores:
    """The scores of documents that are matched already."""
    arms = _arms(matched, context)
    names = sorted(set(arms.tolist()))
    headline_arm = _headline_arm(names)
    headline = _score_arm(matched, headline_arm, recipe, context)
    other_arms = [arm for arm in (*names, ALL_DOCUMENTS) if arm not in ("", headline_arm)]
    only_arm = names[0] if len(names) == 1 else ""
    recipe = replace(recipe, documents=headline.documents, arm=only_arm or headline_arm)
    return Scores(
        recipe=recipe,
        headline=headline,
        arms={arm: _score_arm(matched, arm, recipe, context) for arm in other_arms}
        if len(names) > 1
        else {},
        without_gold=matched.without_gold,
        oddities=InputOddities(
            text_ends=matched.text_ends,
            not_offered=lacking_documents(
                (identity, context.not_offered.get(identity, ())) for identity in matched.ids
            ),
        ),
    )


def headline_documents(matched: MatchedDocuments, context: ScoringContext) -> MatchedDocuments:
    """The documents that the headline is about."""
    arms = _arms(matched, context)
    arm = _headline_arm(arms.tolist())
    return matched if arm == ALL_DOCUMENTS else matched.select(arms == arm)


def _arms(matched: MatchedDocuments, context: ScoringContext) -> npt.NDArray[np.object_]:
    """Each document's arm, "" where it isn't known."""
    return np.array([context.arms.get(identity, "") for identity in matched.ids], object)


def _headline_arm(names: Iterable[str]) -> str:
    """BLIND where some documents are blind and others aren't, else ALL_DOCUMENTS."""
    known = set(names)
    return BLIND if BLIND in known and len(known) > 1 else ALL_DOCUMENTS


def _score_arm(
    matched: MatchedDocuments, arm: str, recipe: ScoreRecipe, context: ScoringContext
) -> ArmScores:
    """Every scheme over the documents of one arm."""
    chosen = matched
    if arm != ALL_DOCUMENTS:
        chosen = matched.select(_arms(matched, context) == arm)
    counted = set(matched.tokens) if arm == ALL_DOCUMENTS else {arm}
    tokens = [one for name, one in matched.tokens.items() if name in counted]
    calibrations = [one for name, one in matched.calibration.items() if name in counted]
    calibration = sum(calibrations, Calibration())
    entity_cells = {
        name: scheme_cells(chosen.entities, scheme, emittable=context.emittable)
        for name, scheme in ENTITY_SCHEMES.items()
    }
    entities, relations = scheme_results(
        entity_cells,
        _relation_cells(chosen),
        seed=recipe.seed,
        resamples=recipe.resamples,
    )
    return ArmScores(
        documents=len(chosen.ids),
        without_predictions=len(chosen.without_predictions.intersection(chosen.ids)),
        entities=entities,
        relations=relations,
        spans=span_confusion(chosen.entities),
        tokens=sum(tokens, TokenConfusion()).matrix(),
        machine_annotated=_count(chosen.ids, context.machine_annotated),
        development=_count(chosen.ids, context.development),
        trained_on=_count(chosen.ids, context.trained_on),
        calibration=calibration if calibration.suggestions else None,
    )


def _count(ids: Collection[str], known: Collection[str]) -> int:
    return sum(identity in known for identity in ids)


def _relation_cells(matched: MatchedDocuments) -> dict[str, SchemeCells]:
    """Each criterion; strict between the gold's entities, where that was asked; and document level."""

    def criterion(tables: RelationTables, name: str) -> SchemeCells:
        return scheme_cells(
            tables.types,
            RELATION_SCHEMES[name],
            bands=tables.bands,
            recount=as_missed_and_spurious,
        )

    cells = {name: criterion(matched.relations, name) for name in RELATION_SCHEMES}
    if matched.on_gold_entities:
        cells[ON_GOLD_ENTITIES] = criterion(matched.on_gold_entities, "strict")
    cells[DOCUMENT_LEVEL] = scheme_cells(
        matched.relations.document_level,
        RELATION_SCHEMES["strict"],
        recount=as_missed_and_spurious,
    )
    return cells
