"""Predictions scored against gold: matched once, then counted by every scheme and arm."""

from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from curation.documents.document import Document
from curation.scoring.calibration import Calibration
from curation.scoring.confusion import TokenConfusion, of_spans
from curation.scoring.match_documents import Gathered, Related, Terms, gather
from curation.scoring.result import ALL, BLIND, Part, Recipe, Scores
from curation.scoring.schemes import ENTITIES, RELATIONS, apart
from curation.scoring.tallies import Block, block, tallies

ON_GOLD, SAID = "on_gold_entities", "document_level"


def score(
    gold: Iterable[Document],
    predicted: Iterable[Document],
    *,
    recipe: Recipe,
    terms: Terms = Terms(),  # noqa: B008 - it is frozen
) -> Scores:
    """
    Score *predicted* against *gold*; the recipe's seed and number of resamples make the intervals.

    Where some documents were annotated blind they are the headline. Raises
    InputError where the two sides can't be compared.
    """
    return scored(gather(gold, predicted, terms), recipe, terms)


def scored(found: Gathered, recipe: Recipe, terms: Terms) -> Scores:
    """The same of what is gathered already."""
    where = _arms(found, terms)
    names = sorted(set(where.tolist()))

    def of(arm: str) -> Part:
        chosen = found if arm == ALL else found.of(where == arm)
        tokens = [one for name, one in found.tokens.items() if arm in (ALL, name)]
        sure = [one for name, one in found.calibration.items() if arm in (ALL, name)]
        return replace(
            part(chosen, tokens, recipe, terms.emittable),
            machine=sum(one in terms.machine for one in chosen.ids),
            development=sum(one in terms.development for one in chosen.ids),
            calibration=_known(sum(sure, Calibration())),
        )

    headline = headline_arm(names)
    others = [arm for arm in (*names, ALL) if arm not in ("", headline)]
    one = of(headline)
    told = names[0] if len(names) == 1 and names[0] else headline
    recipe = replace(recipe, documents=one.documents, arm=told)
    arms = {arm: of(arm) for arm in others} if len(names) > 1 else {}
    return Scores(recipe, one, arms, without_gold=found.without_gold)


def _known(found: Calibration) -> Calibration | None:
    return found if found.many else None


def headlined(found: Gathered, terms: Terms) -> Gathered:
    """What the headline is about, of all that is gathered."""
    where = _arms(found, terms)
    arm = headline_arm(where.tolist())
    return found if arm == ALL else found.of(where == arm)


def _arms(found: Gathered, terms: Terms) -> npt.NDArray[np.object_]:
    return np.array([terms.arms.get(one, "") for one in found.ids], object)


def headline_arm(names: Iterable[str]) -> str:
    """Blind where some documents are and others aren't; else there is nothing to choose."""
    known = set(names)
    return BLIND if BLIND in known and len(known) > 1 else ALL


def part(
    found: Gathered,
    tokens: Collection[TokenConfusion],
    recipe: Recipe,
    emittable: Collection[str] | None,
) -> Part:
    """Every scheme over the documents of *found*."""
    entities = {
        name: block(found.entities, scheme, emittable=emittable)
        for name, scheme in ENTITIES.items()
    }
    relations = relation_blocks(found)
    every = [*entities.values(), *relations.values()]
    done = iter(tallies(every, seed=recipe.seed, resamples=recipe.resamples))
    return Part(
        len(found.ids),
        len(found.unanswered.intersection(found.ids)),
        {name: next(done) for name in entities},
        {name: next(done) for name in relations},
        of_spans(found.entities),
        sum(tokens, TokenConfusion()).table(),
    )


def relation_blocks(found: Gathered) -> dict[str, Block]:
    """Each criterion; strict on the gold's entities, where that was asked; and what is said at all."""

    def of(related: Related, name: str) -> Block:
        return block(related.types, RELATIONS[name], bands=related.bands, tidy=apart)

    blocks = {name: of(found.relations, name) for name in RELATIONS}
    if found.on_gold:
        blocks[ON_GOLD] = of(found.on_gold, "strict")
    blocks[SAID] = block(found.relations.said, RELATIONS["strict"], tidy=apart)
    return blocks
