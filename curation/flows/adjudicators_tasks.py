"""The tasks of an adjudicators' project: which are to be looked at, what changes in them, which come new."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from curation.annotations.differences import ComparedAnnotations, Difference, majority
from curation.annotations.record import DocumentRecord
from curation.annotations.shown_differences import AGREED_VERSION
from curation.annotations.staleness import VerdictState, judge_verdict
from curation.errors import Problem, pluralise
from curation.files import Json
from curation.flows.made_in_project import rounds_with_decisions, tasks_with_decisions
from curation.gold.working.version import WorkingVersion
from curation.labelstudio.adjudication.ledger import (
    AdjudicationLedger,
    DocumentTasks,
    ledger_identity,
)
from curation.labelstudio.adjudication.push import (
    AdjudicationTask,
    StoredPredictions,
    change_task,
    delete_repeated,
    read_adjudication_tasks,
    send_adjudication_tasks,
)
from curation.labelstudio.adjudication.rounds import PlannedRound, RoundPlan, plan_rounds
from curation.labelstudio.adjudication.task import (
    to_adjudication_prediction,
    to_adjudication_task,
)
from curation.labelstudio.pull.annotation_uid import server_hash
from curation.labelstudio.server.port import Project, ProjectTotals, Studio, studio_link


class AdjudicatorsTasks:
    """
    Brings the tasks of a *project* up to date, and makes new ones; counts what it does.

    *documents* have tasks, *to_look_at* are those of them whose tasks may have to change, *lacking* those
    that need one more. All else is as in the report of an adjudicate.
    """

    def __init__(
        self, studio: Studio, working: WorkingVersion, *, ticks_majority: bool, dry_run: bool
    ) -> None:
        self._studio = studio
        self._working = working
        self._ticks_majority = ticks_majority
        self._dry_run = dry_run
        self._digests = {facts.document: facts.sha256 for facts in working.all_facts()}
        self._tasks: dict[str, tuple[AdjudicationTask, ...]] = {}
        self._predictions: StoredPredictions | None = None
        # What there is in the project, and what there was when it was read.
        self._left: dict[str, DocumentTasks] = {}
        self._before = ProjectTotals()
        self._is_to_remember = True
        self._written: set[str] = set()
        self.project: Project | None = None
        self.documents: set[str] = set()
        self.to_look_at: tuple[str, ...] = ()
        self.lacking: set[str] = set()
        self.created: Counter[str] = Counter()
        self.asked = 0
        self.preselected = 0
        self.changed: list[Problem] = []
        self.unchanged = 0
        self.deleted = 0
        self.waiting: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.tasks_gone: dict[str, str] = {}

    def read(
        self, project: Project, ledger: AdjudicationLedger, named: Collection[str]
    ) -> None:
        """Read the tasks of a project, of the *named* documents if there are any; not those that are as the *ledger* has them."""
        self.project = project
        self._before = self._studio.totals(project.id)
        known = ledger.documents_now(self._studio, project, self._before, self._working.schema)
        changed = None
        if known is not None:
            changed = [
                document
                for document, one in known.items()
                if (not named or document in named)
                and one.digest != self._digests.get(document)
            ]
        tasks = read_adjudication_tasks(self._studio, project, changed)
        self._tasks = dict(tasks.by_document)
        self._left = (known or {}) | {
            document: DocumentTasks(tasks=len(some)) for document, some in self._tasks.items()
        }
        self.problems += tasks.problems
        self._is_to_remember = not tasks.repeated
        if not self._dry_run:
            for number in tasks.repeated:
                self._studio.delete_task(number)
        self._find_tasks_gone(project, named, changed)
        self.documents = {*self._left} & {*(named or self._left)}
        self.to_look_at = tuple(sorted(self.documents & self._tasks.keys()))
        for document in sorted(self.documents - self._tasks.keys()):
            one = self._left[document]
            self.unchanged += one.tasks
            if one.waiting:
                self.waiting[document] = one.waiting

    def _find_tasks_gone(
        self, project: Project, named: Collection[str], read: Collection[str] | None
    ) -> None:
        """Take note of the tasks in which something was decided, and that were deleted; all was *read* where that is None."""
        server = server_hash(self._studio.url)
        for facts in self._working.all_facts():
            is_read = read is None or facts.document in read
            if not (is_read and facts.has_verdict) or (named and facts.document not in named):
                continue
            record = self._working.record(facts.document)
            if record is None or record.verdict is None:
                continue
            rounds = {task.stamp.round for task in self._tasks.get(facts.document, ())}
            made = tasks_with_decisions(record.verdict, server, project.title)
            if gone := [one for one in made if one.round not in rounds]:
                self.tasks_gone[record.id] = rounds_with_decisions(record.verdict, gone)

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
        else:
            self._remember(document, plan)

    def send_new(self, documents: Iterable[str]) -> None:
        """Make the tasks that *documents* lack."""
        tasks = self._new_tasks(documents)
        if self._dry_run or self.project is None:
            for _ in tasks:
                pass
            return
        title = self.project.title
        before = self._studio.find_project(title)
        refused = send_adjudication_tasks(self._studio, self.project, tasks)
        self.problems += refused
        now = self._studio.find_project(title)
        made = sum(self.created.values()) - len(refused)
        if before and now and now.tasks != before.tasks + made:
            self.problems += delete_repeated(self._studio, self.project)
        self.project = now or self.project

    def show_agreed(self) -> None:
        """Have each task show what all agree on to whoever opens it, also where the server has lost that."""
        project = self.project
        if project is None:
            return
        totals = self._studio.totals(project.id) if self._written else self._before
        if sum(count for _, count, _ in totals.suggestions) < totals.tasks:
            self._give_again(project)
        if project.tasks and project.model_version != AGREED_VERSION:
            self._studio.update_project(project.id, model_version=AGREED_VERSION)

    def _give_again(self, project: Project) -> None:
        """Give tasks that nobody has begun what they lack; a server under load loses some of what it takes."""
        have = self._studio.suggested_by(project.id)
        lacking = {
            task.doc_id
            for task in self._studio.tasks(project.id)
            if task.id not in have and not task.is_begun
        }
        self._tasks |= read_adjudication_tasks(self._studio, project, lacking).by_document
        self._predictions = None
        for document in sorted(lacking & self._tasks.keys()):
            record = self._working.record(document)
            if record is None or document not in self._left:
                continue
            compared = judge_verdict(record, self._working.schema).compared
            for task in self._tasks[document]:
                if not task.is_begun and task.text_sha256 == record.text_sha256:
                    self._bring_prediction(task, compared)

    def ledger(self) -> AdjudicationLedger:
        """What the project has now, for the next run; without documents where that has to look at everything."""
        if self.project is None:
            return AdjudicationLedger()
        nothing = AdjudicationLedger(
            identity=ledger_identity(self.project, self._working.schema)
        )
        if self.problems or not self._is_to_remember:
            return nothing
        before = self._before
        after = before
        left = dict(self._left)
        if self._written:
            after = self._studio.totals(self.project.id)
            if after.tasks != sum(one.tasks for one in left.values()):
                return nothing
            for document in self._changed_meanwhile(self.project) & left.keys():
                left[document] = replace(left[document], digest="")
        return replace(nothing, totals=after, documents=left)

    def _changed_meanwhile(self, project: Project) -> set[str]:
        """The documents of tasks that somebody else has changed since they were read."""
        since = self._before.last_change
        if not since:
            return set()
        listed = self._studio.tasks(project.id, since=since, upto=self._before.last_task)
        changed = {task.doc_id for task in listed if task.updated_at > since}
        return changed - self._written

    def _new_tasks(self, documents: Iterable[str]) -> Iterator[Json]:
        for document in documents:
            record = self._working.record(document)
            if record is None:
                continue
            state = judge_verdict(record, self._working.schema)
            plan = self._plan(record, state)
            there = {task.stamp.round for task in self._tasks.get(document, ())}
            for planned in plan.rounds:
                if planned.number not in there:
                    yield self._new_task(document, planned, state.compared)
            self._remember(document, plan)

    def _new_task(
        self, document: str, planned: PlannedRound, compared: ComparedAnnotations
    ) -> Json:
        ticked = self._ticked(planned.asked)
        self.created[document] += 1
        self.asked += len(planned.asked)
        self.preselected += len(ticked)
        self._count(document, 1)
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
            self._delete(task)
            return
        fallen_away = planned.fallen_away(task.stamp.differences)
        if planned.added or fallen_away:
            self.changed.append(self._change(task, planned.added, fallen_away))
            if not self._dry_run:
                self._written.add(task.document)
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
        if not (task.is_begun or self._dry_run):
            self._bring_prediction(task, compared)

    def _bring_prediction(self, task: AdjudicationTask, compared: ComparedAnnotations) -> None:
        """What all agree on, as it is now; nobody has begun to change it."""
        if self.project is None:
            return
        if self._predictions is None:
            looked_at = [one.number for some in self._tasks.values() for one in some]
            wanted_tasks = looked_at if len(looked_at) < self._before.tasks else None
            self._predictions = StoredPredictions(self._studio, self.project, wanted_tasks)
        wanted = to_adjudication_prediction(task.stamp, compared, self._working.schema)
        if not self._predictions.is_current(task, wanted):
            self._written.add(task.document)
            self._predictions.write(task, wanted)

    def _change(
        self, task: AdjudicationTask, added: Sequence[str], fallen_away: Collection[str]
    ) -> Problem:
        """What is new in a task, by the keys of differences."""
        again = len({*fallen_away}.intersection(added))
        parts = []
        if added:
            asked_again = f" ({again} asked again)" if again else ""
            parts.append(
                f"{pluralise(len(added), 'difference')} to settle at the end{asked_again}"
            )
        if gone := len(fallen_away) - again:
            parts.append(f"{gone} no longer in question")
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
            answered=state.answered,
        )

    def _ticked(self, differences: Iterable[Difference]) -> dict[str, str]:
        """The aliases that are ticked beforehand, by key."""
        if not self._ticks_majority:
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
            self._delete(task)
        self._tasks[record.id] = tuple(
            task for task in self._tasks[record.id] if task not in others
        )
        return True

    def _delete(self, task: AdjudicationTask) -> None:
        self.deleted += 1
        self._count(task.document, -1)
        if not self._dry_run:
            self._studio.delete_task(task.number)

    def _count(self, document: str, tasks: int) -> None:
        """Take note that a document has so many more tasks."""
        self._written.add(document)
        here = self._left.pop(document, DocumentTasks(tasks=0))
        if here.tasks + tasks:
            self._left[document] = replace(here, tasks=here.tasks + tasks)

    def _remember(self, document: str, plan: RoundPlan) -> None:
        """Take note that a document's tasks are as they should be; a draft may go, and nothing says so."""
        if plan.waiting:
            self.waiting[document] = len(plan.waiting)
        has_draft = any(task.has_draft for task in self._tasks.get(document, ()))
        if document in self._left and not has_draft:
            self._left[document] = replace(
                self._left[document],
                digest=self._digests.get(document, ""),
                waiting=len(plan.waiting),
            )

    def _link(self, task: AdjudicationTask) -> str:
        project = self.project.id if self.project else 0
        return studio_link(self._studio.url, project, task.number)
