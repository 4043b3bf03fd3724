"""Documents sent to Label Studio, each once, also where a push is interrupted and run again."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from curation.documents.stream import DocumentSource
from curation.labelstudio.adjudication.project import refuse_adjudication
from curation.labelstudio.config import align_config
from curation.labelstudio.push.check_documents import CheckedDocuments, check_documents
from curation.labelstudio.push.corrected_articles import (
    begun_text_problem,
    delete_outdated_tasks,
)
from curation.labelstudio.push.create_tasks import CreatedTasks, create_tasks
from curation.labelstudio.push.deal_out import (
    TaskDealer,
    dealing_before,
    refuse_assisted_project,
    refuse_end_of_blindness,
)
from curation.labelstudio.push.dealing import AskedDealing, Dealing
from curation.labelstudio.push.ledger import (
    PushedCounts,
    PushedDocument,
    PushLedger,
    ledger_after_push,
    still_pushed,
)
from curation.labelstudio.push.left_out import (
    DocumentsKnownHere,
    NothingKnownHere,
    find_left_out,
    superseded_but_unknown,
)
from curation.labelstudio.push.overlap import OverlapChanges
from curation.labelstudio.push.plan import FoundProject, PushPlan, plan_push
from curation.labelstudio.push.report import PushReport
from curation.labelstudio.push.send_suggestions import send_suggestions, tasks_suggested_by
from curation.labelstudio.server.find_project import make_project
from curation.labelstudio.server.port import Project, ProjectTotals, Studio, studio_link
from curation.labelstudio.server.send_batch import refusal_problem
from curation.labelstudio.task_list import create_task_list
from curation.labelstudio.task_stamp import STAMP_KEY, TaskStamp, read_stamp
from curation.progress import Watch, unwatched
from curation.schema.guidelines import guidelines_html
from curation.schema.labeling import labeling_xml
from curation.schema.model import Schema


def _say_nothing(documents: Collection[str]) -> None:
    """What is given no other function to call before something is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOptions:
    """
    How documents are pushed.

    *dealing* is how the documents are dealt out, where that isn't as before. *known_here* says of
    which text annotations were pulled, and which documents are out of the gold: they get no new
    task. The *ledger* of the last push spares a second look at documents and tasks that haven't
    changed. *wait* is given seconds. *before_sending* is given the ids of the documents that have
    no task in the project yet.
    """

    dry_run: bool = False
    dealing: AskedDealing = field(default_factory=AskedDealing)
    ledger: PushLedger = field(default_factory=PushLedger)
    known_here: DocumentsKnownHere = field(default_factory=NothingKnownHere)
    before_sending: Callable[[Collection[str]], None] = _say_nothing
    wait: Callable[[float], None] = time.sleep


def push_documents(
    studio: Studio,
    documents: DocumentSource,
    schema: Schema,
    *,
    title: str,
    options: PushOptions | None = None,
    watch: Watch = unwatched,
) -> PushReport:
    """
    Send *documents* to the project *title*, which is made if Label Studio has none.

    A document is known by its id and text, so a push that is run again sends only what is
    missing. Suggestions, and the text of a corrected article, are replaced where nobody has begun.
    No document is ever moved between the blind arm and the assisted.

    Before anything is sent, raises InputError or SchemaError if any document is unsound, and
    StudioError if the project's config can't become the schema's without orphaning work, or shows
    suggestions and is to have none, or is blind and is to have some.
    """
    options = options or PushOptions()
    known = options.ledger.checked_documents(schema)
    checked = check_documents(documents, schema, known, watch)
    project = studio.find_project(title)
    refuse_adjudication(project)
    before = dealing_before(options.ledger, project)
    refuse_end_of_blindness(title, before, options.dealing.blind_share)
    dealing = options.dealing.after(before)
    is_new = project is None
    if project is None:
        ids = [one.id for one in checked.documents]
        left_out = find_left_out(studio, None, options.known_here, ids, checked=checked)
        new = [document for document in ids if document not in left_out]
        options.before_sending(new)
        if options.dry_run or (left_out and not new):
            return PushReport(
                project=title,
                link=studio.url,
                created=len(new),
                blind=_count_blind(checked, new, dealing),
                dealing=dealing,
                left_out=left_out,
                trimmed=checked.trimmed,
            )
        config = labeling_xml(schema).strip()
        project = make_project(studio, title, config, guidelines_html(schema).strip())
    totals = studio.totals(project.id) if project.tasks else ProjectTotals()
    if options.dealing.blind:
        refuse_assisted_project(studio, project, totals)
    pushed = _pushed_before(options.ledger, studio, project, totals, checked)
    found = FoundProject(project=project, totals=totals, pushed=pushed)
    push = _Push(
        studio=studio,
        found=found,
        checked=checked,
        options=options,
        dealer=TaskDealer(
            studio=studio,
            project=project,
            totals=totals,
            ledger=options.ledger,
            dealing=dealing,
            watch=watch,
        ),
        watch=watch,
    )
    plan = plan_push(studio, found, checked, known_here=options.known_here, dealing=dealing)
    if plan.new and not is_new:
        options.before_sending([*plan.new])
    config_changes = align_config(
        studio,
        project,
        schema,
        replaced_suggestions=plan.replaced,
        dry_run=options.dry_run,
        watch=watch,
    )
    overlap = push.dealer.changes()
    report = push.report(plan) if options.dry_run else push.send(plan, overlap)
    return replace(report, overlap=overlap, config_changes=config_changes)


