"""``curate schema build``: what is generated from schema.toml."""

from curation import console
from curation.commands.options import ListAll
from curation.list_limit import list_everything


def schema_build(everything: ListAll = False) -> None:
    """
    Build what is made from schema.toml.

    That is labeling.xml, guidelines.md and schemas.json, which also keeps the
    types of earlier schemas.

    Example: curate schema build
    """
    from curation.schema.build import write_generated_files
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    config = Workspace.here().config
    schema = read_schema_in(config)
    for path in write_generated_files(schema, config):
        console.say(f"{path} is built (schema {schema.fingerprint}).")
