"""``curate schema check``: whether the generated files, and gold/next, are what schema.toml says."""

from curation.errors import ThresholdNotMet
from curation.gold.working.unknown_types import UnknownType, find_unknown_types
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.folder import read_built_schema_in
from curation.workspace import Workspace


def schema_check(
    workspace: Workspace, watch: Watch = unwatched
) -> tuple[Schema, tuple[UnknownType, ...]]:
    """
    The schema, and the types of gold/next that it doesn't have; nothing is written.

    Raises SchemaError where schema.toml is wrong, ThresholdNotMet where a generated file is stale.
    """
    schema = read_built_schema_in(workspace.config, outdated_error=ThresholdNotMet)
    with workspace.read_only().working_version(schema, watch) as working:
        return schema, find_unknown_types(working)
