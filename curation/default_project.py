"""The project that commands work on where none is named, and how another is named in a command to type."""

import shlex
from collections.abc import Sequence

DEFAULT_PROJECT = "curate"

# The project in which adjudicators settle differences, where none is named.
ADJUDICATION_PROJECT = "curate: adjudication"

# The demo's own project, with the shipped annotations, which a program submits.
DEMO_PROJECT = "curate demo"


def in_project(command: str, title: str, *, default: str = DEFAULT_PROJECT) -> str:
    """A command to type for the project *title*, which needs naming where another is the *default*."""
    return command if title == default else f"{command} --project {shlex.quote(title)}"


def in_projects(command: str, titles: Sequence[str]) -> str:
    """The same command for each of the first of *titles*, to choose from; the title is always named."""
    return ", or ".join(in_project(command, title, default="") for title in titles[:3])


def adjudicate_in(titles: Sequence[str]) -> str:
    """The command that gives documents to adjudicators, in the project that they have; *titles* are those for adjudication."""
    title = titles[0] if len(titles) == 1 else ADJUDICATION_PROJECT
    return in_project("curate adjudicate", title, default=ADJUDICATION_PROJECT)
