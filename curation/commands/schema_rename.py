"""``curate schema rename``: another name for a type, wherever the type is used."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import DEFAULT_PROJECT, DryRun, ListAll, ProjectTitle
from curation.commands.push import RELOAD
from curation.errors import pluralise
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.flows.schema_rename import RenameReport
    from curation.workspace import Workspace


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
    console.lines(rename_lines(report, workspace, dry_run=dry_run))


def rename_lines(
    report: "RenameReport", workspace: "Workspace", *, dry_run: bool
) -> Iterator[str]:
    """How much has the new name, where the backup is, and what a person has to read over."""
    renaming = report.renaming
    schema_file = workspace.config / "schema.toml"
    verb = "would be renamed" if dry_run else "renamed"
    yield (
        f"{renaming.old} {'would be' if dry_run else 'is now'} {renaming.new} in {schema_file} "
        "and what is built from it."
    )
    if report.link:
        parts = [
            pluralise(report.results["annotations"], "annotation"),
            pluralise(report.results["drafts"], "draft"),
            pluralise(report.results["predictions"], "suggestion"),
        ]
        yield f"{', '.join(parts)} {verb} in {report.project!r}: {report.link}"
        if not dry_run and renaming.table == "relations":
            yield RELOAD
    else:
        yield f"Label Studio has no project {report.project!r}: nothing to rename there."
    if report.documents:
        yield f"{pluralise(report.documents, 'document')} {verb} in {workspace.next}."
    if report.backup:
        yield f"Backup of the project and schema.toml as they were: {report.backup}"
    if report.lines:
        lines = console.first_of([*map(str, report.lines)])
        says = "would still say" if dry_run else "still says"
        yield f"warning: {schema_file} {says} {renaming.old} in words; read over lines {lines}"
