"""Scores and agreement where it takes several rooms: the gold, the baseline, the scoring."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby, takewhile
from pathlib import Path

from curation import __version__, gold
from curation.corpus import Corpus, Watch, unwatched
from curation.document import Document, Layer, is_machine
from curation.errors import GoldError, InputError, Problems
from curation.files import STDIN, count_lines, objects
from curation.schema import Schema
from curation.scoring.agreed import Agreement, AgreementRecipe
from curation.scoring.scores import RESAMPLES, Recipe, Scores

NEXT = "next"

# The package's functions are imported where they are called: what they stand
# on takes seconds to load, and most commands don't score.


@dataclass(frozen=True)
class GoldSet:
    """
    Gold documents under the name that a score's recipe gives them, walked as often as need be.

    *arms* says of a document's id whether it was annotated blind or assisted; of a
    file of documents nobody knows, unless they are records of the gold. *machine* are
    those known to be annotated by no person. *many* is how many there are.
    """

    name: str
    digest: str
    documents: Iterable[Document]
    arms: Mapping[str, str] = field(default_factory=dict)
    many: int | None = None
    machine: Collection[str] = frozenset()

    def renewed(self, schema: Schema) -> "GoldSet":
        """The same, with each type under the name that it has now: a version may be older than a rename."""
        return replace(self, documents=_renewed(self.documents, schema))


def _renewed(documents: Iterable[Document], schema: Schema) -> Iterable[Document]:
    return gold.Walk(lambda: map(schema.renewed, documents))


def gold_set(folder: Path, chosen: str | None, *, watch: Watch = unwatched) -> GoldSet:
    """A version (the newest where none is chosen), ``next``, or a file of documents; ``-`` is one."""
    if chosen and is_file(chosen):
        return in_file(Path(chosen), watch=watch)
    name = _named(folder, chosen)
    if name == NEXT:
        working = gold.walk_next(folder, watch)
        if not working.arms:
            raise GoldError(f"{folder / NEXT} holds no documents", hint="curate pull")
        return _of(NEXT, gold.digest(working), working)
    version = gold.read_version(folder, name, watch)
    return _of(name, version.manifest.digest, version)


def is_file(chosen: str) -> bool:
    """Whether it is a file, or a pipe, rather than the name of a version."""
    return Path(chosen) == STDIN or (Path(chosen).exists() and not Path(chosen).is_dir())


def in_file(path: Path, *, watch: Watch = unwatched) -> GoldSet:
    """The documents of a file, by its name; all that is wrong with them is told before they are used."""
    documents = Corpus(path)
    digest, origins = Digest(), gold.Origins()
    for document in watch(documents, "reading the gold", count_lines([path])):
        digest.add(document)
        if (layer := document.layer) and (layer.kind == "model" or is_machine(layer.name)):
            origins.machine.add(document.id)
    rows = objects(documents.written(), path, Problems())
    for _, row in takewhile(lambda one: "arm" in one[1], rows):
        origins.note_gold(str(row["id"]), str(row["arm"]), row.get("annotators", ()))
    many = len(digest.lines)
    return GoldSet(path.name, str(digest), documents, origins.arms, many, origins.machine)


def _of(name: str, digest: str, kept: gold.Kept) -> GoldSet:
    documents = gold.Walk(lambda: (one.document for one in kept.golds))
    return GoldSet(
        name, digest[:12], documents, kept.arms, len(kept.arms), kept.origins.machine
    )


def _named(folder: Path, chosen: str | None) -> str:
    """A version's name, given as that or as its folder; the newest one's where none is chosen."""
    there = gold.versions(folder)
    if not chosen and not there:
        raise GoldError(
            f"{folder} has no sealed version yet",
            hint="seal one with: curate release, or take what is not sealed yet: --gold next",
        )
    if not chosen:
        return there[-1]
    name = Path(chosen).name if Path(chosen).parent == folder else chosen
    if name not in (NEXT, *there):
        what = f"{chosen!r} is no version of {folder}, and no file of documents"
        raise GoldError(what, hint=f"there are: {', '.join((NEXT, *there))}")
    return name


class Digest:
    """Names documents by what they say: the same whatever their order and what else is known of them."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def add(self, document: Document) -> None:
        """One more document."""
        line = replace(document, meta={}).to_line()
        self.lines.append(hashlib.sha256(line.encode()).digest())

    def __str__(self) -> str:
        return hashlib.sha256(b"".join(sorted(self.lines))).hexdigest()[:12]


