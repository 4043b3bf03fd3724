"""The terminal: data to standard output, talk and progress to standard error."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.progress import TimeRemainingColumn as Remaining
from rich.table import Table
from rich.text import Text

from curation.characters import TERMINAL_CONTROLS
from curation.default_project import DEFAULT_PROJECT, in_project
from curation.documents.typed_ids import typed_ids
from curation.errors import CurateError, Problem, Problems, pluralise
from curation.files import STDIN, STDOUT, Json, explain_os_errors, write_lines
from curation.list_limit import and_more, first_items, join_first

if TYPE_CHECKING:
    from curation.gold.working.not_offered import TypesNotOffered
    from curation.gold.working.unknown_types import UnknownType
    from curation.report.tables import Row, TextTable

TABLE_WIDTH = 80  # columns that every table fits into
FIGURE_WIDTH = 16  # columns of the longest figure, which is never broken
ENDLESS_WIDTH = 100_000

_T = TypeVar("_T")


# Bars of work that goes on, or that an error has left where it was.
_drawn_bars: list[Progress] = []


def _talk() -> Console:
    return Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def say(sentence: str) -> None:
    """Talk, on one or more lines."""
    _talk().print(Text(safe(sentence)))


def complain(error: CurateError) -> None:
    """What is wrong, and the next thing to do; a progress bar that is still drawn is stopped first."""
    for bar in _drawn_bars:
        bar.stop()
    _talk().print(Text(f"error: {safe(error.in_full())}", style="red"))
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


def is_watched() -> bool:
    """Whether talk goes to a terminal."""
    return _talk().is_terminal


def clear() -> None:
    """Empty the terminal that talk goes to."""
    _talk().clear()


def flush() -> None:
    """Let whoever reads the data have what is out."""
    with explain_os_errors(STDOUT):
        sys.stdout.flush()


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


def table(title: str, rows: Iterable["Row"]) -> None:
    """A table that fits into TABLE_WIDTH columns: names may be broken, figures never are."""
    header, *body = ([Text(safe(cell).replace("\n", "\\n")) for cell in row] for row in rows)
    drawn = Table(box=None, pad_edge=False)
    for index, name in enumerate(header):
        short = max(len(row[index]) for row in [header, *body]) <= FIGURE_WIDTH
        justify: JustifyMethod = "left" if index == 0 else "right"
        drawn.add_column(name, justify=justify, overflow="fold", no_wrap=index > 0 and short)
    for row in body:
        drawn.add_row(*row)
    console = Console(highlight=False, markup=False)
    # A narrow window may break lines; squeezed into it, figures would fall apart.
    console.width = max(console.width, TABLE_WIDTH)
    natural = console.measure(drawn, options=console.options.update(width=ENDLESS_WIDTH))
    drawn.collapse_padding = natural.maximum > console.width
    console.print(Text(safe(title), style="bold"))
    console.print(drawn)


def watch(items: Iterable[_T], what: str, total: int | None = None, /) -> Iterator[_T]:
    """The same items, with a progress bar and an estimate where somebody is looking."""
    if total == 0 or not _talk().is_terminal:
        yield from items
        return
    with _progress() as bar:
        task = bar.add_task(what, total=total)
        _drawn_bars.append(bar)
        try:
            for item in items:
                yield item
                bar.advance(task)
        finally:
            _drawn_bars.remove(bar)


def first_of(names: Sequence[str]) -> str:
    """The names, as many as are shown, and how many more there are."""
    return join_first(names)


def list_lines(items: Sequence[_T], lines_of: Callable[[_T], Iterable[str]]) -> Iterator[str]:
    """The lines of the first items, and how many more items there are."""
    shown = first_items(items)
    for item in shown:
        yield from lines_of(item)
    if more := and_more(len(items) - len(shown)):
        yield f"  … {more}"


def problem_lines(problems: Iterable[Problem] | Problems) -> Iterator[str]:
    """The first problems, each with the link to its task below it, and how many more there are."""
    listed = problems if isinstance(problems, Problems) else Problems(problems)
    yield from each_problem(listed.shown)
    if listed.omitted:
        yield f"  … {and_more(listed.omitted)}"


def each_problem(problems: Iterable[Problem]) -> Iterator[str]:
    """Every problem with its annotator, and the link to its task below it."""
    for problem in problems:
        annotator = f" ({problem.annotator})" if problem.annotator else ""
        yield f"  {replace(problem, place=f'{problem.place}{annotator}')}"
        if problem.link:
            yield f"    {problem.link}"


def flagged_lines(flagged: Sequence[Problem]) -> Iterator[str]:
    """Who flagged which document, each with the link to its task."""
    if flagged:
        yield f"warning: {pluralise(len(flagged), 'annotation')} with a flag:"
        yield from problem_lines(flagged)


def unknown_type_lines(found: Iterable["UnknownType"], project: str) -> Iterator[str]:
    """One paragraph for each type that annotations of the *project* have and the schema doesn't."""
    for one in found:
        yield f"warning: {one.in_words(project)}"
        if one.link:
            yield f"    {one.link}"


