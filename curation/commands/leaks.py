"""``curate leaks``: which gold documents occur in other people's data."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import AsJson, ListAll
from curation.errors import ThresholdNotMet, pluralise
from curation.list_limit import and_more, first_items, join_first, list_everything

if TYPE_CHECKING:
    from curation.flows.leaks import LeaksReport


def leaks(
    data: Annotated[
        list[Path],
        typer.Argument(
            metavar="DATA",
            help="Files (.txt, .json, .jsonl, .csv, .tsv, each also as .gz; .parquet, .arrow), or folders of them, "
            "also those of save_to_disk; - for a pipe of JSON lines.",
            show_default=False,
            readable=False,
        ),
    ],
    gold: Annotated[
        str,
        typer.Option(
            "--gold", metavar="VERSION", help="A version, or next; the newest by default."
        ),
    ] = "",
    text_column: Annotated[
        str,
        typer.Option(
            "--text-column",
            metavar="NAME",
            help="Where rows have their text; guessed by default.",
        ),
    ] = "",
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 3 if there are any.")
    ] = False,
    as_json: AsJson = False,
    everything: ListAll = False,
) -> None:
    """
    Tell which gold documents others have.

    In a training set, say: a model that learned from near copies of the gold is not
    tested by it. Near copies are those that a release keeps in one split.

    Example: curate leaks train.jsonl
    """
    from curation.flows.leaks import leaks as find_leaks
    from curation.workspace import Workspace

    list_everything(everything)
    workspace = Workspace.here()
    report = find_leaks(
        workspace, data, gold=gold, text_column=text_column, watch=console.watch
    )
    if as_json:
        console.out_json(report.to_json())
    else:
        _print(report)
    if check and report.found:
        raise ThresholdNotMet(
            f"{pluralise(len(report.found), 'document')} of {report.gold} found in the data",
            hint="leave these texts out of the data, or these documents out of the evaluation",
        )


def _print(report: "LeaksReport") -> None:
    shown = first_items(report.found)
    if report.found:
        rows = [
            (one.document, one.split or "–", f"{one.shared:.0%}", join_first(one.places))
            for one in shown
        ]
        console.table(
            f"Documents of {report.gold} that are in the data",
            [("document", "split", "shared", "where"), *rows],
        )
    if more := and_more(len(report.found) - len(shown)):
        console.out(more)
    console.lines(_summary(report))


def _summary(report: "LeaksReport") -> Iterator[str]:
    yield (
        f"{len(report.found):,} of {pluralise(report.documents, 'document')} of {report.gold}"
        f" found in {pluralise(report.texts, 'text')}."
    )
    if report.without_text:
        yield f"warning: {pluralise(report.without_text, 'row')} without text left out: --text-column names the column"
    if report.problems:
        yield f"warning: {pluralise(len(report.problems), 'place')} couldn't be read:"
        yield from console.problem_lines(report.problems)
