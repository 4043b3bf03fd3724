"""``curate status --watch``: a running project, read again and again."""

import json
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from curation import console
from curation.commands.status_json import read_now, status_json
from curation.commands.status_lines import (
    annotator_lines,
    duration,
    rest_lines,
    tasks_line,
    unpulled_lines,
    with_accounts,
)
from curation.default_project import in_project
from curation.errors import StudioError, pluralise

if TYPE_CHECKING:
    from curation.flows.status import StatusReport

_BAR_WIDTH = 40  # columns


def watch_status(
    read: Callable[[], "StatusReport"],
    *,
    every: float,
    names: bool = False,
    as_json: bool = False,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """
    Show the project again after so many seconds, until ^C.

    A terminal shows the last state alone. What isn't one gets a state only where something has
    changed, as JSON a line each. An error of the server ends the first reading; later ones are
    told, and the server is asked again.
    """
    last: object = None
    try:
        while True:
            try:
                report = read()
            except StudioError as error:
                if last is None:
                    raise
                console.say(f"{error}; asked again in {duration(every)}")
            else:
                last = _show(report, last, every=every, names=names, as_json=as_json)
            wait(every)
    except KeyboardInterrupt:
        return


def _show(
    report: "StatusReport", last: object, *, every: float, names: bool, as_json: bool
) -> object:
    """Show the state where anybody needs to see it; what tells whether the next one differs."""
    if as_json:
        form = status_json(report)
        if form != last:
            console.out(json.dumps(read_now(form), ensure_ascii=False, allow_nan=False))
            console.flush()
        return form
    lines = list(watched_lines(report))
    shown = list(with_accounts(lines, report.emails)) if names else lines
    if console.is_watched():
        console.clear()
        console.lines(shown)
        now = time.strftime("%H:%M:%S")
        console.say(f"Read at {now}, again every {duration(every)}; Ctrl-C ends.")
    elif lines != last:
        console.lines(shown)
    return lines


def watched_lines(report: "StatusReport") -> Iterator[str]:
    """What of a project changes while people work, and how much there is to look at."""
    project = report.project
    yield f"{project.project}: {project.link}"
    yield tasks_line(project)
    if project.tasks:
        share = project.annotated / project.tasks
        filled = int(_BAR_WIDTH * share)
        yield f"  {'█' * filled}{'░' * (_BAR_WIDTH - filled)} {share:.0%} annotated"
    yield from console.list_lines(project.workers, annotator_lines)
    yield from rest_lines(project.rest)
    yield from unpulled_lines(report)
    if found := list(_to_look_at(report)):
        yield f"To look at: {', '.join(found)}; {in_project('curate status', project.project)}"


def _to_look_at(report: "StatusReport") -> Iterator[str]:
    project = report.project
    counts = {
        "flagged annotation": len(project.flagged),
        "unsubmitted change": len(project.unsubmitted),
        "note": len(project.notes),
        "problem": len(report.problems),
        "disputed document": len(report.adjudication.disputed) if report.adjudication else 0,
    }
    for what, number in counts.items():
        if number:
            yield pluralise(number, what)
