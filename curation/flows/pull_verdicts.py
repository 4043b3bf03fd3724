"""Verdicts from adjudicators' projects into gold/next; ``curate pull`` does it after the annotators' projects."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import chain

import msgspec

from curation.annotations.make_verdict import VerdictSource
from curation.annotations.record import (
    DocumentRecord,
    Verdict,
    VerdictTask,
    document_of_record,
)
from curation.annotations.voters import compare_annotations
from curation.checks.remarks import append_note
from curation.errors import Problem
from curation.flows.pull import PullOptions
from curation.flows.pull_annotators import KnownAnnotators
from curation.gold.working_version import WorkingVersion
from curation.labelstudio.annotation_people import AnnotationPeople
from curation.labelstudio.annotation_uid import server_hash
from curation.labelstudio.exported_verdict import (
    AdjudicatorsWork,
    ExportedVerdict,
    VerdictReader,
)
from curation.labelstudio.find_project import adjudication_project_named
from curation.labelstudio.port import Studio, studio_link
from curation.labelstudio.settle_verdict import SettledVerdict, VerdictRound, settle_verdict
from curation.labelstudio.verdict_cursor import VerdictCursor
from curation.progress import Watch
from curation.state import Note
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class VerdictsReport:
    """
    What a pull brought from one adjudicators' project; documents are given by their ids.

    *taken* have a verdict that they hadn't, *replaced* another one than before, *removed* none any
    more, each with the reason. *unchanged* counts the verdicts that are as they were, *unfinished* has
    the differences that wait for a verdict, by number, *waiting* how many more wait in other rounds. *edits* says what was changed of what all
    annotators agreed on, *tasks_gone* are documents whose task is gone, and whose verdict stays. Of the
    differences that were ticked beforehand in what came new, *untouched* of *preselected* stayed so.
    *links* lead to tasks.
    """

    title: str
    link: str
    taken: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: Mapping[str, str]
    unchanged: int
    unfinished: Mapping[str, tuple[str, ...]]
    waiting: Mapping[str, int]
    edits: Mapping[str, tuple[str, ...]]
    tasks_gone: tuple[str, ...]
    preselected: int
    untouched: int
    trimmed: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    links: Mapping[str, str]


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
        count_tasks=lambda document: len(list(studio.tasks(project.id, doc_ids=[document]))),
        has_note=state.uids_with_note(),
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
    lost = sorted(pulled.documents_of_project - by_document.keys())
    tasks = {task.doc_id for task in studio.tasks(project.id, doc_ids=lost)} if lost else set()
    for document in lost:
        pulled.lose(document, has_task=document in tasks)
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
        unchanged=pulled.unchanged,
        unfinished=pulled.unfinished,
        waiting=pulled.waiting,
        edits=pulled.edits,
        tasks_gone=tuple(pulled.tasks_gone),
        preselected=pulled.preselected,
        untouched=pulled.untouched,
        trimmed=tuple(pulled.trimmed),
        remarks=tuple(pulled.remarks),
        problems=tuple(chain.from_iterable(pulled.problems.values())),
        links=pulled.links,
    )


@dataclass
class _PulledVerdicts:
    """
    Puts verdicts into records, document by document, and takes note of what there is to tell.

    *count_tasks* asks the server how many tasks a document has in the project. *has_note* are the uids
    of annotations with a note so far, *notes* are those to keep instead.
    """

    working: WorkingVersion
    server: str
    title: str
    options: PullOptions
    count_tasks: Callable[[str], int]
    has_note: frozenset[str] = frozenset()
    notes: list[Note] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    removed: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0
    unfinished: dict[str, tuple[str, ...]] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    edits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tasks_gone: list[str] = field(default_factory=list)
    preselected: int = 0
    untouched: int = 0
    trimmed: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

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
        self._take_notes(document, record, [one.work for one in tasks if one.work])
        submitted = [one for one in tasks if one.submitted]
        problems = [problem for one in submitted for problem in one.problems]
        problems += _repeated_rounds(submitted)
        if submitted:
            problems += self._document_problems(document, record, submitted)
        if record is None or problems:
            self._refuse(document, problems)
            return
        works = [one for one in submitted if one.work]
        if not works:
            self._remove(record, "the adjudication was skipped, or deleted")
            return
        self._settle(record, works)

    def lose(self, document: str, *, has_task: bool) -> None:
        """A document of the project with a verdict, of which no adjudication is there any more."""
        record = (
            None if self.working.has_unusable_file(document) else self.working.record(document)
        )
        if record is None or record.verdict is None:
            return
        if has_task:
            self._take_notes(document, record, [])
            self._remove(record, "the adjudication was deleted")
        else:
            self.tasks_gone.append(document)

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

    def _document_problems(
        self, document: str, record: DocumentRecord | None, tasks: Sequence[ExportedVerdict]
    ) -> Iterator[Problem]:
        """Why the verdict isn't about what gold/next has under the document's id."""
        link = tasks[0].link
        if record is None:
            what = "gold/next has no such document; pull its annotations, or delete the task"
            yield Problem(document, what, link)
        elif any(
            one.article and one.article.text_sha256 != record.text_sha256 for one in tasks
        ):
            what = "the verdict is on another text than gold/next has under this id; delete the task"
            yield Problem(document, what, link)

    def _settle(self, record: DocumentRecord, tasks: Sequence[ExportedVerdict]) -> None:
        works = [one.work for one in tasks if one.work]
        source = self._source(record, tasks)
        known = record.verdict
        is_moved = known is not None and _is_moved(known, works)
        if known and is_moved:
            # An import names anybody as the adjudicator, and has other times.
            source = replace(source, by=known.by, kind=known.kind)
            if not any(one.is_edited for one in works):
                source = replace(source, at=known.at)
        settled = settle_verdict(
            document_of_record(record),
            [VerdictRound(number=one.round, read=one.work.read) for one in tasks if one.work],
            source,
            compare_annotations(record, self.working.schema),
            self.working.schema,
            has_other_tasks=lambda: self.count_tasks(record.id) > len(works),
        )
        is_read = not any(one.read.problems for one in works)
        if known and is_read and _is_as_it_was(known, source, settled):
            self.unchanged += 1
            self._tell_missing(record.id, settled)
            if is_moved:
                here = msgspec.structs.replace(known, tasks=source.tasks)
                self.working.put(msgspec.structs.replace(record, verdict=here))
            return
        if known and _is_later(known, source):
            what = f"a later verdict, by {known.by or 'an unknown adjudicator'}, stands"
            self.remarks.append(Problem(record.id, what, self.links[record.id]))
            return
        is_own = self._tell_own_work(record, works)
        self._refuse(
            record.id,
            (
                replace(one, link=self.links[record.id], annotator=source.by or "")
                for one in settled.problems
            ),
        )
        if settled.verdict is None or (is_own and self.options.strict):
            return
        self._tell_missing(record.id, settled)
        self._tell_how_it_was_made(record, works, settled)
        (self.replaced if known else self.taken).append(record.id)
        self.working.put(msgspec.structs.replace(record, verdict=settled.verdict))

    def _refuse(self, document: str, problems: Iterable[Problem]) -> None:
        if found := (*self.problems.get(document, ()), *problems):
            self.problems[document] = found

    def _source(
        self, record: DocumentRecord, tasks: Sequence[ExportedVerdict]
    ) -> VerdictSource:
        """Who decided; of several rounds the adjudicator of the latest work."""
        known = {one.uid: one for one in (record.verdict.tasks if record.verdict else ())}
        done = [(one, one.work) for one in tasks if one.work]
        last, work = max(done, key=lambda pair: (pair[1].at, pair[0].round))
        return VerdictSource(
            by=work.by,
            kind=work.kind,
            at=work.at,
            schema=last.stamp.schema if last.stamp else None,
            tasks=tuple(
                VerdictTask(
                    uid=work.uid,
                    # The same server by another address is the same server.
                    server=known[work.uid].server if work.uid in known else self.server,
                    project=self.title,
                    number=work.number,
                    round=one.round,
                )
                for one, work in sorted(done, key=lambda pair: pair[0].round)
            ),
        )

    def _tell_missing(self, document: str, settled: SettledVerdict) -> None:
        if settled.missing:
            self.unfinished[document] = settled.missing
        if settled.waiting:
            self.waiting[document] = settled.waiting

    def _tell_own_work(self, record: DocumentRecord, works: Sequence[AdjudicatorsWork]) -> bool:
        """Whether an adjudicator is one of the document's annotators, which is told."""
        own = [
            replace(one, link=self.links[record.id])
            for one in own_work_problems(record, {one.by for one in works})
        ]
        if self.options.strict:
            self._refuse(record.id, own)
        else:
            self.remarks += own
        return bool(own)

    def _tell_how_it_was_made(
        self,
        record: DocumentRecord,
        works: Sequence[AdjudicatorsWork],
        settled: SettledVerdict,
    ) -> None:
        link = self.links[record.id]
        if settled.edits:
            self.edits[record.id] = settled.edits
        for one in works:
            said = [status for status in one.read.preselected.values() if status]
            self.preselected += len(said)
            self.untouched += said.count("untouched")
            self.trimmed += (replace(each, link=link) for each in one.read.trimmed)
            self.remarks += (replace(each, link=link) for each in one.read.remarks)
            if one.edited_by:
                what = f"the verdict of {one.by} was updated last by {one.edited_by}"
                self.remarks.append(Problem(record.id, what, link))
            if note := one.read.note:
                what = append_note(f"note of {one.by}", note)
                self.remarks.append(Problem(record.id, what, link))
        if record.state != "active":
            what = f"the document is {record.state}, and stays out of the gold"
            self.remarks.append(Problem(record.id, what, link))

    def _remove(self, record: DocumentRecord, why: str) -> None:
        """Take away the verdict that was made in this project."""
        verdict = record.verdict
        here = (self.server, self.title)
        if verdict and any((one.server, one.project) == here for one in verdict.tasks):
            self.removed[record.id] = why
            self.working.put(msgspec.structs.replace(record, verdict=None))


