"""
Release, diff, verify and load at 1,000 and at 10,000 documents of 360 words and 30 entities: time and memory.

The articles are words of 20,000, as frequent as in English, so that shingles are as rare as in real
ones. One document in ten has two annotators. A release is held against what it can't do without:
``json.loads`` of every file of gold/next, and the same rows written by pyarrow alone.
"""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from frame.figures import Figure, at_most, report
from frame.processes import Ran, curate, python
from frame.studio import MODEL, ROOT, TYPES

from curation.annotations.record import (
    AnnotationRecord,
    DocumentRecord,
    entity_records,
    relation_records,
    suggestion_key,
    suggestion_of,
)
from curation.annotations.record_file import record_bytes
from curation.documents.document import Document, Entity, Relation
from curation.gold.working.file_names import file_name

FEW = 1_000
MANY = 10_000
WORDS = 360
ENTITIES = 30
RELATIONS = 5
RARE_WORDS = 20_000
CHANGED = 0.1

# What is known of a publisher who wants no more than a benchmark.
DATASET_TOML = """\
title = "Made up"
description = "Articles of nothing but words."
contact = "https://example.org"
annotation_license = "cc-by-4.0"
selection = "At random, from a fixed seed."
citation = ""

[[authors]]
name = "Nobody"

[articles]
license = "cc0-1.0"
"""


def vocabulary() -> tuple[list[str], list[float]]:
    """Words, and how often each comes, added up: the n-th is n times as rare as the first."""
    rng = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(rng.choices(letters, k=rng.randint(3, 9))) for _ in range(RARE_WORDS)]
    return words, list(accumulate(1 / n for n in range(1, RARE_WORDS + 1)))