@dataclass(frozen=True)
class Predictions:
    """
    What is scored; of the baseline also what it can emit at all, and its relation step.

    *name* is for people: the file's, or nothing. The documents are walked as
    often as need be.
    """

    documents: Iterable[Document]
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
    watch: Watch = unwatched,
) -> Predictions:
    """The documents of *file*, else the baseline's suggestions on the gold's own texts."""
    if file is not None:
        if model:
            what = "--model and --predictions were both given: which is scored?"
            raise InputError(what, hint="leave one of them out; --against compares two")
        return Predictions(_renewed(Corpus(file), schema), file.name)
    from curation.preannotate import suggest_all
    from curation.preannotate.pipeline import load

    pipeline = load(model)
    bare = (document.bare() for document in truth.documents)
    found = suggest_all(bare, schema, model=model, workers=workers)
    return Predictions(
        Corpus.of(watch(found, "pre-annotating", truth.many)),
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
    watch: Watch = unwatched,
) -> Scores:
    """Score *found* against the gold, symmetric relations without direction."""
    from curation.preannotate.developed import developed_on
    from curation.scoring.comparison import compare
    from curation.scoring.gather import Terms, gather
    from curation.scoring.noted import Noted
    from curation.scoring.score import scored

    terms = Terms(schema.symmetric, found.emittable, found.relate, truth.arms, truth.machine)
    noted = Noted(developed_on())
    golds = (one for one in watch(truth.documents, "scoring", truth.many))
    with closing(golds):  # whatever goes wrong, nobody watches any longer
        gathered = gather(golds, noted.of(found.documents), terms)
    recipe = _recipe(truth, noted.layers, schema, seed)
    terms = replace(terms, development=noted.development)
    scores = scored(gathered, recipe, terms)
    if against is None or not str(against):
        return scores
    others = (
        against.gold.documents if against.gold else None,
        _renewed(Corpus(against.predictions), schema) if against.predictions else None,
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
        digest=truth.digest,
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


def agree(
    groups: Iterable[Sequence[tuple[str, Document]]], schema: Schema, *, seed: int
) -> Agreement:
    """How well annotators agree who did the same documents; *groups* are theirs, by ``layers_of``."""
    from curation.scoring.agreement import agreement

    digest = Digest()

    def noted() -> Iterator[Sequence[tuple[str, Document]]]:
        for layers in groups:
            for document in (document for _, document in layers):
                digest.add(document)
            yield layers

    recipe = AgreementRecipe("", schema.fingerprint, seed, RESAMPLES, __version__)
    found = agreement(noted(), schema.symmetric, recipe=recipe)
    return replace(found, recipe=replace(recipe, digest=str(digest)))


def layers_of(
    folder: Path, chosen: str | None, files: Iterable[Path], *, watch: Watch = unwatched
) -> Iterable[Sequence[tuple[str, Document]]]:
    """
    Who made what of each document: a file is an annotator.

    Without files, those of a version or ``next``.
    """
    paths = tuple(files)
    if paths:
        from curation.scoring.pairs import together

        _refuse_alone(paths, chosen)
        names = Counter(path.name for path in paths)
        told = [path.name if names[path.name] == 1 else str(path) for path in paths]
        sides = [(name, Corpus(path)) for name, path in zip(told, paths, strict=True)]
        return watch(together(sides), "comparing", count_lines(paths[:1]))
    name = _named(folder, chosen)
    read = gold.walk_next if name == NEXT else partial(gold.read_version, version=name)
    return layers_in(read(folder, watch=watch), watch)


def layers_in(kept: gold.Kept, watch: Watch) -> Iterable[Sequence[tuple[str, Document]]]:
    """The same of what was read already."""
    every = groupby(kept.annotations, key=lambda one: one.document.id)
    groups = ([(one.annotator, one.document) for one in layers] for _, layers in every)
    return watch(groups, "comparing", len(kept.arms))


def _refuse_alone(paths: Sequence[Path], chosen: str | None) -> None:
    """Raises InputError where nobody could agree with anybody."""
    hint = "give a file for each annotator, or none and --gold VERSION, or --gold next"
    if chosen:
        raise InputError("files and --gold were both given: of which is it?", hint=hint)
    if len(paths) == 1:
        raise InputError(f"{paths[0]}: one file agrees with nobody", hint=hint)
    if twice := [str(path) for path, times in Counter(paths).items() if times > 1]:
        raise InputError(f"{twice[0]}: given twice", hint=hint)
