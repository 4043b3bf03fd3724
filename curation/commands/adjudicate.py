"""``curate adjudicate``: differences between annotators to adjudicators, on the screen or as a list."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import DryRun, ListAll, project_title, writable_text
from curation.commands.verdict_lines import lost_task_lines
from curation.default_project import ADJUDICATION_PROJECT, in_project
from curation.errors import UsageError, pluralise
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.flows.adjudicate import AdjudicationReport
    from curation.flows.annotations_to_come import AnnotationsToCome
    from curation.flows.list_differences import ListedDifference, ListedDifferences
    from curation.flows.verdicts_from_file import VerdictsFromFile


def adjudicate(
    documents: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID",
            help="Ids of documents; all with differences if none are given.",
            show_default=False,
        ),
    ] = None,
    project: Annotated[
        str | None,
        typer.Option(
            "--project",
            metavar="TITLE",
            help=f"Title of the adjudicators' project; {ADJUDICATION_PROJECT!r} unless given.",
            show_default=False,
            callback=lambda given: given and project_title(given),
        ),
    ] = None,
    majority: Annotated[
        bool,
        typer.Option(
            "--majority",
            help="Tick beforehand what most of three or more annotators have.",
        ),
    ] = False,
    early: Annotated[
        bool,
        typer.Option("--early", help="Take documents, too, that others have yet to annotate."),
    ] = False,
    dry_run: DryRun = False,
    as_list: Annotated[
        bool, typer.Option("--list", help="Print the differences, and send nothing.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --list: a line of JSON for each difference.")
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Verdicts made elsewhere, as --list --json has them; - for standard input.",
            show_default=False,
            readable=False,
        ),
    ] = None,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="NAME",
            help="With --from: who decided; an e-mail address, or a pseudonym.",
            callback=writable_text,
            show_default=False,
        ),
    ] = "",
    everything: ListAll = False,
) -> None:
    """
    Have an adjudicator settle differences.

    Each document that everybody has annotated and on which annotators differ
    becomes a task in a project of its own: one tick settles a difference.
    Run it again after every pull; curate pull brings the verdicts.

    Example: curate adjudicate --majority
    """
    from curation.flows.connect import connect
    from curation.schema.folder import read_built_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    ids = tuple(dict.fromkeys(documents or ()))
    _refuse_mixed_options(
        ids=ids,
        project=project,
        majority=majority,
        lists=as_list,
        as_json=as_json,
        file=file,
        by=by,
    )
    workspace = Workspace.here()
    schema = read_built_schema_in(workspace.config)
    if file:
        from curation.flows.verdicts_from_file import verdicts_from_file

        taken = verdicts_from_file(
            workspace, schema, file, by=by, dry_run=dry_run, watch=console.watch
        )
        console.lines(taken_lines(taken, dry_run=dry_run))
        return
    if as_list:
        from curation.flows.list_differences import list_differences

        # With --early nobody has to be asked what is still to come.
        asked = None if early else connect(workspace.home, os.environ)
        listed = list_differences(asked, workspace, schema, ids, watch=console.watch)
        for line in listed_json_lines(listed) if as_json else listed_lines(listed):
            console.out(line if as_json else console.safe(line).replace("\n", "\\n"))
        console.lines(not_listed_lines(listed))
        return
    from curation.flows.adjudicate import AdjudicationOptions
    from curation.flows.adjudicate import adjudicate as send

    report = send(
        connect(workspace.home, os.environ),
        workspace,
        schema,
        AdjudicationOptions(
            documents=ids,
            title=project,
            early=early,
            majority=majority,
            dry_run=dry_run,
        ),
        watch=console.watch,
    )
    console.lines(adjudication_lines(report, dry_run=dry_run))


def _refuse_mixed_options(
    *,
    ids: Sequence[str],
    project: str | None,
    majority: bool,
    lists: bool,
    as_json: bool,
    file: Path | None,
    by: str,
) -> None:
    """Raises UsageError for options that don't go together."""
    if lists and majority:
        raise UsageError(
            "--list sends nothing, so that --majority has nothing to tick",
            hint="curate adjudicate --majority, or curate adjudicate --list",
        )
    if file and (lists or majority or ids):
        raise UsageError(
            "--from takes what the file decides, and neither ids nor --list nor --majority",
            hint="curate adjudicate --from FILE --by NAME",
        )
    if bool(file) != bool(by.strip()):
        raise UsageError(
            "--from and --by go together: the verdicts, and who made them",
            hint="curate adjudicate --from FILE --by ada@example.org",
        )
    if project is not None and (lists or file):
        raise UsageError(
            f"--project says where tasks are made, and {'--list' if lists else '--from'} makes none",
            hint="leave --project out",
        )
    if as_json and not lists:
        raise UsageError("--json goes with --list", hint="curate adjudicate --list --json")


