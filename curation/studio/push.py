"""Documents to Label Studio, each once, whatever happens on the way."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from curation.document import Document
from curation.errors import Problem, SchemaError, StudioGone, refuse
from curation.files import Json
from curation.schema.check import check
from curation.schema.guidelines import guidelines_html
from curation.schema.labeling import labeling_xml
from curation.schema.model import Schema
from curation.studio.drift import align
from curation.studio.plan import Plan, make_plan, one_each
from curation.studio.port import Project, Studio
from curation.studio.rest import PATIENCE, come_to_rest
from curation.studio.tasks import to_prediction, to_task

BATCH = 500
ATTEMPTS = 5


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
    begun; *hidden* are other tasks' suggestions, of a model no longer shown;
    *doubles* are tasks that repeated another, begun by nobody, and are removed.
    *changed* says what changed in the project's config.
    """

    project: str
    link: str
    created: int
    updated: int
    unchanged: int
    kept: int
    hidden: int
    doubles: int
    refused: tuple[Problem, ...]
    changed: tuple[str, ...] = ()


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
    begun. Before anything is sent, raises SchemaError if any document is unsound, and
    StudioError if the project's config can't become ours without orphaning work.
    """
    refuse_unsound(documents, schema)
    version = _model_version(documents)
    project = studio.find_project(title)
    if project is None and not dry_run:
        project = studio.create_project(title, labeling_xml(schema), guidelines_html(schema))
    if project is None:
        yield Pushed(title, studio.url, len(documents), 0, 0, 0, 0, 0, ())
        return
    plan = make_plan(studio, project, documents, schema, version)
    changed = align(studio, project, schema, leaving=plan.extra, dry_run=dry_run)
    if not dry_run:
        for number in plan.doubles:
            studio.delete_task(number)
        yield from _create(studio, project, plan.new, schema, wait)
        yield from _replace(studio, project, plan, schema, version)
    link = f"{studio.url}/projects/{project.id}/data"
    kept = (plan.unchanged, plan.kept, plan.hidden, len(plan.doubles))
    yield Pushed(title, link, len(plan.new), plan.updated, *kept, tuple(plan.refused), changed)


def refuse_unsound(documents: Iterable[Document], schema: Schema) -> None:
    """Raises SchemaError with all that is wrong: one arrow into nowhere blanks the editor."""
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


def _create(
    studio: Studio,
    project: Project,
    documents: Sequence[Document],
    schema: Schema,
    wait: Callable[[float], None],
) -> Iterator[Step]:
    broken = False
    for first in range(0, len(documents), BATCH):
        yield Step("tasks", first, len(documents))
        batch = documents[first : first + BATCH]
        for attempt in range(1, ATTEMPTS + 1):
            began = time.monotonic()
            try:
                studio.import_tasks(project.id, [to_task(one, schema) for one in batch])
                break
            except StudioGone as gone:
                # It may have arrived, or be arriving: look before sending again.
                broken = True
                if attempt == ATTEMPTS:
                    raise
                if gone.rest:
                    wait(min(gone.rest, PATIENCE))
                come_to_rest(studio, project.id, wait, time.monotonic() - began)
                there, _ = one_each(studio, project, batch)
                batch = [one for one in batch if one.id not in there]
                if not batch:
                    break
    if broken:
        # What came too late to be seen then is seen now, or else by the next push.
        for number in one_each(studio, project, documents)[1]:
            studio.delete_task(number)
    yield Step("tasks", len(documents), len(documents))


def _replace(
    studio: Studio, project: Project, plan: Plan, schema: Schema, version: str
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
