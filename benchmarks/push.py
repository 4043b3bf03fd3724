"""
Push against plain HTTP and the SDK, and against itself with nothing left to do.

Each repeated figure is the best of its rounds, the sides taking turns: others
share the machine, and only ever slow one down. ``python benchmarks/push.py 3000`` takes another number
of tasks for what is measured with many.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import httpx
from frame.figures import Figure, at_most, quicker, report
from frame.processes import Spent, collect_garbage_as_curate, curate, spent
from frame.studio import ROOT, SQLITE, document, label_studio, sized
from label_studio_sdk import LabelStudio
from pydantic_core import to_json

from curation.documents.stream import DocumentsFile
from curation.flows.push import push
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_task
from curation.localserver.accounts import LocalServer
from curation.schema import Schema, read_schema
from curation.schema.guidelines import guidelines_html
from curation.schema.labeling import labeling_xml
from curation.workspace import Workspace

TASKS = 1000
ROUNDS = 3
ONE_BY_ONE = 50
MANY = int(sys.argv[1]) if sys.argv[1:] else 10_000

TITLES = map("push {}".format, count(1))


class Bench:
    """A server and a folder, and the ways to fill the one from the other."""

    def __init__(self, local: LocalServer, folder: Path, schema: Schema) -> None:
        self.local = local
        self.folder = folder
        self.schema = schema
        self.studio = HttpStudio(local.url, local.token)
        headers = {"Authorization": f"Token {local.token}"}
        new_each = httpx.Limits(max_keepalive_connections=0)
        self.wire = httpx.Client(
            base_url=local.url, headers=headers, timeout=600, limits=new_each
        )

    def file(self, many: int) -> Path:
        path = self.folder / f"{many}.jsonl"
        with path.open("w", encoding="utf-8") as stream:
            stream.writelines(document(number).to_line() + "\n" for number in range(many))
        return path

    def body(self, first: int) -> bytes:
        """The JSON of the tasks from *first* on, as many as one call has."""
        numbers = range(first, first + TASKS)
        return to_json([to_task(document(number), self.schema) for number in numbers])

    def project(self, title: str) -> int:
        """An empty one, as push makes it, so that neither side has to."""
        texts = labeling_xml(self.schema).strip(), guidelines_html(self.schema).strip()
        return self.studio.create_project(title, *texts).id

    def raw(self, bodies: Sequence[bytes]) -> Spent:
        """A call for each body, on a new connection, as each of ours is here."""
        project = self.project(next(TITLES))

        def send() -> None:
            for body in bodies:
                self.wire.post(
                    f"/api/projects/{project}/import", content=body,
                    headers={"content-type": "application/json"},
                ).raise_for_status()  # fmt: skip

        return spent(send)

    def push_new(self, file: Path, title: str) -> Spent:
        """A first push into an empty project."""
        self.project(title)
        return self.push(file, title)

    def push(self, file: Path, title: str, unchanged: int = 0) -> Spent:
        """From opening the file to the report."""

        def push_all() -> None:
            place = Workspace(self.folder / "gold", self.folder / ".curate")
            report = push(self.studio, place, DocumentsFile(file), self.schema, title=title)
            assert report.unchanged == unchanged

        return spent(push_all)

    def by_sdk(self, many: int) -> float:
        """Seconds for a task, with two calls each."""
        sdk = LabelStudio(base_url=self.local.url, api_key=self.local.token)
        project = self.project(next(TITLES))
        tasks = [to_task(document(number), self.schema) for number in range(many)]
        begin = time.perf_counter()
        for task in tasks:
            made = sdk.tasks.create(project=project, data=task["data"])
            for prediction in task["predictions"]:
                sdk.predictions.create(task=made.id, **prediction)
        return (time.perf_counter() - begin) / many

    def memory(self, file: Path) -> float:
        """Peak MB of the command."""
        env = {"LABEL_STUDIO_URL": self.local.url, "LABEL_STUDIO_API_KEY": self.local.token}
        config = self.folder / "label_config"
        if not config.exists():
            config.symlink_to(ROOT / "label_config")
        return curate(
            "push", str(file), "--project", next(TITLES), cwd=self.folder, env=env
        ).peak


def compare(
    work: str, against: str, ours: list[Spent], theirs: list[Spent]
) -> Iterator[Figure]:
    """By the clock, which has the aim, and by CPU: ours and Label Studio's together."""
    note = f"reads, checks and looks, too; best of {len(ours)}; {SQLITE}"
    wall, cpu = (
        [min(getattr(one, kind) for one in side) for side in (ours, theirs)]
        for kind in ("wall", "cpu")
    )
    own = min(one.ours for one in ours)
    yield quicker(work, against, *wall, aim=0.9, note=note)
    yield quicker(f"{work}, CPU", against, *cpu, note=f"of ours {own:.3g} s are the client's")


def figures(bench: Bench) -> Iterator[Figure]:
    file = bench.file(TASKS)
    body = bench.body(0)
    sides = [(bench.raw([body]), bench.push_new(file, next(TITLES))) for _ in range(ROUNDS)]
    raw = [one for one, _ in sides]
    ours = [one for _, one in sides]
    work = f"push {TASKS:,} tasks into an empty project"
    yield from compare(work, "one raw bulk import of the same JSON", ours, raw)
    yield quicker(
        work, f"the SDK, one by one (of {ONE_BY_ONE})", 1000 * min(one.wall for one in ours) / TASKS,
        1000 * bench.by_sdk(ONE_BY_ONE), aim=40, unit="ms a task", note=SQLITE,
    )  # fmt: skip

    large = bench.file(MANY)
    title = next(TITLES)
    raw = [bench.raw([bench.body(first) for first in range(0, MANY, TASKS)])]
    first = bench.push_new(large, title)
    work = f"push {MANY:,} tasks into an empty project"
    yield from compare(work, f"raw imports of {TASKS:,} each", [first], raw)
    again = min(bench.push(large, title, MANY).wall for _ in range(ROUNDS))
    work = f"push {MANY:,} tasks again, nothing changed"
    yield at_most(work, "the first push", again, first.wall, aim=0.1, note=SQLITE)

    with large.open("a", encoding="utf-8") as stream:
        stream.write(sized(MANY, 200_000, 2000, 1000).to_line() + "\n")
    few = bench.memory(file)
    many = bench.memory(large)
    work = f"push {MANY:,} tasks and an article of 200 kB with 2,000 entities, peak memory"
    yield at_most(work, f"{TASKS:,} tasks", many, few, unit="MB")


def main() -> None:
    collect_garbage_as_curate()
    schema = read_schema(ROOT / "label_config" / "schema.toml")
    with label_studio() as local, tempfile.TemporaryDirectory() as folder:
        report(figures(Bench(local, Path(folder), schema)))


if __name__ == "__main__":
    main()
