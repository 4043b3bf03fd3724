"""``curate export``: gold, or any documents, in the format of another tool."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.ingest import where
from curation.commands.options import ListAll, OutputFile, SplitName
from curation.errors import pluralise
from curation.files import STDIN
from curation.formats.shape import FormatName
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.flows.export_documents import Export


def export(
    documents: Annotated[
        str,
        typer.Argument(
            metavar="GOLD",
            help="A version, next, or a file; the newest version if left out.",
        ),
    ] = "",
    name: Annotated[
        FormatName,
        typer.Option("--format", help="The format to write.", show_default=False),
    ] = ...,  # type: ignore[assignment]
    output: OutputFile = STDIN,
    split: SplitName = "all",
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Exit with 3, and write nothing, where the format can't hold everything.",
        ),
    ] = False,
    everything: ListAll = False,
) -> None:
    """
    Write documents for another tool.

    What the format can't hold is counted and named. brat is a folder, spacy a binary file.

    Example: curate export next --format brat -o corpus/
    """
    from curation.flows.export_documents import export_documents, refuse_output
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    refuse_output(name, output)
    workspace = Workspace.here()
    schema = read_schema_in(workspace.config)
    exported = export_documents(
        workspace,
        schema,
        documents or None,
        name=name,
        split=split,
        strict=strict,
        watch=console.watch,
    )
    if output == STDIN:
        console.write(output, exported.lines())
    else:
        exported.write(output)
    console.lines(export_lines(exported, output))


def export_lines(exported: "Export", output: Path) -> Iterator[str]:
    """What was written, and what the format can't hold."""
    for sentence in exported.losses.sentences():
        yield f"warning: {exported.name} can't hold everything: {sentence}"
    yield from exported.losses.remark_sentences()
    yield from console.withdrawn_since_lines(
        exported.source.name,
        [*exported.source.withdrawn],
        "leave them out of what you pass on",
    )
    yield (
        f"{pluralise(exported.documents, 'document')}, "
        f"{pluralise(exported.entities, 'entity')}, "
        f"{pluralise(exported.relations, 'relation')} as {exported.name}{where(output)}."
    )
