"""``curate return``: documents back to their annotators."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import (
    AsJson,
    DryRun,
    ListAll,
    ProjectTitle,
    ReturnNow,
    reason_option,
)
from curation.default_project import DEFAULT_PROJECT, in_project
from curation.errors import UsageError, pluralise
from curation.files import Json
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.flows.return_documents import ReturnedDocuments


def return_documents(
    documents: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Ids of documents.", show_default=False),
    ] = None,
    lacking: Annotated[
        str,
        typer.Option(
            "--lacking",
            metavar="TYPE",
            help="Documents annotated before this type was offered.",
        ),
    ] = "",
    flagged: Annotated[
        bool, typer.Option("--flagged", help="Documents that a flag keeps out of the gold.")
    ] = False,
    reason: Annotated[str, reason_option("What annotators of the named documents read.")] = "",
    project: ProjectTitle = DEFAULT_PROJECT,
    now: ReturnNow = False,
    dry_run: DryRun = False,
    everything: ListAll = False,
    as_json: AsJson = False,
) -> None:
    """
    Send documents back to their annotators.

    The reason stands at the top of the task until the annotator presses Update.
    What is wrong goes back with: curate pull --send-back

    Example: curate return --lacking LAW
    """
    from curation.flows.connect import connect
    from curation.flows.return_documents import LOOK_AGAIN, DocumentsToReturn
    from curation.flows.return_documents import return_documents as send
    from curation.schema.folder import read_built_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    if sum(map(bool, (documents, lacking, flagged))) != 1:
        raise UsageError(
            "return takes ids, or --lacking TYPE, or --flagged: one of the three",
            hint="curate return ID, or curate return --lacking TYPE",
        )
    if reason and not documents:
        raise UsageError(
            "--reason is for documents that are named", hint="leave --reason out, or give ids"
        )
    workspace = Workspace.here()
    schema = read_built_schema_in(workspace.config)
    report = send(
        connect(workspace.home, os.environ),
        workspace,
        schema,
        DocumentsToReturn(
            documents=tuple(documents or ()),
            lacking=lacking,
            flagged=flagged,
            reason=reason or LOOK_AGAIN,
        ),
        title=project,
        now=now,
        dry_run=dry_run,
        watch=console.watch,
    )
    if as_json:
        console.out_json(returned_json(report))
    else:
        console.lines(returned_lines(report, dry_run=dry_run))


def returned_lines(report: "ReturnedDocuments", *, dry_run: bool) -> Iterator[str]:
    """What went back, what waits already, and what can't go back."""
    verb = "would be returned" if dry_run else "returned"
    documents = pluralise(len(report.returned), "document")
    if report.returned:
        people = {name for names in report.returned.values() for name in names}
        annotators = pluralise(len(people), "annotator")
        yield f"{documents} {verb} to {annotators}: {console.first_of([*report.returned])}"
    else:
        yield f"{documents} {verb}."
    if report.link:
        yield f"Annotators find what was returned to them in a view of its own: {report.link}"
    if report.still_waiting:
        waiting = pluralise(len(report.still_waiting), "document")
        went = "waits" if len(report.still_waiting) == 1 else "wait"
        yield f"{waiting} returned before {went} for an Update: {console.first_of(report.still_waiting)}"
    if report.elsewhere:
        others = pluralise(len(report.elsewhere), "document")
        yield (
            f"{others} annotated in other projects only (--project): "
            f"{console.first_of(report.elsewhere)}"
        )
    yield from console.held_lines(report.held, "the same command with --now")
    yield from console.unreachable_lines(report.unreachable)
    if report.config_too_old:
        yield (
            "warning: the project's config is too old to show the reasons; "
            f"bring the config up to date with: {in_project('curate push', report.project)}"
        )
    for document in report.refused:
        yield (
            f"warning: {document} can't be returned: its task is gone, or has another text than "
            "was pushed"
        )


def returned_json(report: "ReturnedDocuments") -> Json:
    """The same for programs."""
    return {
        "project": report.project,
        "returned": {document: list(names) for document, names in report.returned.items()},
        "waiting": list(report.still_waiting),
        "elsewhere": list(report.elsewhere),
        "held": list(report.held),
        "unreachable": {
            document: list(names) for document, names in report.unreachable.items()
        },
        "refused": list(report.refused),
        "link": report.link,
    }
