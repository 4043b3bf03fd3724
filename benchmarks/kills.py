"""
``kill -9`` at random moments of push, replaced suggestions, pull and release, on a real server.

Each victim is a process of its own that runs the command as the shell would. It
is killed after a random part of the time that the command takes undisturbed,
then the command is run again, at once; what is there at the very end, on the
server and in the folder, is held against what one undisturbed run leaves.
``kills.py [SEED]`` repeats a run; a lost or doubled thing fails it.
"""

import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "real"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from frame.figures import Figure, report
from frame.studio import SQLITE, label_studio
from gold_samples import annotated, many, sealed, working, write_next
from killing import CHILDREN, document, held, seen
from pydantic_core import to_json
from samples import SCHEMA

from curation.cli import main
from curation.documents.document import Layer
from curation.labelstudio.server import upload_batches as batches
from curation.labelstudio.server import wait_until_idle as rest
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result, to_task
from curation.localserver.accounts import LocalServer
from curation.schema.labeling import labeling_xml

KILLS = {"push": 60, "replace suggestions": 60, "pull": 50, "release": 30}
# Small batches, which the server carries out in as small a part of its usual time.
REST = 1
DOCUMENTS = 24
BATCH = 5
ANNOTATED = 8
GOLD = 40
CONFIG = Path(__file__).parents[1] / "label_config"
OLD, NEW = (Layer("model", "m", version, "w", "r") for version in "12")


def command(desk: Path, server: LocalServer, arguments: list[str]) -> None:
    """What a process does: ``curate`` at the *desk*."""
    os.chdir(desk)
    os.environ |= {"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.token}
    batches.BATCH_DOCUMENTS = BATCH
    rest.MINIMUM_IDLE_SECONDS = REST
    rest.UNKNOWN_CALL_SECONDS = REST
    with (desk.parent / "said").open("w") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    main(arguments)


@dataclass
class Life:
    """A command in a folder of its own; *title* is the project that it works on."""

    server: LocalServer
    home: Path
    title: str
    arguments: list[str]

    def run(self, seconds: float | None = None) -> bool:
        """Run it, or kill it after so many *seconds*; whether it was killed."""
        desk = self.home / "desk"
        process = CHILDREN.Process(target=command, args=(desk, self.server, self.arguments))
        process.start()
        process.join(seconds)
        process.kill()
        process.join()
        if process.exitcode not in (0, -9):
            sys.exit(f"{self.arguments}: {(self.home / 'said').read_text()}")
        return process.exitcode == -9

    def outcome(self) -> Counter[tuple[str, ...]]:
        """Each thing that is there at the end, and how often."""
        found: Counter[tuple[str, ...]] = Counter()
        for name, content in seen(self.home).items():
            if name.endswith(".log") or name.startswith(
                (".curate", "state.sqlite", "label_config")
            ):
                continue
            rows = content if isinstance(content, list) else [repr(content)]
            found.update((f"rows of {name}", row) for row in rows)
        there = held(HttpStudio(self.server.url, self.server.token), self.title)
        for doc_id, _, annotations in there.get("tasks", ()):
            found["task", doc_id] += 1
            found["annotation", doc_id] += annotations
        for doc_id, model, result in there.get("suggestions", ()):
            found["suggestion", doc_id, model, result] += 1
        found["model shown", *map(str, there.get("project", ())[2:])] += 1
        return +found


@dataclass
class Bench:
    """A server, and a folder for everything that is done to it."""

    server: LocalServer
    folder: Path
    rng: random.Random
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(10**6)))

    @cached_property
    def studio(self) -> HttpStudio:
        return HttpStudio(self.server.url, self.server.token)

    def life(self, title: str, *arguments: str, layer: Layer = OLD) -> Life:
        """At a desk with the schema and documents by the model of this *layer*."""
        home = self.folder / str(next(self.numbers))
        shutil.copytree(CONFIG, home / "desk" / "label_config")
        label = "PERSON" if layer == OLD else "ORG"
        lines = (document(n, layer, label).to_line() + "\n" for n in range(DOCUMENTS))
        (home / "desk" / "s.jsonl").write_text("".join(lines))
        return Life(self.server, home, title, [*arguments])

    def project(self, title: str) -> None:
        """Tasks with suggestions, some of them annotated."""
        project = self.studio.create_project(title, labeling_xml(SCHEMA), "")
        documents = [document(number) for number in range(DOCUMENTS)]
        tasks = [to_task(one, SCHEMA) for one in documents]
        for task, one in zip(tasks[:ANNOTATED], documents, strict=False):
            task["annotations"] = [{"result": to_result(one, SCHEMA)}]
        self.studio.import_tasks(project.id, list(map(to_json, tasks)))

    def release(self, title: str) -> Life:
        """The second version: one document changed, one new."""
        life = self.life(title, "release", "--no-baseline")
        folder = life.home / "desk" / "gold"
        sealed(folder, working(*many(GOLD)))
        changed = [annotated("d0", labels=("GPE",)), *many(GOLD)[1:], annotated("new")]
        write_next(folder, working(*changed))
        return life

    def make(self, name: str, number: int) -> Life:
        """What is to be killed; a pull leaves the server as it is, so all share one project."""
        title = f"{name} {number}"
        match name:
            case "push":
                return self.life(title, "push", "s.jsonl", "--project", title)
            case "replace suggestions":
                self.project(title)
                return self.life(title, "push", "s.jsonl", "--project", title, layer=NEW)
            case "pull":
                return self.life("pulled", "pull", "--project", "pulled")
            case _:
                return self.release(title)

    def disturbed(self, name: str) -> Figure:
        """Kill it as often as is asked for, and say what that did."""
        took = []
        for number in range(3):
            whole = self.make(name, -1 - number)
            began = time.monotonic()
            whole.run()
            took.append(time.monotonic() - began)
        seconds = statistics.median(took)
        lives = [self.make(name, number) for number in range(KILLS[name])]
        killed = 0
        for life in lives:
            killed += life.run(self.rng.uniform(0, seconds))
            life.run()
        expected = whole.outcome()
        lost: Counter[tuple[str, ...]] = Counter()
        doubled: Counter[tuple[str, ...]] = Counter()
        for life in lives:
            there = life.outcome()
            lost += expected - there
            doubled += there - expected
        for what, things in (("lost", lost), ("doubled", doubled)):
            for thing, times in things.most_common(5):
                print(f"{name}: {what} {times}×: {json.dumps(thing)[:300]}", file=sys.stderr)
        return Figure(
            f"{name}, kill -9 at {len(lives)} random moments of {seconds:.2g} s, run again",
            "one undisturbed run",
            "0 lost, 0 doubled",
            f"{lost.total()} lost, {doubled.total()} doubled",
            not lost and not doubled,
            ours=f"{killed} killed, {len(lives) - killed} finished before",
            note="" if name == "release" else SQLITE,
        )


def figures(seed: int) -> Iterator[Figure]:
    print(f"seed {seed}", file=sys.stderr)
    with label_studio() as server, tempfile.TemporaryDirectory() as folder:
        bench = Bench(server, Path(folder), random.Random(seed))
        bench.project("pulled")
        bad = False
        for name in KILLS:
            figure = bench.disturbed(name)
            bad = bad or not figure.met
            yield figure
    if bad:
        sys.exit(f"Something was lost or doubled; repeat it with: kills.py {seed}")


if __name__ == "__main__":
    report(figures(int(sys.argv[1]) if sys.argv[1:] else time.time_ns() % 10**6))
