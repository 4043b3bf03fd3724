"""A real Label Studio for one benchmark, and documents to fill it with."""

import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "real"))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from servers import first_start

from curation.documents.document import Document, Entity, Layer, Relation
from curation.localserver.accounts import LocalServer
from curation.localserver.run import start_server, stop_server

# Shared with the checkout's own `curate up`: to set it up takes minutes.
ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".curate" / "label-studio"
SQLITE = "depends on the SQLite backend"

LENGTH = 3000
ENTITIES = 30
RELATIONS = 5
MODEL = Layer("model", "bench", "1", "w", "r")
TYPES = ("PERSON", "ORG", "GPE")
WORDS = [
    "minister",
    "talks",
    "border",
    "trade",
    "“peace”",
    "café",
    "election",
    "council",
    "market",
    "river",
]


@contextmanager
def label_studio() -> Iterator[LocalServer]:
    """A server with nothing in it, on SQLite, in a folder that goes with it."""
    with tempfile.TemporaryDirectory() as folder, label_studio_in(Path(folder)) as local:
        yield local


@contextmanager
def label_studio_in(folder: Path) -> Iterator[LocalServer]:
    """The same, in this *folder*."""
    home = folder / ".curate" / "server"
    shutil.copytree(first_start(ENVIRONMENT), home)  # which takes minutes
    local, _ = start_server(home, ENVIRONMENT, say=lambda line: print(line, file=sys.stderr))
    try:
        yield local
    finally:
        stop_server(home)


def annotate_in_editor(folder: Path, project: int) -> None:
    """
    Make of all imported annotations what the editor makes of suggestions that are submitted as they are.

    To do so by the API, which a page of the editor calls, takes a third of a second each.
    """
    database = folder / ".curate" / "server" / "data" / "label_studio.sqlite3"
    with closing(sqlite3.connect(database, timeout=600)) as connection, connection:
        connection.execute(
            """
            UPDATE task_completion SET
                ground_truth = 0, lead_time = 100, updated_by_id = completed_by_id,
                result_count = json_array_length(task_completion.result), parent_prediction_id = one.id,
                prediction = json_object(
                    'id', one.id, 'task', one.task_id, 'project', one.project_id,
                    'model_version', one.model_version, 'result', json(one.result),
                    'score', one.score, 'created_at', one.created_at, 'updated_at', one.updated_at
                )
            FROM prediction AS one
            WHERE one.task_id = task_completion.task_id AND task_completion.project_id = ?
            """,
            [project],
        )


def document(number: int, layer: Layer | None = MODEL) -> Document:
    """An article of 3 kB with 30 spans and 5 relations, the same for the same number."""
    return sized(number, LENGTH, ENTITIES, RELATIONS, layer)


def sized(
    number: int, length: int, entities: int, relations: int, layer: Layer | None = MODEL
) -> Document:
    """An article of *length* characters, its spans spread evenly; all relations are sound."""
    rng = random.Random(number)
    text = ""
    each = length // entities
    spans = []
    while len(spans) < entities:
        name = f"Name{rng.randrange(10_000)} Family{rng.randrange(10_000)}"
        label = TYPES[len(spans) % len(TYPES)]
        spans.append(Entity(len(text), len(text) + len(name), label, f"e{len(spans) + 1}"))
        text += name
        while len(text) < each * len(spans):
            text += f" {rng.choice(WORDS)}"
        text += ".\n" if len(spans) % 3 == 0 else " "
    pairs = ((3 * (n // 2), 3 * (n // 2) + 1 + n % 2) for n in range(relations))
    arrows = (Relation(spans[head], spans[tail], "affiliated_with") for head, tail in pairs)
    meta = {"title": f"Article {number}", "src": "Bench", "published": "2026-01-01"}
    return Document(
        f"bench-{number:06}", text.rstrip(), tuple(spans), tuple(arrows), meta, layer
    )
