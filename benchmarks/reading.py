"""
Documents read from a file of lines of JSON, against other ways to read the same file: CPU seconds in one process.

10,000 documents of 30 entities and 10 relations. The gate alone is how each line was read before
there was a quick way; what is wrong with a line, only the gate says. ``json.loads`` with our
dataclasses checks nothing.
"""

import gc
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from frame.figures import Figure, at_most, report
from frame.studio import sized

from curation.documents.document import Document, Entity, Layer, Relation
from curation.documents.interchange import Reading, parse_document
from curation.documents.stream import DocumentsFile
from curation.strict_json import parse_object

DOCUMENTS = 10_000
LENGTH = 3000
ENTITIES = 30
RELATIONS = 10
ROUNDS = 5

Read = Callable[[Path], int]


def ours(path: Path) -> int:
    """As ``curate eval`` and ``curate push`` do."""
    return sum(1 for _ in DocumentsFile(path, Reading.AS_GIVEN))


def by_gate(path: Path) -> int:
    """Each line by the gate; no id may come twice."""
    ids = set()
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            document, _ = parse_document(
                parse_object(line), f"{path}:{number}", Reading.AS_GIVEN
            )
            assert document
            ids.add(document.id)
    return len(ids)


def by_json(path: Path) -> int:
    """Our dataclasses of whatever stands there."""
    with path.open("rb") as stream:
        return sum(1 for line in stream if _made(json.loads(line)))


def _made(form: dict) -> Document:
    entities = {one["id"]: Entity(**one) for one in form["entities"]}
    arrows = [
        Relation(entities[one["head"]], entities[one["tail"]], one["label"])
        for one in form["relations"]
    ]
    return Document(
        id=form["id"],
        text=form["text"],
        entities=tuple(entities.values()),
        relations=tuple(arrows),
        meta=form["meta"],
        layer=Layer(**form["layer"]),
    )


def cpu(read: Read, path: Path) -> float:
    """The CPU seconds of one reading."""
    begin = time.process_time()
    assert read(path) == DOCUMENTS
    return time.process_time() - begin


def figures() -> Iterator[Figure]:
    gc.set_threshold(50_000, 20, 10)  # as every command does
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "documents.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for number in range(DOCUMENTS):
                file.write(sized(number, LENGTH, ENTITIES, RELATIONS).to_line() + "\n")
        size = path.stat().st_size / 1e6
        rounds = [[cpu(read, path) for read in (ours, by_gate, by_json)] for _ in range(ROUNDS)]
    mine, gate, plain = (median(each) for each in zip(*rounds, strict=True))
    work = f"read {DOCUMENTS:,} documents × {ENTITIES} entities × {RELATIONS} relations"
    note = f"CPU, median of {ROUNDS} rounds in turns; {size:.0f} MB, {1e6 * mine / DOCUMENTS:.0f} µs a document"
    yield at_most(work, "the gate alone, line by line", mine, gate, aim=0.5, note=note)
    yield at_most(work, "json.loads and our dataclasses, unchecked", mine, plain, note=note)


if __name__ == "__main__":
    report(figures())
