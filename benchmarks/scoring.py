"""
The scoring against nervaluate, spaCy's Scorer and scipy, in one run on one machine.

Everything is made up from fixed seeds: 30 entities of 11 types a document, of
which a model misses 5 %, takes 5 % for another type and gets the end of 5 %
wrong. ``make bench``, or this file alone.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import numpy as np
from frame.figures import Figure, quicker, report
from frame.score_recipe import RECIPE
from nervaluate import Evaluator
from scipy.stats import bootstrap
from simulated import coverage
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.vocab import Vocab

from curation.documents.document import Document, Entity
from curation.scoring.comparison import document_cells
from curation.scoring.counts import OutcomeCounts
from curation.scoring.document_pairs import DocumentPairs
from curation.scoring.intervals import bootstrap_intervals
from curation.scoring.match_table import MatchTableBuilder
from curation.scoring.matched_documents import (
    ScoringContext,
    add_entities,
    batches,
    match_documents,
)
from curation.scoring.matching import entity_columns
from curation.scoring.scheme_results import rates_of_cells
from curation.scoring.schemes import ENTITY_SCHEMES
from curation.scoring.score import score

DOCUMENTS = 10_000
ENTITIES_EACH = 30
LARGE = 100_000
TYPES = [f"TYPE{n:02}" for n in range(11)]
TEXT = ("word " * 400).strip()
GIGABYTE = 1 << 20  # in the kilobytes of /proc

Place = tuple[int, int, str]


def places(rng: random.Random) -> list[Place]:
    """Words 4 to 5 letters long, so that every span is of whole tokens for spaCy."""
    starts = sorted(rng.sample(range(0, 396, 3), ENTITIES_EACH))
    return [(s, s + rng.randint(1, 2), rng.choice(TYPES)) for s in starts]


def said(rng: random.Random, gold: list[Place]) -> Iterator[Place]:
    for start, end, label in gold:
        chance = rng.random()
        if chance < 0.05:
            continue
        if chance < 0.10:
            label = rng.choice(TYPES)
        elif chance < 0.15:
            end += 1
        yield start, end, label


def made(number: int, words: list[Place]) -> Document:
    entities = tuple(Entity(5 * s, 5 * e - 1, label) for s, e, label in words)
    return Document(f"d{number:06}", TEXT, entities)


def sides(many: int) -> tuple[list[list[Place]], list[list[Place]]]:
    rng = random.Random(1)
    golds = [places(rng) for _ in range(many)]
    return golds, [list(said(rng, gold)) for gold in golds]


def timed(work: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """The best of some runs, in seconds: others share the machine, and only ever slow one down."""
    best = float("inf")
    result = None
    for _ in range(times):
        begin = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - begin)
    return best, result


def ours(golds: list[Document], found: list[Document]) -> dict[str, dict[str, OutcomeCounts]]:
    """All four schemes, by type."""
    rows = MatchTableBuilder()
    first = 0
    for some in batches(DocumentPairs(golds, found)):
        add_entities(rows, *entity_columns(some), first)
        first += len(some)
    matches = rows.table(np.arange(first))
    return {name: matches.counts(scheme) for name, scheme in ENTITY_SCHEMES.items()}


def examples(golds: list[list[Place]], found: list[list[Place]]) -> list[Example]:
    vocab = Vocab()

    def doc(words: list[Place]) -> Doc:
        one = Doc(vocab, words=["word"] * 400)
        one.ents = [Span(one, s, e, label=label) for s, e, label in words]
        return one

    return [Example(doc(b), doc(a)) for a, b in zip(golds, found, strict=True)]


def speed() -> Iterator[tuple[str, float, float, float]]:
    """What, their seconds, our seconds, the ratio to reach."""
    golds, found = sides(DOCUMENTS)
    one = [made(n, words) for n, words in enumerate(golds)]
    other = [made(n, words) for n, words in enumerate(found)]
    mine, counts = timed(lambda: ours(one, other), 5)

    lists = [
        [[{"label": x, "start": s, "end": e - 1} for s, e, x in words] for words in side]
        for side in (golds, found)
    ]
    theirs, result = timed(lambda: Evaluator(*lists, tags=TYPES, loader="dict").evaluate())
    micro = sum(counts["strict"].values(), OutcomeCounts())
    assert result["overall"]["strict"].correct == micro.correct
    yield "nervaluate: 4 schemes, micro and by type", theirs, mine, 20

    # A tenth at a time, since a Doc is large; new ones each time, since an
    # Example remembers its alignment. Making them isn't counted.
    theirs = 0.0
    for begin in range(0, DOCUMENTS, DOCUMENTS // 10):
        part = slice(begin, begin + DOCUMENTS // 10)
        some = examples(golds[part], found[part])
        theirs += timed(lambda some=some: Scorer.score_spans(some, "ents"))[0]
    yield "spaCy's Scorer: strict alone, micro and by type", theirs, mine, 50


def whole() -> float:
    """Everything that ``curate eval`` works out, intervals of every type and tokens among it."""
    golds, found = sides(DOCUMENTS)
    one = [made(n, words) for n, words in enumerate(golds)]
    other = [made(n, words) for n, words in enumerate(found)]
    return timed(lambda: score(one, other, recipe=RECIPE))[0]


def resampling() -> Iterator[tuple[str, float, float, float]]:
    golds, found = sides(DOCUMENTS)
    one = [made(n, words) for n, words in enumerate(golds)]
    other = [made(n, words) for n, words in enumerate(found)]
    table = document_cells(match_documents(one, other, ScoringContext()))

    def figures(sums: Any) -> Any:
        return rates_of_cells(sums.reshape(len(sums), -1, 3)).reshape(len(sums), -1)

    mine, result = timed(lambda: bootstrap_intervals(table, figures, seed=7, resamples=2000), 5)
    assert result.bca[2]

    def f1(hits: Any, predicted: Any, gold: Any, axis: int = -1) -> Any:
        return 2 * hits.sum(axis) / (predicted.sum(axis) + gold.sum(axis))

    columns = tuple(table[:, :3].T.astype(float))
    for method in ("BCa", "percentile"):
        theirs, _ = timed(
            lambda method=method: bootstrap(
                columns, f1, paired=True, vectorized=True, n_resamples=2000,
                method=method, batch=100, rng=np.random.default_rng(7),
            ),
            3,
        )  # fmt: skip
        yield f"scipy's bootstrap of one figure, {method}", theirs, mine, 5


def memory(many: int) -> float:
    """Peak gigabytes of a process that scores so many documents as they come."""
    command = [sys.executable, __file__, "--documents", str(many)]
    return int(subprocess.check_output(command, text=True)) / GIGABYTE


def stream(many: int) -> None:
    """Score generated documents, none of which is kept; print the peak."""

    def side(which: int) -> Iterator[Document]:
        rng = random.Random(1)
        noise = random.Random(2)
        for n in range(many):
            gold = places(rng)
            yield made(n, list(said(noise, gold)) if which else gold)

    result = score(side(0), side(1), recipe=RECIPE)
    assert result.headline.documents == many
    # Not getrusage: its peak is inherited from the process that started this one.
    status = Path("/proc/self/status").read_text()
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


def memories() -> Iterator[Figure]:
    peaks = {many: memory(many) for many in (LARGE // 10, LARGE // 2, LARGE)}
    sides = [f"{many:,}: {peak:.2f} GB" for many, peak in peaks.items()]
    yield Figure(
        f"score {LARGE:,} documents that are streamed, peak memory",
        aim="< 1 GB",
        measured=f"{peaks[LARGE]:.2f} GB",
        met=peaks[LARGE] < 1,
        note=", ".join(sides[:2]),
    )


def coverages() -> Iterator[Figure]:
    """How often an interval of F1 holds the truth."""
    for documents in (10, 36, 200):
        held = coverage(documents, corpora=2000, resamples=1000, seed=11)
        yield Figure(
            f"95 % interval (BCa) of F1 at {documents} documents holds the truth",
            "95 %",
            "reported",
            f"{held['bca']:.1%}",
            note=f"2,000 simulated corpora; the percentile interval: {held['percentile']:.1%}",
        )


def figures() -> Iterator[Figure]:
    many = f"{DOCUMENTS:,} documents × {ENTITIES_EACH} entities"
    for what, theirs, mine, aim in speed():
        yield quicker(f"match and count {many}", what, mine, theirs, aim=aim)
    note = "ours: 21 figures, percentile and BCa both"
    for what, theirs, mine, aim in resampling():
        yield quicker(f"resample {many}, 2,000 times", what, mine, theirs, aim=aim, note=note)
    yield Figure(
        f"all that `curate eval` works out of {many}", aim="reported", ours=f"{whole():.1f} s"
    )
    yield from memories()
    yield from coverages()


if __name__ == "__main__":
    if "--documents" in sys.argv:
        stream(int(sys.argv[-1]))
    else:
        report(figures())
