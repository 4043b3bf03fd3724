"""
Pre-annotation against plain spaCy, and against processes that know nothing of each other.

Each side runs in processes of its own, which load the model themselves, and
reads the shipped articles over and over. The best of the rounds counts, the sides
taking turns: others share the machine, and only ever slow one down.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from frame.figures import Figure, at_most, quicker, report
from frame.processes import curate
from frame.studio import ROOT

if TYPE_CHECKING:
    from curation.documents.document import Document
    from curation.schema import Schema

ARTICLES, ROUNDS = 600, 3
# The articles of the long run are their first paragraphs, so that it takes minutes, not hours.
MANY, SHORT = 20_000, 300
WORKERS = max(2, os.cpu_count() or 2)


def articles(many: int) -> Iterator["Document"]:
    """The shipped articles, as often as it takes, each time under another id."""
    from curation.articles import read_articles

    shipped = list(read_articles([ROOT / "seeds"]))
    for number, one in enumerate(islice(cycle(shipped), many)):
        yield replace(one, id=f"{one.id}-{number}")


def ours(many: int) -> None:
    from curation.preannotate import suggest_all

    found = suggest_all(articles(many), _schema(), workers=WORKERS)
    assert sum(1 for _ in found) == many


def plain(many: int) -> None:
    """spaCy as its documentation has it, with as many processes."""
    import spacy

    from curation.preannotate.model_files import locate_model

    nlp = spacy.load(locate_model(None).folder)
    texts = (one.text for one in articles(many))
    assert sum(1 for _ in nlp.pipe(texts, n_process=WORKERS)) == many


def alone(many: int, share: int) -> None:
    """Our pipeline in one process, for its share of the articles."""
    from curation.preannotate.pipeline import load_pipeline

    pipeline = load_pipeline()
    for one in islice(articles(many), share, None, WORKERS):
        pipeline.suggest_batch([one], _schema())


def _schema() -> "Schema":
    from curation.schema import read_schema

    return read_schema(ROOT / "label_config" / "schema.toml")


def seconds(*sides: str) -> float:
    """How long processes take, one for each side, all at once."""
    begin = time.perf_counter()
    started = [subprocess.Popen([sys.executable, __file__, *side.split()]) for side in sides]
    if any(process.wait() for process in started):
        sys.exit("a side of the benchmark failed")
    return time.perf_counter() - begin


def worker_memory(folder: Path, many: int, length: int) -> float:
    """Peak MB of the largest worker of the command."""
    from curation.files import json_line

    file = folder / f"{many}.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for one in articles(many):
            stream.write(json_line({"id": one.id, "text": one.text[:length]}) + "\n")
    out = folder / "out.jsonl"
    ran = curate("preannotate", str(file), "-o", str(out), "--workers", str(WORKERS), cwd=ROOT)
    with suppress(FileNotFoundError):
        out.unlink()
    return max(ran.others)


def figures() -> Iterator[Figure]:
    begin = [f"alone {ARTICLES} {share}" for share in range(WORKERS)]
    rounds = [
        (seconds(f"ours {ARTICLES}"), seconds(f"plain {ARTICLES}"), seconds(*begin))
        for _ in range(ROUNDS)
    ]
    mine, spacy, parted = map(min, zip(*rounds, strict=True))
    words = sum(len(one.text.split()) for one in articles(ARTICLES)) / 1000
    work = f"pre-annotate {ARTICLES} articles ({words:.0f} thousand words) with {WORKERS} processes"
    note = f"loading the model is in it; relations are ours alone; best of {ROUNDS}"
    against = "`spacy.load(...).pipe`, as many processes"
    yield quicker(work, against, mine, spacy, aim=2, note=note)
    yield quicker(
        work, "as many processes of our pipeline with no coordination", mine, parted, aim=0.95
    )

    with tempfile.TemporaryDirectory() as folder:
        few = worker_memory(Path(folder), ARTICLES, SHORT)
        many = worker_memory(Path(folder), MANY, SHORT)
    work = f"the same, peak memory of a worker after {MANY:,} articles"
    note = f"articles cut to {SHORT} characters; flat is 1"
    yield at_most(work, f"after {ARTICLES}", many, few, aim=1.1, unit="MB", note=note)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["ours", many]:
            ours(int(many))
        case ["plain", many]:
            plain(int(many))
        case ["alone", many, share]:
            alone(int(many), int(share))
        case _:
            report(figures())