def adjudication_lines(report: "AdjudicationReport", *, dry_run: bool) -> Iterator[str]:
    """What went out, what changed in tasks that were there, and what waits for what."""
    would_be = "would be " if dry_run else ""
    tasks = pluralise(sum(report.created.values()), "task")
    where = f" in {report.project!r}{f': {report.link}' if report.link else ''}"
    yield (
        f"{tasks} for {pluralise(len(report.created), 'document')} with "
        f"{pluralise(report.asked, 'difference')} {would_be}created, {len(report.changed)} "
        f"{would_be}changed, {report.unchanged} unchanged{where}"
    )
    if report.preselected:
        yield (
            f"{pluralise(report.preselected, 'difference')} of these {would_be}ticked beforehand, as "
            "most annotators have them; curate pull tells how many were left so"
        )
    for one in report.changed:
        yield f"  {one}"
        yield f"    {one.link}"
    if report.deleted:
        yield (
            f"{pluralise(report.deleted, 'task')} {would_be}deleted that nobody had begun: "
            "nothing is in question there any more"
        )
    if report.waiting:
        count = pluralise(sum(report.waiting.values()), "relation")
        yield (
            f"{count} in {console.first_of([*report.waiting])} come once their ends are settled: "
            f"curate pull, then {in_project('curate adjudicate', report.project, default=ADJUDICATION_PROJECT)}"
        )
    for title, documents in report.elsewhere.items():
        stay = "stays" if len(documents) == 1 else "stay"
        yield (
            f"{pluralise(len(documents), 'document')} {stay} with the adjudicators of {title!r} "
            f"({console.first_of(documents)}); to bring up to date what they have: "
            f"{in_project('curate adjudicate', title, default='')}"
        )
    yield from _to_come_lines(report.to_come)
    yield from _agreed_lines(report.agreed)
    yield from lost_task_lines(report.tasks_gone)
    if report.problems:
        yield f"warning: {pluralise(len(report.problems), 'task')} to look at:"
        yield from console.problem_lines(report.problems)


def _to_come_lines(to_come: "Mapping[str, Sequence[AnnotationsToCome]]") -> Iterator[str]:
    """Which documents others have yet to annotate."""
    if not to_come:
        return
    waits = "waits" if len(to_come) == 1 else "wait"
    yield (
        f"{pluralise(len(to_come), 'document')} {waits} for more annotations; --early takes "
        f"{'it' if len(to_come) == 1 else 'them'} as {'it is' if len(to_come) == 1 else 'they are'}:"
    )

    def lines_of(document: str) -> Iterator[str]:
        lacking = (
            f"{one.done} of {one.wanted} in {one.project!r}" for one in to_come[document]
        )
        yield f"  {document}: {', '.join(lacking)}"

    yield from console.list_lines([*to_come], lines_of)


def _agreed_lines(agreed: Sequence[str]) -> Iterator[str]:
    if agreed:
        yield f"Nothing is to settle in {console.first_of(agreed)}."


def listed_lines(listed: "ListedDifferences") -> Iterator[str]:
    """The differences for people, document by document."""
    for document, differences in listed.documents.items():
        yield f"{document}: {pluralise(len(differences), 'difference')}"
        for one in differences:
            yield from _difference_lines(one)
        yield ""


def _difference_lines(one: "ListedDifference") -> Iterator[str]:
    question = one.context or "keep the document out of the gold, or take it in?"
    from curation.annotations.shown_differences import difference_number

    number = "(waits for its ends)" if one.chosen is None else "(settled)"
    if one.number is not None:
        number = difference_number(one.number, one.round)
    yield f"  {number} {one.difference.key}  {question}"
    for option in one.options:
        mark = "*" if option.reading == one.chosen else " "
        yield f"   {mark}{option.alias}  {option.words}"
    if one.chosen is not None and one.chosen_alias is None:
        yield "   *own         neither of these"


def listed_json_lines(listed: "ListedDifferences") -> Iterator[str]:
    """The same for programs: a line of JSON for each difference."""
    for differences in listed.documents.values():
        for one in differences:
            yield json.dumps(one.to_json(), ensure_ascii=False)


def not_listed_lines(listed: "ListedDifferences") -> Iterator[str]:
    """Which documents aren't listed, and why."""
    if not listed.documents and not listed.to_come:
        yield "No document has a difference to settle."
    yield from _to_come_lines(listed.to_come)
    yield from _agreed_lines(listed.agreed)


def taken_lines(taken: "VerdictsFromFile", *, dry_run: bool) -> Iterator[str]:
    """How many verdicts a file had, and who made them."""
    would_be = "would be " if dry_run else ""
    yield (
        f"{pluralise(taken.decisions, 'decision')} on {pluralise(len(taken.changed), 'document')} "
        f"{would_be}taken, by {taken.by} ({taken.kind}); {len(taken.unchanged)} unchanged"
    )
    for remark in taken.remarks:
        yield f"warning: {remark}"
