"""Verdicts from adjudicators' projects into gold/next; ``curate pull`` does it after the annotators' projects."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import msgspec

from curation.annotations.decision_makers import adjudicators_of, task_of
from curation.annotations.make_verdict import VerdictSource
from curation.annotations.readings import PlaceReading
from curation.annotations.record import (
    DocumentRecord,
    Verdict,
    VerdictTask,
    document_of_record,
)
from curation.annotations.shown_differences import AdjudicationStamp, shown_under_current_names
from curation.annotations.staleness import judge_verdict
from curation.annotations.standing_decisions import StandingDecisions
from curation.checks.remarks import append_note
from curation.errors import Problem
from curation.flows.made_in_project import (
    MadeInProject,
    rounds_with_decisions,
    tasks_with_decisions,
)
from curation.flows.pull import PullOptions
from curation.flows.pull_annotators import KnownAnnotators
from curation.flows.verdict_problems import (
    document_problems,
    own_work_in_tasks,
    own_work_problems,
    repeated_rounds,
    replaced_remarks,
)
from curation.gold.working.version import WorkingVersion
from curation.labelstudio.adjudication.counted_choices import VerdictRound
from curation.labelstudio.adjudication.exported_verdict import (
    AdjudicatorsWork,
    ExportedVerdict,
    VerdictReader,
)
from curation.labelstudio.adjudication.settle_verdict import SettledVerdict, settle_verdict
from curation.labelstudio.adjudication.task import read_adjudication_stamp
from curation.labelstudio.adjudication.verdict_cursor import VerdictCursor
from curation.labelstudio.pull.annotation_people import AnnotationPeople
from curation.labelstudio.pull.annotation_uid import server_hash
from curation.labelstudio.server.find_project import adjudication_project_named
from curation.labelstudio.server.port import Studio, studio_link
from curation.progress import Watch
from curation.schema import Schema
from curation.state import Note
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class VerdictsReport:
    """
    What a pull brought from one adjudicators' project; documents are given by their ids.

    *taken* have a verdict that they hadn't, *replaced* another one than before, *removed* none any
    more, each with the reason; *lessened* ones lack some decisions, and it says which. *unchanged* counts
    the verdicts that are as they were, *unfinished* has the differences that wait for a verdict, by number,
    *waiting* how many more wait in other rounds. *edits* says what was changed of what all
    annotators agreed on, *tasks_gone* says of documents that lost tasks which rounds were in these; the verdict stays. Of the
    differences that were ticked beforehand in what came new, *untouched* of *preselected* stayed so.
    *links* lead to documents' latest tasks, *links_to_tick* to those in which something is still to be ticked.
    """

    title: str
    link: str
    taken: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: Mapping[str, str]
    lessened: Mapping[str, str]
    unchanged: int
    unfinished: Mapping[str, tuple[str, ...]]
    waiting: Mapping[str, int]
    edits: Mapping[str, tuple[str, ...]]
    tasks_gone: Mapping[str, str]
    preselected: int
    untouched: int
    trimmed: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    links: Mapping[str, str]
    links_to_tick: Mapping[str, tuple[str, ...]]


def pull_verdicts_into(
    working: WorkingVersion,
    studio: Studio,
    workspace: Workspace,
    *,
    title: str,
    options: PullOptions,
    watch: Watch,
) -> VerdictsReport:
    """
    Bring the verdicts of the adjudicators' project *title* into a working version.

    All tasks with verdicts are read each time, so that nothing needs to be remembered between two
    pulls, and a pull that was cut short is simply done again. A verdict that is as it was when it was
    pulled stays as it is, whatever became of the annotations since.
    """
    state = workspace.state
    project = adjudication_project_named(studio, title)
    annotators = KnownAnnotators(studio, title, working, state.pseudonyms(studio.url))
    names = annotators.names(state)
    reader = VerdictReader(
        schema=working.schema,
        people=AnnotationPeople(**vars(names), url=studio.url, accounts=studio.accounts()),
        link=lambda task: studio_link(studio.url, project.id, task),
        suggestions=lambda task: studio.predictions(project.id, [task]),
    )
    pulled = _PulledVerdicts(
        working,
        server_hash(studio.url),
        title,
        options,
        links_of_tasks=lambda document: [
            studio_link(studio.url, project.id, task.id)
            for task in studio.tasks(project.id, doc_ids=[document])
        ],
        has_note=state.uids_with_note(),
        live_stamps=lambda document: [
            stamp
            for task in studio.tasks(project.id, doc_ids=[document])
            if (stamp := read_adjudication_stamp(studio.task_data(task.id) or {}))
        ],
    )
    exported = studio.export(project.id)
    by_document: dict[str, list[ExportedVerdict]] = defaultdict(list)
    seen: dict[int, str] = {}
    for task in watch(exported, "reading verdicts", project.submitted):
        one = reader.read(task)
        by_document[one.document].append(one)
        seen[one.number] = str(task.get("updated_at") or "")
    for document in sorted(by_document):
        pulled.take(document, by_document[document])
    for document in sorted(pulled.documents_of_project - by_document.keys()):
        pulled.lose(document)
    if not options.dry_run:
        workspace.commit(working)
        if pulled.notes:
            state.keep_notes(pulled.notes)
        cursor = VerdictCursor(seen=seen, problems=pulled.problems)
        cursor.save(state, studio.url, title)
    return VerdictsReport(
        title=title,
        link=studio_link(studio.url, project.id),
        taken=tuple(pulled.taken),
        replaced=tuple(pulled.replaced),
        removed=pulled.removed,
        lessened=pulled.lessened,
        unchanged=pulled.unchanged,
        unfinished=pulled.unfinished,
        waiting=pulled.waiting,
        edits=pulled.edits,
        tasks_gone=pulled.tasks_gone,
        preselected=pulled.preselected,
        untouched=pulled.untouched,
        trimmed=tuple(pulled.trimmed),
        remarks=tuple(pulled.remarks),
        problems=tuple(chain.from_iterable(pulled.problems.values())),
        links=pulled.links,
        links_to_tick=pulled.links_to_tick,
    )


@dataclass
class _PulledVerdicts:
    """
    Puts verdicts into records, document by document, and takes note of what there is to tell.

    *links_of_tasks* asks the server which tasks a document has in the project, *live_stamps* what they
    were made of. *has_note* are the uids of annotations with a note so far, *notes* are those to keep
    instead.
    """

    working: WorkingVersion
    server: str
    title: str
    options: PullOptions
    links_of_tasks: Callable[[str], Sequence[str]]
    live_stamps: Callable[[str], Sequence[AdjudicationStamp]]
    has_note: frozenset[str] = frozenset()
    notes: list[Note] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    removed: dict[str, str] = field(default_factory=dict)
    lessened: dict[str, str] = field(default_factory=dict)
    # The uids of adjudicators' annotations that don't count.
    refused: set[str] = field(default_factory=set)
    unchanged: int = 0
    unfinished: dict[str, tuple[str, ...]] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    edits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tasks_gone: dict[str, str] = field(default_factory=dict)
    preselected: int = 0
    untouched: int = 0
    trimmed: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    links_to_tick: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.documents_of_project = {
            facts.document
            for facts in self.working.all_facts()
            for account in facts.accounts
            if account.is_verdict
            and (account.server, account.project) == (self.server, self.title)
        }

    def take(self, document: str, tasks: Sequence[ExportedVerdict]) -> None:
        """Make the work in all *tasks* of a document its verdict."""
        self.links[document] = max(tasks, key=lambda one: one.round).link
        if self.working.has_unusable_file(document):
            return
        record = self.working.record(document)
        if record and record.state == "withdrawn":
            what = "the document is withdrawn, and stays out for good; delete the task, which still has the text"
            self.remarks.append(Problem(document, what, self.links[document]))
            return
        self._take_notes(document, record, [one.work for one in tasks if one.work])
        submitted = [one for one in tasks if one.submitted]
        problems = [problem for one in submitted for problem in one.problems]
        problems += repeated_rounds(submitted)
        if submitted:
            problems += document_problems(document, record, submitted)
        if record is None or problems:
            self._refuse(document, problems)
            return
        self._settle(record, [one for one in submitted if one.work])

    def lose(self, document: str) -> None:
        """A document of the project with a verdict, of which no adjudication is there any more."""
        record = (
            None if self.working.has_unusable_file(document) else self.working.record(document)
        )
        if record is None or record.verdict is None:
            return
        if self.live_stamps(document):
            self._take_notes(document, record, [])
            self._settle(record, [], why="the adjudication was deleted")
        else:
            self._tell_tasks_gone(record, MadeInProject(record.verdict, []), ())

    def _take_notes(
        self, document: str, record: DocumentRecord | None, works: Sequence[AdjudicatorsWork]
    ) -> None:
        """Adjudicators' notes that are new, changed, or empty now, or whose work is gone."""
        notes = {one.uid: (one.by, one.read.note) for one in works}
        verdict = record.verdict if record else None
        for one in verdict.tasks if verdict else ():
            if (one.server, one.project) == (self.server, self.title):
                notes.setdefault(one.uid, (verdict.by or "" if verdict else "", ""))
        self.notes += (
            Note(server=self.server, uid=uid, document=document, annotator=by, text=text)
            for uid, (by, text) in notes.items()
            if text or uid in self.has_note
        )

    def _settle(
        self,
        record: DocumentRecord,
        tasks: Sequence[ExportedVerdict],
        *,
        why: str = "the adjudication was skipped, or deleted",
    ) -> None:
        known = record.verdict
        works = [one.work for one in tasks if one.work]
        if self._tell_own_work(record, tasks):
            tasks = [one for one in tasks if one.work and not self._is_own(record, one.work)]
            works = [one.work for one in tasks if one.work]
        made = MadeInProject(known, [(one.round, one.work) for one in tasks if one.work])
        gone = self._taken_back(record, made)
        self._tell_tasks_gone(record, made, gone)
        kept = made.kept(gone)
        if not works and not kept:
            if known and gone:
                self.removed[record.id] = self._why_gone(gone, why)
                self.working.put(msgspec.structs.replace(record, verdict=None))
            return
        if not works and not gone:
            return
        standing = None
        if known and kept:
            article = document_of_record(record)
            changed = judge_verdict(record, self.working.schema).changed
            standing = StandingDecisions(
                article,
                known,
                kept,
                self.working.schema,
                opened=(one.key for one in changed),
            )
        source = self._source(record, tasks, made, standing)
        settled = self._settled(record, tasks, made, source, standing)
        is_read = not any(one.read.problems for one in works)
        if known and is_read and not gone and made.is_as_it_was(settled.verdict):
            self._tell_missing(record.id, tasks, settled)
            self._leave(record, known, made, settled, source.tasks)
            return
        self._refuse(
            record.id,
            (
                replace(
                    one,
                    link=one.link or self.links.get(record.id, ""),
                    annotator=source.by or "",
                )
                for one in settled.problems
            ),
        )
        if settled.verdict is None:
            return
        self._tell_missing(record.id, tasks, settled)
        self._tell_how_it_was_made(record, tasks, settled)
        if gone and known:
            self.lessened[record.id] = rounds_with_decisions(known, gone)
        (self.replaced if known else self.taken).append(record.id)
        self.working.put(
            msgspec.structs.replace(record, verdict=_with_their_tasks(settled.verdict, works))
        )

    def _settled(
        self,
        record: DocumentRecord,
        tasks: Sequence[ExportedVerdict],
        made: MadeInProject,
        source: VerdictSource,
        standing: StandingDecisions | None,
    ) -> SettledVerdict:
        """What the work in the tasks comes to, with what stands."""
        rounds = [
            VerdictRound(
                number=one.round,
                read=one.work.read,
                task=one.work.uid,
                link=one.link,
                maker=made.maker(one.work),
            )
            for one in tasks
            if one.work
        ]
        return settle_verdict(
            document_of_record(record),
            rounds,
            source,
            judge_verdict(record, self.working.schema).compared,
            self.working.schema,
            has_other_tasks=lambda: len(self.links_of_tasks(record.id)) > len(rounds),
            standing=standing,
        )

    def _leave(
        self,
        record: DocumentRecord,
        known: Verdict,
        made: MadeInProject,
        settled: SettledVerdict,
        tasks: tuple[VerdictTask, ...],
    ) -> None:
        """Leave the verdict as it is, but for where its tasks are now."""
        self.unchanged += 1
        if settled.overruled and not made.tasks:
            what = f"a later verdict, by {_names(known)}, stands"
            self.remarks.append(Problem(record.id, what, self.links[record.id]))
        if made.is_moved:
            decisions = made.decisions_here()
            here = msgspec.structs.replace(known, tasks=tasks, decisions=decisions)
            self.working.put(msgspec.structs.replace(record, verdict=here))

    def _is_own(self, record: DocumentRecord, work: AdjudicatorsWork) -> bool:
        """Whether the adjudicator annotated the document, and that is refused."""
        return self.options.strict and any(own_work_problems(record, {work.by}))

    def _taken_back(self, record: DocumentRecord, made: MadeInProject) -> Sequence[VerdictTask]:
        """The annotations that the verdict was made of here, and that don't count any more; their tasks are there."""
        known = record.verdict
        missing = self._missing_here(made)
        if known is None or not missing:
            return ()
        stamps = self.live_stamps(record.id)
        return [one for one in missing if _is_live(known, one, stamps, self.working.schema)]

    def _missing_here(self, made: MadeInProject) -> list[VerdictTask]:
        here = (self.server, self.title)
        return [one for one in made.missing if (one.server, one.project) == here]

    def _tell_tasks_gone(
        self, record: DocumentRecord, made: MadeInProject, taken_back: Sequence[VerdictTask]
    ) -> None:
        """The tasks that were deleted with adjudicators' annotations in them; decisions that were made there stand."""
        known = record.verdict
        if known is None:
            return
        resting = tasks_with_decisions(known, self.server, self.title)
        lost = [one for one in resting if one in made.missing and one not in taken_back]
        if lost:
            self.tasks_gone[record.id] = rounds_with_decisions(known, lost)

    def _why_gone(self, gone: Sequence[VerdictTask], why: str) -> str:
        is_refused = not self.refused.isdisjoint(one.uid for one in gone)
        return "its adjudicator annotated the document" if is_refused else why

    def _refuse(self, document: str, problems: Iterable[Problem]) -> None:
        if found := (*self.problems.get(document, ()), *problems):
            self.problems[document] = found

    def _source(
        self,
        record: DocumentRecord,
        tasks: Sequence[ExportedVerdict],
        made: MadeInProject,
        standing: StandingDecisions | None,
    ) -> VerdictSource:
        """Whoever decided last, and all annotations of adjudicators."""
        known = record.verdict
        done = [(one, one.work) for one in tasks if one.work]
        makers = [(made.maker(work), one, work) for one, work in done]
        schema = known.schema if known else None
        guideline = known.guideline if known else None
        everybody = [maker for maker, _, _ in makers]
        if makers:
            _, task, work = max(makers, key=lambda one: (one[0].at or "", one[1].round))
            schema = task.stamp.schema if task.stamp else None
            guideline = work.guideline
        elsewhere: list[VerdictTask] = []
        if standing and known:
            everybody += map(standing.maker, standing.decisions)
            uids = {task_of(known, one) for one in standing.decisions}
            elsewhere = [one for one in known.tasks if one.uid in uids]
        last = max(everybody, key=lambda one: one.at or "")
        servers = {one.uid: one.server for one in (known.tasks if known else ())}
        here = [
            VerdictTask(
                uid=work.uid,
                # The same server by another address is the same server.
                server=servers.get(work.uid, self.server),
                project=self.title,
                number=work.number,
                round=one.round,
                first_at=made.first_at(work),
            )
            for one, work in sorted(done, key=lambda pair: pair[0].round)
        ]
        return VerdictSource(
            by=last.by,
            kind=last.kind,
            at=last.at,
            schema=schema,
            guideline=guideline,
            tasks=(*elsewhere, *here),
        )

    def _tell_missing(
        self, document: str, tasks: Sequence[ExportedVerdict], settled: SettledVerdict
    ) -> None:
        """What is still to be ticked, and in which tasks."""
        links: list[str] = []
        if settled.missing:
            self.unfinished[document] = settled.missing
            links += (one.link for one in tasks if one.round in settled.missing_in)
        if settled.waiting:
            self.waiting[document] = settled.waiting
            done = {one.link for one in tasks}
            links += (one for one in self.links_of_tasks(document) if one not in done)
        if links:
            self.links_to_tick[document] = tuple(links)

    def _tell_own_work(self, record: DocumentRecord, tasks: Iterable[ExportedVerdict]) -> bool:
        """Whether an adjudicator is one of the document's annotators, which is refused if strict."""
        works = [(one.work, one.link) for one in tasks if one.work]
        own = list(own_work_in_tasks(record, works))
        if self.options.strict:
            self._refuse(record.id, own)
            self.refused |= {one.uid for one, _ in works if self._is_own(record, one)}
        return bool(own) and self.options.strict

    def _tell_how_it_was_made(
        self,
        record: DocumentRecord,
        tasks: Sequence[ExportedVerdict],
        settled: SettledVerdict,
    ) -> None:
        link = self.links.get(record.id, "")
        works = [(one.work, one.link) for one in tasks if one.work]
        self.remarks += own_work_in_tasks(record, works)
        links = {one.round: one.link for one in tasks}
        self.remarks += replaced_remarks(record.id, settled, links)
        if settled.edits:
            self.edits[record.id] = settled.edits
        for task in tasks:
            if task.work:
                self._tell_how_it_was_done(record.id, task.work, task.link)
        if record.state != "active":
            what = f"the document is {record.state}, and stays out of the gold"
            self.remarks.append(Problem(record.id, what, link))

    def _tell_how_it_was_done(self, document: str, work: AdjudicatorsWork, link: str) -> None:
        """The same of one task."""
        said = [status for status in work.read.preselected.values() if status]
        self.preselected += len(said)
        self.untouched += said.count("untouched")
        self.trimmed += (replace(each, link=link) for each in work.read.trimmed)
        self.remarks += (replace(each, link=link) for each in work.read.remarks)
        if work.edited_by:
            what = f"the verdict of {work.by} was updated last by {work.edited_by}"
            self.remarks.append(Problem(document, what, link))
        if note := work.read.note:
            what = append_note(f"note of {work.by}", note)
            self.remarks.append(Problem(document, what, link))


