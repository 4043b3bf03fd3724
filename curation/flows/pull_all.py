"""``curate pull`` without a title: from every project that is known, into gold/next."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from curation.default_project import DEFAULT_PROJECT
from curation.errors import StudioError
from curation.flows.gold_after_pull import GoldAfterPull, gold_after_pull
from curation.flows.known_projects import GoneProject, find_known_projects
from curation.flows.pull import PullOptions, PullReport, pull_into
from curation.labelstudio.port import Studio
from curation.labelstudio.pull_cursor import task_links
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class PullAllReport:
    """
    What the pulls of several projects found, a report for each, and what they made of ``gold/next`` together.

    *gone* are known projects that the server doesn't have any more, *failed* says by title why a
    project was passed over.
    """

    projects: tuple[PullReport, ...]
    gold: GoldAfterPull
    gone: tuple[GoneProject, ...] = ()
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
    watch: Watch = unwatched,
) -> PullAllReport:
    """
    Bring annotations from every project that gold/next or ``.curate/`` knows, one after the other.

    From the one of the default title where neither knows any. Adjudicators' projects come last. A project that can't be pulled doesn't keep the others from being pulled;
    StudioError is raised where none can.
    """
    workspace = workspace.read_only() if options.dry_run else workspace
    state = workspace.state
    reports: list[PullReport] = []
    failed: dict[str, StudioError] = {}
    with workspace.working_version(schema, watch) as working:
        known = find_known_projects(studio, state, working)
        gold_before = working.gold_ids
        gone = [one.title for one in known.gone]
        for title in known.annotated or gone or (DEFAULT_PROJECT,):
            try:
                with working.forgetting_failures():
                    reports.append(
                        pull_into(
                            working,
                            studio,
                            workspace,
                            title=title,
                            options=options,
                            watch=watch,
                        )
                    )
            except StudioError as error:
                failed[title] = error
        if not reports:
            raise next(iter(failed.values()))
        links = dict(task_links(state))
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
    return PullAllReport(projects=tuple(reports), gold=gold, gone=known.gone, failed=failed)