@dataclass(frozen=True, kw_only=True)
class _Push:
    """One push to a project that is there."""

    studio: Studio
    found: FoundProject
    checked: CheckedDocuments
    options: PushOptions
    dealer: TaskDealer
    watch: Watch

    @property
    def project(self) -> Project:
        """The project as it was found."""
        return self.found.project

    def send(self, plan: PushPlan, overlap: OverlapChanges) -> PushReport:
        """Do what the plan says, where the tasks that are there need another *overlap*."""
        self.dealer.begin(overlap)
        if not self.project.tasks:
            create_task_list(self.studio, self.project.id)
        for number in plan.duplicates:
            self.studio.delete_task(number)
        plan = delete_outdated_tasks(self.studio, self.project, plan)
        created = create_tasks(
            self.studio,
            self.project,
            self.checked,
            plan,
            watch=self.watch,
            wait=self.options.wait,
        )
        self.dealer.deal_new_tasks()
        completed = plan.with_missing(self._lost_suggestions(created, plan))
        _send_stamps(self.studio, completed.stamps, self.watch)
        refused_suggestions = send_suggestions(
            self.studio,
            self.project,
            self.checked,
            completed,
            refused_new=created.refused,
            watch=self.watch,
            wait=self.options.wait,
        )
        ledger = ledger_after_push(
            self.studio,
            self.project,
            self.checked.schema,
            before=self.found.totals,
            pushed=[*self.found.pushed.values(), *plan.unchanged.values()],
            counts=_pushed_counts(plan, created, refused_suggestions),
        )
        ledger = replace(ledger, dealing=self.dealer.dealing.as_options())
        refusals = {**created.refused, **refused_suggestions}
        unknown = superseded_but_unknown(
            self.studio,
            self.project,
            self.options.known_here,
            created.superseding,
            pushed=[one.id for one in self.checked.documents],
        )
        report = self.report(plan)
        return replace(
            report,
            created=report.created - len(created.refused),
            updated=report.updated - len(refused_suggestions),
            superseding={
                new: old for new, old in created.superseding.items() if new not in unknown
            },
            superseding_unknown=unknown,
            refused=(
                *report.refused,
                *(refusal_problem(doc, why, self.link) for doc, why in refusals.items()),
            ),
            ledger=ledger if ledger != self.options.ledger else None,
        )

    def report(self, plan: PushPlan) -> PushReport:
        """What the plan says, in numbers."""
        return PushReport(
            project=self.project.title,
            link=self.link,
            created=len(plan.new) - len(plan.outdated),
            updated=plan.updated + len(plan.outdated),
            unchanged=len(plan.unchanged),
            begun=plan.begun,
            hidden=plan.hidden,
            corrected=len(plan.outdated),
            left_out=plan.left_out,
            duplicates=len(plan.duplicates),
            stamped=plan.stamped_anew,
            blind=len(plan.blind),
            dealing=self.dealer.dealing,
            refused=tuple(
                begun_text_problem(self.studio, self.project, doc_id, task)
                for doc_id, task in plan.begun_texts.items()
            ),
            trimmed=self.checked.trimmed,
        )

    @property
    def link(self) -> str:
        """The project's page."""
        return studio_link(self.studio.url, self.project.id)

    def _lost_suggestions(self, created: CreatedTasks, plan: PushPlan) -> dict[str, int]:
        """The tasks, by their documents, whose suggestions were lost where the connection broke."""
        suggested = {
            one.id
            for one in plan.new.values()
            if one.model_version and one.id not in plan.blind
        }
        tasks = {
            document: task for document, task in created.tasks.items() if document in suggested
        }
        if not tasks:
            return {}
        version = self.checked.model_version
        arrived = tasks_suggested_by(version, self.studio, self.project, tasks.values())
        return {document: task for document, task in tasks.items() if task not in arrived}


def _count_blind(checked: CheckedDocuments, new: Collection[str], dealing: Dealing) -> int:
    """How many of the *new* documents would be blind; the file is read again only if some may be."""
    if not dealing.blind_share:
        return 0
    return sum(dealing.deals_blind(one.group) for one in checked.read(new))


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
    shown = {*versions, project.model_version} if versions else set()
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
    suggested = sum(
        bool(one.model_version) and one.id not in plan.blind for one in created.documents
    )
    added = plan.missing.keys() - refused_suggestions
    return PushedCounts(
        created=created.documents,
        deleted=len(plan.duplicates) + len(plan.outdated),
        suggestions=suggested + len(added) - len(plan.surplus) - len(plan.lost),
    )


def _send_stamps(studio: Studio, stamps: Mapping[int, TaskStamp], watch: Watch) -> None:
    """Stamp the tasks before their suggestions come, so that work with suggestions is never taken for blind."""
    if not stamps:
        return
    for task, stamp in watch(stamps.items(), "stamping tasks", len(stamps)):
        data = studio.task_data(task)
        if data is not None:
            # The guideline may have been changed since the push was planned.
            now = stamp.with_guidelines_of(read_stamp(data))
            studio.replace_task_data(task, {**data, STAMP_KEY: now.to_json()})
