"""The project that somebody means by a title."""

from difflib import get_close_matches

from curation.errors import StudioError
from curation.studio.port import Project, Studio


def project_named(studio: Studio, title: str) -> Project:
    """The project of exactly this title; StudioError, with those that are much like it, where there is none."""
    if project := studio.find_project(title):
        return project
    near = list(map(repr, get_close_matches(title, studio.titles())))
    hint = f"there is {' and '.join(near)}" if near else f"see its projects at {studio.url}"
    what = f"Label Studio has no project {title!r}"
    raise StudioError(what, hint=f"{hint}; or make it with: curate push")
