"""The projects of a server that gold/next or ``.curate/`` knows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from curation.default_project import (
    ADJUDICATION_PROJECT,
    DEFAULT_PROJECT,
    DEMO_PROJECT,
    in_projects,
)
from curation.errors import StudioError, UsageError
from curation.gold.audit.folder import read_audits
from curation.gold.working.version import WorkingVersion
from curation.labelstudio.adjudication.ledger import load_adjudication_ledger
from curation.labelstudio.adjudication.project import is_adjudication
from curation.labelstudio.adjudication.verdict_cursor import load_verdict_cursor
from curation.labelstudio.known_tasks import known_addresses, known_titles
from curation.labelstudio.pull.annotation_uid import server_hash
from curation.labelstudio.pull.cursor import load_cursor
from curation.labelstudio.server.find_project import adjudication_project_named, project_named
from curation.labelstudio.server.port import Project, Studio
from curation.state import State

_NUMBER_IN_LINK = re.compile(r"/projects/(\d+)/")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneProject:
    """A project that the server no longer has under its *title*; *title_now* is empty where the project was deleted."""

    title: str
    title_now: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectElsewhere:
    """A project for annotators that is known at another *address* only, which is empty where gold/next alone knows the project."""

    title: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProjects:
    """
    The titles of the projects that are known and that the server has, and those that are *gone*.

    *annotated* are for annotators, *adjudicated* for adjudicators: where no other is known, the one of
    the default title, which another maintainer may have made. *elsewhere* are those known of another address only
    of which this server has the title; where none for annotators is known here, all that are known.
    """

    annotated: tuple[str, ...] = ()
    adjudicated: tuple[str, ...] = ()
    gone: tuple[GoneProject, ...] = ()
    elsewhere: tuple[ProjectElsewhere, ...] = ()


def find_known_projects(studio: Studio, state: State, working: WorkingVersion) -> KnownProjects:
    """
    The projects of the server that were pushed or pulled from here, or that annotations in gold/next are of.

    A project whose annotations in gold/next were all deleted, or moved elsewhere, isn't missed. A project
    of an audit is none of them, nor is the demo's.
    """
    here = server_hash(studio.url)
    everywhere = [account for facts in working.all_facts() for account in facts.accounts]
    accounts = [one for one in everywhere if one.server == here and one.project]
    others = {DEMO_PROJECT} | {
        one.project for one in read_audits(working.folder.parent) if one.server == here
    }
    missed = {
        *known_titles(state, studio.url),
        *(one.project for one in accounts if one.project and one.status != "deleted"),
    } - others
    titles = missed | {one.project for one in accounts if one.project} - others
    there = studio.titles()
    present = (titles | {ADJUDICATION_PROJECT}) & {*there.values()}
    adjudicated = {
        title for title in present if any(map(is_adjudication, studio.projects_named(title)))
    }
    annotated = present & titles - adjudicated
    judged = {one.project for one in accounts if one.is_verdict}
    is_ours = ADJUDICATION_PROJECT in judged or bool(
        load_adjudication_ledger(state, studio.url, ADJUDICATION_PROJECT).identity
    )
    if not is_ours and (judged | adjudicated) - {ADJUDICATION_PROJECT}:
        # Other people's, though an earlier pull may have read what was there.
        adjudicated -= {ADJUDICATION_PROJECT}
    gone = tuple(_gone(studio.url, state, missed - present, there, present))
    addresses = known_addresses(state, studio.url)
    verdicts = {one.project for one in everywhere if one.is_verdict} | {ADJUDICATION_PROJECT}
    of_another = {one.project for one in everywhere if one.server not in ("", here)}
    elsewhere = {
        title
        for title in {*addresses, *of_another} - verdicts - titles - {DEMO_PROJECT}
        if title
    }
    if annotated or gone:
        elsewhere &= {*there.values()}
    return KnownProjects(
        annotated=tuple(sorted(annotated)),
        adjudicated=tuple(sorted(adjudicated)),
        gone=gone,
        elsewhere=tuple(
            ProjectElsewhere(title=title, address=addresses.get(title, ""))
            for title in sorted(elsewhere)
        ),
    )


def refuse_demo_project(title: str) -> None:
    """Raises UsageError for the demo's project, which only the demo pulls, into a folder of its own."""
    if title == DEMO_PROJECT:
        raise UsageError(
            f"the project {title!r} has the shipped annotations, submitted by a program, and no work"
            " of annotators; nothing was pulled",
            hint="name a project of your own with --project, or type: curate demo",
        )


def default_project_of(studio: Studio, state: State, working: WorkingVersion) -> str:
    """The title of the annotators' project where none is named: the only one that is known, else the default one."""
    annotated = find_known_projects(studio, state, working).annotated
    return annotated[0] if len(annotated) == 1 else DEFAULT_PROJECT


def known_instead(
    studio: Studio, state: State, working: WorkingVersion, title: str
) -> tuple[str, ...]:
    """The known projects for annotators where *title* is none of them: one of these may be meant."""
    annotated = find_known_projects(studio, state, working).annotated
    return () if title in annotated else annotated


def known_project_named(
    studio: Studio, state: State, working: WorkingVersion, title: str, *, command: str
) -> Project:
    """
    The project of exactly this *title*.

    Raises StudioError where there is none, with the *command* for those that are known, or the one
    that makes an adjudicators' project.
    """
    if project := studio.find_project(title):
        return project
    if is_known_for_adjudication(studio.url, state, working, title):
        return adjudication_project_named(studio, title)
    if others := known_instead(studio, state, working, title):
        raise StudioError(
            f"Label Studio has no project {title!r}; known here: {', '.join(map(repr, others))}",
            hint=in_projects(command, others),
        )
    return project_named(studio, title)


def is_known_for_adjudication(
    url: str, state: State, working: WorkingVersion, title: str
) -> bool:
    """Whether adjudicators have, or had, the project *title* of the server *url*; the server isn't asked."""
    here = server_hash(url)
    return (
        title == ADJUDICATION_PROJECT
        or bool(load_verdict_cursor(state, url, title).seen)
        or any(
            account.is_verdict and (account.server, account.project) == (here, title)
            for facts in working.all_facts()
            if facts.has_verdict
            for account in facts.accounts
        )
    )


def _gone(
    url: str,
    state: State,
    missed: Iterable[str],
    there: dict[int, str],
    known: Iterable[str],
) -> Iterable[GoneProject]:
    """The *missed* projects, but for those that are *known* under another title already."""
    for title in sorted(missed):
        cursor = load_cursor(state, url, title)
        number = _NUMBER_IN_LINK.search(cursor.link) if cursor else None
        title_now = there.get(int(number[1]), "") if number else ""
        if title_now not in known:
            yield GoneProject(title=title, title_now=title_now)
