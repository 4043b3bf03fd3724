"""The baseline scored on what a release seals, as ``curate eval`` scores it on the version."""

from collections import defaultdict
from collections.abc import Generator, Iterable
from contextlib import closing
from itertools import chain
from pathlib import Path

from curation.documents.document import Document, Layer
from curation.documents.stream import DocumentsFile
from curation.errors import CurateError, ModelError
from curation.gold.dataset import Reiterable
from curation.gold.release.plan import ReleasePlan
from curation.gold.sealed.manifest import (
    UNSEEN,
    BaselineEntry,
    BaselineScoreEntry,
    FigureEntry,
    LayerEntry,
)
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.folder import SCHEMA_FILE
from curation.scoring.results import (
    ALL_DOCUMENTS,
    RESAMPLES,
    ArmScores,
    RatedCounts,
    ScoreRecipe,
)
from curation.workspace import Workspace

SUGGESTIONS_FILE = "suggestions.jsonl"

# A field of articles: whether the baseline's rules were written with this one in view.
BASELINE_SAW = "baseline_saw"
SEEN = "seen"

_ENTITY_SCHEMES = ("strict", "exact")
_RELATION_SCHEMES = ("strict", "boundaries")


def score_baseline(
    plan: ReleasePlan,
    workspace: Workspace,
    schema: Schema,
    *,
    seed: int,
    watch: Watch = unwatched,
) -> BaselineEntry:
    """
    The baseline's scores on all documents of the plan, on those of each split, and on the unseen ones.

    Unseen are the documents whose metadata says so, or, where it says nothing, whose text is none that
    the rules were written with and the model was trained on; they have no score of their own where all documents are.

    What ``curate preannotate`` left is taken where model, schema and text are the same; the
    other documents are pre-annotated now. Raises ModelError where there is no baseline model.
    """
    from curation.preannotate.development_articles import development_hashes
    from curation.preannotate.model_files import chosen_model
    from curation.scoring.matched_documents import ScoringContext, match_documents
    from curation.scoring.score import score_matches

    try:
        model = chosen_model(schema)
    except ModelError as error:
        hint = f"{error.hint}; or without the baseline's score: curate release --no-baseline"
        raise ModelError(str(error), hint=hint) from None
    origins = plan.working.origins
    context = ScoringContext(
        schema.symmetric,
        arms=plan.working.arms,
        machine_annotated=origins.machine_annotated,
        not_offered=origins.not_offered,
    )
    ids_by_part: dict[str, set[str]] = defaultdict(set)
    layer = model.layer
    developed_on = development_hashes().union(model.recipe.texts if model.recipe else ())

    def golds() -> Generator[Document]:
        for gold in watch(plan.dataset.gold_documents, "scoring", len(plan.working.arms)):
            ids_by_part[plan.totals.split_plan.split_of(gold.group)].add(gold.id)
            saw = gold.document.meta.get(BASELINE_SAW)
            if saw is None:
                saw = gold.document.text_sha256 in developed_on
            ids_by_part[SEEN if saw else UNSEEN].add(gold.id)
            yield gold.document

    truth = golds()
    with closing(truth):  # whatever goes wrong, nobody watches any longer
        matched = match_documents(truth, _predictions(plan, workspace, schema, layer), context)
    recipe = ScoreRecipe(
        gold=plan.version,
        digest=plan.totals.digest[:12],
        schema=schema.fingerprint,
        model=str(layer),
        weights=layer.weights,
        documents=0,
        split=ALL_DOCUMENTS,
        arm=ALL_DOCUMENTS,
        seed=seed,
        resamples=RESAMPLES,
        curate="",
    )
    whole = score_matches(matched, recipe, context)
    scores = {ALL_DOCUMENTS: _entries(whole.all_documents)}
    if not ids_by_part[SEEN]:  # all are unseen: the whole version's score says it
        del ids_by_part[UNSEEN]
    for part, ids in sorted(ids_by_part.items()):
        if part != SEEN and ids:
            of_part = score_matches(matched.of_documents(ids), recipe, context)
            scores[part] = _entries(of_part.all_documents)
    return BaselineEntry(model=LayerEntry(**layer.to_json()), scores=scores)


def _entries(scores: ArmScores) -> dict[str, dict[str, BaselineScoreEntry]]:
    """The scores by kind and scheme, as a manifest has them."""
    n = scores.documents
    return {
        "entities": {name: _entry(scores.entities[name].micro, n) for name in _ENTITY_SCHEMES},
        "relations": {
            name: _entry(scores.relations[name].micro, n) for name in _RELATION_SCHEMES
        },
    }


def _entry(rated: RatedCounts, documents: int) -> BaselineScoreEntry:
    counts = rated.counts
    return BaselineScoreEntry(
        documents=documents,
        gold=counts.gold,
        predicted=counts.predicted,
        correct=counts.correct,
        f1=figure_entry(rated),
    )


def figure_entry(rated: RatedCounts) -> FigureEntry | None:
    """The F1 with its interval, None where it is undefined."""
    if rated.counts.f1 is None:
        return None
    interval = rated.bca.f1
    return FigureEntry(
        value=rated.counts.f1,
        lower=interval.low if interval else None,
        upper=interval.high if interval else None,
    )


def _predictions(
    plan: ReleasePlan, workspace: Workspace, schema: Schema, layer: Layer
) -> Iterable[Document]:
    """What the baseline suggests on each document of the plan."""
    from curation.preannotate import suggest_all

    known = _known_suggestions(plan, workspace, layer)
    there = {document.id for document in known}
    bare = (
        gold.document.without_annotations()
        for gold in plan.dataset.gold_documents
        if gold.id not in there
    )
    if len(there) == len(plan.totals.text_hashes):
        return known
    made = DocumentsFile.from_documents(suggest_all(bare, schema))
    return Reiterable(lambda: chain(known, made))


def _known_suggestions(
    plan: ReleasePlan, workspace: Workspace, layer: Layer
) -> Iterable[Document]:
    """What ``curate preannotate`` left for these texts, by the same model, and under this schema."""
    path = workspace.home / SUGGESTIONS_FILE
    if not _is_newer(path, workspace.config / SCHEMA_FILE):
        return ()
    try:
        suggestions = DocumentsFile(path)
        for _ in suggestions:
            pass
    except CurateError:  # a file that can't be read is no reason not to release
        return ()
    hashes = plan.totals.text_hashes
    return Reiterable(
        lambda: (
            document
            for document in suggestions
            if document.layer == layer and hashes.get(document.id) == document.text_sha256
        )
    )


def _is_newer(path: Path, than: Path) -> bool:
    """Whether a file was changed after another one, so that this one may be what the other was made by."""
    try:
        return path.stat().st_mtime_ns > than.stat().st_mtime_ns
    except OSError:
        return False
