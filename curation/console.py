"""The terminal: data to standard output, talk and progress to standard error."""

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.progress import TimeRemainingColumn as Remaining
from rich.table import Table
from rich.text import Text

from curation.errors import CurateError, InputError
from curation.files import STDIN, STDOUT, Json, explain_os_errors, write_lines
from curation.labelstudio.port import Step
from curation.report.caveats import agreement_caveats, caveats
from curation.report.tables import Row, Titled, agreement_tables, score_tables
from curation.scoring.results import Scores
from curation.scoring.scores_json import scores_to_json
from curation.strict_json import TERMINAL_CONTROLS

if TYPE_CHECKING:
    from curation.scoring.agreement import Agreement

# How a page begins, and where to put one.
DOCTYPE, REPORT = b"<!doctype html>", "give another path: --report report.html"

# What every table fits into.
WIDTH = 80

# No figure takes more, and no table.
FIGURE, ENDLESS = 16, 100_000

_T = TypeVar("_T")


def _talk() -> Console:
    return Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def say(sentence: str) -> None:
    """Talk, on one or more lines."""
    _talk().print(Text(safe(sentence)))


def complain(error: CurateError) -> None:
    """What is wrong, and the next thing to do."""
    _talk().print(Text(f"error: {safe(str(error))}", style="red"))
    if error.hint:
        _talk().print(Text(f"hint: {safe(error.hint)}"))


def lines(sentences: Iterable[str]) -> None:
    """Talk, a line a sentence, whatever ids hold; one that begins with ``warning:`` stands out."""
    for sentence in sentences:
        style = "yellow" if sentence.startswith("warning: ") else ""
        _talk().print(Text(safe(sentence).replace("\n", "\\n"), style=style))


def program() -> str:
    """What to type to run us: our name where the shell finds it, else where we are."""
    here = Path(sys.argv[0])
    found = shutil.which("curate")
    if here.name != "curate" or (found and Path(found).samefile(here)):
        return "curate"
    return os.path.relpath(here) if here.is_relative_to(Path.cwd()) else str(here)


def out(line: str) -> None:
    """One line of data; what a terminal would obey is written as JSON may write it, too."""
    with explain_os_errors(STDOUT):
        sys.stdout.write(
            TERMINAL_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", line) + "\n"
        )


def finish() -> None:
    """All data is out; where it can't be, nothing more is said of it at exit."""
    try:
        with explain_os_errors(STDOUT):
            sys.stdout.flush()
    except (BrokenPipeError, CurateError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def out_json(form: Json) -> None:
    """One object, for programs."""
    out(json.dumps(form, ensure_ascii=False, allow_nan=False, indent=2))


def write(path: Path, lines: Iterable[str]) -> int:
    """
    Write lines of data to a file or to ``-``, all of them or none; how many there were.

    Whoever reads from a pipe can't know that what came before a mistake isn't to be used.
    """
    if path != STDIN:
        return write_lines(path, lines)
    count = 0
    with (
        explain_os_errors(Path(gettempdir())),
        TemporaryFile("w+", encoding="utf-8", newline="\n") as kept,
    ):
        for line in lines:
            kept.write(line + "\n")
            count += 1
        kept.seek(0)
        for line in kept:
            out(line.removesuffix("\n"))
    return count


def table(title: str, rows: Iterable[Row]) -> None:
    """A table that fits into WIDTH columns: names may be broken, figures never are."""
    header, *body = ([Text(safe(cell).replace("\n", "\\n")) for cell in row] for row in rows)
    drawn = Table(box=None, pad_edge=False)
    for index, name in enumerate(header):
        short = max(len(row[index]) for row in [header, *body]) <= FIGURE
        justify: JustifyMethod = "left" if index == 0 else "right"
        drawn.add_column(name, justify=justify, overflow="fold", no_wrap=index > 0 and short)
    for row in body:
        drawn.add_row(*row)
    console = Console(highlight=False, markup=False)
    # A narrow window may break lines; squeezed into it, figures would fall apart.
    console.width = max(console.width, WIDTH)
    natural = console.measure(drawn, options=console.options.update(width=ENDLESS))
    drawn.collapse_padding = natural.maximum > console.width
    console.print(Text(safe(title), style="bold"))
    console.print(drawn)


def watched(items: Iterable[_T], what: str, total: int | None = None) -> Iterator[_T]:
    """The same items, with a progress bar and an estimate where somebody is looking."""
    with _progress() as bar:
        task = bar.add_task(what, total=total)
        for item in items:
            yield item
            bar.advance(task)


def follow(events: Iterable[Any]) -> Any:
    """Watch events go by, those that count as a progress bar; the last one is the result."""
    last = None
    with _progress() as bar:
        tasks: dict[str, TaskID] = {}
        for event in events:
            last = event
            if isinstance(event, Step) and event.total != 0:
                if event.what not in tasks:
                    tasks[event.what] = bar.add_task(event.what, total=event.total)
                bar.update(tasks[event.what], completed=event.done)
    return last


def scores(result: Scores, *, as_json: bool) -> None:
    """Scores as tables, with the recipe below, or as JSON."""
    if as_json:
        out_json(_with(caveats(result), scores_to_json(result)))
        return
    _tables(score_tables(result))
    out(f"recipe: {result.recipe}")
    lines(caveats(result))


def refuse_page(path: Path | None) -> None:
    """Raises InputError where a page would take the place of something else, or stand among figures."""
    if path == STDIN:
        what = "the figures go to standard output; the report needs a file of its own"
        raise InputError(what, hint=REPORT)
    if path is None or not path.is_file():
        return
    with explain_os_errors(path), path.open("rb") as stream:
        begins = stream.read(len(DOCTYPE))
    if begins.lower() not in (DOCTYPE, b""):
        raise InputError(f"{path}: is no report, and would be overwritten", hint=REPORT)


def page(path: Path, html: str) -> None:
    """Write a page, and say what to do with it."""
    write(path, [html])
    say(f"The report is in {path}: open it in a browser.")


def agreement(result: "Agreement", *, as_json: bool) -> None:
    """Agreement as tables, with the recipe below, or as JSON."""
    from curation.scoring.agreement_json import agreement_to_json

    if as_json:
        out_json(_with(agreement_caveats(result), agreement_to_json(result)))
        return
    if result.documents:
        _tables(agreement_tables(result))
    out(f"recipe: {result.recipe}")
    lines(agreement_caveats(result))


def _with(doubts: Iterable[str], form: Json) -> Json:
    """For programs too: what keeps a result from meaning what it seems to mean."""
    return {**form, "caveats": [one.removeprefix("warning: ") for one in doubts]}


def _tables(titled: Iterable[Titled]) -> None:
    for title, rows in titled:
        table(title, rows)
        out("")


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    console = _talk()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def safe(text: str) -> str:
    """What can't be seen as what it is: escapes, bidi overrides and their like are spelt out."""
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text
    )
