"""What a push has to send: the documents held against what the server has."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from curation.document import Document
from curation.errors import Problem, StudioError
from curation.schema.model import Schema
from curation.studio.port import Prediction, Project, Studio, Task
from curation.studio.tasks import to_prediction


@dataclass
class Plan:
    """
    What is to be sent, and what stands in its way.

    *missing* are suggestions to add to tasks that are there, *extra* the
    numbers of those to remove. *doubles* are tasks that repeat another one and
    that nobody has begun. *waiting*: some task that nobody has begun has,
    or will have, these suggestions. *hidden* are other tasks with suggestions
    of another model only.
    """

    new: list[Document] = field(default_factory=list)
    missing: list[tuple[int, Document]] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    doubles: list[int] = field(default_factory=list)
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    hidden: int = 0
    waiting: bool = False
    refused: list[Problem] = field(default_factory=list)


def make_plan(
    studio: Studio,
    project: Project,
    documents: Sequence[Document],
    schema: Schema,
    version: str,
) -> Plan:
    """Compare *documents*, whose suggestions are by the model *version*, with the project."""
    known, doubles = one_each(studio, project, documents if project.tasks else ())
    suggested: dict[int, list[Prediction]] = defaultdict(list)
    switching = project.model_version not in ("", version)
    if version and (known or switching):
        for prediction in studio.predictions(project.id):
            suggested[prediction.task].append(prediction)
    plan = Plan(doubles=doubles)
    for document in documents:
        task = known.get(document.id)
        if task is None:
            plan.new.append(document)
            plan.waiting = plan.waiting or bool(document.layer)
        elif task.text_sha256 != document.text_sha256:
            plan.refused.append(_other_text(studio, project, task))
        else:
            _compare(plan, task, document, suggested[task.id], schema)
    ours = {task.id for task in known.values()} | set(doubles)
    plan.hidden = sum(
        all(one.model_version != version for one in there)
        for task, there in suggested.items()
        if task not in ours
    )
    return plan


def one_each(
    studio: Studio, project: Project, documents: Sequence[Document]
) -> tuple[dict[str, Task], list[int]]:
    """
    The task of each document that has one, and the numbers of those that repeat it.

    A push whose answer was lost may be carried out late, beside the next one:
    then a document is there twice. The task that somebody has begun counts, or
    else the first; StudioError where two were begun.
    """
    found: dict[str, list[Task]] = defaultdict(list)
    for task in studio.tasks(project.id, doc_ids=[document.id for document in documents]):
        found[task.doc_id].append(task)
    known: dict[str, Task] = {}
    doubles: list[int] = []
    for doc_id, tasks in found.items():
        first, *others = sorted(tasks, key=lambda task: (not task.begun, task.id))
        for other in others:
            if other.begun or other.text_sha256 != first.text_sha256:
                raise StudioError(
                    f"tasks {first.id} and {other.id} of {project.title!r} both hold {doc_id}",
                    hint=f"delete one of them: {studio.url}/projects/{project.id}/data?task={other.id}",
                )
        known[doc_id] = first
        doubles += [other.id for other in others]
    return known, doubles


def _compare(
    plan: Plan, task: Task, document: Document, there: Sequence[Prediction], schema: Schema
) -> None:
    """Add to the plan what makes the task's suggestions those of the document."""
    if document.layer is None:
        plan.unchanged += 1
        return
    plan.waiting = plan.waiting or not task.begun
    wanted = to_prediction(document, schema)
    same = [
        one.id
        for one in there
        if one.model_version == wanted["model_version"] and one.result == wanted["result"]
    ]
    surplus = [one.id for one in there if one.id not in same[:1]]
    if same and not surplus:
        plan.unchanged += 1
    elif task.begun:
        plan.kept += 1
    else:
        plan.updated += 1
        plan.missing += [] if same else [(task.id, document)]
        plan.extra += surplus


def _other_text(studio: Studio, project: Project, task: Task) -> Problem:
    link = f"{studio.url}/projects/{project.id}/data?task={task.id}"
    what = (
        "the text differs from the one that was pushed under this id; "
        "give a corrected article a new id"
    )
    return Problem(task.doc_id, what, link)
