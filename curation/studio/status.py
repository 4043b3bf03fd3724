"""How far a project is: tasks, annotators, what is left."""

from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from curation.errors import Problem
from curation.files import Json
from curation.studio.exported import Pseudonym, document_of
from curation.studio.named import project_named
from curation.studio.port import STRIDE, Step, Studio, Task, page


@dataclass(frozen=True, slots=True)
class Worker:
    """One annotator's part; *seconds* is the median time for one document, if any is known."""

    pseudonym: str
    submitted: int
    skipped: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Status:
    """
    A project at this moment.

    *annotated* tasks have a submitted annotation; *begun* have only a draft;
    *skipped* only skips; *left* nothing at all. *unsubmitted* has one for each annotation that
    was changed since it was submitted, without a press of Update.
    """

    project: str
    link: str
    tasks: int
    annotated: int
    begun: int
    skipped: int
    left: int
    workers: tuple[Worker, ...]
    unsubmitted: tuple[Problem, ...] = ()


def status(
    studio: Studio, *, title: str, pseudonym: Pseudonym
) -> Generator[Step, None, Status]:
    """Ask the server; StudioError when there is no such project."""
    project = project_named(studio, title)
    accounts = studio.accounts()
    submitted: dict[int, int] = defaultdict(int)
    passed: dict[int, int] = defaultdict(int)
    seconds: dict[int, list[float]] = defaultdict(list)
    annotated = set()
    changed: dict[int, list[int]] = {}
    for number, one in enumerate(studio.export(project.id)):
        if number % STRIDE == 0:
            yield Step("annotated tasks", number, min(project.tasks, project.submitted))
        changed |= _changed(one)
        for annotation in one["annotations"]:
            account = annotation.get("completed_by") or 0
            if annotation.get("was_cancelled"):
                passed[account] += 1
                continue
            submitted[account] += 1
            annotated.add(one["id"])
            if time := annotation.get("lead_time"):
                seconds[account].append(float(time))
    tasks, others = 0, []
    unsubmitted: list[Problem] = []
    for task in studio.tasks(project.id):
        if tasks % STRIDE == 0:
            yield Step("all tasks", tasks, project.tasks)
        tasks += 1
        unsubmitted += _to_update(page(studio.url, project.id, task.id), task, changed)
        if task.id not in annotated:
            others.append(task)
    begun = sum(task.draft for task in others)
    skipped = sum(task.annotations > 0 and not task.draft for task in others)
    workers = [
        Worker(
            pseudonym(account, accounts.get(account, "")),
            submitted[account],
            passed[account],
            median(seconds[account]) if seconds[account] else None,
        )
        for account in sorted(submitted.keys() | passed.keys())
    ]
    return Status(
        title,
        page(studio.url, project.id),
        tasks,
        len(annotated),
        begun,
        skipped,
        len(others) - begun - skipped,
        tuple(sorted(workers, key=lambda worker: worker.pseudonym)),
        tuple(unsubmitted),
    )


def _changed(task: Json) -> dict[int, list[int]]:
    """By task the submitted annotations of which the editor keeps something else as a draft."""
    drafts: dict[int, list[Any]] = defaultdict(list)
    for draft in task.get("drafts") or ():
        drafts[draft.get("annotation")].append(draft.get("result"))
    found = [
        one["id"]
        for one in task["annotations"]
        if not one.get("was_cancelled")
        and any(result != one.get("result") for result in drafts[one["id"]])
    ]
    return {task["id"]: found} if found else {}


def _to_update(link: str, task: Task, changed: Mapping[int, list[int]]) -> Iterator[Problem]:
    for annotation in changed.get(task.id, ()):
        what = f"press Update on annotation {annotation}, or take the changes back"
        yield Problem(document_of(task), what, link)
