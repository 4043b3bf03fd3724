"""``curate schema build``: what is generated from schema.toml."""

from curation import console


def schema_build() -> None:
    """
    Build labeling.xml and guidelines.md.

    Both come from schema.toml.

    Example: curate schema build
    """
    from curation.schema.build import write_generated_files
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    config = Workspace.here().config
    schema = read_schema_in(config)
    for path in write_generated_files(schema, config):
        console.say(f"{path} is built (schema {schema.fingerprint}).")
