"""The project that somebody means by a title, and a new one that is alone in having it."""

from collections.abc import Sequence
from difflib import get_close_matches

from curation.errors import StudioError, many
from curation.studio.port import Project, Studio


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
    it made before: empty projects just like the one that it tells of in the end, numbered
    lower. They are taken away. Where somebody else made one at the same time, ours
    goes instead, and StudioError says so; of several pushes one always gets through.
    """
    known = max(studio.titles(), default=0)
    made = studio.create_project(title, label_config, instructions)
    others = [one for one in studio.projects_named(title) if one.id != made.id]
    twins = [
        one
        for one in others
        if known < one.id < made.id and not one.tasks and one.label_config == made.label_config
    ]
    for twin in twins:
        studio.delete_project(twin.id)
    if len(twins) < len(others):
        studio.delete_project(made.id)
        what = f"somebody else made a project {title!r} at the same time, so that ours was given up"
        raise StudioError(what, hint="push again, into theirs")
    return made


def only(title: str, found: Sequence[Project]) -> Project | None:
    """The one *found* of this title; StudioError where there are several."""
    if len(found) > 1:
        numbered = sorted(found, key=lambda one: one.id)
        each = ", ".join(f"{one.id} with {many(one.tasks, 'task')}" for one in numbered)
        raise StudioError(
            f"Label Studio has {len(found)} projects named {title!r} ({each})",
            hint="delete or rename all but one of them there, or give another --project",
        )
    return found[0] if found else None
