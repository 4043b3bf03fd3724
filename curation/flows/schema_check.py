"""``curate schema check``: whether the generated files, and gold/next, are what schema.toml says."""

from dataclasses import dataclass

from curation.gold.working.unknown_types import UnknownType, find_unknown_types
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.folder import read_schema_in, stale_files_sentence
from curation.workspace import Workspace


@dataclass(frozen=True, slots=True)
class SchemaReport:
    """The schema; a sentence on generated files that it outdates, or nothing; the types of gold/next that it lacks."""

    schema: Schema
    stale: str
    unknown: tuple[UnknownType, ...]


def schema_check(workspace: Workspace, watch: Watch = unwatched) -> SchemaReport:
    """
    What is sound and what isn't; nothing is written.

    Raises SchemaError where schema.toml is wrong.
    """
    schema = read_schema_in(workspace.config)
    stale = stale_files_sentence(schema, workspace.config)
    with workspace.read_only().working_version(schema, watch) as working:
        return SchemaReport(schema, stale, find_unknown_types(working))
