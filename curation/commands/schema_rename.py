"""``curate schema rename``: another name for a type, wherever the type is used."""

import os
from datetime import UTC, datetime
from typing import Annotated

import typer

from curation import console
from curation.commands.options import DryRun, ListAll, ProjectTitle
from curation.commands.type_change_lines import type_change_lines
from curation.default_project import DEFAULT_PROJECT
from curation.list_limit import list_everything


def schema_rename(
    names: Annotated[
        str, typer.Argument(metavar="OLD=NEW", help="OLD=NEW, an entity type or a relation.")
    ],
    project: ProjectTitle = DEFAULT_PROJECT,
    dry_run: DryRun = False,
    everything: ListAll = False,
) -> None:
    """
    Rename an entity type or a relation.

    In schema.toml, in gold/next, and in the project's annotations, drafts and
    suggestions. A backup is written first. A renaming that was broken off is
    finished by the same command.

    Example: curate schema rename LAW=STATUTE --dry-run
    """
    from curation.flows.connect import connect
    from curation.flows.schema_rename import schema_rename as rename
    from curation.schema.folder import read_schema_in
    from curation.schema.rename import parse_renaming
    from curation.workspace import Workspace

    list_everything(everything)
    workspace = Workspace.here()
    parse_renaming(names, read_schema_in(workspace.config))  # a slip of the pen needs no server
    studio = connect(workspace.home, os.environ)
    report = rename(
        studio,
        workspace,
        names,
        title=project,
        now=datetime.now(UTC),
        dry_run=dry_run,
        watch=console.watch,
    )
    console.lines(type_change_lines(report, workspace, dry_run=dry_run))
