"""
Push, pull and status against a Label Studio on PostgreSQL, with more and more tasks: how each grows.

Each figure is an exponent: 1 where ten times the tasks take ten times as long. It is the slope of the
line that fits the logarithms best. ``python benchmarks/growth.py 100000`` takes other numbers of
tasks; each measurement is told on standard error as it is made. The database doesn't sync
its files and doesn't compile queries.
"""

import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import linear_regression

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "real"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from frame.figures import Figure, amount, report
from frame.processes import Spent, collect_garbage_as_curate, spent
from frame.studio import ENVIRONMENT, ROOT, sized
from postgres import PostgresServer, label_studio_on_postgres

from curation.documents.document import Document
from curation.documents.stream import DocumentsFile
from curation.flows.pull import pull
from curation.flows.push import push
from curation.flows.status import status
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result
from curation.schema import Schema, read_schema
from curation.workspace import Workspace

SIZES = (1_000, 3_000, 10_000)
CHANGED = 25
# About 300 words.
LENGTH = 2_300
ENTITIES = 30
RELATIONS = 5
KILOBYTES_A_MEGABYTE = 1024

# What Label Studio's database has once each suggestion of a project is submitted as it is.
SUBMIT_ALL = """
INSERT INTO task_completion (
    result, result_count, prediction, parent_prediction_id, task_id, project_id,
    completed_by_id, updated_by_id, was_cancelled, ground_truth, created_at, updated_at,
    last_action, unique_id
)
SELECT
    result, jsonb_array_length(result),
    jsonb_build_object('id', id, 'model_version', model_version, 'result', result),
    id, task_id, project_id,
    1, 1, false, false, clock_timestamp(), clock_timestamp(),
    'submitted', gen_random_uuid()
FROM prediction WHERE project_id = {project};
UPDATE task SET is_labeled = true, total_annotations = 1, updated_at = clock_timestamp(), updated_by_id = 1
WHERE project_id = {project};
ANALYZE task, task_completion, prediction;
"""

SCHEMA: Schema = read_schema(ROOT / "label_config" / "schema.toml")


def article(number: int) -> Document:
    return sized(number, LENGTH, ENTITIES, RELATIONS)


@dataclass(frozen=True)
class Project:
    """A project of *size* tasks on the server, and a folder to work with it from."""

    local: PostgresServer
    folder: Path
    size: int
    title: str

    @property
    def studio(self) -> HttpStudio:
        """A new connection, as each command makes one."""
        return HttpStudio(self.local.url, self.local.token)

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder / "gold", self.folder / ".curate")

    def push(self) -> None:
        file = self.folder / "documents.jsonl"
        if not file.exists():
            with file.open("w", encoding="utf-8") as stream:
                stream.writelines(article(n).to_line() + "\n" for n in range(self.size))
        source = DocumentsFile(file)
        push(self.studio, self.workspace, source, SCHEMA, title=self.title)

    def pull(self) -> None:
        """Every task is in the gold afterwards, or the measurement is worth nothing."""
        pulled = pull(self.studio, self.workspace, SCHEMA, title=self.title)
        if pulled.documents != self.size:
            raise RuntimeError(f"{pulled.documents} documents of {self.size} tasks")

    def status(self) -> None:
        status(self.studio, self.workspace, SCHEMA, title=self.title)

    def submit_all(self) -> list[int]:
        """
        Submit all suggestions as they are; the numbers of the tasks.

        In the database: Label Studio's own action takes minutes for a thousand tasks.
        """
        project = self.studio.projects_named(self.title)[0].id
        self.local.run_sql(SUBMIT_ALL.format(project=project))
        return sorted(self.studio.task_ids(project))

    def change(self, tasks: Sequence[int]) -> None:
        """One annotation more in some tasks, evenly spread."""
        for at in range(0, self.size, self.size // CHANGED):
            self.studio.annotate(tasks[at], to_result(article(at), SCHEMA))


def measured(local: PostgresServer, folder: Path, size: int) -> dict[str, Spent]:
    """What each work takes in a project of so many tasks."""
    project = Project(local, folder, size, f"{size} articles")
    found: dict[str, Spent] = {}

    def note(work: str, done: Callable[[], object]) -> None:
        found[work] = spent(done)
        print(f"{size:,} tasks: {work}: {found[work]}", file=sys.stderr, flush=True)

    note("push", project.push)
    note("push again", project.push)
    tasks = project.submit_all()
    note("full pull", project.pull)
    project.change(tasks)
    note(f"status with {CHANGED} changed", project.status)
    note(f"pull of {CHANGED} changed", project.pull)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MEGABYTE
    print(f"{size:,} tasks: {peak:.0f} MB at most", file=sys.stderr, flush=True)
    return found


def figures(sizes: Sequence[int]) -> Iterator[Figure]:
    with (
        label_studio_on_postgres(ENVIRONMENT) as local,
        tempfile.TemporaryDirectory() as scratch,
    ):
        _warm_up(local, Path(scratch) / "warm")
        all_spent = []
        for size in sizes:
            folder = Path(scratch) / str(size)
            folder.mkdir()
            all_spent.append(measured(local, folder, size))
    counts = " / ".join(f"{size:,}" for size in sizes)
    for work in all_spent[0]:
        series = [one[work] for one in all_spent]
        ours, servers, wall = (
            [getattr(one, kind) for one in series] for kind in ("ours", "servers", "wall")
        )
        yield Figure(
            f"{work}, {counts} tasks: our CPU",
            "Label Studio's CPU",
            aim="reported",
            measured=growth(sizes, ours),
            ours=_listed(ours),
            theirs=f"{_listed(servers)} {growth(sizes, servers)}",
            note=f"by the clock {_listed(wall)} {growth(sizes, wall)}",
        )


def growth(sizes: Sequence[int], seconds: Sequence[float]) -> str:
    """The exponent, by the least squares of the logarithms; nothing for a single size."""
    if len(sizes) == 1:
        return ""
    slope, _ = linear_regression([log(one) for one in sizes], [log(one) for one in seconds])
    return f"n^{slope:.2f}"


def _warm_up(local: PostgresServer, folder: Path) -> None:
    """Each work once, so that nothing is imported while it is measured."""
    folder.mkdir()
    measured(local, folder, CHANGED)


def _listed(seconds: Sequence[float]) -> str:
    return " / ".join(amount(one, "s") for one in seconds)


if __name__ == "__main__":
    collect_garbage_as_curate()
    report(figures([int(one) for one in sys.argv[1:]] or SIZES))
