"""The project that somebody means by a title, and a new one that is alone in having it."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from uuid import uuid4

from curation.errors import StudioError, pluralise
from curation.labelstudio.port import Project, Studio

# So many characters Label Studio takes as a title.
TITLE_LENGTH = 50

# What the title of a project begins with that nobody needs.
EMPTY_PROJECT = "empty"


def project_named(studio: Studio, title: str) -> Project:
    """The project of exactly this title; StudioError, with those that are much like it, where there is none."""
    if project := studio.find_project(title):
        return project
    near = list(map(repr, get_close_matches(title, studio.titles().values())))
    hint = f"there is {' and '.join(near)}" if near else f"see its projects at {studio.url}"
    what = f"Label Studio has no project {title!r}"
    raise StudioError(what, hint=f"{hint}; or make it with: curate push")


def make_project(studio: Studio, title: str, label_config: str, instructions: str) -> Project:
    """
    A new, empty project, the only one of this title.

    Where its SQLite is locked, Label Studio itself carries a call out again, and leaves what
    it made before: so ours begins under a title that no other has, and those that were made
    beside it are called EMPTY. Where somebody else made one of this title at the same time,
    ours is called so, too, and StudioError says it. None is deleted: two deletions at once
    leave a Label Studio that counts no annotation any more until it is started again.
    """
    nonce = uuid4().hex[:8]
    making = f"making {nonce}: {title}"[:TITLE_LENGTH]
    empty = f"{EMPTY_PROJECT} {nonce}: {title}"[:TITLE_LENGTH]
    made = studio.create_project(making, label_config, instructions)
    for twin in studio.projects_named(making):
        if twin.id != made.id:
            studio.update_project(twin.id, title=empty)
    studio.update_project(made.id, title=title)
    if len(studio.projects_named(title)) > 1:
        studio.update_project(made.id, title=empty)
        what = f"somebody else made a project {title!r} at the same time, so that ours was given up"
        raise StudioError(what, hint=f"push again, into theirs; {empty!r} can be deleted")
    return replace(made, title=title)


def only_project(title: str, found: Sequence[Project]) -> Project | None:
    """The one *found* of this title; StudioError where there are several."""
    if len(found) > 1:
        numbered = sorted(found, key=lambda one: one.id)
        each = ", ".join(f"{one.id} with {pluralise(one.tasks, 'task')}" for one in numbered)
        raise StudioError(
            f"Label Studio has {len(found)} projects named {title!r} ({each})",
            hint="rename all but one of them there, or give another --project",
        )
    return found[0] if found else None
