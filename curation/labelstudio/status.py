"""How far a project is: its tasks, its annotators, and what isn't submitted or pulled yet."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from curation.checks.remarks import append_note
from curation.errors import Problem
from curation.labelstudio.annotator_progress import (
    AnnotatorProgress,
    RemainingWork,
    annotator_progress,
    remaining_work,
    submitted_by_day,
)
from curation.labelstudio.document_progress import DocumentProgress, document_progress
from curation.labelstudio.hidden_suggestions import HiddenSuggestions, find_hidden_suggestions
from curation.labelstudio.pull.annotation_facts import AnnotationFacts
from curation.labelstudio.pull.annotation_people import AnnotatorNames
from curation.labelstudio.pull.cursor import PullCursor
from curation.labelstudio.pull.exported_task import exported_document_id
from curation.labelstudio.pull.pull import pull_annotations
from curation.labelstudio.push.dealing import Dealing, dealing_in
from curation.labelstudio.server.port import Project, Studio, Task, studio_link
from curation.labelstudio.server.stored_results import annotations_with_drafted_changes
from curation.progress import Watch, unwatched
from curation.schema.model import Schema
from curation.state.pseudonyms import NO_ACCOUNT, PROGRAM, UNKNOWN

PRESS_UPDATE = "open the task and press Update, or undo the changes"

# By task, the facts of its annotations.
Work = Mapping[int, tuple[AnnotationFacts, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpulledWork:
    """How many annotations came or changed since the last pull, and how many were deleted."""

    annotations: int
    deleted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectStatus:
    """
    A project at this moment; its fields are those of ``curate status --json``.

    Every task counts once: *annotated* have a submitted annotation, *begun* only a draft, *skipped*
    only skipped annotations, *left* nothing at all. *unsubmitted* names each annotation that was
    changed after it was submitted, and whose changes still are a draft. *unpulled* is None where
    the project was never pulled from here. *skipped_documents* are those that count as skipped,
    *flagged* annotations with flags, *notes* what annotators wrote without a flag.
    *was_read_whole*: all annotations were read, not only those that changed since the last pull.
    *overlap* is the number of annotators that documents are for at most. Where that is more than
    one, or a push dealt documents into the blind arm, *documents* has each. *dealing* says, as
    options of a push, how they were dealt out. *hidden* are suggestions that annotators don't see;
    None where they see all. *rest* is what annotators have still to do. *days* counts the submitted
    annotations by the day of their last change, in the server's time.
    """

    project: str
    link: str
    tasks: int
    annotated: int
    begun: int
    skipped: int
    left: int
    workers: tuple[AnnotatorProgress, ...]
    unsubmitted: tuple[Problem, ...] = ()
    unpulled: UnpulledWork | None = None
    skipped_documents: tuple[Problem, ...] = ()
    flagged: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    was_read_whole: bool = True
    overlap: int = 1
    dealing: str = ""
    documents: tuple[DocumentProgress, ...] = ()
    hidden: HiddenSuggestions | None = None
    rest: RemainingWork = field(default_factory=RemainingWork)
    days: Mapping[str, int] = field(default_factory=dict)


def project_status(  # noqa: PLR0913
    studio: Studio,
    schema: Schema,
    *,
    title: str,
    names: AnnotatorNames,
    project: Project | None = None,
    last_pull: PullCursor | None = None,
    read_all: bool = False,
    watch: Watch = unwatched,
) -> ProjectStatus:
    """
    How far the project *title* is: what the *last_pull* knew, and what changed since.

    With *read_all*, or where nothing is known, all annotations are read. *project* is given where it was
    just asked for. Raises StudioError where there is no such project.
    """
    known = last_pull if last_pull and last_pull.has_work and not read_all else PullCursor()
    result = pull_annotations(
        studio,
        schema,
        title=title,
        names=names,
        deliver=lambda _: None,
        project=project,
        since=known,
        watch=watch,
    )
    project = result.project
    work = result.cursor.work
    emails = result.accounts

    def name(one: AnnotationFacts) -> str:
        is_lone = one.account == NO_ACCOUNT and names.kind(one.annotator) == UNKNOWN
        if one.annotator and not is_lone:
            return one.annotator
        return names.pseudonym(one.account, emails.get(one.account, ""))

    def link(task: int) -> str:
        return studio_link(studio.url, project.id, task)

    drafted = studio.tasks_with_drafts(project.id)
    skipped = [task for task, facts in work.items() if all(one.is_skipped for one in facts)]
    annotated = len(work) - len(skipped)
    begun = len(drafted - work.keys())
    dealing = dealing_in(project.description)
    tasks: list[Task] = []
    if project.overlap > 1 or dealing != Dealing():
        tasks = list(studio.tasks(project.id))
    unpulled = None
    if last_pull and last_pull.has_work:
        unpulled = count_unpulled(last_pull.work, work, result.written_by_curate)
    documents = document_progress(tasks, work, result.cursor.remarks, name=name, link=link)
    facts = list(_all_facts(work))
    left = max(0, project.tasks - len(work) - begun)
    return ProjectStatus(
        project=title,
        link=studio_link(studio.url, project.id),
        tasks=project.tasks,
        annotated=annotated,
        begun=begun,
        skipped=len(skipped),
        left=left,
        workers=annotator_progress(facts, name, names.kind),
        unsubmitted=tuple(_unsubmitted(studio, project.id, drafted & work.keys(), work, name)),
        unpulled=unpulled,
        skipped_documents=tuple(_skipped(work, skipped, name, link)),
        flagged=tuple(flagged_annotations(work, name, link)),
        notes=tuple(lone_notes(work, name, link)),
        was_read_whole=not known.since,
        overlap=max(project.overlap, dealing.overlap or 1),
        dealing=dealing.as_options().strip(),
        documents=documents,
        hidden=find_hidden_suggestions(studio, project),
        rest=remaining_work(
            sum(one.missing for one in documents) if documents else left + begun,
            (one for one in facts if names.kind(name(one)) != PROGRAM),
        ),
        days=submitted_by_day(facts),
    )


def count_unpulled(before: Work, now: Work, written_by_curate: frozenset[int]) -> UnpulledWork:
    """What differs between two moments; what a program of ours wrote doesn't count."""
    times = {one.number: one.updated for facts in before.values() for one in facts}
    times_now = {one.number: one.updated for facts in now.values() for one in facts}
    return UnpulledWork(
        annotations=sum(
            times.get(number) != time
            for number, time in times_now.items()
            if number not in written_by_curate
        ),
        deleted=len(times.keys() - times_now.keys()),
    )


