"""Documents sent to Label Studio, each once, also where a push is interrupted and run again."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from curation.documents.stream import DocumentSource
from curation.errors import Problem, StudioConnectionLost, StudioError
from curation.files import Json
from curation.labelstudio.adjudication_project import refuse_adjudication
from curation.labelstudio.check_documents import (
    CheckedDocuments,
    check_documents,
)
from curation.labelstudio.config import align_config
from curation.labelstudio.corrected_articles import begun_text_problem, delete_outdated_tasks
from curation.labelstudio.create_tasks import CreatedTasks, create_tasks
from curation.labelstudio.find_project import make_project
from curation.labelstudio.left_out import (
    DocumentsKnownHere,
    LeftOut,
    NothingKnownHere,
    find_left_out,
    superseded_but_unknown,
)
from curation.labelstudio.port import Project, ProjectTotals, Studio, studio_link
from curation.labelstudio.push_ledger import (
    PushedCounts,
    PushedDocument,
    PushLedger,
    ledger_after_push,
    still_pushed,
)
from curation.labelstudio.push_plan import ASKED_ONE_BY_ONE, PushPlan, plan_push
from curation.labelstudio.send_batch import SERVER_FAULT, BatchSender, refusal_problem
from curation.labelstudio.task_stamp import STAMP_KEY
from curation.labelstudio.tasks import to_prediction
from curation.labelstudio.upload_batches import upload_batches
from curation.progress import Watch, unwatched
from curation.schema.guidelines import guidelines_html
from curation.schema.labeling import labeling_xml
from curation.schema.model import Schema

# The setting with which a project shows the suggestions of every model.
ALL_MODELS = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReport:
    """
    What a push did, or would do.

    *created*, *updated* and *unchanged* count documents. *begun* counts documents whose
    suggestions changed and were not replaced, because an annotator has begun. *hidden* counts
    tasks of other documents whose suggestions are of a model that is no longer shown. *stamped*
    counts tasks that nobody has begun, and that had no stamp, or that of another schema.
    *corrected* counts the updated documents whose article has another text than was pushed: their
    tasks, which nobody had begun, are made anew.
    *superseding* gives, for each new corrected article that names one, the document that it takes
    the place of; *superseding_unknown* those that name a document which nobody knows.
    *left_out* are documents that get no task, as they are out of the gold.
    *duplicates* counts tasks that repeated another one, were begun by nobody, and are deleted.
    *refused* are documents that were not sent. *config_changes* says in words what changed in
    the project's config. *trimmed* are spans that were sent without the white space at their
    edges. *ledger* is what the next push should be given, None where nothing in
    it changed.
    """

    project: str
    link: str
    created: int
    updated: int = 0
    unchanged: int = 0
    begun: int = 0
    hidden: int = 0
    corrected: int = 0
    superseding: Mapping[str, str] = field(default_factory=dict)
    superseding_unknown: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)
    duplicates: int = 0
    stamped: int = 0
    refused: tuple[Problem, ...] = ()
    config_changes: tuple[str, ...] = ()
    trimmed: tuple[Problem, ...] = ()
    ledger: PushLedger | None = None


def _say_nothing(documents: Collection[str]) -> None:
    """What is given no other function to call before something is sent."""


def push_documents(  # noqa: PLR0913
    studio: Studio,
    documents: DocumentSource,
    schema: Schema,
    *,
    title: str,
    dry_run: bool = False,
    ledger: PushLedger | None = None,
    watch: Watch = unwatched,
    wait: Callable[[float], None] = time.sleep,
    before_sending: Callable[[Collection[str]], None] = _say_nothing,
    known_here: DocumentsKnownHere | None = None,
) -> PushReport:
    """
    Send *documents* to the project *title*, which is made if Label Studio has none.

    A document is known by its id and text, so a push that is run again sends only what is
    missing. Suggestions, and the text of a corrected article, are replaced where nobody has begun;
    *known_here* says of which text annotations were pulled, and which documents are out of the gold:
    they get no new task. The *ledger* of the last push spares a second look at documents and tasks
    that haven't changed. *wait* is given seconds.
    *before_sending* is given the ids of the documents that have no task in the project yet.

    Before anything is sent, raises InputError or SchemaError if any document is unsound, and
    StudioError if the project's config can't become the schema's without orphaning work.
    """
    ledger = ledger or PushLedger()
    known_here = known_here or NothingKnownHere()
    checked = check_documents(documents, schema, ledger.checked_documents(schema), watch)
    project = studio.find_project(title)
    refuse_adjudication(project)
    is_new = project is None
    if project is None:
        ids = [one.id for one in checked.documents]
        left_out = find_left_out(studio, None, known_here, ids)
        new = [document for document in ids if document not in left_out]
        before_sending(new)
        if dry_run or (left_out and not new):
            return PushReport(
                project=title,
                link=studio.url,
                created=len(new),
                left_out=left_out,
                trimmed=checked.trimmed,
            )
        config = labeling_xml(schema).strip()
        project = make_project(studio, title, config, guidelines_html(schema).strip())
    totals = studio.totals(project.id) if project.tasks else ProjectTotals()
    pushed = _pushed_before(ledger, studio, project, totals, checked)
    plan = plan_push(
        studio, project, checked, totals=totals, pushed=pushed, known_here=known_here
    )
    if plan.new and not is_new:
        before_sending(plan.new)
    config_changes = align_config(
        studio, project, schema, replaced_suggestions=plan.replaced, dry_run=dry_run
    )
    new_ledger = None
    refused_new = refused_updated = 0
    superseding: Mapping[str, str] = {}
    superseding_unknown: Mapping[str, str] = {}
    if not dry_run:
        for number in plan.duplicates:
            studio.delete_task(number)
        delete_outdated_tasks(studio, project, plan)
        created = create_tasks(studio, project, checked, plan.new, watch=watch, wait=wait)
        remaining = plan
        if created.connection_broke:
            # The tasks were created, but their suggestions may have been lost on the way.
            now = studio.totals(project.id)
            remaining = plan_push(
                studio,
                project,
                checked,
                totals=now,
                pushed=pushed | plan.unchanged,
                known_here=known_here,
            )
        _send_stamps(studio, remaining, watch)
        refused_suggestions = _send_suggestions(
            studio,
            project,
            checked,
            remaining,
            refused_new=created.refused,
            watch=watch,
        )
        found = ledger_after_push(
            studio,
            project,
            schema,
            before=totals,
            pushed=(pushed | plan.unchanged).values(),
            counts=_pushed_counts(plan, created, refused_suggestions),
        )
        new_ledger = found if found != ledger else None
        link = studio_link(studio.url, project.id)
        plan.refused += [
            refusal_problem(doc_id, refusal, link)
            for doc_id, refusal in {**created.refused, **refused_suggestions}.items()
        ]
        superseding_unknown = superseded_but_unknown(
            studio,
            project,
            known_here,
            created.superseding,
            pushed=[one.id for one in checked.documents],
        )
        superseding = {
            new: old
            for new, old in created.superseding.items()
            if new not in superseding_unknown
        }
        refused_new = len(created.refused)
        refused_updated = len(refused_suggestions)
    plan.refused[:0] = [
        begun_text_problem(studio, project, doc_id, task)
        for doc_id, task in plan.begun_texts.items()
    ]
    return PushReport(
        project=title,
        link=studio_link(studio.url, project.id),
        created=len(plan.new) - len(plan.outdated) - refused_new,
        updated=plan.updated + len(plan.outdated) - refused_updated,
        unchanged=len(plan.unchanged),
        begun=plan.begun,
        hidden=plan.hidden,
        corrected=len(plan.outdated),
        superseding=superseding,
        superseding_unknown=superseding_unknown,
        left_out=plan.left_out,
        duplicates=len(plan.duplicates),
        stamped=plan.stamped_anew,
        refused=tuple(plan.refused),
        config_changes=config_changes,
        trimmed=checked.trimmed,
        ledger=new_ledger,
    )


def _pushed_before(
    ledger: PushLedger,
    studio: Studio,
    project: Project,
    totals: ProjectTotals,
    checked: CheckedDocuments,
) -> dict[str, PushedDocument]:
    """
    By id, what an earlier push left in the project as it should be, also of other documents.

    Empty while the project has, or shows, the suggestions of another model.
    """
    versions = {version for version, _, _ in totals.suggestions}
    shown = {*versions, project.model_version}
    if checked.model_version and shown - {checked.model_version}:
        return {}
    pushed = still_pushed(ledger, studio, project, totals, checked.schema)
    for document in checked.documents:
        if document.id in pushed and pushed[document.id].document != document:
            del pushed[document.id]
    return pushed


def _pushed_counts(
    plan: PushPlan, created: CreatedTasks, refused_suggestions: Collection[str]
) -> PushedCounts:
    """What this push added to the server, as far as this push knows."""
    suggested = sum(bool(document.model_version) for document in created.documents)
    added = plan.missing.keys() - refused_suggestions
    return PushedCounts(
        created=created.documents,
        deleted=len(plan.duplicates) + len(plan.outdated),
        suggestions=suggested + len(added) - len(plan.surplus) - len(plan.lost),
    )


def _send_stamps(studio: Studio, plan: PushPlan, watch: Watch) -> None:
    """Stamp the tasks before their suggestions come, so that work with suggestions is never taken for blind."""
    if not plan.stamps:
        return
    for task, stamp in watch(plan.stamps.items(), "stamping tasks", len(plan.stamps)):
        data = studio.task_data(task)
        if data is not None:
            studio.replace_task_data(task, {**data, STAMP_KEY: stamp.to_json()})


def _send_suggestions(
    studio: Studio,
    project: Project,
    checked: CheckedDocuments,
    plan: PushPlan,
    *,
    refused_new: Collection[str],
    watch: Watch,
) -> dict[str, StudioError]:
    """
    Send new suggestions, then show them, then delete old ones: no task is ever without.

    *refused_new* are new documents that the server refused. Returns the documents whose
    suggestions it refuses, each with its answer.
    """
    made = partial(to_prediction, schema=checked.schema)
    version = checked.model_version
    refused: dict[str, StudioError] = {}
    if plan.rewritten:
        if project.model_version not in (ALL_MODELS, version):
            studio.update_project(project.id, model_version=ALL_MODELS)
        read = checked.read(plan.rewritten)
        rewriting = BatchSender(partial(_rewrite, studio), _look_after_rewriting)
        for document in watch(read, "replacing suggestions", len(plan.rewritten)):
            rewriting({document.id: (plan.rewritten[document.id], made(document))})
        refused |= rewriting.refused
    if plan.missing:
        read = checked.read(plan.missing)
        total = len(plan.missing)
        sending: BatchSender[tuple[int, Json]] = BatchSender(
            partial(studio.import_predictions, project.id),
            partial(_suggestions_that_lack, studio, project),
        )
        for batch in upload_batches(watch(read, "sending suggestions", total), made):
            sending({doc_id: (plan.missing[doc_id], one) for doc_id, one in batch.items()})
        refused |= sending.refused
    _show_suggestions(studio, project, plan, version, refused={*refused, *refused_new})
    if plan.surplus:
        total = len(plan.surplus)
        studio.delete_predictions(watch(plan.surplus, "deleting old suggestions", total))
    return refused


def _show_suggestions(
    studio: Studio, project: Project, plan: PushPlan, version: str, *, refused: Collection[str]
) -> None:
    """Let annotators see the suggestions of this model, unless the server does so by itself."""
    have_come = any(
        document.model_version for doc_id, document in plan.new.items() if doc_id not in refused
    )
    # Label Studio itself shows the first suggestions that come with a task.
    are_shown = project.model_version == version or (have_come and not project.model_version)
    if are_shown or not (have_come or plan.shows_suggestions):
        return
    if refused and not have_come:
        totals = studio.totals(project.id)
        if version not in {one for one, _, _ in totals.suggestions}:
            return  # all of them were refused
    studio.update_project(project.id, model_version=version)


def _rewrite(studio: Studio, suggestions: Sequence[tuple[int, Json]]) -> None:
    for number, prediction in suggestions:
        studio.rewrite(
            "predictions",
            number,
            prediction["result"],
            model_version=prediction["model_version"],
        )


def _look_after_rewriting(
    waiting: Mapping[str, tuple[int, Json]], lost: StudioConnectionLost
) -> Mapping[str, tuple[int, Json]]:
    """All of it: to rewrite twice does no harm. Only a server that answered is asked again at once."""
    if lost.status != SERVER_FAULT:
        raise lost
    return waiting


def _suggestions_that_lack(
    studio: Studio,
    project: Project,
    waiting: Mapping[str, tuple[int, Json]],
    lost: StudioConnectionLost,
) -> Mapping[str, tuple[int, Json]]:
    """Those of tasks that have none. Only after an answer: else they may still be arriving."""
    if lost.status != SERVER_FAULT:
        raise lost
    tasks = [task for task, _ in waiting.values()]
    found = studio.predictions(project.id, tasks if len(tasks) <= ASKED_ONE_BY_ONE else None)
    arrived = {one.task for one in found}
    return {doc_id: one for doc_id, one in waiting.items() if one[0] not in arrived}
