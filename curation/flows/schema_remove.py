"""``curate schema remove``: a type taken out of schema.toml, gold/next and Label Studio, or made another one."""

from collections.abc import Collection
from datetime import datetime

from curation.files import read_text
from curation.flows.type_changes import SchemaEdit, TypeChangeReport, carry_through
from curation.gold.working.unknown_types import find_unknown_types
from curation.labelstudio.config import names_not_in_schema
from curation.labelstudio.server.port import Studio
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.read import parse_schema
from curation.schema.remove import find_removal, remove_type
from curation.schema.type_change import TypeTable
from curation.workspace import Workspace


def schema_remove(  # noqa: PLR0913 - the command's own options
    studio: Studio,
    workspace: Workspace,
    old: str,
    *,
    into: str | None,
    title: str,
    now: datetime,
    dry_run: bool = False,
    watch: Watch = unwatched,
) -> TypeChangeReport:
    """
    Remove the type *old*: its spans and arrows go, or become *into*; see ``carry_through``.

    A type that is no longer in schema.toml, and still used, is removed alike.
    """
    path = workspace.config / "schema.toml"
    before = read_text(path)
    schema = parse_schema(before, path)
    still_used: dict[TypeTable, Collection[str]] = {}
    if old not in schema.entities and old not in schema.relations:
        still_used = _names_still_used(studio, workspace, schema, title, watch)
    change = find_removal(old, into, schema, still_used, title)
    after = before
    if not change.is_begun:
        after = remove_type(before, change, path=path)
        schema = parse_schema(after, path)
    edit = SchemaEdit(change=change, before=before, after=after, schema=schema)
    return carry_through(
        studio, workspace, edit, title=title, now=now, dry_run=dry_run, watch=watch
    )


def _names_still_used(
    studio: Studio, workspace: Workspace, schema: Schema, title: str, watch: Watch
) -> dict[TypeTable, Collection[str]]:
    """The names of types that the schema doesn't have, and gold/next or the project has."""
    with workspace.read_only().working_version(schema, watch) as working:
        unknown = find_unknown_types(working)
    entities = {one.name for one in unknown if one.table == "entities"}
    relations = {one.name for one in unknown if one.table == "relations"}
    project = studio.find_project(title)
    if project:
        live = names_not_in_schema(project, schema)
        entities |= live["entities"]
        relations |= live["relations"]
    return {"entities": entities, "relations": relations}
