"""What a push has to send: the documents compared with the tasks and suggestions of the project."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from curation.documents.document import Document
from curation.errors import StudioError
from curation.files import Json
from curation.labelstudio.push.check_documents import CheckedDocument, CheckedDocuments
from curation.labelstudio.push.dealing import Dealing
from curation.labelstudio.push.ledger import PushedDocument
from curation.labelstudio.push.left_out import DocumentsKnownHere, LeftOut, find_left_out
from curation.labelstudio.server.port import Project, ProjectTotals, Studio, Task, studio_link
from curation.labelstudio.task_stamp import TaskStamp, stamp_of
from curation.labelstudio.tasks import to_prediction
from curation.schema.model import Schema

# Up to so many tasks are asked for their suggestions one by one; for more, all suggestions of
# the project are listed.
ASKED_ONE_BY_ONE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PushPlan:
    """
    What is to be sent, and what can't be; documents by their ids.

    *unchanged* are documents whose task is as it should be. *new* have no task yet. *missing*
    gives the tasks that lack the document's suggestions. *rewritten* gives, for each document,
    the number of an old suggestion that becomes the document's. *surplus* are the numbers of
    suggestions to delete, *duplicates* of tasks to delete: they repeat another task, and nobody
    has begun them. *outdated* gives, for some of the new documents, the task with the article's
    text before it was corrected, which nobody has begun; *lost* are the numbers of its suggestions.
    *begun_texts* gives the tasks of another text than the document's that somebody has begun.
    *left_out* would be new, outdated or of another text, but are out of the gold. *blind* are the
    new documents that come without their suggestions.
    *stamps* gives, by task, the stamp that a task nobody has begun lacks; *stamped_anew*
    counts those of them that had none, or that of another schema.

    *updated* and *begun* count documents whose suggestions changed: those that nobody has begun,
    and those that somebody has, which stay as they are. *hidden* counts tasks of other documents
    with suggestions of another model only that somebody is still to annotate. *shows_suggestions*: some task that is there, and that
    somebody is still to annotate, has, or will have, these suggestions.
    """

    unchanged: Mapping[str, PushedDocument]
    new: Mapping[str, CheckedDocument]
    missing: Mapping[str, int]
    rewritten: Mapping[str, int]
    surplus: tuple[int, ...]
    duplicates: tuple[int, ...]
    outdated: Mapping[str, int]
    lost: tuple[int, ...]
    begun_texts: Mapping[str, int]
    left_out: Mapping[str, LeftOut]
    blind: frozenset[str]
    stamps: Mapping[int, TaskStamp]
    stamped_anew: int
    updated: int
    begun: int
    hidden: int
    shows_suggestions: bool

    @property
    def replaced(self) -> set[int]:
        """The numbers of the suggestions that won't be what they are now."""
        return {*self.surplus, *self.rewritten.values(), *self.lost}

    def with_missing(self, tasks: Mapping[str, int]) -> "PushPlan":
        """The plan where these *tasks*, by their documents, lack their suggestions, too."""
        return replace(self, missing={**self.missing, **tasks})

    def without_begun_texts(self, begun: Mapping[str, int]) -> "PushPlan":
        """The plan where somebody has *begun* tasks that were outdated, given by their documents."""
        return replace(
            self,
            new={name: one for name, one in self.new.items() if name not in begun},
            outdated={name: task for name, task in self.outdated.items() if name not in begun},
            blind=self.blind.difference(begun),
            begun_texts={**self.begun_texts, **begun},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPlan:
    """
    What a task needs that holds the document's text.

    Its suggestions are *same*, or stay as they are, as somebody has *begun*; else they are
    *updated*: *lacking*, *rewritten* from the old one of this number, or merely too many.
    *surplus* are the numbers of those to delete. *stamp* is None where the task has its own.
    """

    document: CheckedDocument
    task: Task
    suggestions: Literal["same", "begun", "updated"]
    has_suggestions: bool
    lacking: bool = False
    rewritten: int | None = None
    surplus: tuple[int, ...] = ()
    stamp: TaskStamp | None = None

    @property
    def shows_suggestions(self) -> bool:
        """Whether somebody is to annotate the task, and begins with the document's suggestions."""
        has_them = self.suggestions == "same" or not self.task.is_begun
        return self.has_suggestions and has_them and not self.task.is_finished

    @property
    def is_stamped_anew(self) -> bool:
        """Whether the task had no stamp, or that of another schema."""
        if self.stamp is None:
            return False
        before = self.task.stamp
        return before is None or before.schema != self.stamp.schema


class StoredSuggestion(NamedTuple):
    """A suggestion on the server; *digest* stands for its regions and relations."""

    id: int
    model_version: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundProject:
    """A project as a push finds it; *pushed* are the documents that are still as they were pushed."""

    project: Project
    totals: ProjectTotals
    pushed: Mapping[str, PushedDocument]


def plan_push(
    studio: Studio,
    found: FoundProject,
    checked: CheckedDocuments,
    *,
    known_here: DocumentsKnownHere,
    dealing: Dealing,
) -> PushPlan:
    """
    Compare the *checked* documents with the project, but for those pushed before.

    Documents that are out of the gold, as *known_here*, get no new task. The *dealing* says which
    of the new ones are blind; a document that was dealt blind before stays so.
    """
    project = found.project
    pushed = found.pushed
    documents = {one.id: one for one in checked.documents if one.id not in pushed}
    looked_for = [*documents] if found.totals.tasks else []
    known, duplicates = tasks_by_document(studio, project, looked_for)
    stored = _suggestions_by_task(studio, found, checked.model_version, known.values())
    new = {doc_id: one for doc_id, one in documents.items() if doc_id not in known}
    outdated: dict[str, int] = {}
    begun_texts: dict[str, int] = {}
    planned: list[TaskPlan] = []
    for given in checked.read(known) if known else ():
        task = known[given.id]
        document = given.without_annotations() if _is_dealt_blind(task) else given
        if task.text_sha256 == document.text_sha256:
            planned.append(
                _plan_task(
                    task,
                    document,
                    documents[document.id],
                    stored=stored.get(task.id, ()),
                    schema=checked.schema,
                )
            )
        elif task.is_begun or known_here.text_sha256(document.id) not in (
            "",
            document.text_sha256,
        ):
            begun_texts[document.id] = task.id
        else:
            outdated[document.id] = task.id
            new[document.id] = documents[document.id]
    left_out = find_left_out(studio, project, known_here, [*new, *begun_texts], checked=checked)
    for document_id in left_out:
        for one in (new, outdated, begun_texts):
            one.pop(document_id, None)
    blind = {document for document in outdated if _is_dealt_blind(known[document])}
    if dealing.blind_share:
        undealt = new.keys() - outdated.keys()
        blind |= {one.id for one in checked.read(undealt) if dealing.deals_blind(one.group)}
    looked_at = {task.id for task in known.values()} | set(duplicates)
    of_others_only = [
        number
        for number, suggestions in stored.items()
        if number not in looked_at
        and all(one.model_version != checked.model_version for one in suggestions)
    ]
    before = {one.id: pushed[one.id] for one in checked.documents if one.id in pushed}
    same = {
        one.document.id: PushedDocument(one.document, one.task.id)
        for one in planned
        if one.suggestions == "same"
    }
    return PushPlan(
        unchanged=before | same,
        new=new,
        missing={one.document.id: one.task.id for one in planned if one.lacking},
        rewritten={
            one.document.id: one.rewritten for one in planned if one.rewritten is not None
        },
        surplus=tuple(number for one in planned for number in one.surplus),
        duplicates=tuple(duplicates),
        outdated=outdated,
        lost=tuple(one.id for task in outdated.values() for one in stored.get(task, ())),
        begun_texts=begun_texts,
        left_out=left_out,
        blind=frozenset(blind),
        stamps={one.task.id: one.stamp for one in planned if one.stamp},
        stamped_anew=sum(one.is_stamped_anew for one in planned),
        updated=sum(one.suggestions == "updated" for one in planned),
        begun=sum(one.suggestions == "begun" for one in planned),
        hidden=_count_unfinished(studio, project, of_others_only),
        shows_suggestions=any(one.shows_suggestions for one in planned),
    )


def _count_unfinished(studio: Studio, project: Project, tasks: Sequence[int]) -> int:
    """How many of the *tasks*, by number, somebody is still to annotate."""
    if not tasks:
        return 0
    listed = studio.tasks(project.id, numbers=sorted(tasks))
    return sum(not task.is_finished for task in listed)


def _suggestions_by_task(
    studio: Studio, found: FoundProject, model_version: str, known: Collection[Task]
) -> dict[int, list[StoredSuggestion]]:
    """
    The suggestions of the *known* tasks, and of all others where some are not of this model.

    They aren't asked for where they can't matter: nothing is suggested now, nor was anything before
    on a task without a stamp.
    """
    suggestions = found.totals.suggestions
    other_models = any(version != model_version for version, _, _ in suggestions)
    unstamped = any(task.stamp is None and not task.is_begun for task in known)
    matters = bool(model_version) or (unstamped and bool(suggestions))
    by_task: dict[int, list[StoredSuggestion]] = defaultdict(list)
    if not matters or not (known or other_models):
        return by_task
    all_of_project = other_models or len(known) > ASKED_ONE_BY_ONE
    asked = None if all_of_project else [task.id for task in known]
    for one in studio.predictions(found.project.id, asked):
        stored = StoredSuggestion(one.id, one.model_version, _digest(one.result))
        by_task[one.task].append(stored)
    return by_task


def _digest(result: list[Json]) -> str:
    """The same for the same result, whatever the order of its keys."""
    text = json.dumps(result, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def tasks_by_document(
    studio: Studio, project: Project, documents: Sequence[str]
) -> tuple[dict[str, Task], list[int]]:
    """
    The task of each document that has one, and the numbers of the tasks that repeat it.

    A push whose answer was lost may be carried out late, beside the next one: then a document
    has two tasks. The one that somebody has begun counts, else the first. Raises StudioError
    where two were begun, or differ in their text.
    """
    found: dict[str, list[Task]] = defaultdict(list)
    for task in studio.tasks(project.id, doc_ids=documents) if documents else ():
        found[task.doc_id].append(task)
    known: dict[str, Task] = {}
    duplicates: list[int] = []
    for doc_id, tasks in found.items():
        first, *repeated = sorted(tasks, key=lambda task: (not task.is_begun, task.id))
        for task in repeated:
            if task.is_begun or task.text_sha256 != first.text_sha256:
                raise StudioError(
                    f"tasks {first.id} and {task.id} of {project.title!r} both hold {doc_id}",
                    hint="look at both in Label Studio, and delete the one that should not count: "
                    f"{studio_link(studio.url, project.id, task.id)}",
                )
        known[doc_id] = first
        duplicates += [task.id for task in repeated]
    return known, duplicates


def _plan_task(
    task: Task,
    document: Document,
    checked: CheckedDocument,
    *,
    stored: Sequence[StoredSuggestion],
    schema: Schema,
) -> TaskPlan:
    """What makes the task's suggestions and stamp those of the document."""
    stamp = None if task.is_begun else _stamp_now(task, document, schema, bool(stored))
    same = TaskPlan(
        document=checked,
        task=task,
        suggestions="same",
        has_suggestions=document.layer is not None,
        stamp=None if stamp == task.stamp else stamp,
    )
    if document.layer is None:
        return same
    prediction = to_prediction(document, schema)
    wanted = (prediction["model_version"], _digest(prediction["result"]))
    equal = [one.id for one in stored if (one.model_version, one.digest) == wanted]
    surplus = tuple(one.id for one in stored if one.id not in equal[:1])
    if equal and not surplus:
        return same
    if task.is_begun:
        return replace(same, suggestions="begun")
    if equal:
        return replace(same, suggestions="updated", surplus=surplus)
    if not surplus:
        return replace(same, suggestions="updated", lacking=True)
    # A page that was opened with the old suggestion can still submit: it names its number.
    first, *others = surplus
    return replace(same, suggestions="updated", rewritten=first, surplus=tuple(others))


def _is_dealt_blind(task: Task) -> bool:
    return task.stamp is not None and task.stamp.dealt


def _stamp_now(
    task: Task, document: Document, schema: Schema, has_suggestions: bool
) -> TaskStamp:
    """The stamp of a task that nobody has begun; a document without suggestions leaves those of the task."""
    # Where the guideline changes, all tasks of the project are told.
    stamp = stamp_of(document, schema).with_guidelines_of(task.stamp)
    if document.layer is None and task.stamp is not None:
        before = task.stamp
        stamp = replace(stamp, arm=before.arm, suggestion=before.suggestion, dealt=before.dealt)
    return replace(stamp, arm="assisted") if has_suggestions else stamp
