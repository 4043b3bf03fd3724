"""Scores and agreement where it takes several rooms: the gold, the baseline, the scoring."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from curation import __version__, gold
from curation.document import Document
from curation.errors import GoldError, InputError, NotMet
from curation.interchange import read_documents
from curation.schema import Schema
from curation.scoring.agreed import Agreement, AgreementRecipe
from curation.scoring.form import scores_form
from curation.scoring.scores import RESAMPLES, Comparison, Recipe, Scores

NEXT = "next"

# The package's functions are imported where they are called: what they stand
# on takes seconds to load, and most commands don't score.


@dataclass(frozen=True)
class GoldSet:
    """
    Gold documents under the name that a score's recipe gives them.

    *arms* says of a document's id whether it was annotated blind or assisted;
    of a file of documents nobody knows.
    """

    name: str
    digest: str
    documents: tuple[Document, ...]
    arms: Mapping[str, str] = field(default_factory=dict)


def gold_set(folder: Path, chosen: str | None) -> GoldSet:
    """A version (the newest where none is chosen), ``next``, or a file of documents."""
    chosen = chosen or _newest(folder)
    if chosen == NEXT:
        working = gold.read_next(folder)
        return _of(NEXT, gold.digest(working), working)
    if Path(chosen).is_file():
        return in_file(Path(chosen))
    version = gold.read_version(folder, chosen)
    return _of(chosen, version.manifest.digest, version)


def in_file(path: Path) -> GoldSet:
    """The documents of a file, by its name."""
    documents = tuple(read_documents(path))
    return GoldSet(path.name, _digest(documents), documents)


def _of(name: str, digest: str, working: gold.Working) -> GoldSet:
    documents = tuple(one.document for one in working.golds)
    return GoldSet(name, digest[:12], documents, {one.id: one.arm for one in working.golds})


def _newest(folder: Path) -> str:
    chosen = gold.newest(folder)
    if chosen is None:
        raise GoldError(
            f"{folder} has no sealed version yet",
            hint="seal one with: curate release, or score the working state: curate eval --gold next",
        )
    return chosen


def _digest(documents: Iterable[Document]) -> str:
    lines = sorted(replace(one, meta={}).to_line() for one in documents)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Predictions:
    """
    What is scored; of the baseline also what it can emit at all, and its relation step.

    *name* is for people: the file's, or nothing.
    """

    documents: tuple[Document, ...]
    name: str = ""
    emittable: Collection[str] | None = None
    relate: Callable[[Document], Document] | None = None


def predictions(
    truth: GoldSet,
    schema: Schema,
    *,
    file: Path | None = None,
    model: str | None = None,
    workers: int = 1,
) -> Predictions:
    """The documents of *file*, else the baseline's suggestions on the gold's own texts."""
    if file is not None:
        return Predictions(tuple(read_documents(file)), file.name)
    from curation.preannotate import load, suggest_all

    pipeline = load(model)
    bare = (document.bare() for document in truth.documents)
    return Predictions(
        tuple(suggest_all(bare, schema, model=model, workers=workers)),
        emittable=pipeline.emits(schema),
        relate=lambda document: pipeline.relate(document, schema),
    )


@dataclass(frozen=True)
class Against:
    """The other side of a comparison: other predictions, another gold, or both."""

    predictions: Path | None = None
    gold: GoldSet | None = None

    def __str__(self) -> str:
        names = (self.predictions and self.predictions.name, self.gold and self.gold.name)
        return " and ".join(name for name in names if name)


def evaluate(
    truth: GoldSet,
    found: Predictions,
    schema: Schema,
    *,
    seed: int,
    against: Against | None = None,
) -> Scores:
    """Score *found* against the gold, symmetric relations without direction."""
    from curation.scoring.gather import Terms
    from curation.scoring.score import score

    recipe = _recipe(truth, found, schema, seed)
    terms = Terms(schema.symmetric, found.emittable, found.relate, truth.arms)
    scores = score(truth.documents, found.documents, recipe=recipe, terms=terms)
    if against is None or not str(against):
        return scores
    return replace(scores, comparison=_compared(truth, found, schema, recipe, against))


def _compared(
    truth: GoldSet, found: Predictions, schema: Schema, recipe: Recipe, against: Against
) -> Comparison:
    from curation.scoring.comparison import compare
    from curation.scoring.score import ALL, headline_arm

    arm = headline_arm(truth.arms.get(one.id, "") for one in truth.documents)
    headline = [one for one in truth.documents if arm in (ALL, truth.arms.get(one.id))]
    other, file = against.gold, against.predictions
    compared = compare(
        headline,
        found.documents,
        recipe=recipe,
        symmetric=schema.symmetric,
        other_gold=other.documents if other else None,
        other_predicted=tuple(read_documents(file)) if file else None,
    )
    return replace(compared, against=str(against))


def _recipe(truth: GoldSet, found: Predictions, schema: Schema, seed: int) -> Recipe:
    layers = {document.layer for document in found.documents}
    layer = layers.pop() if len(layers) == 1 else None
    return Recipe(
        gold=truth.name,
        digest=truth.digest,
        schema=schema.fingerprint,
        model=str(layer) if layer else "",
        weights=layer.weights if layer else "",
        documents=len(truth.documents),
        split="all",
        arm="all",
        seed=seed,
        resamples=RESAMPLES,
        curate=__version__,
    )


def require(scores: Scores, bar: str) -> None:
    """
    Hold a score against a bar such as ``entities.strict.micro.f1=0.80``, a path in its JSON.

    Raises NotMet below it, and for a figure that is undefined; InputError for
    what is no bar.
    """
    path, _, least = bar.partition("=")
    try:
        wanted = float(least)
    except ValueError:
        raise InputError(f"{bar!r} is no bar", hint=EXAMPLE) from None
    value: object = scores_form(scores)
    for name in path.split("."):
        value = value.get(name, "") if isinstance(value, dict) else ""
    if value is None:
        raise NotMet(
            f"{path} is undefined: there is nothing to rate",
            hint="lower the bar, or score more",
        )
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{path!r} names no figure of the score", hint=EXAMPLE)
    if not value >= wanted:
        raise NotMet(f"{path} is {value:.4f}, below {wanted:g}")


EXAMPLE = "a path in the JSON and the least it may be: entities.strict.micro.f1=0.80"


def agree(layers: Iterable[tuple[str, Document]], schema: Schema, *, seed: int) -> Agreement:
    """How well annotators agree who did the same documents; *layers* are their names and work."""
    from curation.scoring.agreement import agreement

    every = tuple(layers)
    recipe = AgreementRecipe(
        _digest(document for _, document in every),
        schema.fingerprint,
        seed,
        RESAMPLES,
        __version__,
    )
    return agreement(every, schema.symmetric, recipe=recipe)


def layers_of(
    folder: Path, chosen: str | None, files: Iterable[Path]
) -> Iterator[tuple[str, Document]]:
    """Who annotated what: a file is an annotator; without files, those of a version or ``next``."""
    paths = tuple(files)
    if paths:
        names = Counter(path.name for path in paths)
        for path in paths:
            name = path.name if names[path.name] == 1 else str(path)
            yield from ((name, document) for document in read_documents(path))
        return
    chosen = chosen or _newest(folder)
    of = gold.read_next(folder) if chosen == NEXT else gold.read_version(folder, chosen)
    yield from ((one.annotator, one.document) for one in of.annotations)
