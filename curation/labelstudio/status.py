"""How far a project is: tasks, annotators, what is left."""

from collections import defaultdict
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import median

from curation.errors import Problem
from curation.labelstudio.exported_task import Pseudonym, document_in
from curation.labelstudio.find_project import project_named
from curation.labelstudio.port import STRIDE, Step, Studio, page
from curation.labelstudio.results import changed

TO_UPDATE = "open it, then press Update, or undo the changes"


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
    named = partial(_named, studio.accounts(), pseudonym)
    submitted: dict[int, int] = defaultdict(int)
    passed: dict[int, int] = defaultdict(int)
    seconds: dict[int, list[float]] = defaultdict(list)
    annotated = set()
    unsubmitted: list[Problem] = []
    for number, one in enumerate(studio.export(project.id)):
        if number % STRIDE == 0:
            yield Step("annotated tasks", number, min(project.tasks, project.submitted))
        link, drafted = page(studio.url, project.id, one["id"]), changed(one)
        for annotation in one["annotations"]:
            account = annotation.get("completed_by") or 0
            if annotation.get("was_cancelled"):
                passed[account] += 1
                continue
            if annotation["id"] in drafted:
                unsubmitted.append(Problem(document_in(one), TO_UPDATE, link, named(account)))
            submitted[account] += 1
            annotated.add(one["id"])
            if time := annotation.get("lead_time"):
                seconds[account].append(float(time))
    tasks, others = 0, []
    for task in studio.tasks(project.id):
        if tasks % STRIDE == 0:
            yield Step("all tasks", tasks, project.tasks)
        tasks += 1
        if task.id not in annotated:
            others.append(task)
    begun = sum(task.draft for task in others)
    skipped = sum(not task.draft and task.annotations > 0 for task in others)
    workers = [
        Worker(
            named(account),
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


def _named(accounts: Mapping[int, str], pseudonym: Pseudonym, account: int) -> str:
    return pseudonym(account, accounts.get(account, ""))
