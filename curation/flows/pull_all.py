"""``curate pull`` without a title: from every project that is known, into gold/next."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeVar

from curation.default_project import DEFAULT_PROJECT, in_project
from curation.errors import StudioError
from curation.flows.gold_after_pull import GoldAfterPull, gold_after_pull
from curation.flows.known_projects import (
    GoneProject,
    KnownProjects,
    ProjectElsewhere,
    find_known_projects,
)
from curation.flows.pull import PullOptions, PullReport, pull_into
from curation.flows.pull_verdicts import VerdictsReport, pull_verdicts_into
from curation.gold.working.version import WorkingVersion
from curation.labelstudio.server.port import Studio
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.workspace import Workspace

_Report = TypeVar("_Report")


@dataclass(frozen=True, kw_only=True)
class PullAllReport:
    """
    What the pulls of several projects found, a report for each, and what they made of ``gold/next`` together.

    *verdicts* are of adjudicators' projects, *projects* of all others. *gone* are known projects that
    the server doesn't have any more, *elsewhere* those that are known of another address only though
    this server has one of the title, *failed* says by title why a project was passed over.
    """

    projects: tuple[PullReport, ...]
    gold: GoldAfterPull
    verdicts: tuple[VerdictsReport, ...] = ()
    gone: tuple[GoneProject, ...] = ()
    elsewhere: tuple[ProjectElsewhere, ...] = ()
    failed: Mapping[str, StudioError] = field(default_factory=dict)

    @property
    def changed(self) -> Mapping[str, int]:
        """By document in which something is new, how many sound annotations its projects have of it."""
        found: Counter[str] = Counter()
        for report in self.projects:
            found.update(report.changed)
        return found


def pull_all(
    studio: Studio,
    workspace: Workspace,
    schema: Schema,
    *,
    options: PullOptions,
    adjudication: str | None = None,
    watch: Watch = unwatched,
) -> PullAllReport:
    """
    Bring annotations and verdicts from every project that gold/next or ``.curate/`` knows, one after the other.

    From the one of the default title where neither knows any of any server. Adjudicators' projects come
    last; where the title of such a project is given as *adjudication*, it is the only one. A project
    that can't be pulled doesn't keep the others from being pulled; StudioError is raised where none can,
    and where all that are known are of another address.
    """
    workspace = workspace.read_only() if options.dry_run else workspace
    state = workspace.state
    failed: dict[str, StudioError] = {}
    with workspace.working_version(schema, watch) as working:
        if adjudication is None:
            known = _projects_to_pull(find_known_projects(studio, state, working), studio.url)
        else:
            known = KnownProjects(adjudicated=(adjudication,))
        gold_before = working.gold_ids

        def annotations_of(title: str) -> PullReport:
            return pull_into(
                working, studio, workspace, title=title, options=options, watch=watch
            )

        def verdicts_of(title: str) -> VerdictsReport:
            return pull_verdicts_into(
                working, studio, workspace, title=title, options=options, watch=watch
            )

        reports = list(_each(known.annotated, annotations_of, working, failed))
        verdicts = list(_each(known.adjudicated, verdicts_of, working, failed))
        if failed and not (reports or verdicts):
            raise next(iter(failed.values()))
        links = dict(workspace.task_links)
        for report in reports:
            links |= report.links
        gold = gold_after_pull(
            working,
            state,
            url=studio.url,
            title="",
            links=links,
            problems=chain.from_iterable(
                report.result.cursor.all_problems() for report in reports
            ),
            gold_before=gold_before,
            has_new_pseudonyms=any(report.has_new_pseudonyms for report in reports),
        )
    return PullAllReport(
        projects=tuple(reports),
        verdicts=tuple(verdicts),
        gold=replace(gold, adjudicated=known.adjudicated),
        gone=known.gone,
        elsewhere=known.elsewhere,
        failed=failed,
    )


def _projects_to_pull(known: KnownProjects, url: str) -> KnownProjects:
    """
    What is *known* at the address *url*, or the default project; where all are gone, one of them, to be told as missing.

    Raises StudioError where all are known of another address: the default project here may be
    another folder's.
    """
    gone = tuple(one.title for one in known.gone)
    if known.elsewhere and not (known.annotated or gone):
        others = known.elsewhere
        where = others[0].address or "another address"
        titles = " and ".join(repr(one.title) for one in others)
        raise StudioError(
            f"gold/next and .curate/ know no project at {url}, but {titles} at {where}",
            hint=f"where {url} is the same server, or another that is meant: "
            f"{in_project('curate pull', others[0].title, default='')}; "
            f"else set LABEL_STUDIO_URL to the address that is known",
        )
    if known.annotated or known.adjudicated:
        return known
    return replace(known, annotated=gone[:1] or (DEFAULT_PROJECT,))


def _each(
    titles: Iterable[str],
    pull_one: Callable[[str], _Report],
    working: WorkingVersion,
    failed: dict[str, StudioError],
) -> Iterator[_Report]:
    """The report of each project that can be pulled; the others go into *failed*, and nothing of them stays."""
    for title in titles:
        try:
            with working.forgetting_failures():
                report = pull_one(title)
        except StudioError as error:
            failed[title] = error
        else:
            yield report
