"""
Pre-annotation compared with plain spaCy, and with independent processes of the same pipeline.

Each side runs in processes of its own, which load the model and read the shipped articles over
and over. The sides take turns and the best round counts, since other programs on the machine
only ever slow a side down, and its clock more than its CPU.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from frame.figures import Figure, at_most, quicker, report
from frame.processes import cpu_of_children, curate
from frame.studio import ROOT

if TYPE_CHECKING:
    from curation.documents.document import Document
    from curation.schema import Schema

ARTICLES = 300
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


def ours(count: int, workers: int) -> None:
    """The command's own way."""
    from curation.preannotate import suggest_all

    suggested = suggest_all(articles(count), _schema(), workers=workers)
    assert sum(1 for _ in suggested) == count


def plain(count: int, processes: int, *, same_library: bool = False) -> None:
    """spaCy as in its documentation; on *same_library* with the matrix library that we take."""
    import spacy

    from curation.preannotate.model_files import locate_model
    from curation.preannotate.pipeline import load_pipeline

    nlp = load_pipeline().nlp if same_library else spacy.load(locate_model(None).folder)
    texts = (article.text for article in articles(count))
    assert sum(1 for _ in nlp.pipe(texts, n_process=processes)) == count


def alone(count: int, share: int) -> None:
    """The pipeline in one process, for every WORKERS-th article from number *share* on."""
    from curation.preannotate.pipeline import load_pipeline

    pipeline = load_pipeline()
    for article in islice(articles(count), share, None, WORKERS):
        pipeline.suggest_batch([article], _schema())


def _schema() -> "Schema":
    from curation.schema import read_schema

    return read_schema(ROOT / "label_config" / "schema.toml")


@dataclass(frozen=True)
class Taken:
    """The least seconds that a side took in any round: of the clock, and of the CPU of all its processes."""

    wall: float
    cpu: float


def measured(sides: Mapping[str, Sequence[str]]) -> dict[str, Taken]:
    """What the sides took, which take turns; each is one command line or several at once."""
    rounds: dict[str, list[Taken]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, lines in sides.items():
            rounds[name].append(_taken(lines))
    return {
        name: Taken(min(one.wall for one in all_), min(one.cpu for one in all_))
        for name, all_ in rounds.items()
    }


def _taken(lines: Sequence[str]) -> Taken:
    begin = time.perf_counter()
    cpu = cpu_of_children()
    started = [subprocess.Popen([sys.executable, __file__, *line.split()]) for line in lines]
    if any(process.wait() for process in started):
        sys.exit("a side of the benchmark failed")
    return Taken(time.perf_counter() - begin, cpu_of_children() - cpu)


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
    took = measured(
        {
            "ours": [f"ours {ARTICLES} 1"],
            "shipped": [f"plain {ARTICLES} 1"],
            "same": [f"same {ARTICLES} 1"],
            "our workers": [f"ours {ARTICLES} {WORKERS}"],
            "its processes": [f"plain {ARTICLES} {WORKERS}"],
            "alone": [f"alone {ARTICLES} {share}" for share in range(WORKERS)],
        }
    )
    words = sum(len(article.text.split()) for article in articles(ARTICLES)) / 1000
    work = f"pre-annotate {ARTICLES} articles ({words:.0f} thousand words)"
    spacy_pipe = "`spacy.load(...).pipe`"
    note = f"loading the model is in it; relations are ours alone; best of {ROUNDS}"
    one = took["ours"]
    cpu = "CPU of one process"
    as_shipped = f"{spacy_pipe} as shipped"
    yield quicker(
        f"{work}: {cpu}", as_shipped, one.cpu, took["shipped"].cpu, aim=1.5, note=note
    )
    same_library = f"{spacy_pipe} with our matrix library"
    yield quicker(f"{work}: {cpu}", same_library, one.cpu, took["same"].cpu, note=note)
    work = f"{work} with {WORKERS} processes"
    theirs = took["its processes"]
    ours = took["our workers"]
    processes = f"{spacy_pipe}, as many processes"
    yield quicker(f"{work}: CPU of all", processes, ours.cpu, theirs.cpu, note=note)
    yield quicker(f"{work}: time", processes, ours.wall, theirs.wall, aim=2, note=note)
    independent = "as many processes of our pipeline with no coordination"
    yield quicker(f"{work}: time", independent, ours.wall, took["alone"].wall, aim=0.95)

    with tempfile.TemporaryDirectory() as folder:
        few = worker_memory(Path(folder), ARTICLES, SHORT_LENGTH)
        many = worker_memory(Path(folder), MANY_ARTICLES, SHORT_LENGTH)
    work = f"the same, peak memory of a worker after {MANY_ARTICLES:,} articles"
    note = f"articles cut to {SHORT_LENGTH} characters; flat is 1"
    yield at_most(work, f"after {ARTICLES}", many, few, aim=1.1, unit="MB", note=note)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["ours", count, workers]:
            ours(int(count), int(workers))
        case ["plain", count, processes]:
            plain(int(count), int(processes))
        case ["same", count, processes]:
            plain(int(count), int(processes), same_library=True)
        case ["alone", count, share]:
            alone(int(count), int(share))
        case _:
            report(figures())
