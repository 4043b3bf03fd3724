"""``curate adjudicate``: the differences of gold/next to adjudicators, in a Label Studio project of their own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from curation.default_project import ADJUDICATION_PROJECT
from curation.errors import Problem
from curation.flows.adjudicators_tasks import AdjudicatorsTasks
from curation.flows.annotations_to_come import AnnotationsToCome, find_annotations_to_come
from curation.flows.disputed_documents import find_disputed
from curation.flows.known_projects import find_known_projects
from curation.flows.other_adjudicators import find_other_adjudicators
from curation.gold.working.version import WorkingVersion
from curation.labelstudio.adjudication.ledger import load_adjudication_ledger
from curation.labelstudio.adjudication.push import make_or_align_project, refuse_annotations
from curation.labelstudio.server.port import Studio, studio_link
from curation.labelstudio.server.wait_until_idle import wait_for_last_push
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.state import State
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class AdjudicationOptions:
    """
    Which differences go out, and how.

    *documents* are ids, all documents with differences where there are none. Without a *title*, the
    project is the default one, and what other adjudicators' projects have stays there. With *early*
    those go too that others have yet to annotate. With *majority*, what most of three or more
    annotators have is ticked beforehand.
    """

    documents: tuple[str, ...] = ()
    title: str | None = None
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
    annotate. *agreed* are documents that were named and have nothing to settle. *elsewhere* are
    documents that stay in other adjudicators' projects, by title. *tasks_gone* says of documents which
    rounds that were adjudicated have no task any more; their decisions stand.
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
    elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tasks_gone: Mapping[str, str] = field(default_factory=dict)


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
    verdicts stay. Tasks that are as the last run left them, of documents whose file hasn't changed,
    aren't looked at. Broken off anywhere, the same command finishes it. A second one at the same time
    is refused; where it runs on another machine, whichever ends later deletes what is there twice.
    """
    workspace = workspace.read_only() if options.dry_run else workspace
    state = workspace.state
    title = options.title or ADJUDICATION_PROJECT
    named = {*options.documents}
    with (
        state.lock_project("adjudication", studio.url, title),
        workspace.working_version(schema, watch) as working,
        state.track_unfinished(
            "adjudication",
            studio.url,
            title,
            is_made=lambda: studio.find_project(title) is not None,
        ) as was_cut_off,
    ):
        project = studio.find_project(title)
        if project and was_cut_off and not options.dry_run:
            for _ in watch([None], "waiting for what the last run sent", 1):
                wait_for_last_push(studio, project.id)
        documents = find_disputed(working, options.documents)
        tasks = AdjudicatorsTasks(
            studio, working, ticks_majority=options.majority, dry_run=options.dry_run
        )
        ledger = load_adjudication_ledger(state, studio.url, title)
        if project:
            refuse_annotations(project)
            tasks.read(project, ledger, named)
        new = [document for document in documents if document not in tasks.documents]
        waiting = _find_waiting(studio, state, working, new, options) if new else _Waiting()
        new = waiting.left_of(new)
        if (new or tasks.documents) and not options.dry_run:
            tasks.project = make_or_align_project(studio, project, title, schema)
        for document in watch(tasks.to_look_at, "looking at tasks", len(tasks.to_look_at)):
            tasks.bring_up_to_date(document)
        new = sorted({*new} | tasks.lacking)
        if new:
            tasks.send_new(watch(new, "comparing", len(new)))
        if not options.dry_run:
            tasks.show_agreed()
            if (left := tasks.ledger()) != ledger:
                left.save(state, studio.url, title)
    there = {*documents} | tasks.documents
    return AdjudicationReport(
        project=title,
        link=studio_link(studio.url, tasks.project.id) if tasks.project else "",
        created=dict(tasks.created),
        asked=tasks.asked,
        preselected=tasks.preselected,
        changed=tuple(tasks.changed),
        unchanged=tasks.unchanged,
        deleted=tasks.deleted,
        waiting=dict(tasks.waiting),
        to_come=dict(sorted(waiting.to_come.items())),
        agreed=tuple(sorted(named - there)),
        problems=tuple(tasks.problems),
        elsewhere=waiting.elsewhere,
        tasks_gone=dict(sorted(tasks.tasks_gone.items())),
    )


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    """Documents without a task that get none: those in other adjudicators' projects, and those that others have yet to annotate."""

    elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    to_come: Mapping[str, tuple[AnnotationsToCome, ...]] = field(default_factory=dict)

    def left_of(self, documents: Iterable[str]) -> list[str]:
        """Those of *documents* that are none of these, sorted."""
        return sorted({*documents}.difference(self.to_come, *self.elsewhere.values()))


def _find_waiting(
    studio: Studio,
    state: State,
    working: WorkingVersion,
    documents: Iterable[str],
    options: AdjudicationOptions,
) -> _Waiting:
    """Those of the *documents*, none of which has a task, that are to get none now."""
    known = find_known_projects(studio, state, working)
    waiting = _Waiting()
    if options.title is None:
        others = {*known.adjudicated} - {ADJUDICATION_PROJECT}
        found = find_other_adjudicators(studio, others, working, {*documents})
        waiting = _Waiting(elsewhere=found)
    if options.early:
        return waiting
    left = waiting.left_of(documents)
    to_come = find_annotations_to_come(studio, known.annotated, working, left)
    return replace(waiting, to_come=to_come)
