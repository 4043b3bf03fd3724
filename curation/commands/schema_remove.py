"""``curate schema remove``: a type that goes, or becomes another, wherever the type is used."""

import os
from datetime import UTC, datetime
from typing import Annotated

import typer

from curation import console
from curation.commands.options import DryRun, ListAll, ProjectTitle
from curation.commands.type_change_lines import type_change_lines
from curation.default_project import DEFAULT_PROJECT
from curation.list_limit import list_everything


def schema_remove(
    name: Annotated[str, typer.Argument(metavar="TYPE", help="An entity type or a relation.")],
    into: Annotated[
        str | None,
        typer.Option("--into", metavar="OTHER", help="Make what has the type this other one."),
    ] = None,
    project: ProjectTitle = DEFAULT_PROJECT,
    dry_run: DryRun = False,
    everything: ListAll = False,
) -> None:
    """
    Remove an entity type or a relation.

    From schema.toml, from gold/next, and from the project's annotations, drafts
    and suggestions, with the arrows that join its spans; --into OTHER makes
    them another type instead. A backup is written first. A removal that was
    broken off is finished by the same command.

    Example: curate schema remove LAW --into EVENT --dry-run
    """
    from curation.flows.connect import connect
    from curation.flows.schema_remove import schema_remove as remove
    from curation.schema.folder import require_schema_file
    from curation.workspace import Workspace

    list_everything(everything)
    workspace = Workspace.here()
    require_schema_file(workspace.config)
    studio = connect(workspace.home, os.environ)
    report = remove(
        studio,
        workspace,
        name,
        into=into,
        title=project,
        now=datetime.now(UTC),
        dry_run=dry_run,
        watch=console.watch,
    )
    console.lines(type_change_lines(report, workspace, dry_run=dry_run))
