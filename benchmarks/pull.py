"""
Pull and status: all against the server's own export, what changed against all, and the memory it takes.

All annotations are as the editor leaves them where suggestions are submitted as they are. Sides take
turns, and the quickest of each counts: others share the machine, and only ever slow one down. CPU is
ours and Label Studio's together. ``python benchmarks/pull.py 3000`` takes another number of tasks, and
the same share of them is changed.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from frame.figures import Figure, at_most, report
from frame.processes import Spent, collect_garbage_as_curate, curate, spent
from frame.studio import (
    ROOT,
    SQLITE,
    annotate_in_editor,
    document,
    label_studio_in,
    sized,
)
from pydantic_core import to_json

from curation.documents.document import Document
from curation.files import Json
from curation.flows.pull import PullReport, pull
from curation.flows.status import StatusReport, status
from curation.labelstudio.pull.region_reader import ORIGIN_SUGGESTED
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result, to_task
from curation.localserver.accounts import LocalServer
from curation.schema import Schema, read_schema
from curation.schema.labeling import labeling_xml
from curation.workspace import Workspace

TASKS = int(sys.argv[1]) if sys.argv[1:] else 10_000
FEW = 1_000
CHANGED = TASKS // 400
ROUNDS = 3
LONG = (200_000, 2_000, 1_000)
BATCH = 500

SCHEMA: Schema = read_schema(ROOT / "label_config" / "schema.toml")


def annotated(one: Document) -> Json:
    """A task whose suggestions were submitted as they are."""
    regions = [
        region if region["type"] == "relation" else region | {"origin": ORIGIN_SUGGESTED}
        for region in to_result(one, SCHEMA)
    ]
    return to_task(one, SCHEMA) | {"annotations": [{"result": regions}]}


def filled(studio: HttpStudio, title: str, number: int) -> int:
    """A project with so many annotated tasks, which came by an import."""
    project = studio.create_project(title, labeling_xml(SCHEMA), "")
    for first in range(0, number, BATCH):
        last = min(number, first + BATCH)
        tasks = [to_json(annotated(document(n))) for n in range(first, last)]
        studio.import_tasks(project.id, tasks)
    return project.id


def pulled(local: LocalServer, title: str, folder: Path, *, full: bool = False) -> PullReport:
    place = Workspace(folder / "gold", folder / ".curate")
    studio = HttpStudio(local.url, local.token)
    return pull(studio, place, SCHEMA, title=title, full=full)


def stood(
    local: LocalServer, title: str, folder: Path, *, read_all: bool = False
) -> StatusReport:
    place = Workspace(folder / "gold", folder / ".curate")
    studio = HttpStudio(local.url, local.token)
    return status(studio, place, SCHEMA, title=title, read_all=read_all)


def exported(local: LocalServer, project: int) -> None:
    """One GET, and all of its answer."""
    httpx.get(
        f"{local.url}/api/projects/{project}/export?exportType=JSON",
        headers={"Authorization": f"Token {local.token}"},
        timeout=3600,
        trust_env=False,
    ).raise_for_status()


def peak(local: LocalServer, title: str) -> float:
    """What the command takes for a full pull of the project, in MB."""
    env = {"LABEL_STUDIO_URL": local.url, "LABEL_STUDIO_API_KEY": local.token}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "label_config").symlink_to(ROOT / "label_config")
        return curate("pull", "--project", title, cwd=Path(folder), env=env).peak


class Bench:
    """A server with a project of annotated tasks, and folders to pull it into."""

    def __init__(self, local: LocalServer, folder: Path, title: str, size: int) -> None:
        self.local = local
        self.folder = folder
        self.title = title
        self.size = size
        self.studio = HttpStudio(local.url, local.token)
        self.project = filled(self.studio, title, size)
        self.numbers = sorted(self.studio.task_ids(self.project))
        self.whole: list[Spent] = []
        self.plain: list[Spent] = []

    def measure_all(self) -> None:
        """Plain exports and full pulls, in turn, each pull into a folder of its own."""
        for turn in range(2):
            self.plain.append(spent(lambda: exported(self.local, self.project)))
            into = self.folder / f"{self.title} {turn}"
            self.whole.append(spent(lambda into=into: self.pull(into)))
        self.last = into

    def pull(self, into: Path) -> PullReport:
        return pulled(self.local, self.title, into)

    def change(self, turn: int) -> None:
        """One annotation more in some tasks, evenly spread."""
        for n in range(CHANGED):
            at = (n * (self.size // CHANGED) + turn) % self.size
            self.studio.annotate(self.numbers[at], to_result(document(at), SCHEMA))

    def after_changes(self, work: Callable[[], object]) -> list[Spent]:
        """What the *work* takes after the first pulls, some tasks having changed each time."""
        found = []
        for turn in range(ROUNDS):
            self.change(turn)
            found.append(spent(work))
        return found


def compare(
    work: str, against: str, ours: list[Spent], theirs: list[Spent], *, aim: float | None
) -> Iterator[Figure]:
    """By the clock, which has the *aim*, and by CPU."""
    wall, cpu = (
        [min(getattr(one, kind) for one in side) for side in (ours, theirs)]
        for kind in ("wall", "cpu")
    )
    own = min(one.ours for one in ours)
    yield at_most(work, against, *wall, aim=aim, note=SQLITE)
    yield at_most(f"{work}, CPU", against, *cpu, note=f"of ours {own:.3g} s are the client's")


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as scratch, label_studio_in(Path(scratch)) as local:
        bench = Bench(local, Path(scratch) / "pulled", "bench", TASKS)
        annotate_in_editor(Path(scratch), bench.project)
        few = Bench(local, Path(scratch) / "pulled", "few", FEW)
        few.measure_all()  # also so that nothing is imported while the others are measured
        bench.measure_all()
        export = "the server's plain JSON export"
        work = f"full pull of {TASKS:,}"
        yield from compare(work, export, bench.whole, bench.plain, aim=1.15)
        some = f"{CHANGED} changed of {TASKS:,}"
        bench.pull(bench.last)
        standing = bench.after_changes(lambda: stood(local, "bench", bench.last))
        bench.pull(bench.last)
        pulls = bench.after_changes(lambda: bench.pull(bench.last))
        yield from compare(f"pull of {some}", "full pull", pulls, bench.whole, aim=0.03)
        yield from compare(f"status with {some}", export, standing, bench.plain, aim=0.25)
        nothing = Path(scratch) / "nothing"
        anew = [spent(lambda: stood(local, "bench", nothing))]
        yield from compare(
            f"status of {TASKS:,} of which nothing was pulled",
            export,
            anew,
            bench.plain,
            aim=None,
        )
        yield from compare(
            f"full pull of {FEW:,} whose export has no copy of the suggestion",
            export, few.whole, few.plain, aim=None,
        )  # fmt: skip
        sweep = [spent(lambda: bench.studio.task_ids(bench.project)) for _ in range(2)]
        yield at_most(
            f"the sweep of {TASKS:,} for deleted tasks", "full pull",
            min(one.wall for one in sweep), min(one.wall for one in bench.whole),
            note="needed only where there are fewer tasks than there should be",
        )  # fmt: skip
        yield at_most(
            f"{work}, peak memory", f"of {FEW:,}", peak(local, "bench"), peak(local, "few"),
            aim=1.2, unit="MB",
        )  # fmt: skip
        long = bench.studio.create_project("long", labeling_xml(SCHEMA), "")
        bench.studio.import_tasks(
            long.id, [to_json(annotated(sized(n, *LONG))) for n in range(3)]
        )
        began = time.perf_counter()
        found = pulled(local, "long", Path(scratch) / "long")
        took = time.perf_counter() - began
        yield Figure(
            "pull of 3 articles of 200 kB, 2,000 entities, 1,000 relations", aim="all in the gold",
            measured=f"{found.documents} in the gold", met=found.documents == 3, ours=f"{took:.3g} s",
        )  # fmt: skip


def main() -> None:
    collect_garbage_as_curate()
    report(figures())


if __name__ == "__main__":
    main()
