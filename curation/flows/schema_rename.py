"""``curate schema rename``: a type under another name in schema.toml, in gold/next and in Label Studio."""

from datetime import datetime

from curation.files import read_text
from curation.flows.type_changes import SchemaEdit, TypeChangeReport, carry_through
from curation.labelstudio.server.port import Studio
from curation.progress import Watch, unwatched
from curation.schema.read import parse_schema
from curation.schema.rename import parse_renaming, rename_type
from curation.workspace import Workspace


def schema_rename(  # noqa: PLR0913 - the command's own options
    studio: Studio,
    workspace: Workspace,
    names: str,
    *,
    title: str,
    now: datetime,
    dry_run: bool = False,
    watch: Watch = unwatched,
) -> TypeChangeReport:
    """Rename a type as *names* say, ``OLD=NEW``; see ``carry_through``."""
    path = workspace.config / "schema.toml"
    before = read_text(path)
    schema = parse_schema(before, path)
    change = parse_renaming(names, schema, title)
    after = before
    if change.new and not change.is_begun:
        after = rename_type(before, change.table, change.old, change.new, path=path)
        schema = parse_schema(after, path)
    edit = SchemaEdit(change=change, before=before, after=after, schema=schema)
    return carry_through(
        studio, workspace, edit, title=title, now=now, dry_run=dry_run, watch=watch
    )
