"""The project with a title, and a new one that is alone in having its title."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from uuid import uuid4

from curation.default_project import ADJUDICATION_PROJECT, in_project
from curation.errors import StudioError, pluralise
from curation.labelstudio.server.port import Project, Studio

# How many characters Label Studio takes as a title.
TITLE_LENGTH = 50

# The beginning of the title of a project that nobody needs.
EMPTY_PROJECT = "empty"


def project_named(studio: Studio, title: str) -> Project:
    """The project of exactly this title; StudioError, with similar titles, where there is none."""
    return _named(studio, title, in_project("curate push", title))


def adjudication_project_named(studio: Studio, title: str) -> Project:
    """The same, where adjudicators have the project."""
    make = in_project("curate adjudicate", title, default=ADJUDICATION_PROJECT)
    return _named(studio, title, make)


def _named(studio: Studio, title: str, make: str) -> Project:
    """The project of this title; StudioError, with the command that would *make* it, where there is none."""
    if project := studio.find_project(title):
        return project
    similar = [repr(match) for match in get_close_matches(title, studio.titles().values())]
    hint = f"see the projects at {studio.url}"
    if similar:
        hint = f"projects with similar titles: {', '.join(similar)}"
    raise StudioError(
        f"Label Studio has no project {title!r}",
        hint=f"{hint}; or make it with: {make}",
    )


def make_project(
    studio: Studio, title: str, label_config: str, instructions: str, *, command: str = "push"
) -> Project:
    """
    A new, empty project, the only one of this title.

    Where its SQLite database is locked, Label Studio itself carries out a call once more, and
    leaves the project that it made before. So a project is made under a title that no other has,
    and all that were made beside it get a title that begins with EMPTY_PROJECT. If somebody else
    made a project of this title at the same time, ours gets such a title, too, and StudioError is
    raised, which names the *command* to type again. None is deleted: after two deletions at once a Label Studio counts no annotation any
    more until it is started again.
    """
    nonce = uuid4().hex[:8]
    temporary_title = f"making {nonce}: {title}"[:TITLE_LENGTH]
    empty_title = f"{EMPTY_PROJECT} {nonce}: {title}"[:TITLE_LENGTH]
    project = studio.create_project(temporary_title, label_config, instructions)
    for other in studio.projects_named(temporary_title):
        if other.id != project.id:
            studio.update_project(other.id, title=empty_title)
    studio.update_project(project.id, title=title)
    if len(studio.projects_named(title)) > 1:
        studio.update_project(project.id, title=empty_title)
        raise StudioError(
            f"another {command} made a project {title!r} at the same moment",
            hint=f"{command} again, into that project; the project {empty_title!r} is empty and can be deleted",
        )
    return replace(project, title=title)


def only_project(title: str, found: Sequence[Project]) -> Project | None:
    """The one project *found* of this title, None for none; StudioError where there are several."""
    if len(found) > 1:
        listed = ", ".join(
            f"{project.id} with {pluralise(project.tasks, 'task')}"
            for project in sorted(found, key=lambda project: project.id)
        )
        raise StudioError(
            f"Label Studio has {len(found)} projects named {title!r} ({listed})",
            hint="rename all but one of them there, or give another --project",
        )
    return found[0] if found else None
