"""
How good the suggestions are: against the gold of articles that nobody developed the rules on, and of those they were developed on.

An empty screen, the raw spaCy model and our pipelines are scored on the same documents. What a
person would still have to do is counted in edits, as docs/scores.md counts them. Of the unseen
articles totals are printed, and nothing else: whoever changes a rule must not see their texts.
``python benchmarks/suggestions.py development`` leaves the unseen ones out; each look at these is
logged in docs/benchmarks.md.

A model that curate train makes of the development articles is compared, too, where a part isn't
given or "trained" comes behind it. On the development articles it is cross-validated.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from frame.figures import Figure, at_most, report
from frame.score_recipe import RECIPE, SEED
from frame.studio import ROOT

from curation.documents.document import Document, Entity
from curation.documents.meta_selection import read_selection
from curation.flows.train import read_material
from curation.gold.scored_gold import ALL_SPLITS, read_gold_set
from curation.preannotate.pipeline import load_pipeline
from curation.progress import unwatched
from curation.report.mistake_counts import MistakeCounts
from curation.schema import Schema, read_schema
from curation.scoring.comparison import score_differences
from curation.scoring.counts import Interval
from curation.scoring.intervals import FloatArray, bootstrap_intervals
from curation.scoring.matched_documents import (
    MatchedDocuments,
    ScoringContext,
    match_documents,
)
from curation.scoring.results import RESAMPLES, RatedCounts, Scores
from curation.scoring.score import score_matches
from curation.training.cross_validation import Trainer
from curation.training.material import TrainingOptions
from curation.training.model import train_model
from curation.workspace import Workspace

ROUNDS = 5
EXCHANGES = 10_000

UNSEEN = "unseen"
DEVELOPMENT = "development"
PARTS = {UNSEEN: "baseline_saw=false", DEVELOPMENT: "baseline_saw=true"}
RAW = "raw en_core_web_sm"
EMPTY = "an empty screen"
BASELINE = "the baseline"
TRAINED = "the trained model"
MOST_TIME = 1.3  # of a default's, against the baseline's

Suggest = Callable[[Document], Document]


def suggesters(schema: Schema) -> dict[str, Suggest]:
    """What is compared, by name; the first two are what ours are held against."""
    nlp = load_pipeline().nlp

    def raw(document: Document) -> Document:
        found = (
            Entity(ent.start_char, ent.end_char, schema.type_by_model_label[ent.label_])
            for ent in nlp(document.text).ents
            if ent.label_ in schema.type_by_model_label
        )
        return Document(document.id, document.text, tuple(found))

    baseline = load_pipeline()
    return {
        EMPTY: lambda document: Document(document.id, document.text),
        RAW: raw,
        BASELINE: lambda document: baseline.suggest(document, schema),
    }


def train_on_development(schema: Schema) -> dict[str, Suggest]:
    """The model trained on the development articles, by the part that it suggests for."""
    workspace = Workspace(ROOT / "gold", ROOT / ".curate").read_only()
    chosen = read_selection([PARTS[DEVELOPMENT]])
    # The test is the unseen articles, so all of the others are trained on.
    material = read_material(workspace, schema, "next", split=ALL_SPLITS, where=chosen)
    trainer = Trainer(load_pipeline, schema, TrainingOptions())
    documents = trainer.in_rule_names(material.documents)
    trained = train_model(trainer, documents, material.groups, unwatched)
    cross_validated = {document.id: document for document in trained.validation.after}
    return {
        UNSEEN: lambda document: trained.pipeline.suggest(document, schema),
        DEVELOPMENT: lambda document: cross_validated[document.id],
    }


@dataclass(frozen=True)
class Side:
    """The suggestions of one program on the documents of one part, held against the gold."""

    matched: MatchedDocuments
    scores: Scores
    edits: FloatArray  # a row for each document: its edits, and 1


def measure_side(golds: Sequence[Document], suggest: Suggest, schema: Schema) -> Side:
    """The scores and edits of one program."""
    found = [suggest(gold.without_annotations()) for gold in golds]
    context = ScoringContext(schema.symmetric)
    matched = match_documents(golds, found, context)
    edits = []
    for gold, answer in zip(golds, found, strict=True):
        counts = MistakeCounts(schema.symmetric)
        counts.count(gold, answer)
        edits.append((sum(counts.edits.values()), 1))
    return Side(matched, score_matches(matched, RECIPE, context), np.array(edits, np.float64))


def figures(parts: Mapping[str, str], *, with_trained: bool) -> Iterator[Figure]:
    schema = read_schema(ROOT / "label_config" / "schema.toml")
    programs = suggesters(schema)
    trained = train_on_development(schema) if with_trained else {}
    for part, where in parts.items():
        chosen = read_gold_set(
            ROOT / "gold", "next", schema, where=read_selection([where])
        ).documents
        golds = sorted(chosen, key=lambda gold: gold.id)
        sides = {
            name: measure_side(golds, suggest, schema) for name, suggest in programs.items()
        }
        if part in trained:
            sides[TRAINED] = measure_side(golds, trained[part], schema)
        yield from part_figures(f"{len(golds)} {part} articles", sides)
    yield from speed_figures(programs | ({TRAINED: trained[UNSEEN]} if with_trained else {}))


def part_figures(part: str, sides: Mapping[str, Side]) -> Iterator[Figure]:
    """Entities, relations and edits of ours against the others', then by type."""
    if TRAINED in sides:
        side = sides[TRAINED]
        other = sides[BASELINE]
        work = f"{part}: {{}} of {TRAINED}, strict"
        yield edits_figure(f"{part}: edits a document with {TRAINED}", side, BASELINE, other)
        for kind in ("entities", "relations"):
            yield f1_figure(work.format(kind), kind, side, BASELINE, other)
    for name, side in sides.items():
        if name in (RAW, EMPTY):
            continue
        for other in (RAW, EMPTY):
            yield edits_figure(
                f"{part}: edits a document with {name}", side, other, sides[other]
            )
        work = f"{part}: entities of {name}, strict"
        yield f1_figure(work, "entities", side, RAW, sides[RAW])
        relations = side.scores.relations["strict"]
        yield rates_figure(f"{part}: relations of {name}, strict", relations.micro)
        for kind, result in (
            ("entities", side.scores.entities["strict"]),
            ("relations", relations),
        ):
            for label, rated in sorted(result.by_type.items()):
                yield rates_figure(f"{part}: {kind} of {name}, {label}", rated)