def flagged_annotations(
    work: Work, name: Callable[[AnnotationFacts], str], link: Callable[[int], str]
) -> Iterator[Problem]:
    """Who flagged what, and the note that came with the flag, in the order of the documents."""
    for task, one in _by_document(work):
        if one.flags:
            flags = ", ".join(one.flags)
            skipped = "skipped and flagged" if one.is_skipped else "flagged"
            yield Problem(
                one.document, append_note(f"{skipped} {flags}", one.note), link(task), name(one)
            )


def lone_notes(
    work: Work, name: Callable[[AnnotationFacts], str], link: Callable[[int], str]
) -> Iterator[Problem]:
    """What annotators wrote without a flag that would show it, in the order of the documents."""
    for task, one in _by_document(work):
        if one.note and not one.flags:
            yield Problem(one.document, append_note("wrote", one.note), link(task), name(one))


def _skipped(
    work: Work,
    tasks: Iterable[int],
    name: Callable[[AnnotationFacts], str],
    link: Callable[[int], str],
) -> Iterator[Problem]:
    for task in sorted(tasks, key=lambda task: work[task][0].document):
        for one in work[task]:
            yield Problem(one.document, "skipped", link(task), name(one))


def _unsubmitted(
    studio: Studio,
    project: int,
    drafted: set[int],
    work: Work,
    name: Callable[[AnnotationFacts], str],
) -> Iterator[Problem]:
    """The submitted annotations with changes that are a draft."""
    known = {one.number: one for one in _all_facts(work)}
    for task in studio.export(project, sorted(drafted)) if drafted else ():
        for number in sorted(annotations_with_drafted_changes(task)):
            one = known.get(number)
            if one and not one.is_skipped:
                yield Problem(
                    exported_document_id(task),
                    PRESS_UPDATE,
                    studio_link(studio.url, project, task["id"]),
                    name(one),
                )


def _all_facts(work: Work) -> Iterator[AnnotationFacts]:
    for facts in work.values():
        yield from facts


def _by_document(work: Work) -> Iterator[tuple[int, AnnotationFacts]]:
    for task in sorted(work, key=lambda task: work[task][0].document):
        for one in work[task]:
            yield task, one
