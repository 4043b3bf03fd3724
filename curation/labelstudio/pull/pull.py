"""Annotations from Label Studio: what annotators meant, and everything that is in doubt."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice

from curation.annotations.pulled import PulledDocument
from curation.documents.document import AnnotatedDocument
from curation.errors import Problem
from curation.files import Json
from curation.labelstudio.json_values import as_object
from curation.labelstudio.pull.annotation_facts import AnnotationFacts
from curation.labelstudio.pull.annotation_people import AnnotationPeople, AnnotatorNames
from curation.labelstudio.pull.annotation_uid import server_hash
from curation.labelstudio.pull.cursor import PullCursor
from curation.labelstudio.pull.exported_task import TaskReader, listed_document_id
from curation.labelstudio.pull.last_editor import account_number
from curation.labelstudio.pull.started_from import has_snapshot, has_traces
from curation.labelstudio.pull.unknown_keys import UnknownKey, find_unknown_keys
from curation.labelstudio.server.find_project import project_named
from curation.labelstudio.server.port import Prediction, Project, Studio, Task
from curation.labelstudio.task_stamp import read_stamp
from curation.progress import Watch, unwatched
from curation.schema.model import Schema

NOT_EXPORTED = (
    "Label Studio lists annotations of this task, but exports none; the next pull asks again"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredDocument:
    """
    One document as the project has it now, with its sound annotations.

    *annotations* are the sound ones, one for each annotator, and none where anything is wrong
    with the document; *pulled* has all of them, to be merged into the document's record.
    *notes* are what annotators wrote, by the annotation's uid, each with its annotator.
    """

    annotations: tuple[AnnotatedDocument, ...]
    pulled: PulledDocument
    notes: Mapping[str, tuple[str, str]]

    @property
    def id(self) -> str:
        """The document's id."""
        return self.pulled.id


@dataclass(frozen=True, kw_only=True)
class PullResult:
    """
    What changed in a project since the last pull.

    *delivered* are the documents that were delivered, *worked_on* those of them in which
    somebody has written an annotation since. *annotations*, *skipped* and *repetitions* are
    counts: sound annotations, skipped ones, and what annotators said twice. *trimmed* are spans
    whose edges were tidied, each with what the span is read as. *former_names* counts the
    annotations under each name that a type had before, as ``OLD=NEW``. *unknown_keys* are those of
    Label Studio's that we know nothing of, such as ``'notes' on relations``, and that no pull of the
    project has told yet. *edited_by_others*
    counts, for each document, the annotations that somebody other than their annotator has
    updated since. *written_by_curate* are the numbers of annotations that a
    program of ours was the last to write. *cursor* is where the next pull begins. *accounts* gives
    e-mail addresses by account number. *reasons_since* says why tasks are returned that changed since the
    last pull, by task; None where that pull is not known.
    """

    delivered: frozenset[str]
    worked_on: frozenset[str]
    annotations: int
    skipped: int
    repetitions: int
    trimmed: tuple[Problem, ...]
    former_names: Counter[str]
    unknown_keys: Mapping[str, UnknownKey]
    edited_by_others: Mapping[str, int]
    written_by_curate: frozenset[int]
    cursor: PullCursor
    project: Project
    accounts: Mapping[int, str]
    reasons_since: Mapping[int, str] | None


