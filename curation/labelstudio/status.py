"""How far a project is: its tasks, its annotators, and what isn't submitted yet."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from curation.errors import Problem
from curation.labelstudio.exported_task import Pseudonym, exported_document_id
from curation.labelstudio.find_project import project_named
from curation.labelstudio.port import Studio, studio_link
from curation.labelstudio.stored_results import annotations_with_drafted_changes
from curation.progress import Watch, unwatched

PRESS_UPDATE = "open the task and press Update, or undo the changes"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatorProgress:
    """
    How many documents an annotator submitted and skipped.

    *seconds* is the median time that a submitted document took, None if no time is known.
    """

    pseudonym: str
    submitted: int
    skipped: int
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectStatus:
    """
    A project at this moment; its fields are those of ``curate status --json``.

    Every task counts once: *annotated* have a submitted annotation, *begun* only a draft,
    *skipped* only skipped annotations, *left* nothing at all. *unsubmitted* names each
    annotation that was changed after it was submitted, and whose changes still are a draft.
    """

    project: str
    link: str
    tasks: int
    annotated: int
    begun: int
    skipped: int
    left: int
    workers: tuple[AnnotatorProgress, ...]
    unsubmitted: tuple[Problem, ...] = ()


def project_status(
    studio: Studio, *, title: str, pseudonym: Pseudonym, watch: Watch = unwatched
) -> ProjectStatus:
    """Ask the server how far the project *title* is; StudioError where there is no such project."""
    project = project_named(studio, title)
    emails = studio.accounts()
    submitted: dict[int, int] = defaultdict(int)
    skipped: dict[int, int] = defaultdict(int)
    seconds: dict[int, list[float]] = defaultdict(list)
    annotated: set[int] = set()
    unsubmitted: list[Problem] = []
    exported = studio.export(project.id)
    total = min(project.tasks, project.submitted)
    for task in watch(exported, "reading annotations", total):
        drafted = annotations_with_drafted_changes(task)
        for annotation in task["annotations"]:
            account = annotation.get("completed_by") or 0
            if annotation.get("was_cancelled"):
                skipped[account] += 1
                continue
            if annotation["id"] in drafted:
                problem = Problem(
                    exported_document_id(task),
                    PRESS_UPDATE,
                    studio_link(studio.url, project.id, task["id"]),
                    pseudonym(account, emails.get(account, "")),
                )
                unsubmitted.append(problem)
            submitted[account] += 1
            annotated.add(task["id"])
            if time := annotation.get("lead_time"):
                seconds[account].append(float(time))
    tasks = 0
    only_begun = 0
    only_skipped = 0
    untouched = 0
    for listed in watch(studio.tasks(project.id), "listing tasks", project.tasks):
        tasks += 1
        if listed.id in annotated:
            continue
        if listed.draft:
            only_begun += 1
        elif listed.annotations:
            only_skipped += 1
        else:
            untouched += 1
    annotators = [
        AnnotatorProgress(
            pseudonym=pseudonym(account, emails.get(account, "")),
            submitted=submitted[account],
            skipped=skipped[account],
            seconds=median(seconds[account]) if seconds[account] else None,
        )
        for account in sorted(submitted.keys() | skipped.keys())
    ]
    return ProjectStatus(
        project=title,
        link=studio_link(studio.url, project.id),
        tasks=tasks,
        annotated=len(annotated),
        begun=only_begun,
        skipped=only_skipped,
        left=untouched,
        workers=tuple(sorted(annotators, key=lambda one: one.pseudonym)),
        unsubmitted=tuple(unsubmitted),
    )
