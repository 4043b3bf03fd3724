"""``curate eval``: predictions scored against the gold, and compared with other predictions or another gold."""

from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from curation import __version__
from curation.documents.document import Layer
from curation.documents.meta_selection import EVERY_DOCUMENT, MetaSelection
from curation.errors import InputError
from curation.flows.evaluate_predictions import Predictions, choose_predictions
from curation.flows.trained_models import known_training_texts
from curation.gold.dataset import Reiterable
from curation.gold.scored_gold import ALL_SPLITS, GoldSet, read_gold_set, under_current_names
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.scoring.documents_digest import DocumentsDigest
from curation.scoring.given_documents import GivenDocuments, unknown_types
from curation.scoring.offered_types import offered_alone
from curation.scoring.results import RESAMPLES, ScoreRecipe, Scores
from curation.workspace import Workspace


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


@dataclass(frozen=True, kw_only=True)
class EvaluationOptions:
    """
    What is scored against what.

    *gold* and *against_gold* are a version, ``next`` or a file; None is the newest version, and no
    comparison. Of versions *split* may be one split alone; *where* selects documents by their
    metadata. *predictions* is a file; None is what the baseline, or *model*, suggests.
    """

    gold: str | None = None
    split: str = ALL_SPLITS
    where: MetaSelection = EVERY_DOCUMENT
    model: str | None = None
    predictions: Path | None = None
    against: Path | None = None
    against_gold: str | None = None
    seed: int
    workers: int = 1


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The scores, with the gold and the predictions that they are of."""

    scores: Scores
    truth: GoldSet
    predictions: Predictions


def evaluate(
    workspace: Workspace,
    schema: Schema,
    options: EvaluationOptions,
    *,
    watch: Watch = unwatched,
) -> Evaluation:
    """Score predictions against the gold, and compare them as *options* say."""

    def read(name: str | None, *, is_read_once: bool = False) -> GoldSet:
        return read_gold_set(
            workspace.gold,
            name,
            schema,
            split=options.split,
            where=options.where,
            is_read_once=is_read_once,
            watch=watch,
        ).under_current_names(schema)

    # A model takes long, so that the gold is checked before; beside a file both are read at once.
    truth = read(options.gold, is_read_once=options.predictions is not None)
    scored = choose_predictions(
        truth,
        schema,
        file=options.predictions,
        model=options.model,
        workers=options.workers,
        watch=watch,
    )
    scored = replace(
        scored,
        trained_on=known_training_texts(workspace.home, options.model or schema.baseline),
    )
    other_gold = read(options.against_gold) if options.against_gold else None
    scores = score_predictions(
        truth,
        scored,
        schema,
        seed=options.seed,
        against=Against(options.against, other_gold),
        watch=watch,
    )
    return Evaluation(scores=scores, truth=truth, predictions=scored)


def report_page(
    evaluation: Evaluation, workspace: Workspace, schema: Schema, *, watch: Watch = unwatched
) -> str:
    """The evaluation as one HTML page, with links to the tasks as far as they are known."""
    from curation.report.mistake_list import ReportDocuments
    from curation.report.page import render_report

    truth = evaluation.truth
    documents = ReportDocuments(
        watch(
            offered_alone(truth.documents, truth.not_offered),
            "writing the report",
            truth.document_count,
        ),
        Reiterable(
            lambda: iter(offered_alone(evaluation.predictions.documents, truth.not_offered))
        ),
        symmetric=schema.symmetric,
        arms=truth.arms,
        links=workspace.read_only().task_links,
    )
    return render_report(evaluation.scores, documents)


def score_predictions(
    truth: GoldSet,
    found: Predictions,
    schema: Schema,
    *,
    seed: int,
    against: Against | None = None,
    watch: Watch = unwatched,
) -> Scores:
    """Score *found* against the gold, symmetric relations without direction."""
    from curation.preannotate.development_articles import development_hashes
    from curation.scoring.comparison import ComparedDocuments, compare_scores
    from curation.scoring.matched_documents import ScoringContext, match_documents
    from curation.scoring.prediction_origins import PredictionOrigins
    from curation.scoring.score import score_matches

    context = ScoringContext(
        schema.symmetric,
        emittable=found.emittable,
        relate=found.relate,
        arms=truth.arms,
        machine_annotated=truth.machine_annotated,
        not_offered=truth.not_offered,
    )
    origins = PredictionOrigins(development_hashes(), found.trained_on)
    gold_digest = DocumentsDigest(schema.symmetric)
    predictions_digest = DocumentsDigest(schema.symmetric)
    golds = gold_digest.read(watch(truth.documents, "scoring", truth.document_count))
    with closing(golds):  # whatever goes wrong, nobody watches any longer
        predicted = predictions_digest.read(origins.read(found.documents))
        matched = match_documents(golds, predicted, context)
    recipe = replace(
        _recipe(truth, origins.layers, schema, seed),
        digest=truth.digest or str(gold_digest),
        predictions=str(predictions_digest) if found.name else "",
    )
    context = replace(context, development=origins.development, trained_on=origins.trained)
    scores = score_matches(matched, recipe, context)
    files = [given for given in (truth.given, found.given) if given]
    if against is None or not str(against):
        return _with_oddities(scores, files, schema)
    other_predictions = GivenDocuments(against.predictions) if against.predictions else None
    others = PredictionOrigins(development_hashes(), found.trained_on)
    documents = ComparedDocuments(
        gold=truth.documents,
        predicted=found.documents,
        other_gold=against.gold.documents if against.gold else None,
        other_predicted=Reiterable(
            lambda: others.read(
                truth.without_others(under_current_names(other_predictions, schema))
            )
        )
        if other_predictions
        else None,
        other_not_offered=against.gold.not_offered if against.gold else {},
    )
    try:
        compared = compare_scores(matched, documents, recipe=recipe, context=context)
    except InputError as error:
        raise InputError(f"compared with {against}: {error}", hint=error.hint) from None
    scores = replace(
        scores,
        comparison=replace(
            compared,
            against=str(against),
            trained_on=len(others.trained.intersection(matched.ids)),
        ),
    )
    other_gold = against.gold.given if against.gold else None
    files += [given for given in (other_gold, other_predictions) if given]
    return _with_oddities(scores, files, schema)


def _with_oddities(scores: Scores, files: Sequence[GivenDocuments], schema: Schema) -> Scores:
    """The scores with what was odd in the *files*, which have been read."""
    oddities = sum((given.oddities for given in files), scores.oddities)
    if files and schema.entities:
        scored = scores.all_documents
        found = {*scored.entities["strict"].by_type, *scored.relations["strict"].by_type}
        oddities += unknown_types(found, {*schema.entities, *schema.relations})
    return replace(scores, oddities=oddities)


def _recipe(
    truth: GoldSet, layers: Collection[Layer | None], schema: Schema, seed: int
) -> ScoreRecipe:
    layer = next(iter(layers)) if len(layers) == 1 else None
    return ScoreRecipe(
        gold=truth.name,
        digest="",
        schema=schema.fingerprint,
        model=str(layer) if layer else "",
        weights=layer.weights if layer else "",
        documents=0,
        split=truth.split,
        where=truth.where,
        arm="all",
        seed=seed,
        resamples=RESAMPLES,
        curate=__version__,
    )
