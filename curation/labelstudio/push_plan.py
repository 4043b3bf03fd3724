"""What a push has to send: the documents compared with the tasks and suggestions of the project."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from curation.documents.document import Document
from curation.errors import Problem, StudioError
from curation.files import Json
from curation.labelstudio.check_documents import CheckedDocument, CheckedDocuments
from curation.labelstudio.left_out import DocumentsKnownHere, LeftOut, find_left_out
from curation.labelstudio.port import Project, ProjectTotals, Studio, Task, studio_link
from curation.labelstudio.push_ledger import PushedDocument
from curation.labelstudio.task_stamp import TaskStamp, stamp_of
from curation.labelstudio.tasks import to_prediction
from curation.schema.model import Schema

# Up to so many tasks are asked for their suggestions one by one; for more, all suggestions of
# the project are listed.
ASKED_ONE_BY_ONE = 100


@dataclass
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
    *left_out* would be new, outdated or of another text, but are out of the gold.
    *stamps* gives, by task, the stamp that a task nobody has begun lacks; *stamped_anew*
    counts those of them that had none, or that of another schema.

    *updated* and *begun* count documents whose suggestions changed: those that nobody has begun,
    and those that somebody has, which stay as they are. *hidden* counts tasks of other documents
    with suggestions of another model only. *shows_suggestions*: some task that is there, and that
    nobody has begun, has, or will have, these suggestions.
    """

    unchanged: dict[str, PushedDocument] = field(default_factory=dict)
    new: dict[str, CheckedDocument] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    rewritten: dict[str, int] = field(default_factory=dict)
    surplus: list[int] = field(default_factory=list)
    duplicates: list[int] = field(default_factory=list)
    outdated: dict[str, int] = field(default_factory=dict)
    lost: list[int] = field(default_factory=list)
    begun_texts: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, LeftOut] = field(default_factory=dict)
    stamps: dict[int, TaskStamp] = field(default_factory=dict)
    stamped_anew: int = 0
    updated: int = 0
    begun: int = 0
    hidden: int = 0
    shows_suggestions: bool = False
    refused: list[Problem] = field(default_factory=list)

    @property
    def replaced(self) -> set[int]:
        """The numbers of the suggestions that won't be what they are now."""
        return {*self.surplus, *self.rewritten.values(), *self.lost}


class StoredSuggestion(NamedTuple):
    """A suggestion on the server; *digest* stands for its regions and relations."""

    id: int
    model_version: str
    digest: str


def plan_push(
    studio: Studio,
    project: Project,
    checked: CheckedDocuments,
    *,
    totals: ProjectTotals,
    pushed: Mapping[str, PushedDocument],
    known_here: DocumentsKnownHere,
) -> PushPlan:
    """
    Compare the *checked* documents with the project, but for those *pushed* before.

    Documents that are out of the gold, as *known_here*, get no new task.
    """
    documents = {one.id: one for one in checked.documents if one.id not in pushed}
    known: dict[str, Task] = {}
    duplicates: list[int] = []
    if totals.tasks:
        known, duplicates = tasks_by_document(studio, project, list(documents))
    other_models = any(version != checked.model_version for version, _, _ in totals.suggestions)
    stored: dict[int, list[StoredSuggestion]] = defaultdict(list)
    unstamped = any(task.stamp is None and not task.is_begun for task in known.values())
    may_have_suggestions = checked.model_version or (unstamped and totals.suggestions)
    if may_have_suggestions and (known or other_models):
        all_of_project = other_models or len(known) > ASKED_ONE_BY_ONE
        asked = None if all_of_project else [task.id for task in known.values()]
        for number, suggestion in _stored_suggestions(studio, project, asked):
            stored[number].append(suggestion)
    plan = PushPlan(duplicates=duplicates)
    plan.unchanged = {one.id: pushed[one.id] for one in checked.documents if one.id in pushed}
    plan.new = {doc_id: one for doc_id, one in documents.items() if doc_id not in known}
    for document in checked.read(known) if known else ():
        task = known[document.id]
        if task.text_sha256 != document.text_sha256:
            was_annotated = known_here.text_sha256(document.id) not in (
                "",
                document.text_sha256,
            )
            if task.is_begun or was_annotated:
                plan.begun_texts[document.id] = task.id
            else:
                plan.outdated[document.id] = task.id
                plan.new[document.id] = documents[document.id]
        else:
            if not task.is_begun:
                stamp = _stamp_now(task, document, checked.schema, bool(stored[task.id]))
                if stamp != task.stamp:
                    plan.stamps[task.id] = stamp
                    before = task.stamp
                    plan.stamped_anew += before is None or before.schema != stamp.schema
            _plan_suggestions(
                plan,
                task,
                document,
                documents[document.id],
                stored=stored[task.id],
                schema=checked.schema,
            )
    _leave_out(plan, find_left_out(studio, project, known_here, [*plan.new, *plan.begun_texts]))
    plan.lost = [one.id for task in plan.outdated.values() for one in stored[task]]
    looked_at = {task.id for task in known.values()} | set(duplicates)
    plan.hidden = sum(
        all(one.model_version != checked.model_version for one in suggestions)
        for number, suggestions in stored.items()
        if suggestions and number not in looked_at
    )
    return plan


def _leave_out(plan: PushPlan, left_out: dict[str, LeftOut]) -> None:
    """Take these out of what is sent or refused; their tasks stay as they are."""
    plan.left_out = left_out
    for document in left_out:
        for planned in (plan.new, plan.outdated, plan.begun_texts):
            planned.pop(document, None)


def _stored_suggestions(
    studio: Studio, project: Project, tasks: Sequence[int] | None
) -> Iterator[tuple[int, StoredSuggestion]]:
    """Each with the number of its task."""
    for one in studio.predictions(project.id, tasks):
        yield one.task, StoredSuggestion(one.id, one.model_version, _digest(one.result))


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


def _plan_suggestions(
    plan: PushPlan,
    task: Task,
    document: Document,
    checked: CheckedDocument,
    *,
    stored: Sequence[StoredSuggestion],
    schema: Schema,
) -> None:
    """Add to the plan what makes the task's suggestions those of the document."""
    if document.layer is None:
        plan.unchanged[document.id] = PushedDocument(checked, task.id)
        return
    plan.shows_suggestions = plan.shows_suggestions or not task.is_begun
    prediction = to_prediction(document, schema)
    wanted = (prediction["model_version"], _digest(prediction["result"]))
    same = [one.id for one in stored if (one.model_version, one.digest) == wanted]
    surplus = [one.id for one in stored if one.id not in same[:1]]
    if same and not surplus:
        plan.unchanged[document.id] = PushedDocument(checked, task.id)
    elif task.is_begun:
        plan.begun += 1
    else:
        plan.updated += 1
        if not (same or surplus):
            plan.missing[document.id] = task.id
        elif not same:
            # A page that was opened with the old suggestion can still submit: it names its number.
            plan.rewritten[document.id], *surplus = surplus
        plan.surplus += surplus


def _stamp_now(
    task: Task, document: Document, schema: Schema, has_suggestions: bool
) -> TaskStamp:
    """The stamp of a task that nobody has begun; a document without suggestions leaves those of the task."""
    stamp = stamp_of(document, schema)
    if document.layer is None and task.stamp is not None:
        before = task.stamp
        stamp = replace(stamp, arm=before.arm, suggestion=before.suggestion)
    return replace(stamp, arm="assisted") if has_suggestions else stamp
