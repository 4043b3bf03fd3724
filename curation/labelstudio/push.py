"""Documents to Label Studio, each once, whatever happens on the way."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from curation.documents.stream import DocumentSource
from curation.errors import Problem
from curation.labelstudio.check_documents import Brief, Survey, survey
from curation.labelstudio.config import align
from curation.labelstudio.create_tasks import create
from curation.labelstudio.find_project import make_project
from curation.labelstudio.port import STRIDE, Marks, Project, Step, Studio, page
from curation.labelstudio.push_ledger import Balance, Ledger, Settled, settle, still_true
from curation.labelstudio.push_plan import Plan, make_plan
from curation.labelstudio.tasks import to_prediction
from curation.labelstudio.upload_batches import batches
from curation.schema.guidelines import guidelines_html
from curation.schema.labeling import labeling_xml
from curation.schema.model import Schema

# Old suggestions taken away between two signs of life.
SOME = 500

# What a project shows while its suggestions are of two models: those of either.
ANY = ""


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


def push(  # noqa: PLR0913
    studio: Studio,
    documents: DocumentSource,
    schema: Schema,
    *,
    title: str,
    dry_run: bool = False,
    ledger: Ledger | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[Step | Ledger | Pushed]:
    """
    Send *documents* to the project *title*; the last event is a Pushed.

    Idempotent by id and text: run again, after whatever interruption, it sends
    what is missing and nothing else. Suggestions are replaced where nobody has
    begun. Before anything is sent, raises InputError or SchemaError if any document
    is unsound, and StudioError if the project's config can't become ours without
    orphaning work.

    The *ledger* of the last push spares a second look at what hasn't changed
    since, here or there; where there is a new one, it is an event, too.
    """
    ledger = ledger or Ledger()
    found = yield from survey(documents, schema, ledger.known(schema))
    project = studio.find_project(title)
    if project is None and not dry_run:
        texts = labeling_xml(schema).strip(), guidelines_html(schema).strip()
        project = make_project(studio, title, *texts)
    if project is None:
        yield Pushed(title, studio.url, len(found.briefs), 0, 0, 0, 0, 0, ())
        return
    marks = studio.marks(project.id) if project.tasks else Marks()
    settled = _settled(ledger, studio, project, marks, schema, found)
    plan = make_plan(studio, project, found, schema, marks, settled)
    changed = align(studio, project, schema, leaving=plan.leaving, dry_run=dry_run)
    if not dry_run:
        for number in plan.doubles:
            studio.delete_task(number)
        created = yield from create(studio, project, found, plan.new, schema, wait)
        left = plan
        if len(created) < len(plan.new):
            # They are there, but their suggestions may have been lost on the way.
            now = studio.marks(project.id)
            left = make_plan(studio, project, found, schema, now, settled | plan.settled)
        yield from _replace(studio, project, found, left, schema)
        known = settled | plan.settled
        balance = _balance(plan, created)
        after = settle(studio, project, schema, marks, known.values(), balance)
        if after != ledger:
            yield after
    link = page(studio.url, project.id)
    others = (len(plan.settled), plan.kept, plan.hidden, len(plan.doubles))
    refused = tuple(plan.refused)
    yield Pushed(title, link, len(plan.new), plan.updated, *others, refused, changed)


def _settled(
    ledger: Ledger,
    studio: Studio,
    project: Project,
    marks: Marks,
    schema: Schema,
    found: Survey,
) -> dict[str, Settled]:
    """
    What is settled and not pushed with anything else now, by document.

    Nothing while the project shows another model's suggestions, or has others.
    """
    versions = {version for version, _, _ in marks.suggestions}
    if found.version and {*versions, project.model_version} - {found.version}:
        return {}
    settled = still_true(ledger, studio, project, marks, schema)
    for brief in found.briefs:
        if brief.id in settled and settled[brief.id].brief != brief:
            del settled[brief.id]
    return settled


def _balance(plan: Plan, created: Sequence[Brief]) -> Balance:
    """What this push added to the server, as far as it knows."""
    suggested = sum(bool(brief.version) for brief in plan.new.values())
    suggestions = suggested + len(plan.missing) - len(plan.extra)
    return Balance(created, len(plan.doubles), suggestions)


def _replace(
    studio: Studio, project: Project, found: Survey, plan: Plan, schema: Schema
) -> Iterator[Step]:
    """New suggestions in, then shown, then what is too much out: nobody ever sees a task without."""
    done, total = 0, len(plan.missing) + len(plan.instead)
    form = partial(to_prediction, schema=schema)
    if plan.instead and project.model_version not in (ANY, found.version):
        studio.update_project(project.id, model_version=ANY)
    for document in found.read(plan.instead) if plan.instead else ():
        if done % STRIDE == 0:
            yield Step("suggestions", done, total)
        new = form(document)
        number, version = plan.instead[document.id], new["model_version"]
        studio.rewrite("predictions", number, new["result"], model_version=version)
        done += 1
    for batch in batches(found.read(plan.missing), form) if plan.missing else ():
        yield Step("suggestions", done, total)
        items = [(plan.missing[doc_id], prediction) for doc_id, prediction in batch.items()]
        studio.import_predictions(project.id, items)
        done += len(batch)
    # Label Studio itself shows the first suggestions that come with a task.
    shown = not project.model_version and any(one.version for one in plan.new.values())
    if plan.waiting and project.model_version != found.version and not shown:
        studio.update_project(project.id, model_version=found.version)
    for first in range(0, len(plan.extra), SOME):
        yield Step("old suggestions", first, len(plan.extra))
        studio.delete_predictions(plan.extra[first : first + SOME])
