"""Annotations from Label Studio: what annotators meant, and everything that is in doubt."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from curation.annotations.merge import PulledDocument
from curation.annotations.record import AnnotatorKind
from curation.documents.document import AnnotatedDocument
from curation.errors import Problem
from curation.files import Json
from curation.labelstudio.exported_task import Pseudonym, Reader, document_of, server_of
from curation.labelstudio.find_project import project_named
from curation.labelstudio.last_editor import Hands, account
from curation.labelstudio.port import STRIDE, Prediction, Project, Step, Studio, Task
from curation.labelstudio.pull_cursor import Cursor
from curation.schema.model import Schema

LEFT_OUT = "Label Studio lists annotations of it, but gives none; the next pull asks again"


@dataclass(frozen=True, slots=True)
class Given:
    """
    What the project has of a document now, in the place of what was known of it from there.

    *annotations* are the sound ones, one for each annotator, none where anything is wrong;
    *pulled* has all of them. *notes* are what annotators wrote, by uid, each with its annotator.
    """

    document: str
    annotations: tuple[AnnotatedDocument, ...]
    pulled: PulledDocument
    notes: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Pulled:
    """
    What changed since the last pull.

    *covered* are the documents that were given; *touched* those of them in which an
    annotation was written since. *counts* tells of skipped annotations, repetitions, …;
    *trims* of the spans whose edges were tidied, each with what it was read as; *former* of
    the annotations under each name that a type or relation had before; *edited* says how many
    annotations of a document somebody else than their annotator has updated since.
    """

    covered: frozenset[str]
    touched: frozenset[str]
    counts: Counter[str]
    trims: tuple[Problem, ...]
    former: Counter[str]
    edited: Mapping[str, int]
    cursor: Cursor
    project: Project


def pull(  # noqa: PLR0913 - each is known elsewhere
    studio: Studio,
    schema: Schema,
    *,
    title: str,
    pseudonym: Pseudonym,
    kind: Callable[[str], AnnotatorKind],
    since: Cursor | None = None,
    hands: Hands | None = None,
) -> Iterator[Step | Given | Pulled]:
    """
    The project's submitted annotations: all, or those changed after *since*.

    Document by document, as they come; where one is given twice, the last time
    counts. The last event is a Pulled.

    Skipped and draft annotations are not gold. A bad annotation is a problem
    with a link to its task, and keeps its document out; the others come through.
    *pseudonym* turns an account's number and e-mail into the name to publish, *kind* says of such
    a name whether it is a person's;
    *hands* knows whose those are that a program of ours was the last to touch.

    No change is passed over: the cursor's time is asked for before anything is
    listed or exported. What changed up to then is in the list and in the
    export, since both are made later; what changes afterwards, though it be
    behind our back while the export goes on, gets a time that isn't earlier,
    and the next pull lists it. What was listed must be given, or is asked for
    by its number: gone, emptied, or to be asked for again.
    """
    project = project_named(studio, title)
    before = since or Cursor()
    moment = max(before.since, studio.moment(project.id))
    changed = list(_changed(studio, project, before)) if before.since else []
    held = partial(_suggestions, studio, project.id)
    reader = Reader(
        url=studio.url,
        project=project.id,
        schema=schema,
        accounts=studio.accounts(),
        pseudonym=pseudonym,
        kind=kind,
        hands=hands or Hands(),
        suggestions=held,
    )
    tally = _Tally(reader, title)
    tally.want(before.again)
    tally.want({task.id: document_of(task) for task in changed if task.annotations})
    if before.since:
        total, exported = len(tally.wanted), studio.export(project.id, sorted(tally.wanted))
    else:
        total = min(project.tasks, project.submitted)
        exported = studio.export(project.id)
    for number, task in enumerate(exported):
        if number % STRIDE == 0:
            yield Step("tasks", number, total)
        yield tally.take(task, before.since)
    yield from _missing(studio, project, before, tally)
    yield Step("tasks", total, total)
    tally.gone |= _swept(studio, project, before, changed, tally)
    bare = {task.id: task for task in changed if not task.annotations}
    tally.emptied |= {document_of(task) for task in bare.values()} & before.annotated.keys()
    seen = {**before.seen, **{task.id: task.updated_at for task in bare.values()}, **tally.seen}
    yield Pulled(
        frozenset(tally.annotated),
        frozenset(tally.touched),
        tally.counts,
        tuple(tally.trims),
        tally.former,
        tally.edited,
        _moved(before, moment, project.tasks, tally, seen),
        project,
    )


@dataclass
class _Tally:
    """
    What has come so far.

    *wanted* are the tasks that should come, each with its document; *seen*
    those that came, with the time of their state.
    """

    reader: Reader
    title: str
    wanted: dict[int, str] = field(default_factory=dict)
    seen: dict[int, str] = field(default_factory=dict)
    annotated: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    trims: list[Problem] = field(default_factory=list)
    former: Counter[str] = field(default_factory=Counter)
    edited: dict[str, int] = field(default_factory=dict)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    remarks: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    again: dict[int, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    emptied: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    submitted: int = 0
    each: dict[str, int] = field(default_factory=dict)

    def want(self, tasks: Mapping[int, str]) -> None:
        self.wanted |= tasks

    @property
    def missing(self) -> list[int]:
        return sorted(self.wanted.keys() - self.seen.keys())

    def take(self, task: Json, since: str) -> Given:
        """Read an exported task, and count it."""
        read = self.reader.task(task)
        document = read.document
        if self._touched(task, since):
            self.touched.add(document)
        if edited := sum(self._edited(one, since) for one in task.get("annotations") or ()):
            self.edited[document] = edited
        self.seen[read.number] = read.updated_at
        self.submitted += sum(
            not one.get("was_cancelled") for one in task.get("annotations") or ()
        )
        self.trims += read.trims
        self.former += read.former
        self.counts += Counter(merged=read.merged, skipped=read.skipped)
        first = self.annotated.setdefault(document, read.number)
        twice = first != read.number
        if twice:
            # Neither is the right one.
            one, other = sorted((first, read.number))
            what = f"tasks {one} and {other} both hold it; delete one of them"
            self.say(document, Problem(document, what, self.reader.link(other)))
            self.again |= {first: document, read.number: document}
            read.annotations.clear()
        self.say(document, *read.problems)
        if read.remarks:
            self.remarks[document] = tuple(dict.fromkeys(read.remarks))
        self.counts["annotations"] += len(read.annotations) - self.each.get(document, 0)
        self.each[document] = len(read.annotations)
        pulled = PulledDocument(
            id=document,
            server=server_of(self.reader.url),
            project=self.title,
            article=read.article,
            annotations=tuple(read.pulled),
            unsound=twice,
        )
        return Given(document, tuple(read.annotations), pulled, read.notes)

    def _touched(self, task: Json, since: str) -> bool:
        """
        Whether somebody wrote an annotation of the task *since*.

        A reason on the task, or a suggestion, moves the task's time and no annotation's; a
        renaming of ours moves that, too.
        """
        return any(
            str(one.get("updated_at") or "") > since and not self.reader.hands.wrote(one)
            for one in task["annotations"]
        )

    def _edited(self, annotation: Json, since: str) -> bool:
        """Whether somebody else than its annotator has updated it *since*, and was the last to."""
        hands = self.reader.hands
        return (
            not annotation.get("was_cancelled")
            and str(annotation.get("updated_at") or "") > since
            and not hands.wrote(annotation)
            and hands.editor(annotation) != account(annotation.get("completed_by"))
        )

    def say(self, document: str, *problems: Problem) -> None:
        if problems:
            known = self.problems.get(document, ())
            self.problems[document] = tuple(dict.fromkeys((*known, *problems)))


def _suggestions(studio: Studio, project: int, task: int) -> Iterator[Prediction]:
    """Those that a task has."""
    return studio.predictions(project, [task])


def _changed(studio: Studio, project: Project, before: Cursor) -> Iterator[Task]:
    """What changed since, the cursor's own moment included: another may have changed in it."""
    for task in studio.tasks(project.id, since=before.since):
        if before.seen.get(task.id) != task.updated_at:
            yield task


