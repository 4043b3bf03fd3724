"""``curate init``: a new folder to work in."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from curation import console
from curation.errors import pluralise

if TYPE_CHECKING:
    from curation.flows.init import NewFolder


def init(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="The folder, which is made if need be."),
    ] = Path(),
    schema: Annotated[
        Literal["minimal", "news"],
        typer.Option(
            "--schema", help="Three entity types to change, or those of the shipped gold."
        ),
    ] = "minimal",
) -> None:
    """
    Make a folder to work in.

    Writes a schema with comments, an example article, a README with the five commands and a .gitignore.
    Files that are there stay as they are.

    Example: curate init papers --schema news
    """
    from curation.flows.init import init as make_folder

    made = make_folder(folder, schema)
    console.say(f"{made.schema.size_summary}: {folder / 'label_config' / 'schema.toml'}")
    console.say(_files(made))
    console.say(
        "Change the schema, put articles into seeds in place of the example, then type:"
    )
    for command in (
        *([f"cd {shlex.quote(str(folder))}"] if folder.resolve() != Path.cwd() else []),
        *(f"{console.program()} {name}" for name in ("up", "preannotate", "push")),
    ):
        console.say(f"  {command}")


def _files(made: "NewFolder") -> str:
    said = f"{pluralise(len(made.written), 'file')} written"
    if made.kept:
        said += f"; kept as they were: {', '.join(map(str, made.kept))}"
    return f"{said}."
