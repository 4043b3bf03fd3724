"""What a push has to send: the documents held against what the server has."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from curation.documents.document import Document
from curation.errors import Problem, StudioError
from curation.files import Json
from curation.labelstudio.check_documents import Brief, Survey
from curation.labelstudio.port import Marks, Project, Studio, Task, page
from curation.labelstudio.push_ledger import Settled
from curation.labelstudio.tasks import to_prediction
from curation.schema.model import Schema

# So many tasks are asked for their suggestions one by one; beyond, all of the project's are listed.
FEW = 100


@dataclass
class Plan:
    """
    What is to be sent, and what stands in its way; documents by their ids.

    *settled* are those that are as they should be; *missing* are tasks that are
    there and lack the document's suggestions, *instead* the numbers of suggestions that become
    the document's, *extra* of those to remove. *doubles* are tasks that repeat another one and
    that nobody has begun. *waiting*: some task that nobody has begun has,
    or will have, these suggestions. *hidden* are other tasks with suggestions
    of another model only.
    """

    settled: dict[str, Settled] = field(default_factory=dict)
    new: dict[str, Brief] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    instead: dict[str, int] = field(default_factory=dict)
    extra: list[int] = field(default_factory=list)
    doubles: list[int] = field(default_factory=list)
    updated: int = 0
    kept: int = 0
    hidden: int = 0
    waiting: bool = False
    refused: list[Problem] = field(default_factory=list)

    @property
    def leaving(self) -> set[int]:
        """The suggestions that won't say any more what they say now."""
        return {*self.extra, *self.instead.values()}


class Suggested(NamedTuple):
    """A suggestion that is on the server, without all that it says."""

    id: int
    version: str
    digest: str


def make_plan(
    studio: Studio,
    project: Project,
    found: Survey,
    schema: Schema,
    marks: Marks,
    settled: Mapping[str, Settled],
) -> Plan:
    """Compare what was *found* with the project, but for what is *settled*."""
    briefs = {one.id: one for one in found.briefs if one.id not in settled}
    known, doubles = one_each(studio, project, list(briefs) if marks.tasks else ())
    others = any(version != found.version for version, _, _ in marks.suggestions)
    suggested: dict[int, list[Suggested]] = defaultdict(list)
    if found.version and (known or others):
        few = None if others or len(known) > FEW else [task.id for task in known.values()]
        for number, one in _suggestions(studio, project, few):
            suggested[number].append(one)
    plan = Plan(doubles=doubles)
    plan.settled = {one.id: settled[one.id] for one in found.briefs if one.id in settled}
    plan.new = {doc_id: one for doc_id, one in briefs.items() if doc_id not in known}
    plan.waiting = any(one.version for one in plan.new.values())
    for document in found.read(known) if known else ():
        task = known[document.id]
        if task.text_sha256 != document.text_sha256:
            plan.refused.append(_other_text(studio, project, task))
        else:
            _compare(plan, task, document, briefs[document.id], suggested[task.id], schema)
    ours = {task.id for task in known.values()} | set(doubles)
    plan.hidden = sum(
        all(one.version != found.version for one in there)
        for number, there in suggested.items()
        if there and number not in ours
    )
    return plan


def _suggestions(
    studio: Studio, project: Project, tasks: Sequence[int] | None
) -> Iterator[tuple[int, Suggested]]:
    for one in studio.predictions(project.id, tasks):
        yield one.task, Suggested(one.id, one.model_version, _digest(one.result))


def _digest(result: list[Json]) -> str:
    """What a suggestion says, whatever the order of its keys."""
    said = json.dumps(result, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def one_each(
    studio: Studio, project: Project, documents: Sequence[str]
) -> tuple[dict[str, Task], list[int]]:
    """
    The task of each document that has one, and the numbers of those that repeat it.

    A push whose answer was lost may be carried out late, beside the next one:
    then a document is there twice. The task that somebody has begun counts, or
    else the first; StudioError where two were begun.
    """
    found: dict[str, list[Task]] = defaultdict(list)
    for task in studio.tasks(project.id, doc_ids=documents) if documents else ():
        found[task.doc_id].append(task)
    known: dict[str, Task] = {}
    doubles: list[int] = []
    for doc_id, tasks in found.items():
        first, *others = sorted(tasks, key=lambda task: (not task.begun, task.id))
        for other in others:
            if other.begun or other.text_sha256 != first.text_sha256:
                raise StudioError(
                    f"tasks {first.id} and {other.id} of {project.title!r} both hold {doc_id}",
                    hint=f"delete one of them: {page(studio.url, project.id, other.id)}",
                )
        known[doc_id] = first
        doubles += [other.id for other in others]
    return known, doubles


def _compare(
    plan: Plan,
    task: Task,
    document: Document,
    brief: Brief,
    there: Sequence[Suggested],
    schema: Schema,
) -> None:
    """Add to the plan what makes the task's suggestions those of the document."""
    if document.layer is None:
        plan.settled[document.id] = Settled(brief, task.id)
        return
    plan.waiting = plan.waiting or not task.begun
    wanted = to_prediction(document, schema)
    version, digest = wanted["model_version"], _digest(wanted["result"])
    same = [one.id for one in there if (one.version, one.digest) == (version, digest)]
    surplus = [one.id for one in there if one.id not in same[:1]]
    if same and not surplus:
        plan.settled[document.id] = Settled(brief, task.id)
    elif task.begun:
        plan.kept += 1
    else:
        plan.updated += 1
        if not (same or surplus):
            plan.missing[document.id] = task.id
        elif not same:
            # Under its number a page that was opened before can still be submitted.
            plan.instead[document.id], *surplus = surplus
        plan.extra += surplus


def _other_text(studio: Studio, project: Project, task: Task) -> Problem:
    link = page(studio.url, project.id, task.id)
    what = (
        "the text differs from the one that was pushed under this id; "
        "give a corrected article a new id"
    )
    return Problem(task.doc_id, what, link)
