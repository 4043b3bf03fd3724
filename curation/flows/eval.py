"""Predictions scored against the gold, and compared with other predictions or another gold."""

from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from curation import __version__
from curation.documents.document import Layer
from curation.documents.stream import DocumentsFile
from curation.errors import InputError
from curation.flows.predictions import Predictions
from curation.gold.gold_set import GoldSet, under_current_names
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.scoring.document_digest import Digest
from curation.scoring.result import RESAMPLES, Recipe, Scores


@dataclass(frozen=True)
class Against:
    """The other side of a comparison: other predictions, another gold, or both."""

    predictions: Path | None = None
    gold: GoldSet | None = None

    def __str__(self) -> str:
        predictions = self.predictions.name if self.predictions else ""
        gold = self.gold.name if self.gold else ""
        if predictions and gold:
            return f"the predictions {predictions} and the gold {gold}"
        return predictions or gold


def evaluate(
    truth: GoldSet,
    found: Predictions,
    schema: Schema,
    *,
    seed: int,
    against: Against | None = None,
    watch: Watch = unwatched,
) -> Scores:
    """Score *found* against the gold, symmetric relations without direction."""
    from curation.preannotate.development_articles import developed_on
    from curation.scoring.comparison import compare
    from curation.scoring.match_documents import Terms, gather
    from curation.scoring.prediction_layers import Noted
    from curation.scoring.score import scored

    terms = Terms(
        schema.symmetric, found.emittable, found.relate, truth.arms, truth.machine_annotated
    )
    noted, digests = Noted(developed_on()), [Digest(schema.symmetric) for _ in range(2)]
    golds = digests[0].of(watch(truth.documents, "scoring", truth.document_count))
    with closing(golds):  # whatever goes wrong, nobody watches any longer
        gathered = gather(golds, digests[1].of(noted.of(found.documents)), terms)
    digest, predictions = map(str, digests)
    recipe = replace(
        _recipe(truth, noted.layers, schema, seed),
        digest=truth.digest or digest,
        predictions=predictions if found.name else "",
    )
    terms = replace(terms, development=noted.development)
    scores = scored(gathered, recipe, terms)
    if against is None or not str(against):
        return scores
    others = (
        against.gold.documents if against.gold else None,
        under_current_names(DocumentsFile(against.predictions), schema)
        if against.predictions
        else None,
    )
    try:
        sides = truth.documents, found.documents
        compared = compare(gathered, sides, others, recipe=recipe, terms=terms)
    except InputError as error:
        raise InputError(f"compared with {against}: {error}", hint=error.hint) from None
    return replace(scores, comparison=replace(compared, against=str(against)))


def _recipe(
    truth: GoldSet, layers: Collection[Layer | None], schema: Schema, seed: int
) -> Recipe:
    layer = next(iter(layers)) if len(layers) == 1 else None
    return Recipe(
        gold=truth.name,
        digest="",
        schema=schema.fingerprint,
        model=str(layer) if layer else "",
        weights=layer.weights if layer else "",
        documents=0,
        split="all",
        arm="all",
        seed=seed,
        resamples=RESAMPLES,
        curate=__version__,
    )
