"""Annotations from Label Studio: what annotators meant, and everything that is in doubt."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from curation.document import Annotation, Document, Layer
from curation.errors import Problem, StudioError
from curation.files import Json
from curation.schema.model import Schema
from curation.studio.hands import Hands, account
from curation.studio.port import Project, Studio, Task
from curation.studio.tasks import Reading, article, counted, from_result, noted, suggestion

Pseudonym = Callable[[int, str], str]


@dataclass(frozen=True)
class Cursor:
    """
    Where the last pull of a project stopped.

    *since* is the newest server time seen, *newest* the tasks that changed at
    that very moment; *tasks* how many tasks there were;
    *annotated* the task of each document that had annotations; *problems*
    what was wrong then, by document; *deleted* documents whose task is gone,
    *emptied* those whose task is there but has no annotation any more. *link*
    leads to the project.
    """

    since: str = ""
    tasks: int = 0
    annotated: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    newest: tuple[int, ...] = ()
    emptied: tuple[str, ...] = ()
    link: str = ""

    @property
    def links(self) -> Mapping[str, str]:
        """To the task of each document that has annotations."""
        return {doc: f"{self.link}?task={task}" for doc, task in self.annotated.items()}

    @property
    def standing(self) -> tuple[Problem, ...]:
        """Everything that is wrong at this moment, found by the last pull or before."""
        found = self.problems
        return tuple(problem for document in sorted(found) for problem in found[document])


@dataclass(frozen=True)
class Pulled:
    """
    What changed since the last pull.

    *covered* are the documents whose annotations are given here anew: whatever
    was known of them before is replaced. *counts* tells of skipped annotations, trimmed spans, ….
    """

    annotations: tuple[Annotation, ...]
    covered: frozenset[str]
    counts: Counter[str]
    cursor: Cursor
    project: Project


@dataclass
class _Task:
    """One task read: its document, finished annotations, and objections."""

    document: str
    number: int
    updated_at: str
    annotations: list[Annotation] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)


def pull(
    studio: Studio,
    schema: Schema,
    *,
    title: str,
    pseudonym: Pseudonym,
    since: Cursor | None = None,
    hands: Hands | None = None,
) -> Pulled:
    """
    The project's submitted annotations: all, or those changed after *since*.

    Skipped and draft annotations are not gold. A bad annotation is a problem
    with a link to its task, and keeps its document out; the others come through.
    *pseudonym* turns an account's number and e-mail into the name to publish;
    *hands* knows whose those are that a program of ours was the last to touch.
    """
    project = studio.find_project(title)
    if project is None:
        raise StudioError(
            f"Label Studio has no project {title!r}",
            hint="see its projects at " + studio.url + ", or make it with: curate push",
        )
    before = since or Cursor()
    changed = list(_changed(studio, project, before)) if before.since else []
    exported = _export(studio, project, before, changed)
    reader = _Reader(
        studio.url, project.id, schema, studio.accounts(), pseudonym, hands or Hands()
    )
    tasks = [reader.task(task) for task in exported]
    _doubled(tasks, reader)
    gone = _gone(studio, project, before, changed, tasks)
    annotated = {task.document: task.number for task in tasks}
    bare = {task.doc_id for task in changed if not task.annotations}
    silent = before.annotated.keys() - annotated.keys() - gone
    emptied = silent if not before.since else silent & bare
    counts = counted(reading for task in tasks for reading in task.readings)
    counts["skipped"] = sum(task.skipped for task in tasks)
    counts["annotations"] = sum(len(task.annotations) for task in tasks)
    standing = before if before.since else Cursor()
    out = emptied | gone | annotated.keys()
    moments = {task.id: task.updated_at for task in changed}
    moments |= {task.number: task.updated_at for task in tasks}
    now = max([before.since, *moments.values()])
    newest = {task for task, moment in moments.items() if moment == now}
    newest |= set(before.newest) if now == before.since else set()
    cursor = Cursor(
        now,
        project.tasks,
        {doc: n for doc, n in standing.annotated.items() if doc not in out} | annotated,
        {doc: found for doc, found in standing.problems.items() if doc not in out}
        | _problems(tasks),
        tuple(sorted((gone | set(before.deleted)) - annotated.keys())),
        tuple(sorted(newest)),
        tuple(sorted((emptied | set(before.emptied)) - annotated.keys() - gone)),
        f"{studio.url}/projects/{project.id}/data",
    )
    return Pulled(
        tuple(annotation for task in tasks for annotation in task.annotations),
        frozenset(annotated),
        counts,
        cursor,
        project,
    )


def _changed(studio: Studio, project: Project, before: Cursor) -> Iterator[Task]:
    """What changed since, with the moment itself: another task may have changed in it."""
    for task in studio.tasks(project.id, since=before.since):
        if task.updated_at > before.since or task.id not in before.newest:
            yield task


def _export(
    studio: Studio, project: Project, before: Cursor, changed: Sequence[Task]
) -> list[Json]:
    if not before.since:
        return list(studio.export(project.id))
    ids = [task.id for task in changed if task.annotations]
    return list(studio.export(project.id, ids)) if ids else []


def _gone(
    studio: Studio,
    project: Project,
    before: Cursor,
    changed: Iterable[Task],
    tasks: Iterable[_Task],
) -> set[str]:
    """
    The documents whose annotated task was deleted since the last pull.

    Asking for every task is slow, so it is done only where the number of tasks
    says that some are missing, or where everything is pulled anyway.
    """
    made = sum(task.created_at > before.since for task in changed)
    pulled = {task.document for task in tasks}
    missed = {doc: n for doc, n in before.annotated.items() if doc not in pulled}
    if not missed or (before.since and project.tasks >= before.tasks + made):
        return set()
    there = studio.task_ids(project.id)
    return {document for document, number in missed.items() if number not in there}


def _problems(tasks: Iterable[_Task]) -> dict[str, tuple[Problem, ...]]:
    found: dict[str, tuple[Problem, ...]] = {}
    for task in tasks:
        if task.problems:
            found[task.document] = tuple(
                dict.fromkeys((*found.get(task.document, ()), *task.problems))
            )
    return found


@dataclass
class _Reader:
    """Reads exported tasks; knows where to point people to."""

    url: str
    project: int
    schema: Schema
    accounts: Mapping[int, str]
    pseudonym: Pseudonym
    hands: Hands

    def link(self, task: int) -> str:
        return f"{self.url}/projects/{self.project}/data?task={task}"

    def task(self, task: Json) -> _Task:
        number = int(task["id"])
        data = task.get("data")
        data = data if isinstance(data, dict) else {}
        identity = str(data.get("doc_id") or f"task {number}")
        read = _Task(identity, number, str(task.get("updated_at", "")))
        bare, problems = article(data, read.document)
        if bare is None:
            read.problems += [Problem(p.place, p.what, self.link(number)) for p in problems]
            return read
        for given in task.get("annotations") or []:
            if given.get("was_cancelled"):
                read.skipped += 1
                continue
            self.annotation(read, bare, given, number)
        self.one_each(read, number)
        return read

    def annotation(self, read: _Task, bare: Document, given: Json, number: int) -> None:
        name = self.name(account(given.get("completed_by")))
        last = self.name(self.hands.editor(given))
        layer = Layer("annotator", name)
        reading = from_result(bare, given.get("result") or [], layer, self.schema)
        read.readings.append(reading)
        if reading.problems:
            link = self.link(number)
            read.problems += [Problem(p.place, p.what, link, name) for p in reading.problems]
            return
        started = suggestion(bare, given.get("prediction"), self.schema)
        edited_by = "" if last == name else last
        read.annotations.append(
            Annotation(reading.document, started, reading.flags, edited_by, reading.note)
        )

    def name(self, number: int) -> str:
        """The pseudonym of an account."""
        return self.pseudonym(number, self.accounts.get(number, ""))

    def one_each(self, read: _Task, number: int) -> None:
        """Two annotations by one person: the same twice is one, different is a problem."""
        by: dict[str, list[Annotation]] = {}
        for annotation in read.annotations:
            same = by.setdefault(annotation.annotator, [])
            same.append(annotation)
            first = same[0]
            if first.document != annotation.document or first.flags != annotation.flags:
                what = (
                    f"one annotator ({annotation.annotator}) submitted two annotations that differ; "
                    "delete one"
                )
                who = annotation.annotator
                read.problems.append(Problem(read.document, what, self.link(number), who))
        merged = [
            replace(same[0], note=noted(one.note for one in same)) for same in by.values()
        ]
        read.annotations = [] if read.problems else merged


def _doubled(tasks: Sequence[_Task], reader: _Reader) -> None:
    """Two tasks that hold one document: a problem, since neither is the right one."""
    by: dict[str, _Task] = {}
    for task in tasks:
        first = by.setdefault(task.document, task)
        if first is not task:
            what = f"tasks {first.number} and {task.number} both hold it; delete one of them"
            task.problems.append(Problem(task.document, what, reader.link(task.number)))
            first.annotations.clear()
            task.annotations.clear()