def remark_lines(remarks: Sequence[Problem]) -> Iterator[str]:
    """What is worth a look, though it keeps nothing out of the gold."""
    if remarks:
        keep = "keeps" if len(remarks) == 1 else "keep"
        yield f"warning: {pluralise(len(remarks), 'remark')}, which {keep} nothing out of the gold:"
        yield from problem_lines(remarks)


def bad_file_lines(problems: Problems) -> Iterator[str]:
    """What is wrong with files of gold/next."""
    if problems:
        yield f"warning: {pluralise(len(problems), 'problem')} with files of gold/next; mend them:"
        yield from problem_lines(problems)


def orphaned_lines(reasons: Mapping[str, str], gold: str) -> Iterator[str]:
    """Which documents are still in *gold* though their work was deleted in Label Studio."""
    from curation.gold.working.excluded import count_reasons

    if reasons:
        yield (
            f"warning: {gold} still has {pluralise(len(reasons), 'document')}: "
            f"{count_reasons(reasons, reasons)} ({first_of([*reasons])}); curate drop takes one out"
        )


def withdrawn_since_lines(name: str, withdrawn: Sequence[str], then: str) -> Iterator[str]:
    """Which documents a version still holds that were withdrawn since, and what that means: *then*."""
    if withdrawn:
        were = "document that was" if len(withdrawn) == 1 else "documents that were"
        yield (
            f"warning: {name} holds {len(withdrawn)} {were} withdrawn since: "
            f"{first_of(withdrawn)}; {then}"
        )


def held_lines(documents: Sequence[str], now: str) -> Iterator[str]:
    """Which documents aren't returned while others are to annotate them; *now* is what returns them all the same."""
    if documents:
        are, them = ("is", "it") if len(documents) == 1 else ("are", "them")
        yield (
            f"{pluralise(len(documents), 'document')} {are} not returned yet: others are still to annotate "
            f"{them}, and would read the reason: {first_of(documents)}; to return {them} now: {now}"
        )


def unreachable_lines(unreachable: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Which documents can't go back to some annotator, as the account is gone or unknown, and what to do instead."""
    if not unreachable:
        return
    documents = pluralise(len(unreachable), "document")
    yield (
        f"warning: {documents} can't be returned to annotators whose account is deleted or unknown; "
        "have somebody else annotate the document anew and delete the old annotation, or: "
        f"curate drop {typed_ids([next(iter(unreachable))])}"
    )

    def line_of(document: str) -> Iterator[str]:
        yield f"  {document} ({' and '.join(unreachable[document])})"

    yield from list_lines([*unreachable], line_of)


def not_offered_lines(
    not_offered: "TypesNotOffered",
    project: str = DEFAULT_PROJECT,
    waiting: Sequence[str] = (),
    unreachable: Iterable[str] = (),
) -> Iterator[str]:
    """
    How many documents lack which type, and how to send them back to their annotators.

    *waiting* are documents that went back already: where all did, there is nothing to type.
    *unreachable* are those that nobody will update, since the accounts are gone.
    """
    for name, documents in not_offered.by_type.items():
        was = "document was" if len(documents) == 1 else "documents were"
        step = in_project(f"curate return --lacking {name}", project)
        if {*documents} <= {*waiting}:
            step = "returned before" if len(documents) == 1 else "all returned before"
        elif {*documents} <= {*waiting, *unreachable}:
            step = "returned before, as far as annotators have an account"
        yield f"warning: {len(documents):,} {was} annotated before {name} was offered: {step}"
    if not_offered.by_type and not_offered.unknown:
        others = pluralise(len(not_offered.unknown), "document")
        yield f"Of {others} more nobody knows which types were offered to their annotators."


def with_caveats(result: Json, caveats: Iterable[str]) -> Json:
    """A result for programs, with what keeps it from meaning what it seems to mean."""
    return {**result, "caveats": [caveat.removeprefix("warning: ") for caveat in caveats]}


def tables(titled: Iterable["TextTable"]) -> None:
    """Tables with a blank line below each."""
    for title, rows in titled:
        table(title, rows)
        out("")


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    return Progress(*columns, console=_talk(), transient=True)


def safe(text: str) -> str:
    """What can't be seen as what it is: escapes, bidi overrides and their like are spelt out."""
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text
    )