def _is_live(
    known: Verdict, task: VerdictTask, stamps: Iterable[AdjudicationStamp], schema: Schema
) -> bool:
    """Whether the task is still there that the adjudicator's annotation was in: it shows what was decided there."""
    decided = {
        (one.round, one.number, one.key): {each.reading for each in one.offered}
        for one in known.decisions
        if one.number is not None and task_of(known, one) == task.uid
    }
    if not decided:
        return any(one.round == task.round for one in stamps)
    shown: dict[tuple[int | None, int | None, str], set[PlaceReading]] = {
        (stamp.round, one.n, one.key): {option.reading for option in one.options}
        for stamp in stamps
        for one in (shown_under_current_names(each, schema) for each in stamp.differences)
    }
    # A task that was made later may ask again what has a new reading since.
    return decided.keys() <= shown.keys() and any(
        shown[position] == readings for position, readings in decided.items()
    )


def _with_their_tasks(verdict: Verdict, works: Sequence[AdjudicatorsWork]) -> Verdict:
    """The verdict without tasks of which nothing is left, unless they are of the project at hand."""
    uids = {one.task for one in verdict.decisions} | {one.uid for one in works}
    tasks = tuple(one for one in verdict.tasks if one.uid in uids)
    return msgspec.structs.replace(verdict, tasks=tasks)


def _names(verdict: Verdict) -> str:
    """The adjudicators of a verdict."""
    return " and ".join(one or "an unknown adjudicator" for one in adjudicators_of(verdict))
