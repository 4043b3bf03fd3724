"""``curate status``: how far a project is."""

import os
from typing import Annotated

import typer

from curation import console
from curation.commands.options import AsJson, ListAll, known_project_option
from curation.default_project import DEFAULT_PROJECT, in_project
from curation.errors import UsageError
from curation.list_limit import list_everything
from curation.progress import Watch, unwatched


def status(
    project: Annotated[
        str | None,
        known_project_option(
            "Title of the Label Studio project; the only known one if none is given."
        ),
    ] = None,
    drafts: Annotated[
        bool,
        typer.Option("--drafts", help="Read all tasks and drafts, not only what changed."),
    ] = False,
    names: Annotated[
        bool,
        typer.Option("--names", help="Show annotators' accounts; on the screen only."),
    ] = False,
    everything: ListAll = False,
    as_json: AsJson = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, and show what changes until Ctrl-C.")
    ] = False,
    every: Annotated[
        int,
        typer.Option("--every", metavar="SECONDS", min=1, help="How often --watch asks."),
    ] = 30,
) -> None:
    """
    Say how far a project is.

    What is annotated, what is left, what isn't pulled yet, and what is wrong. --watch goes on,
    and shows how a project moves.

    Example: curate status
    """
    from curation.commands.status_json import read_now, status_json
    from curation.commands.status_lines import status_lines, with_accounts
    from curation.commands.status_watch import watch_status
    from curation.flows.connect import connect
    from curation.flows.status import StatusReport
    from curation.flows.status import status as read_status
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    if names and as_json:
        raise UsageError(
            "--names with --json: accounts are shown on the screen only",
            hint=in_project("curate status --names", project or DEFAULT_PROJECT),
        )

    def read(progress: Watch = unwatched) -> StatusReport:
        workspace = Workspace.here()
        schema = read_schema_in(workspace.config)
        studio = connect(workspace.home, os.environ)
        return read_status(
            studio, workspace, schema, title=project, read_all=drafts, watch=progress
        )

    if watch:
        watch_status(read, every=every, names=names, as_json=as_json)
        return
    report = read(console.watch)
    if as_json:
        console.out_json(read_now(status_json(report)))
        return
    shown = status_lines(report)
    console.lines(with_accounts(shown, report.emails) if names else shown)