def pull_annotations(  # noqa: PLR0913
    studio: Studio,
    schema: Schema,
    *,
    title: str,
    names: AnnotatorNames,
    deliver: Callable[[DeliveredDocument], None],
    project: Project | None = None,
    since: PullCursor | None = None,
    watch: Watch = unwatched,
) -> PullResult:
    """
    Pull the submitted annotations of the project *title*: all, or those changed after *since*.

    *project* is given where it was just asked for. *deliver* is called with each document as it
    comes; where it is called twice with one document, the last time counts. Skipped and draft annotations are not gold. A bad annotation
    is a problem with a link to its task, and keeps its document out; the others come through.

    No change is passed over: the cursor's time is asked for before anything is listed or
    exported. What changed up to then is in the list and in the export, since both are made
    later; what changes afterwards, also during the export, gets a time that isn't earlier, and
    the next pull lists it. What was listed must be exported, or is asked for by its number:
    then its task is gone, or has no annotations, or is to be asked for again.
    """
    project = project or project_named(studio, title)
    before = since or PullCursor()
    moment = max(before.since, studio.last_change(project.id))
    listed = list(studio.tasks(project.id, since=before.since)) if before.since else []
    # The cursor's own moment is in the list: another task may have changed in it.
    changed = [task for task in listed if before.seen.get(task.id) != task.updated_at]
    accounts = studio.accounts()
    suggestions = _TaskSuggestions(studio, project.id)
    reader = TaskReader(
        project=project.id,
        schema=schema,
        people=AnnotationPeople(**vars(names), url=studio.url, accounts=accounts),
        suggestions=suggestions,
    )
    intake = _Intake(reader=reader, title=title, since=before.since)
    intake.expect(before.ask_again)
    intake.expect({task.id: listed_document_id(task) for task in changed if task.annotations})
    if before.since:
        total = len(intake.expected)
        exported = studio.export(project.id, sorted(intake.expected))
    else:
        total = min(project.tasks, project.submitted)
        exported = studio.export(project.id)
    for task in watch(suggestions.fetch_ahead(exported), "reading annotations", total):
        deliver(intake.read(task))
    for task in _export_missing(studio, project, before, intake):
        deliver(intake.read(task))
    intake.ask_again_for_missing()
    intake.deleted |= _deleted_since(studio, project, before, changed, intake)
    unannotated = {task.id: task for task in changed if not task.annotations}
    documents = {listed_document_id(task) for task in unannotated.values()}
    intake.emptied |= documents & before.annotated.keys()
    seen = {number: task.updated_at for number, task in unannotated.items()}
    return PullResult(
        delivered=frozenset(intake.annotated),
        worked_on=frozenset(intake.worked_on),
        annotations=sum(intake.sound_annotations.values()),
        skipped=intake.skipped,
        repetitions=intake.repetitions,
        trimmed=tuple(intake.trimmed),
        former_names=intake.former_names,
        unknown_keys={
            key: found
            for key, found in intake.unknown_keys.items()
            if not (before.since and key in before.told_keys)
        },
        edited_by_others=intake.edited_by_others,
        written_by_curate=frozenset(intake.written_by_curate),
        cursor=_cursor_after(
            before,
            intake,
            moment=moment,
            task_count=project.tasks,
            seen={**before.seen, **seen, **intake.seen},
        ),
        project=project,
        accounts=accounts,
        reasons_since={task.id: task.returned for task in listed if task.returned}
        if before.since
        else None,
    )


