"""Documents to Label Studio, each once, whatever happens on the way."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from curation.document import Document
from curation.errors import Problem, SchemaError, StudioError, StudioGone, refuse
from curation.files import Json
from curation.schema.check import check
from curation.schema.guidelines import guidelines_html
from curation.schema.labeling import labeling_xml
from curation.schema.model import Schema
from curation.studio.port import Prediction, Project, Studio, Task
from curation.studio.tasks import to_prediction, to_task

BATCH = 500
ATTEMPTS = 5
STILL = 3


@dataclass(frozen=True, slots=True)
class Step:
    """Long work, so far."""

    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Pushed:
    """
    What a push did, or would do.

    *kept* are documents whose suggestions changed but whose annotators have
    begun; *hidden* are other tasks' suggestions, of a model no longer shown.
    """

    project: str
    link: str
    created: int
    updated: int
    unchanged: int
    kept: int
    hidden: int
    refused: tuple[Problem, ...]


@dataclass(frozen=True)
class _Plan:
    """
    What is to be sent, and what stands in its way.

    *waiting*: some task that nobody has begun will have these suggestions.
    """

    new: tuple[Document, ...]
    missing: tuple[tuple[int, Document], ...]
    extra: tuple[int, ...]
    updated: int
    unchanged: int
    kept: int
    hidden: int
    waiting: bool
    refused: tuple[Problem, ...]


def push(
    studio: Studio,
    documents: Sequence[Document],
    schema: Schema,
    *,
    title: str,
    dry_run: bool = False,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[Step | Pushed]:
    """
    Send *documents* to the project *title*; the last event is a Pushed.

    Idempotent by id and text: run again, after whatever interruption, it sends
    what is missing and nothing else. Suggestions are replaced where nobody has
    begun. Raises SchemaError before anything is sent if any document is unsound.
    """
    _sound(documents, schema)
    version = _model_version(documents)
    project = studio.find_project(title)
    if project is None and not dry_run:
        project = studio.create_project(title, labeling_xml(schema), guidelines_html(schema))
    if project is None:
        yield Pushed(title, studio.url, len(documents), 0, 0, 0, 0, ())
        return
    plan = _plan(studio, project, documents, schema, version)
    if not dry_run:
        _configure(studio, project, schema)
        yield from _create(studio, project, plan.new, schema, wait)
        yield from _replace(studio, project, plan, schema, version)
    link = f"{studio.url}/projects/{project.id}/data"
    yield Pushed(
        title, link, len(plan.new), plan.updated, plan.unchanged, plan.kept, plan.hidden, plan.refused
    )  # fmt: skip


def _sound(documents: Iterable[Document], schema: Schema) -> None:
    problems = tuple(chain.from_iterable(check(document, schema) for document in documents))
    if problems:
        hint = (
            "nothing was sent; mend these documents, or make them anew with: curate preannotate"
        )
        refuse(problems, SchemaError, hint=hint)


def _model_version(documents: Iterable[Document]) -> str:
    """The one model that made all suggestions; empty where there are none."""
    versions = {str(document.layer) for document in documents if document.layer}
    if len(versions) > 1:
        raise SchemaError(
            f"the documents carry suggestions of {len(versions)} models: {', '.join(sorted(versions))}",
            hint="Label Studio shows one model's suggestions at a time; push one file a model",
        )
    return versions.pop() if versions else ""


def _configure(studio: Studio, project: Project, schema: Schema) -> None:
    """Bring config and instructions up to date, where they differ."""
    config, instructions = labeling_xml(schema).strip(), guidelines_html(schema).strip()
    if project.label_config != config:
        studio.update_project(project.id, label_config=config)
    if project.instructions != instructions:
        studio.update_project(project.id, instructions=instructions)


def _plan(
    studio: Studio,
    project: Project,
    documents: Sequence[Document],
    schema: Schema,
    version: str,
) -> _Plan:
    known = _known(studio, project, documents)
    suggested: dict[int, list[Prediction]] = defaultdict(list)
    if known and version:
        for prediction in studio.predictions(project.id):
            suggested[prediction.task].append(prediction)
    new: list[Document] = []
    missing: list[tuple[int, Document]] = []
    extra: list[int] = []
    refused: list[Problem] = []
    updated = unchanged = kept = 0
    waiting = False
    for document in documents:
        task = known.get(document.id)
        if task is None:
            new.append(document)
            continue
        if task.text_sha256 != document.text_sha256:
            refused.append(_other_text(studio, project, task))
            continue
        there = suggested[task.id]
        stale = _stale(document, there, schema) if document.layer else None
        begun = bool(task.annotations or task.drafts)
        waiting = waiting or (bool(document.layer) and not begun)
        if stale is None:
            unchanged += 1
        elif begun:
            kept += 1
        else:
            updated += 1
            lacks, surplus = stale
            missing += [(task.id, document)] if lacks else []
            extra += surplus
    ours = {task.id for task in known.values()}
    hidden = sum(
        all(one.model_version != version for one in there)
        for task, there in suggested.items()
        if task not in ours and there
    )
    return _Plan(
        tuple(new),
        tuple(missing),
        tuple(extra),
        updated,
        unchanged,
        kept,
        hidden,
        tuple(refused),
    )


def _known(studio: Studio, project: Project, documents: Sequence[Document]) -> dict[str, Task]:
    if not project.tasks:
        return {}
    known: dict[str, Task] = {}
    for task in studio.tasks(project.id, doc_ids=[document.id for document in documents]):
        if task.doc_id in known:
            raise StudioError(
                f"tasks {known[task.doc_id].id} and {task.id} of {project.title!r} both hold {task.doc_id}",
                hint=f"delete one of them: {studio.url}/projects/{project.id}/data?task={task.id}",
            )
        known[task.doc_id] = task
    return known


def _stale(
    document: Document, there: Sequence[Prediction], schema: Schema
) -> tuple[bool, list[int]] | None:
    """
    How what is there differs from the document's suggestions, None if it doesn't.

    Whether they have to be added, and which others are to go.
    """
    wanted = to_prediction(document, schema)
    same = [
        one.id
        for one in there
        if one.model_version == wanted["model_version"] and one.result == wanted["result"]
    ]
    surplus = [one.id for one in there if one.id not in same[:1]]
    return None if same and not surplus else (not same, surplus)


def _other_text(studio: Studio, project: Project, task: Task) -> Problem:
    link = f"{studio.url}/projects/{project.id}/data?task={task.id}"
    what = (
        "the text differs from the one that was pushed under this id; "
        "give a corrected article a new id"
    )
    return Problem(task.doc_id, what, link)


def _create(
    studio: Studio,
    project: Project,
    documents: Sequence[Document],
    schema: Schema,
    wait: Callable[[float], None],
) -> Iterator[Step]:
    for first in range(0, len(documents), BATCH):
        yield Step("tasks", first, len(documents))
        batch = documents[first : first + BATCH]
        for attempt in range(1, ATTEMPTS + 1):
            try:
                studio.import_tasks(project.id, [to_task(one, schema) for one in batch])
            except StudioGone:
                # It may have arrived, or be arriving: look before sending again.
                if attempt == ATTEMPTS:
                    raise
                _come_to_rest(studio, project, wait)
                there = {
                    task.doc_id
                    for task in studio.tasks(project.id, doc_ids=[one.id for one in batch])
                }
                batch = [one for one in batch if one.id not in there]
            else:
                batch = []
            if not batch:
                break
    yield Step("tasks", len(documents), len(documents))


def _come_to_rest(studio: Studio, project: Project, wait: Callable[[float], None]) -> None:
    """Until the number of tasks stands still: what timed out may still be committing."""
    counts: list[int] = []
    while len(counts) < STILL or len(set(counts[-STILL:])) > 1:
        wait(1.0)
        try:
            counts.append(len(studio.task_ids(project.id)))
        except StudioGone:
            counts.append(-len(counts) - 1)
            if len(counts) >= 60:
                raise


def _replace(
    studio: Studio, project: Project, plan: _Plan, schema: Schema, version: str
) -> Iterator[Step]:
    """New suggestions in, then shown, then the old ones out: nobody ever sees a task without."""
    items: list[tuple[int, Json]] = [
        (task, to_prediction(document, schema)) for task, document in plan.missing
    ]
    for first in range(0, len(items), BATCH):
        yield Step("suggestions", first, len(items))
        studio.import_predictions(project.id, items[first : first + BATCH])
    if plan.waiting and project.model_version != version:
        studio.update_project(project.id, model_version=version)
    for first in range(0, len(plan.extra), BATCH):
        yield Step("old suggestions", first, len(plan.extra))
        studio.delete_predictions(plan.extra[first : first + BATCH])
