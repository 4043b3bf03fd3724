"""``curate status``: how far a project is on the server, and what was wrong at the last pull."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from curation.default_project import in_project
from curation.errors import Problem, Problems
from curation.flows.adjudication_status import (
    AdjudicationStatus,
    find_adjudication_status,
)
from curation.flows.dispute_words import describe_dispute
from curation.flows.excluded_places import ExcludedPlace, find_excluded_places
from curation.flows.known_projects import (
    default_project_of,
    known_instead,
    known_project_named,
)
from curation.flows.pull_annotators import KnownAnnotators
from curation.gold.working.excluded import (
    ExcludedDocuments,
    find_excluded_documents,
    find_orphaned,
)
from curation.gold.working.not_offered import TypesNotOffered, find_types_not_offered
from curation.gold.working.unknown_types import (
    UnknownType,
    find_unknown_types,
    without_unknown_types,
)
from curation.labelstudio.config import config_differences, unfinished_rename
from curation.labelstudio.pull.cursor import PullCursor, load_cursor
from curation.labelstudio.send_back.send_back import reachable_problems, unreachable_annotators
from curation.labelstudio.server.port import Studio
from curation.labelstudio.status import ProjectStatus, project_status
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class StatusReport:
    """
    A project's status, and what was wrong, or worth a look, at the last pull.

    *emails* gives the e-mail address behind each pseudonym that is known here.

    *returned* are the documents that went back to their annotator. *excluded* says why documents
    are out of the gold though nothing is wrong with them, *orphaned* which are still in the gold
    though their work was deleted. *config_differences* says where the project's config differs from the
    schema, *unfinished_rename* how to end a renaming that was broken off there (empty where none
    was). *bad_files* are problems with files of gold/next. *not_offered* are the types that came later
    than annotations in gold/next; *unknown_types* are types that annotations have and the schema doesn't;
    *waiting* are the documents returned with ``curate return`` whose annotators haven't updated them;
    *unreachable* are those of them that nobody will update, each with its annotators: none has an account.
    *adjudication* says how far differences are settled; None where nothing was pulled yet.
    *known_instead* are the projects that gold/next or ``.curate/`` knows where it doesn't know this one.
    """

    project: ProjectStatus
    emails: Mapping[str, str]
    problems: tuple[Problem, ...]
    returned: tuple[str, ...]
    excluded: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    was_pulled: bool
    config_differences: tuple[str, ...]
    unfinished_rename: str
    orphaned: tuple[Problem, ...]
    bad_files: Problems
    not_offered: TypesNotOffered
    unknown_types: tuple[UnknownType, ...]
    waiting: tuple[str, ...]
    unreachable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    adjudication: AdjudicationStatus | None = None
    known_instead: tuple[str, ...] = ()


def status(
    studio: Studio,
    workspace: Workspace,
    schema: Schema,
    *,
    title: str | None,
    read_all: bool = False,
    watch: Watch = unwatched,
) -> StatusReport:
    """
    How far the project *title* is; nothing is written.

    Without a title, the one project that is known, or the default one where none or several are.
    Asks the server for what changed since the last pull, or for everything with *read_all*.
    Raises StudioError where there is no such project.
    """
    workspace = workspace.read_only()
    state = workspace.state
    pseudonyms = state.pseudonyms(studio.url)
    excluded: tuple[Problem, ...] = ()
    still_gold: tuple[Problem, ...] = ()
    bad_files = Problems()
    not_offered = TypesNotOffered()
    adjudication = None
    unknown_types: tuple[UnknownType, ...] = ()
    with workspace.working_version(schema, watch) as working:
        if title is None:
            title = default_project_of(studio, state, working)
        last_pull = load_cursor(state, studio.url, title)
        cursor = last_pull or PullCursor()
        project = known_project_named(studio, state, working, title, command="curate status")
        known = () if last_pull else known_instead(studio, state, working, title)
        annotators = KnownAnnotators(studio, title, working, pseudonyms)
        project_now = project_status(
            studio,
            schema,
            title=title,
            names=annotators.names(state),
            project=project,
            last_pull=last_pull,
            read_all=read_all,
            watch=watch,
        )
        if last_pull:
            outside = find_excluded_documents(working)
            links = cursor.task_links
            places = find_excluded_places(
                working, outside, state, url=studio.url, title=title, links=links
            )
            excluded = tuple(_excluded(outside, places, links, title))
            adjudication = find_adjudication_status(studio, state, working, outside, links)
            bad_files = working.problems()
            not_offered = find_types_not_offered(working)
            unknown_types = find_unknown_types(working, cursor.all_problems())
            deleted = {*cursor.emptied, *cursor.deleted} & working.gold_ids
            reasons = find_orphaned(deleted, workspace.exclusion_reasons)
            still_gold = tuple(
                Problem(document, reasons[document]) for document in sorted(reasons)
            )
    waiting = {
        document
        for document, problems in cursor.waiting.items()
        if reachable_problems(problems, annotators.email)
    }
    unreachable = unreachable_annotators(
        {name: some for name, some in cursor.waiting.items() if name not in waiting},
        annotators.email,
    )
    return StatusReport(
        project=project_now,
        emails=pseudonyms.emails(),
        problems=without_unknown_types(cursor.all_problems(cursor.returned)),
        returned=cursor.returned,
        excluded=excluded,
        remarks=cursor.remarks_on(cursor.remarks),
        was_pulled=last_pull is not None,
        config_differences=config_differences(project, schema),
        unfinished_rename=unfinished_rename(project, schema),
        orphaned=still_gold,
        bad_files=bad_files,
        not_offered=not_offered,
        unknown_types=unknown_types,
        waiting=tuple(sorted(waiting)),
        unreachable=unreachable,
        adjudication=adjudication,
        known_instead=known,
    )


def _excluded(
    outside: ExcludedDocuments,
    places: Mapping[str, ExcludedPlace],
    links: Mapping[str, str],
    title: str,
) -> Iterator[Problem]:
    """Why documents of the project *title*, those with *links*, are out of the gold though nothing is wrong with them."""

    def problem(document: str, what: str) -> Problem:
        place = places[document]
        return Problem(document, f"{what}{place.in_other_project}", place.link)

    for document, agreed in outside.disagreements.items():
        if document in links:
            what = f"{describe_dispute(agreed)} ({in_project('curate pull', title)} says where)"
            yield problem(document, what)
    for document in outside.missing:
        if document in links:
            full = in_project("curate pull --full", title)
            what = f"pulled before, and no longer in gold/next: {full}"
            yield Problem(document, what, links[document])
    for document, agreed in outside.flagged.items():
        if document in links:
            yield problem(document, f"flagged {', '.join(agreed.flags)}")