@dataclass(kw_only=True)
class _Intake:
    """
    What has come so far.

    *expected* are the tasks that should come, each with its document; *seen* those that came,
    with their time of change; *listed_annotated* those of the expected that are there, have
    annotations, and were asked for a second time.
    """

    reader: TaskReader
    title: str
    since: str
    expected: dict[int, str] = field(default_factory=dict)
    listed_annotated: set[int] = field(default_factory=set)
    seen: dict[int, str] = field(default_factory=dict)
    annotated: dict[str, int] = field(default_factory=dict)
    sound_annotations: dict[str, int] = field(default_factory=dict)
    skipped: int = 0
    repetitions: int = 0
    trimmed: list[Problem] = field(default_factory=list)
    former_names: Counter[str] = field(default_factory=Counter)
    unknown_keys: dict[str, UnknownKey] = field(default_factory=dict)
    edited_by_others: dict[str, int] = field(default_factory=dict)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    remarks: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    waiting: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    ask_again: dict[int, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    emptied: set[str] = field(default_factory=set)
    worked_on: set[str] = field(default_factory=set)
    submitted: int = 0
    work: dict[int, tuple[AnnotationFacts, ...]] = field(default_factory=dict)
    written_by_curate: set[int] = field(default_factory=set)

    def expect(self, tasks: Mapping[int, str]) -> None:
        self.expected |= tasks

    @property
    def missing(self) -> list[int]:
        """The tasks that should have come and have not."""
        return sorted(self.expected.keys() - self.seen.keys())

    def read(self, exported: Json) -> DeliveredDocument:
        """Read an exported task, and count what is in it."""
        task = self.reader.read(exported)
        document = task.document
        raw_annotations = exported.get("annotations") or ()
        if self._is_worked_on(exported):
            self.worked_on.add(document)
        if edited := sum(map(self._is_edited_by_other, raw_annotations)):
            self.edited_by_others[document] = edited
        self.seen[task.number] = task.updated_at
        self.work[task.number] = task.facts
        self.written_by_curate |= {
            int(one["id"]) for one in raw_annotations if self.reader.people.editors.is_ours(one)
        }
        self.submitted += sum(not one.get("was_cancelled") for one in raw_annotations)
        self.trimmed += task.trimmed
        self.former_names += task.former_names
        for key in chain.from_iterable(map(find_unknown_keys, raw_annotations)):
            first_with_key = UnknownKey(
                annotations=0, document=document, link=self.reader.link(task.number)
            )
            known = self.unknown_keys.get(key, first_with_key)
            self.unknown_keys[key] = replace(known, annotations=known.annotations + 1)
        self.repetitions += task.repetitions
        self.skipped += task.skipped
        annotations = task.annotations
        first = self.annotated.setdefault(document, task.number)
        is_repeated = first != task.number
        if is_repeated:
            # Nobody knows which of the two is the right one.
            numbers = sorted((first, task.number))
            what = f"tasks {numbers[0]} and {numbers[1]} both hold this document; delete the one that should not count"
            self.add_problems(document, Problem(document, what, self.reader.link(numbers[1])))
            self.ask_again |= {first: document, task.number: document}
            annotations = ()
        self.add_problems(document, *task.problems)
        if task.waiting:
            self.waiting[document] = task.waiting
        if task.remarks:
            self.remarks[document] = tuple(dict.fromkeys(task.remarks))
        self.sound_annotations[document] = len(annotations)
        return DeliveredDocument(
            annotations=annotations,
            pulled=PulledDocument(
                id=document,
                server=server_hash(self.reader.people.url),
                project=self.title,
                article=task.article,
                annotations=task.pulled,
                is_unsound=is_repeated,
                schema=self.reader.schema,
            ),
            notes=task.notes,
        )

    def _is_worked_on(self, task: Json) -> bool:
        """
        Whether somebody wrote an annotation of the task since the last pull.

        A return to the annotator, or a suggestion, changes the task's time and no annotation's;
        a renaming of ours changes the annotation's, too.
        """
        return any(
            str(one.get("updated_at") or "") > self.since
            and not self.reader.people.editors.is_ours(one)
            for one in task["annotations"]
        )

    def _is_edited_by_other(self, annotation: Json) -> bool:
        """Whether somebody else than its annotator was the last to update it since the last pull."""
        editors = self.reader.people.editors
        return (
            not annotation.get("was_cancelled")
            and str(annotation.get("updated_at") or "") > self.since
            and not editors.is_ours(annotation)
            and editors.editor(annotation)
            not in (0, account_number(annotation.get("completed_by")))
        )

    def add_problems(self, document: str, *problems: Problem) -> None:
        if problems:
            known = self.problems.get(document, ())
            self.problems[document] = tuple(dict.fromkeys((*known, *problems)))

    def ask_again_for_missing(self) -> None:
        """Note the tasks whose annotations are listed and were not exported, though asked for twice."""
        for number in sorted(self.listed_annotated - self.seen.keys()):
            document = self.expected[number]
            link = self.reader.link(number)
            self.add_problems(document, Problem(document, NOT_EXPORTED, link))
            self.ask_again[number] = document


# So many tasks are held while the suggestions of some of them are asked for in one call.
_TASKS_AHEAD = 50


class _TaskSuggestions:
    """
    The suggestions of tasks, in a project that has any: a moved project has none.

    Those that will be asked for are fetched for many tasks at once.
    """

    def __init__(self, studio: Studio, project: int) -> None:
        self._studio = studio
        self._project = project
        self._fetched: dict[int, list[Prediction]] = {}

    @cached_property
    def _project_has_any(self) -> bool:
        return bool(self._studio.suggestion_totals(self._project))

    def __call__(self, task: int) -> Iterable[Prediction]:
        """The suggestions of a task."""
        if task in self._fetched:
            return self._fetched[task]
        return self._studio.predictions(self._project, [task]) if self._project_has_any else ()

    def fetch_ahead(self, exported: Iterable[Json]) -> Iterator[Json]:
        """The *exported* tasks; of those that tell nothing but by their stamp, the suggestions are there."""
        tasks = iter(exported)
        while some := list(islice(tasks, _TASKS_AHEAD)):
            wanted = [int(task["id"]) for task in some if _needs_suggestions(task)]
            self._fetched = {number: [] for number in wanted}
            if wanted and self._project_has_any:
                for one in self._studio.predictions(self._project, sorted(wanted)):
                    self._fetched[one.task].append(one)
            yield from some


def _needs_suggestions(exported: Json) -> bool:
    """Whether some submitted annotation of a task with suggestions comes without a copy of them."""
    stamp = read_stamp(as_object(exported.get("data")))
    is_assisted = bool(stamp and stamp.arm == "assisted")
    return any(
        not (one.get("was_cancelled") or has_snapshot(one)) and (is_assisted or has_traces(one))
        for one in exported.get("annotations") or []
    )


def _export_missing(
    studio: Studio, project: Project, before: PullCursor, intake: _Intake
) -> Iterator[Json]:
    """
    Ask by number for the tasks that should have come and have not.

    A task is gone, or has no annotations, or is there after all: then it is exported once more.
    """
    known = {task: document for document, task in before.annotated.items()}
    if not before.since:
        intake.expect(known)
        if intake.submitted < project.submitted:
            listed = studio.tasks(project.id)
            annotated = (task for task in listed if task.annotations)
            intake.expect({task.id: listed_document_id(task) for task in annotated})
    # A document that came with another task than before: is the other one still there?
    intake.expect({task: name for task, name in known.items() if name in intake.annotated})
    missing = intake.missing
    if not missing:
        return
    listed_tasks = {task.id: task for task in studio.tasks(project.id, numbers=missing)}
    intake.deleted |= {intake.expected[task] for task in missing if task not in listed_tasks}
    intake.emptied |= {
        intake.expected[task.id] for task in listed_tasks.values() if not task.annotations
    }
    with_annotations = [task.id for task in listed_tasks.values() if task.annotations]
    intake.listed_annotated = set(with_annotations)
    yield from studio.export(project.id, with_annotations)


def _deleted_since(
    studio: Studio,
    project: Project,
    before: PullCursor,
    changed: Iterable[Task],
    intake: _Intake,
) -> set[str]:
    """
    The documents whose annotated task was deleted since the last pull.

    Asking for every task is slow, so it is done only where the number of tasks says that some
    are missing. In a full pull those that didn't come were asked for.
    """
    created = sum(task.created_at > before.since for task in changed)
    absent = {
        document: number
        for document, number in before.annotated.items()
        if document not in intake.annotated
    }
    if not absent or not before.since or project.tasks >= before.task_count + created:
        return set()
    numbers = studio.task_ids(project.id)
    return {document for document, number in absent.items() if number not in numbers}


def _cursor_after(
    before: PullCursor,
    intake: _Intake,
    *,
    moment: str,
    task_count: int,
    seen: Mapping[int, str],
) -> PullCursor:
    """What the cursor *before* knew, but for what is known better now."""
    delivered = intake.annotated.keys()
    deleted = intake.deleted - delivered
    emptied = intake.emptied - delivered - deleted
    replaced = delivered | deleted | emptied
    # A full pull begins with nothing.
    known = before if before.since else PullCursor()
    not_exported = {
        document: task
        for task, document in intake.ask_again.items()
        if document not in delivered
    }
    annotated = {doc: task for doc, task in known.annotated.items() if doc not in replaced}
    problems = {doc: found for doc, found in known.problems.items() if doc not in replaced}
    remarks = {doc: found for doc, found in known.remarks.items() if doc not in replaced}
    kept = {
        task: facts
        for task, facts in known.work.items()
        if not any(one.document in replaced for one in facts)
    }
    work = {task: facts for task, facts in (kept | intake.work).items() if facts}
    changed_work = None
    if before.since and before.has_work:
        changed_work = frozenset({*intake.work} | (known.work.keys() - work.keys()))
    waiting = {doc: found for doc, found in known.waiting.items() if doc not in replaced}
    return PullCursor(
        since=moment,
        task_count=task_count,
        annotated=annotated | not_exported | intake.annotated,
        problems=problems | intake.problems,
        remarks=remarks | intake.remarks,
        waiting=waiting | intake.waiting,
        told_keys=known.told_keys | intake.unknown_keys.keys(),
        deleted=tuple(sorted((deleted | set(before.deleted)) - delivered)),
        emptied=tuple(sorted((emptied | set(before.emptied)) - delivered - deleted)),
        ask_again=intake.ask_again,
        seen={task: time for task, time in seen.items() if time >= moment},
        link=intake.reader.project_link,
        returned=before.returned,
        returned_early=before.returned_early,
        work=work,
        changed_work=changed_work,
        has_work=before.has_work or not before.since,
    )
