"""``curate migrate``: the gold of an older version under today's types."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.errors import ThresholdNotMet
from curation.gold.changes.migration import Migration
from curation.gold.changes.migration_table import read_migration_table
from curation.gold.dataset import Version
from curation.gold.sealed.versions import read_version
from curation.gold.sealed.withdrawn import read_withdrawn
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.workspace import Workspace


@dataclass
class MigratedVersion:
    """
    A version on its way to today's types; counts and losses are complete once the lines were written.

    With *strict*, a migration that leaves something out ends in ThresholdNotMet.
    """

    version: Version
    migration: Migration
    withdrawn: Sequence[str] = ()
    strict: bool = False
    watch: Watch = unwatched
    documents: int = 0
    entities: int = 0
    relations: int = 0

    def lines(self) -> Iterator[str]:
        """Each gold document under today's types, as a line of the interchange format."""
        total = self.version.manifest.counts.documents
        for gold in self.watch(self.version.gold_documents, "migrating", total):
            document = self.migration.migrate(gold.document)
            self.documents += 1
            self.entities += len(document.entities)
            self.relations += len(document.relations)
            yield document.to_line()
        if self.strict and self.migration.losses.counts:
            lost = "\n".join(self.migration.losses.sentences())
            raise ThresholdNotMet(
                f"not everything of {self.version.manifest.version} fits today's types,"
                f" and nothing was written:\n{lost}",
                hint="leave --strict out, or give the types another place in the table",
            )


def migrate(
    workspace: Workspace,
    schema: Schema,
    version: str,
    *,
    table: Path | None = None,
    strict: bool = False,
    watch: Watch = unwatched,
) -> MigratedVersion:
    """
    The gold of a *version* under today's types, to be written.

    *table* is a TOML file: today's type by each type that the schema lacks. Raises GoldError where
    a type has no entry, InputError where the table is wrong.
    """
    found = read_version(workspace.gold, version, watch)
    migration = Migration(
        schema=schema,
        names=read_migration_table(table, found.manifest, schema),
        symmetric=found.manifest.types.symmetric,
    )
    withdrawn = [*read_withdrawn(workspace.gold / version)]
    return MigratedVersion(found, migration, withdrawn, strict=strict, watch=watch)