def f1_figure(work: str, kind: str, side: Side, name: str, other: Side) -> Figure:
    """F1 against another program's, with the interval and the paired test of the difference."""
    path = f"{kind}.strict.micro.f1"
    change = score_differences(other.matched, side.matched, seed=SEED, resamples=RESAMPLES)[
        path
    ]
    assert change.difference is not None
    rated = strict(side, kind)
    theirs = strict(other, kind)
    moved = f"{100 * change.difference:+.1f} points{interval_words(change.bca)}"
    note = f"p = {change.p:.2g}; {rate_words(rated)}"
    return Figure(work, name, "reported", moved, None, f1_words(rated), f1_words(theirs), note)


def strict(side: Side, kind: str) -> RatedCounts:
    scores = side.scores
    return (scores.entities if kind == "entities" else scores.relations)["strict"].micro


def rates_figure(work: str, rated: RatedCounts) -> Figure:
    """F1 with its interval; precision, recall and counts in the note."""
    return Figure(work, measured=f1_words(rated), aim="reported", note=rate_words(rated))


def f1_words(rated: RatedCounts) -> str:
    f1 = rated.counts.f1
    return "–" if f1 is None else f"F1 {100 * f1:.1f}{interval_words(rated.bca.f1)}"


def rate_words(rated: RatedCounts) -> str:
    counts = rated.counts
    parts = [
        f"{letter} {100 * rate:.1f}"
        for letter, rate in (("P", counts.precision), ("R", counts.recall))
        if rate is not None
    ]
    hits = f"{counts.correct} of {counts.gold} found, {counts.predicted - counts.correct} wrong"
    return ", ".join([*parts, hits])