def article(number: int, words: Sequence[str], weights: Sequence[float]) -> Document:
    """An article of 360 words, every twelfth a name; the same for the same number."""
    rng = random.Random(number)
    tokens = rng.choices(words, cum_weights=weights, k=WORDS)
    names = set(range(0, WORDS, WORDS // ENTITIES))
    text = ""
    entities = []
    for place, token in enumerate(tokens):
        start = len(text)
        text += token.capitalize() if place in names else token
        if place in names:
            entities.append(Entity(start, len(text), rng.choice(TYPES), f"e{place}"))
        text += ".\n" if place % 20 == 19 else " "
    people = [one for one in entities if one.label == "PERSON"]
    others = [one for one in entities if one.label == "ORG"]
    pairs = zip(people[:RELATIONS], others, strict=False)
    relations = tuple(Relation(person, org, "affiliated_with") for person, org in pairs)
    meta = {"title": f"Article {number}", "license": "CC-BY-2.5", "ingest": "1", "lang": "en"}
    return Document(f"article-{number:05}", text, tuple(entities), relations, meta, MODEL)


def annotation(document: Document, key: str, annotator: str) -> AnnotationRecord:
    """What an annotator submitted who left all suggestions as they are."""
    return AnnotationRecord(
        uid=f"{document.id}-{annotator}",
        server="bench",
        project="bench",
        number=1,
        annotator=annotator,
        kind="person",
        edited_by=(),
        copy_of=None,
        arm="assisted",
        evidence="prediction",
        started_from=key,
        status="submitted",
        created="2026-11-03T10:02:00Z",
        updated="2026-11-03T10:12:00Z",
        seconds=584,
        schema=None,
        guideline=None,
        entities=entity_records(document),
        relations=relation_records(document),
        flags=(),
        first=None,
        first_sure=True,
    )


def record(suggested: Document, gold: Document, annotators: Sequence[str]) -> DocumentRecord:
    """A document that these annotators corrected to the same gold."""
    suggestion = suggestion_of(suggested)
    key = suggestion_key(suggestion)
    return DocumentRecord(
        format=1,
        id=gold.id,
        text_sha256=gold.text_sha256,
        group=gold.id,
        state="active",
        meta=dict(gold.meta),
        text=tuple(gold.text.splitlines(keepends=True)),
        suggestions={key: suggestion},
        annotations=tuple(annotation(gold, key, name) for name in annotators),
        verdict=None,
    )


def fill(folder: Path, number: int, *, corrected: int = 0) -> None:
    """
    A folder to release from, with so many documents in gold/next.

    The suggestions lack an entity, which annotators added; of the first documents as many as were
    *corrected* they took it away again.
    """
    words, weights = vocabulary()
    (folder / "gold" / "next").mkdir(parents=True, exist_ok=True)
    (folder / "gold" / "dataset.toml").write_text(DATASET_TOML)
    if not (folder / "label_config").exists():
        (folder / "label_config").symlink_to(ROOT / "label_config")
    for n in range(number):
        whole = article(n, words, weights)
        used = {end for one in whole.relations for end in (one.head, one.tail)}
        free = next(one for one in whole.entities if one not in used)
        kept = tuple(one for one in whole.entities if one != free)
        lacking = Document(whole.id, whole.text, kept, whole.relations, whole.meta, MODEL)
        annotators = ("person-1a2b", "person-3c4d") if n % 10 == 0 else ("person-1a2b",)
        gold = lacking if n < corrected else whole
        raw = record_bytes(record(lacking, gold, annotators))
        (folder / "gold" / "next" / file_name(whole.id)).write_bytes(raw)


def floor(folder: Path, version: str) -> float:
    """Seconds of CPU to read every file of gold/next and to write the version's rows, and for nothing else."""
    script = str(Path(__file__).resolve())
    said = subprocess.check_output(
        [sys.executable, script, "--floor", str(folder), version], text=True
    )
    return float(said)


def spend_floor(folder: Path, version: str) -> None:
    """Print the seconds that ``json.loads`` and pyarrow's writer take; the rows are read aside."""
    import json

    import pyarrow
    import pyarrow.parquet

    began = time.process_time()
    for path in sorted((folder / "gold" / "next").glob("*.json")):
        json.loads(path.read_bytes())
    spent = time.process_time() - began
    for path in sorted((folder / "gold" / version).glob("*.parquet")):
        table = pyarrow.parquet.read_table(path)
        schema = table.schema
        batches = [batch.to_pylist() for batch in table.to_batches(max_chunksize=500)]
        del table
        began = time.process_time()
        with pyarrow.parquet.ParquetWriter(folder / "floor.parquet", schema) as writer:
            for rows in batches:
                writer.write_table(pyarrow.Table.from_pylist(rows, schema=schema))
        spent += time.process_time() - began
    print(spent)


def load(folder: Path, version: str) -> Ran:
    """The version's default configuration, loaded by ``datasets`` into a fresh cache."""
    with tempfile.TemporaryDirectory() as cache:
        code = f"from datasets import load_dataset; load_dataset('gold', {version!r})"
        return python(["-c", code], cwd=folder, env={"HF_HOME": cache, "HF_HUB_OFFLINE": "1"})


def measure(folder: Path, number: int) -> dict[str, Ran]:
    """What each command took, by name, at this number of documents."""
    fill(folder, number)
    took = {"release": curate("release", "--no-baseline", cwd=folder)}
    took["verify"] = curate("verify", cwd=folder)
    took["load"] = load(folder, "0.1.0")
    fill(folder, number, corrected=int(number * CHANGED))
    took["diff"] = curate("diff", "0.1.0", "next", cwd=folder)
    took["release of corrections"] = curate("release", "--no-baseline", cwd=folder)
    return took


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as place:
        folders = {number: Path(place) / str(number) for number in (FEW, MANY)}
        few = measure(folders[FEW], FEW)
        many = measure(folders[MANY], MANY)
        least = floor(folders[MANY], "0.1.0")
    yield at_most(
        f"release of {MANY:,} documents, CPU",
        "`json.loads` of every file, and the rows written by pyarrow",
        many["release"].cpu,
        least,
        aim=4,
        note="without the baseline's score; the rows of the views count as rows",
    )
    for name, ran in many.items():
        yield at_most(
            f"{name}, {MANY:,} documents, CPU", f"{FEW:,}", ran.cpu, few[name].cpu, aim=12
        )
        yield at_most(
            f"{name}, {MANY:,} documents, peak memory",
            f"{FEW:,}",
            ran.peak,
            few[name].peak,
            unit="MB",
        )


if __name__ == "__main__":
    if "--floor" in sys.argv:
        spend_floor(Path(sys.argv[-2]), sys.argv[-1])
    elif "--fill" in sys.argv:
        fill(Path(sys.argv[-2]), int(sys.argv[-1]))
    else:
        report(figures())
