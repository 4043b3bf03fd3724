"""``curate schema add``: the stub of a new type, to be filled in."""

from typing import Annotated, Literal

import typer

from curation import console


def schema_add(
    kind: Annotated[
        Literal["entity", "relation", "flag"],
        typer.Argument(metavar="KIND", help="entity, relation or flag."),
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the new type.")],
) -> None:
    """
    Add a type to schema.toml, to be filled in.

    Writes a table with comments that say what each key is for, with a colour and
    a key that are free; all else in the file stays as it is. curate schema check
    then says what is missing.

    Example: curate schema add entity PRODUCT
    """
    from curation.files import read_text, write_text
    from curation.schema.add import add_type
    from curation.schema.folder import SCHEMA_FILE, require_schema_file
    from curation.workspace import Workspace

    config = Workspace.here().config
    require_schema_file(config)
    path = config / SCHEMA_FILE
    text, line = add_type(read_text(path), kind, name, path=path)
    write_text(path, text)
    console.say(
        f"{path}:{line}: {name} is added; fill in what is empty (curate schema check names it),"
        " then: curate schema build"
    )
