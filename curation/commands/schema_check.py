"""``curate schema check``: whether the generated files are what schema.toml says."""

from curation import console
from curation.commands.options import ListAll
from curation.errors import ThresholdNotMet
from curation.list_limit import list_everything


def schema_check(everything: ListAll = False) -> None:
    """
    Fail when a generated file is stale.

    Exit code 3 where labeling.xml, guidelines.md or schemas.json isn't what
    schema.toml says, 1 where schema.toml itself is wrong.

    Example: curate schema check
    """
    from curation.schema.folder import read_built_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    schema = read_built_schema_in(Workspace.here().config, outdated_error=ThresholdNotMet)
    console.say(
        f"The schema is sound: {schema.size_summary}, fingerprint {schema.fingerprint}."
    )