def _missing(
    studio: Studio, project: Project, before: Cursor, tally: _Tally
) -> Iterator[Given]:
    """
    Ask by number for what should have come and did not.

    It is gone, or it is empty, or it is there after all: then it is asked for once more.
    """
    known = {task: document for document, task in before.annotated.items()}
    if not before.since:
        tally.want(known)
        if tally.submitted < project.submitted:
            listed = studio.tasks(project.id)
            tally.want({task.id: document_of(task) for task in listed if task.annotations})
    # A document that came with another task than before: is the other one still there?
    tally.want({task: name for task, name in known.items() if name in tally.annotated})
    missing = tally.missing
    if not missing:
        return
    there = {task.id: task for task in studio.tasks(project.id, numbers=missing)}
    tally.gone |= {tally.wanted[task] for task in missing if task not in there}
    tally.emptied |= {tally.wanted[task.id] for task in there.values() if not task.annotations}
    full = [task.id for task in there.values() if task.annotations]
    for task in studio.export(project.id, full):
        yield tally.take(task, before.since)
    for number in sorted(set(full) - tally.seen.keys()):
        document = tally.wanted[number]
        tally.say(document, Problem(document, LEFT_OUT, tally.reader.link(number)))
        tally.again[number] = document


def _swept(
    studio: Studio,
    project: Project,
    before: Cursor,
    changed: Iterable[Task],
    tally: _Tally,
) -> set[str]:
    """
    The documents whose annotated task was deleted since the last pull.

    Asking for every task is slow, so it is done only where the number of tasks
    says that some are missing. In a full pull those that didn't come were asked for.
    """
    made = sum(task.created_at > before.since for task in changed)
    missed = {doc: n for doc, n in before.annotated.items() if doc not in tally.annotated}
    if not missed or not before.since or project.tasks >= before.tasks + made:
        return set()
    there = studio.task_ids(project.id)
    return {document for document, number in missed.items() if number not in there}


def _moved(
    before: Cursor, moment: str, tasks: int, tally: _Tally, seen: Mapping[int, str]
) -> Cursor:
    """The cursor after this pull: what it knew, but for what is known better now."""
    given = tally.annotated.keys()
    gone = tally.gone - given
    emptied = tally.emptied - given - gone
    out = given | gone | emptied
    standing = before if before.since else Cursor()
    left = {doc: task for task, doc in tally.again.items() if doc not in given}
    problems, remarks = (
        {doc: found for doc, found in old.items() if doc not in out}
        for old in (standing.problems, standing.remarks)
    )
    return Cursor(
        moment,
        tasks,
        {doc: task for doc, task in standing.annotated.items() if doc not in out}
        | left
        | tally.annotated,
        problems | tally.problems,
        remarks | tally.remarks,
        tuple(sorted((gone | set(before.deleted)) - given)),
        tuple(sorted((emptied | set(before.emptied)) - given - gone)),
        tally.again,
        {task: time for task, time in seen.items() if time >= moment},
        tally.reader.data,
        before.returned,
    )