def own_work_problems(record: DocumentRecord, adjudicators: Set[str]) -> Iterator[Problem]:
    """Those of a document's *adjudicators* who annotated it, given by pseudonym."""
    annotators = {one.annotator for one in record.annotations if one.entities is not None}
    for name in sorted(adjudicators & annotators):
        what = f"{name} annotated the document, and adjudicated it too"
        yield Problem(record.id, what, annotator=name)


def _is_moved(known: Verdict, works: Sequence[AdjudicatorsWork]) -> bool:
    """Whether the work is that of the known verdict, exported and imported."""
    numbers = {one.number for one in known.tasks}
    uids = {one.uid for one in known.tasks}
    return all(
        one.is_imported and (one.uid in uids or one.former_number in numbers) for one in works
    )


def _is_as_it_was(known: Verdict, source: VerdictSource, settled: SettledVerdict) -> bool:
    """
    Whether the work is what the *known* verdict was made of.

    Then the verdict stays as it is: what annotators changed since may have moved the ends of arrows, or
    made choices contradict each other that didn't. What a project was moved from, and still has, is the
    same work, too.
    """
    if known.at != source.at or not _is_same_work(known.tasks, source.tasks):
        return False
    # What is asked again counts as not decided yet; until then the verdict stays as it was.
    return settled.verdict is None or {*settled.verdict.decisions} <= {*known.decisions}


def _is_later(known: Verdict, source: VerdictSource) -> bool:
    """Whether the known verdict was made elsewhere, and after this one."""
    ours = {one.uid for one in source.tasks}
    elsewhere = not any(one.uid in ours for one in known.tasks)
    return elsewhere and (known.at or "") > (source.at or "")


def _is_same_work(known: Sequence[VerdictTask], found: Sequence[VerdictTask]) -> bool:
    uids = [one.uid for one in known]
    same = [one.uid for one in found if one.uid in uids]
    has_same_rounds = [one.round for one in known] == [one.round for one in found]
    return has_same_rounds and len(same) in (0, len(uids))


def _repeated_rounds(tasks: Sequence[ExportedVerdict]) -> Iterator[Problem]:
    """Rounds of a document with verdicts in several tasks: nobody knows which one counts."""
    by_round: dict[int, list[ExportedVerdict]] = defaultdict(list)
    for one in tasks:
        by_round[one.round].append(one)
    for number, same in sorted(by_round.items()):
        if len(same) > 1:
            numbers = " and ".join(str(one.number) for one in same)
            what = f"tasks {numbers} are both round {number} of the document; delete the one that should not count"
            yield Problem(same[0].document, what, same[-1].link)