def interval_words(interval: Interval | None) -> str:
    return "" if interval is None else f" [{100 * interval.low:.1f}, {100 * interval.high:.1f}]"


def edits_figure(work: str, side: Side, name: str, other: Side) -> Figure:
    """Edits a document as a part of the other's, with the interval of the part and a paired test."""
    table = np.hstack([side.edits, other.edits])

    def part_of(sums: FloatArray) -> FloatArray:
        return sums[:, :1] / sums[:, 2:3]

    part = bootstrap_intervals(table, part_of, seed=SEED, resamples=RESAMPLES).bca[0]
    ratio = side.edits[:, 0].sum() / other.edits[:, 0].sum()
    ends = f" [{part.low:.3f}, {part.high:.3f}]" if part else ""
    note = f"p = {sign_flip_test(side.edits[:, 0] - other.edits[:, 0]):.2g}"
    amounts = (mean_edits(side), mean_edits(other))
    return Figure(work, name, "reported", f"{ratio:.3f}×{ends}", None, *amounts, note)


def mean_edits(side: Side) -> str:
    def mean(sums: FloatArray) -> FloatArray:
        return sums[:, :1] / sums[:, 1:]

    interval = bootstrap_intervals(side.edits, mean, seed=SEED, resamples=RESAMPLES).bca[0]
    ends = f" [{interval.low:.1f}, {interval.high:.1f}]" if interval else ""
    return f"{side.edits[:, 0].mean():.1f}{ends}"


def sign_flip_test(differences: FloatArray) -> float:
    """The share of random exchanges of whole documents that differ at least as much, two-sided."""
    rng = np.random.default_rng(SEED)
    signs = rng.choice([-1.0, 1.0], (EXCHANGES, len(differences)))
    at_least = np.abs(signs @ differences) >= abs(differences.sum()) - 1e-9
    return float((at_least.sum() + 1) / (EXCHANGES + 1))


def speed_figures(programs: Mapping[str, Suggest]) -> Iterator[Figure]:
    """Words a second of CPU, one article after the other in one process; the best of some rounds."""
    from curation.articles import read_articles

    articles = list(read_articles([ROOT / "seeds" / "wikinews.jsonl"]))
    words = sum(len(article.text.split()) for article in articles)
    best: dict[str, float] = {}
    ours = [name for name in programs if name not in (RAW, EMPTY)]
    for _ in range(ROUNDS):  # they take turns, as others share the machine
        for name in (RAW, *ours):
            seconds = cpu_seconds(programs[name], articles)
            best[name] = min(best.get(name, seconds), seconds)
    if TRAINED in best:
        yield at_most(
            f"time that {TRAINED} takes", BASELINE, best[TRAINED], best[BASELINE], aim=MOST_TIME
        )
    for name in ours:
        yield Figure(
            f"words a second of {name}",
            f"{RAW}, all its parts, the same matrix library",
            "reported",
            f"{best[RAW] / best[name]:.3f}×",
            None,
            f"{words / best[name]:,.0f}",
            f"{words / best[RAW]:,.0f}",
            f"CPU of one process, best of {ROUNDS}",
        )


def cpu_seconds(suggest: Suggest, articles: Sequence[Any]) -> float:
    begin = time.process_time()
    for article in articles:
        suggest(article)
    return time.process_time() - begin


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            report(figures(PARTS, with_trained=True))
        case [part, *rest] if part in PARTS and rest in ([], ["trained"]):
            report(figures({part: PARTS[part]}, with_trained=bool(rest)))
        case _:
            sys.exit(f"no such parts; give one of {', '.join(PARTS)}, and maybe: trained")
