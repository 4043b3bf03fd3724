"""
Pull and status: all against the server's own export, what changed against all, and the memory it takes.

Times of pull and export are the lesser of two, taken in turn; the others are medians.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from frame.figures import Figure, at_most, report
from frame.processes import curate
from frame.studio import ROOT, SQLITE, document, label_studio, sized
from pydantic_core import to_json

from curation.documents.document import Document
from curation.files import Json
from curation.flows.pull import PullReport, pull
from curation.flows.status import StatusReport, status
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result, to_task
from curation.localserver.accounts import LocalServer
from curation.schema import Schema, read_schema
from curation.schema.labeling import labeling_xml
from curation.workspace import Workspace

TASKS, FEW = 10_000, 1_000
CHANGED, ROUNDS = 25, 3
LONG = (200_000, 2_000, 1_000)
BATCH = 500

SCHEMA: Schema = read_schema(ROOT / "label_config" / "schema.toml")


def annotated(one: Document) -> Json:
    """A task whose suggestions were submitted as they are; the snapshot of them comes with it."""
    task = to_task(one, SCHEMA)
    (prediction,) = task["predictions"]
    work = {"result": to_result(one, SCHEMA), "prediction": prediction}
    return task | {"annotations": [work]}


def filled(studio: HttpStudio, title: str, number: int) -> list[int]:
    """A project with so many annotated tasks; their numbers."""
    project = studio.create_project(title, labeling_xml(SCHEMA), "")
    for first in range(0, number, BATCH):
        last = min(number, first + BATCH)
        tasks = [to_json(annotated(document(n))) for n in range(first, last)]
        studio.import_tasks(project.id, tasks)
    return sorted(studio.task_ids(project.id))


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and seconds of our own CPU."""
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - cpu


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
        timeout=600,
        trust_env=False,
    ).raise_for_status()


def peak(local: LocalServer, title: str) -> float:
    """What the command takes for a full pull of the project, in MB."""
    env = {"LABEL_STUDIO_URL": local.url, "LABEL_STUDIO_API_KEY": local.token}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "label_config").symlink_to(ROOT / "label_config")
        return curate("pull", "--project", title, cwd=Path(folder), env=env).peak


def figures() -> Iterator[Figure]:
    with label_studio() as local, tempfile.TemporaryDirectory() as scratch:
        studio = HttpStudio(local.url, local.token)
        numbers = filled(studio, "bench", TASKS)
        project = studio.find_project("bench")
        assert project is not None
        whole, plain = [], []
        for turn in range(2):
            plain.append(timed(lambda: exported(local, project.id)))
            folder = Path(scratch) / str(turn)
            whole.append(spent(lambda folder=folder: pulled(local, "bench", folder)))
        work = f"full pull of {TASKS:,}"
        yield at_most(
            work,
            "the server's plain JSON export",
            min(whole)[0],
            min(plain),
            aim=1.15,
            note=SQLITE,
        )
        pulled(local, "bench", folder)
        some = []
        for turn in range(ROUNDS):
            for n in range(CHANGED):
                at = (turn + 1) * (TASKS // ROUNDS // CHANGED) * n % TASKS
                studio.annotate(numbers[at], to_result(document(at), SCHEMA))
            some.append(spent(lambda: pulled(local, "bench", folder)))
        yield at_most(
            f"pull of {CHANGED} changed of {TASKS:,}", "full pull",
            statistics.median(wall for wall, _ in some), min(whole)[0], aim=1 / 20, note=SQLITE,
        )  # fmt: skip
        yield at_most(
            f"pull of {CHANGED} changed of {TASKS:,}, our CPU", "full pull",
            statistics.median(cpu for _, cpu in some), min(cpu for _, cpu in whole), aim=1 / 20,
        )  # fmt: skip
        for at in range(CHANGED):
            studio.annotate(numbers[at], to_result(document(at), SCHEMA))
        quick = [spent(lambda: stood(local, "bench", folder)) for _ in range(ROUNDS)]
        anew = spent(lambda: stood(local, "bench", folder, read_all=True))
        yield at_most(
            f"status with {CHANGED} changed of {TASKS:,}", "status --drafts, which reads all",
            statistics.median(wall for wall, _ in quick), anew[0], aim=1 / 10, note=SQLITE,
        )  # fmt: skip
        yield at_most(
            f"status with {CHANGED} changed of {TASKS:,}, our CPU", "status --drafts, which reads all",
            statistics.median(cpu for _, cpu in quick), anew[1], aim=1 / 10,
        )  # fmt: skip
        sweep = statistics.median(timed(lambda: studio.task_ids(project.id)) for _ in range(3))
        yield at_most(
            f"the sweep of {TASKS:,} for deleted tasks", "full pull", sweep, min(whole)[0],
            note="needed only where there are fewer tasks than there should be",
        )  # fmt: skip
        filled(studio, "few", FEW)
        yield at_most(
            f"{work}, peak memory", f"of {FEW:,}", peak(local, "bench"), peak(local, "few"),
            aim=1.2, unit="MB",
        )  # fmt: skip
        long = studio.create_project("long", labeling_xml(SCHEMA), "")
        studio.import_tasks(long.id, [to_json(annotated(sized(n, *LONG))) for n in range(3)])
        began = time.perf_counter()
        found = pulled(local, "long", Path(scratch) / "long")
        took = time.perf_counter() - began
        yield Figure(
            "pull of 3 articles of 200 kB, 2,000 entities, 1,000 relations", aim="all in the gold",
            measured=f"{found.documents} in the gold", met=found.documents == 3, ours=f"{took:.3g} s",
        )  # fmt: skip


if __name__ == "__main__":
    report(figures())
