"""
Pre-annotation compared with plain spaCy, and with independent processes of the same pipeline.

Each side runs in processes of its own, which load the model and read the shipped articles over
and over. The sides take turns and the best round counts, since other programs on the machine
only ever slow a side down.
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

ARTICLES = 600
ROUNDS = 3
# The articles of the long run are cut to so many characters, so that the run takes minutes.
MANY_ARTICLES = 20_000
SHORT_LENGTH = 300
WORKERS = max(2, os.cpu_count() or 2)


def articles(count: int) -> Iterator["Document"]:
    """*count* articles: the shipped ones over and over, each time with other ids."""
    from curation.articles import read_articles

    shipped = list(read_articles([ROOT / "seeds" / "wikinews.jsonl"]))
    for number, article in enumerate(islice(cycle(shipped), count)):
        yield replace(article, id=f"{article.id}-{number}")


def ours(count: int) -> None:
    """The command's own way, with workers."""
    from curation.preannotate import suggest_all

    suggested = suggest_all(articles(count), _schema(), workers=WORKERS)
    assert sum(1 for _ in suggested) == count


def plain(count: int) -> None:
    """spaCy as in its documentation, with as many processes."""
    import spacy

    from curation.preannotate.model_files import locate_model

    nlp = spacy.load(locate_model(None).folder)
    texts = (article.text for article in articles(count))
    assert sum(1 for _ in nlp.pipe(texts, n_process=WORKERS)) == count


def alone(count: int, share: int) -> None:
    """The pipeline in one process, for every WORKERS-th article from number *share* on."""
    from curation.preannotate.pipeline import load_pipeline

    pipeline = load_pipeline()
    for article in islice(articles(count), share, None, WORKERS):
        pipeline.suggest_batch([article], _schema())


def _schema() -> "Schema":
    from curation.schema import read_schema

    return read_schema(ROOT / "label_config" / "schema.toml")


def seconds(*sides: str) -> float:
    """The seconds that processes take, one for each of the *sides*, all at once."""
    begin = time.perf_counter()
    started = [subprocess.Popen([sys.executable, __file__, *side.split()]) for side in sides]
    if any(process.wait() for process in started):
        sys.exit("a side of the benchmark failed")
    return time.perf_counter() - begin


def worker_memory(folder: Path, count: int, length: int) -> float:
    """Peak MB of the command's largest worker, for *count* articles cut to *length* characters."""
    from curation.files import json_line

    file = folder / f"{count}.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for article in articles(count):
            stream.write(json_line({"id": article.id, "text": article.text[:length]}) + "\n")
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
    our_time, spacy_time, alone_time = map(min, zip(*rounds, strict=True))
    words = sum(len(article.text.split()) for article in articles(ARTICLES)) / 1000
    work = f"pre-annotate {ARTICLES} articles ({words:.0f} thousand words) with {WORKERS} processes"
    note = f"loading the model is in it; relations are ours alone; best of {ROUNDS}"
    against = "`spacy.load(...).pipe`, as many processes"
    yield quicker(work, against, our_time, spacy_time, aim=2, note=note)
    yield quicker(
        work,
        "as many processes of our pipeline with no coordination",
        our_time,
        alone_time,
        aim=0.95,
    )

    with tempfile.TemporaryDirectory() as folder:
        few = worker_memory(Path(folder), ARTICLES, SHORT_LENGTH)
        many = worker_memory(Path(folder), MANY_ARTICLES, SHORT_LENGTH)
    work = f"the same, peak memory of a worker after {MANY_ARTICLES:,} articles"
    note = f"articles cut to {SHORT_LENGTH} characters; flat is 1"
    yield at_most(work, f"after {ARTICLES}", many, few, aim=1.1, unit="MB", note=note)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["ours", count]:
            ours(int(count))
        case ["plain", count]:
            plain(int(count))
        case ["alone", count, share]:
            alone(int(count), int(share))
        case _:
            report(figures())
