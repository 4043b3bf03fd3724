"""``curate adjudicate``: the differences of gold/next to adjudicators, in a Label Studio project of their own."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from curation.annotations.compared import ComparedAnnotations, Difference, majority
from curation.annotations.record import DocumentRecord
from curation.annotations.shown_differences import AGREED_VERSION
from curation.annotations.staleness import VerdictState, judge_verdict
from curation.default_project import ADJUDICATION_PROJECT
from curation.errors import Problem, pluralise
from curation.files import Json
from curation.flows.annotations_to_come import AnnotationsToCome, find_annotations_to_come
from curation.flows.disputed_documents import find_disputed
from curation.gold.working_version import WorkingVersion
from curation.labelstudio.adjudication_push import (
    AdjudicationTask,
    AdjudicationTasks,
    StoredPredictions,
    change_task,
    delete_repeated,
    make_or_align_project,
    read_adjudication_tasks,
    refuse_annotations,
    send_adjudication_tasks,
)
from curation.labelstudio.adjudication_rounds import PlannedRound, RoundPlan, plan_rounds
from curation.labelstudio.adjudication_task import (
    to_adjudication_prediction,
    to_adjudication_task,
)
from curation.labelstudio.port import Project, Studio, studio_link
from curation.labelstudio.wait_until_idle import wait_until_idle
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class AdjudicationOptions:
    """
    Which differences go out, and how.

    *documents* are ids, all documents with differences where there are none. With *early* those go
    too that others have yet to annotate. With *majority*, what most of three or more annotators have
    is ticked beforehand.
    """

    documents: tuple[str, ...] = ()
    title: str = ADJUDICATION_PROJECT
    early: bool = False
    majority: bool = False
    dry_run: bool = False


@dataclass(frozen=True, kw_only=True)
class AdjudicationReport:
    """
    What went out to adjudicators, or would go.

    *created* gives, by document, how many tasks it got; *asked* counts the differences of new tasks,
    *preselected* those of them that are ticked beforehand. *changed* says of tasks that were there
    what is new in them, with their links, *unchanged* counts the others. *deleted* counts tasks that
    nobody had begun and in which nothing is in question any more. *waiting* counts, by document,
    relations whose ends are to be settled first. *to_come* are documents that others have yet to
    annotate. *agreed* are documents that were named and have nothing to settle.
    """

    project: str
    link: str
    created: Mapping[str, int]
    asked: int
    preselected: int
    changed: tuple[Problem, ...]
    unchanged: int
    deleted: int
    waiting: Mapping[str, int]
    to_come: Mapping[str, tuple[AnnotationsToCome, ...]]
    agreed: tuple[str, ...]
    problems: tuple[Problem, ...]


def adjudicate(
    studio: Studio,
    workspace: Workspace,
    schema: Schema,
    options: AdjudicationOptions,
    *,
    watch: Watch = unwatched,
) -> AdjudicationReport:
    """
    Give adjudicators a task for each document with differences whose annotations are all in.

    Of tasks that are there, what they show keeps its position: new differences come to the end, and
    verdicts stay. Broken off anywhere, the same command finishes it. A second one at the same time
    is refused; where it runs on another machine, whichever ends later deletes what is there twice.
    """
    workspace = workspace.read_only() if options.dry_run else workspace
    state = workspace.state
    title = options.title
    with (
        state.lock_project("adjudication", studio.url, title),
        workspace.working_version(schema, watch) as working,
        state.track_unfinished("adjudication", studio.url, title) as was_cut_off,
    ):
        project = studio.find_project(title)
        if project and was_cut_off and not options.dry_run:
            for _ in watch([None], "waiting for what the last run sent", 1):
                wait_until_idle(studio, project.id, wait=time.sleep)
        documents = find_disputed(working, options.documents)
        tasks = AdjudicationTasks(by_document={})
        if project:
            refuse_annotations(project)
            tasks = read_adjudication_tasks(studio, project)
        there = {*tasks.by_document}
        if options.documents:
            there &= {*options.documents}
        to_come: Mapping[str, tuple[AnnotationsToCome, ...]] = {}
        if not options.early:
            new = [document for document in documents if document not in there]
            to_come = find_annotations_to_come(studio, state, working, new) if new else {}
        wanted = sorted({*documents} - to_come.keys() | there)
        if wanted and not options.dry_run:
            project = make_or_align_project(studio, project, title, schema)
        adjudicating = _Adjudicating(
            studio=studio,
            working=working,
            project=project,
            tasks=tasks,
            options=options,
        )
        for document in watch(sorted(there), "looking at tasks", len(there)):
            adjudicating.bring_up_to_date(document)
        new = sorted({*wanted} - there | adjudicating.lacking)
        adjudicating.send_new(watch(new, "comparing", len(new)))
    named = {*options.documents}
    return AdjudicationReport(
        project=title,
        link=studio_link(studio.url, project.id) if project else "",
        created=dict(adjudicating.created),
        asked=adjudicating.asked,
        preselected=adjudicating.preselected,
        changed=tuple(adjudicating.changed),
        unchanged=adjudicating.unchanged,
        deleted=adjudicating.deleted,
        waiting=dict(adjudicating.waiting),
        to_come=dict(sorted(to_come.items())),
        agreed=tuple(sorted(named - {*documents} - there)),
        problems=tuple(adjudicating.problems),
    )


class _Adjudicating:
    """Brings the tasks of a project up to date, and makes new ones; counts what it does."""

    def __init__(
        self,
        studio: Studio,
        working: WorkingVersion,
        project: Project | None,
        tasks: AdjudicationTasks,
        options: AdjudicationOptions,
    ) -> None:
        self._studio = studio
        self._working = working
        self._project = project
        self._tasks = dict(tasks.by_document)
        self._options = options
        self._predictions: StoredPredictions | None = None
        self.created: Counter[str] = Counter()
        self.asked = 0
        self.preselected = 0
        self.changed: list[Problem] = []
        self.unchanged = 0
        self.deleted = 0
        self.waiting: dict[str, int] = {}
        # Documents that have tasks and need one more.
        self.lacking: set[str] = set()
        self.problems = list(tasks.problems)
        if not options.dry_run:
            for number in tasks.repeated:
                studio.delete_task(number)

    def bring_up_to_date(self, document: str) -> None:
        """Bring the tasks of a document to what its annotations are now."""
        record = self._working.record(document)
        if record is None or not self._has_same_text(record):
            return
        state = judge_verdict(record, self._working.schema)
        plan = self._plan(record, state)
        planned = {one.number: one for one in plan.rounds}
        tasks = self._tasks[document]
        for task in tasks:
            self._bring(task, planned[task.stamp.round], state.compared)
        if planned.keys() - {task.stamp.round for task in tasks}:
            self.lacking.add(document)
        elif plan.waiting:
            self.waiting[document] = len(plan.waiting)

    def send_new(self, documents: Iterable[str]) -> None:
        """Make the tasks that *documents* lack."""
        tasks = self._new_tasks(documents)
        if self._options.dry_run or self._project is None:
            for _ in tasks:
                pass
            return
        before = self._studio.find_project(self._project.title)
        refused = send_adjudication_tasks(self._studio, self._project, tasks)
        self.problems += refused
        now = self._studio.find_project(self._project.title)
        made = sum(self.created.values()) - len(refused)
        if before and now and now.tasks != before.tasks + made:
            self.problems += delete_repeated(self._studio, self._project)
        if now and now.tasks and now.model_version != AGREED_VERSION:
            self._studio.update_project(now.id, model_version=AGREED_VERSION)

    def _new_tasks(self, documents: Iterable[str]) -> Iterator[Json]:
        for document in documents:
            record = self._working.record(document)
            if record is None:
                continue
            state = judge_verdict(record, self._working.schema)
            plan = self._plan(record, state)
            there = {task.stamp.round for task in self._tasks.get(document, ())}
            if plan.waiting:
                self.waiting[document] = len(plan.waiting)
            for planned in plan.rounds:
                if planned.number not in there:
                    yield self._new_task(document, planned, state.compared)

    def _new_task(
        self, document: str, planned: PlannedRound, compared: ComparedAnnotations
    ) -> Json:
        ticked = self._ticked(planned.asked)
        self.created[document] += 1
        self.asked += len(planned.asked)
        self.preselected += len(ticked)
        return to_adjudication_task(
            compared,
            self._working.schema,
            asked=planned.asked,
            round_number=planned.number,
            preselected=ticked,
        )

    def _bring(
        self, task: AdjudicationTask, planned: PlannedRound, compared: ComparedAnnotations
    ) -> None:
        if not (task.is_begun or planned.has_questions):
            self._delete(task.number)
            return
        fallen_away = planned.fallen_away(task.stamp.differences)
        if planned.added or fallen_away:
            self.changed.append(self._change(task, len(planned.added), len(fallen_away)))
            if not self._options.dry_run:
                task = change_task(
                    self._studio,
                    task,
                    planned,
                    compared,
                    self._working.schema,
                    preselected={} if task.is_begun else self._ticked(planned.asked),
                )
        else:
            self.unchanged += 1
        if not (task.is_begun or self._options.dry_run):
            self._bring_prediction(task, compared)

    def _bring_prediction(self, task: AdjudicationTask, compared: ComparedAnnotations) -> None:
        """What all agree on, as it is now; nobody has begun to change it."""
        if self._project is None:
            return
        if self._predictions is None:
            self._predictions = StoredPredictions(self._studio, self._project)
        wanted = to_adjudication_prediction(task.stamp, compared, self._working.schema)
        if not self._predictions.is_current(task, wanted):
            self._predictions.write(task, wanted)

    def _change(self, task: AdjudicationTask, added: int, fallen_away: int) -> Problem:
        """What is new in a task."""
        parts = []
        if added:
            parts.append(f"{pluralise(added, 'difference')} to settle at the end")
        if fallen_away:
            parts.append(f"{fallen_away} no longer in question")
        what = ", ".join(parts)
        if task.is_begun and added:
            what += "; open the task, tick what is new, press Update"
        return Problem(task.document, what, self._link(task))

    def _plan(self, record: DocumentRecord, state: VerdictState) -> RoundPlan:
        return plan_rounds(
            state.compared.differences,
            [
                task.stored_round(self._working.schema)
                for task in self._tasks.get(record.id, ())
            ],
            decided=state.decided,
        )

    def _ticked(self, differences: Iterable[Difference]) -> dict[str, str]:
        """The aliases that are ticked beforehand, by key."""
        if not self._options.majority:
            return {}
        aliases = {one.key: majority(one) for one in differences}
        return {key: alias for key, alias in aliases.items() if alias}

    def _has_same_text(self, record: DocumentRecord) -> bool:
        """Whether the document's tasks have its text; one of another text goes, unless somebody has begun."""
        others = [
            task for task in self._tasks[record.id] if task.text_sha256 != record.text_sha256
        ]
        begun = [task for task in others if task.is_begun]
        if begun:
            what = "the task has another text than the document; settle and delete the task"
            self.problems.append(Problem(record.id, what, self._link(begun[0])))
            return False
        for task in others:
            self._delete(task.number)
        self._tasks[record.id] = tuple(
            task for task in self._tasks[record.id] if task not in others
        )
        return True

    def _delete(self, number: int) -> None:
        self.deleted += 1
        if not self._options.dry_run:
            self._studio.delete_task(number)

    def _link(self, task: AdjudicationTask) -> str:
        project = self._project.id if self._project else 0
        return studio_link(self._studio.url, project, task.number)
