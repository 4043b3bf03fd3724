"""``curate migrate``: the gold of an older version under today's types."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.ingest import where
from curation.commands.options import ListAll, OutputFile
from curation.errors import pluralise
from curation.files import STDIN
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.flows.migrate import MigratedVersion


def migrate(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="A sealed version.")],
    table: Annotated[
        Path | None,
        typer.Option(
            "--table",
            metavar="FILE",
            help='Today\'s types by older ones: OLD = "NEW", "" to leave out.',
            show_default=False,
        ),
    ] = None,
    output: OutputFile = STDIN,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Exit with 3, and write nothing, where something is left out."
        ),
    ] = False,
    everything: ListAll = False,
) -> None:
    """
    Bring an old version under today's types.

    One JSON line a document. What is left out is counted and named.

    Example: curate migrate 0.1.0 --table types.toml -o migrated.jsonl
    """
    from curation.flows.migrate import migrate as migrate_version
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    workspace = Workspace.here()
    migrated = migrate_version(
        workspace,
        read_schema_in(workspace.config),
        version,
        table=table,
        strict=strict,
        watch=console.watch,
    )
    console.write(output, migrated.lines())
    console.lines(migration_lines(migrated, output))


def migration_lines(migrated: "MigratedVersion", output: Path) -> Iterator[str]:
    """What was written, what was left out, and what is wrong with the rest under today's schema."""
    migration = migrated.migration
    yield from console.withdrawn_since_lines(
        migrated.version.manifest.version,
        migrated.withdrawn,
        "leave them out of what you pass on",
    )
    for sentence in migration.losses.sentences():
        yield f"warning: {sentence}"
    if migration.problems:
        count = pluralise(len(migration.problems), "problem")
        yield f"warning: {count} under today's schema; the documents are written all the same:"
        yield from console.problem_lines(migration.problems)
    yield (
        f"{pluralise(migrated.documents, 'document')}, "
        f"{pluralise(migrated.entities, 'entity')}, "
        f"{pluralise(migrated.relations, 'relation')} of {migrated.version.manifest.version} "
        f"under today's types{where(output)}."
    )
