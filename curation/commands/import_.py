"""``curate import``: documents of other tools, to push or into gold/next."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.ingest import where
from curation.commands.options import DryRun, ListAll, OutputFile, writable_text
from curation.documents.typed_ids import typed_ids
from curation.errors import UsageError, pluralise
from curation.files import STDIN
from curation.formats.shape import FormatName
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.flows.import_annotations import ImportedAnnotations
    from curation.flows.import_documents import ImportReader


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file or a folder.", readable=False)
    ],
    name: Annotated[
        FormatName,
        typer.Option(
            "--format",
            help="The format to read; conll and gliner can only be written.",
            show_default=False,
        ),
    ] = ...,  # type: ignore[assignment]
    output: OutputFile = STDIN,
    as_annotations: Annotated[
        bool,
        typer.Option("--as-annotations", help="Annotations into gold/next, not suggestions."),
    ] = False,
    annotator: Annotated[
        str,
        typer.Option(
            "--annotator",
            metavar="NAME",
            help="Who annotated what names nobody; an e-mail address, a pseudonym or a name.",
            callback=writable_text,
            show_default=False,
        ),
    ] = "",
    program: Annotated[
        bool, typer.Option("--program", help="The annotators are programs, not people.")
    ] = False,
    dry_run: DryRun = False,
    everything: ListAll = False,
) -> None:
    """
    Read documents of another tool.

    Entities and relations become suggestions, to push; with --as-annotations
    annotations in gold/next, of which nobody knows whether they began from
    suggestions. What can't be held is counted and named.

    Example: curate import corpus/ --format brat --as-annotations --annotator anna
    """
    from curation.flows.import_documents import ImportReader
    from curation.schema.folder import read_built_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    if not as_annotations and (annotator or program or dry_run):
        raise UsageError("--annotator, --program and --dry-run are for --as-annotations")
    if as_annotations and output != STDIN:
        raise UsageError("--as-annotations writes into gold/next, not to --output")
    workspace = Workspace.here()
    schema = read_built_schema_in(workspace.config)
    reader = ImportReader(file, name, schema, console.watch)
    if not as_annotations:
        from curation.flows.import_documents import import_documents

        documents = import_documents(reader)
        count = console.write(output, (document.to_line() for document in documents))
        console.lines(reading_lines(reader))
        console.say(f"{pluralise(count, 'document')} with suggestions{where(output)}.")
        if output != STDIN:
            console.say(
                f"Send them to Label Studio with: curate push {shlex.quote(str(output))}"
            )
        return
    from curation.flows.import_annotations import import_annotations

    taken = import_annotations(
        workspace, reader, annotator=annotator, program=program, dry_run=dry_run
    )
    console.lines(reading_lines(reader))
    console.lines(taken_annotation_lines(taken, dry_run=dry_run))


def reading_lines(reader: "ImportReader") -> Iterator[str]:
    """What couldn't be held, and what was tidied."""
    for sentence in reader.losses.sentences():
        yield f"warning: not all of {reader.file} can be held: {sentence}"
    yield from reader.losses.remark_sentences()
    if reader.trimmed:
        yield f"{pluralise(len(reader.trimmed), 'span')} trimmed:"
        yield from console.problem_lines(reader.trimmed)


def taken_annotation_lines(taken: "ImportedAnnotations", *, dry_run: bool) -> Iterator[str]:
    """What is in gold/next now, or would be."""
    verb = "would be " if dry_run else ""
    for name, annotator in taken.annotators.items():
        yield f"{name} is {annotator.pseudonym} ({annotator.kind}) in gold/next."
    yield (
        f"{pluralise(len(taken.added), 'annotation')} {verb}added, {len(taken.updated)} {verb}updated, "
        f"{len(taken.unchanged)} unchanged; {pluralise(len(taken.new), 'document')} {verb}new in gold/next."
    )
    yield from console.remark_lines(taken.remarks)
    for name, annotator in taken.annotators.items():
        yield from (f"warning: {one}" for one in annotator.remarks(name, "--annotator"))
    changed = [*taken.added, *taken.updated]
    if changed and not dry_run:
        yield (
            f"{pluralise(taken.gold, 'document')} in the gold. "
            f"See one with: curate show {typed_ids(changed[:1])}; where annotators differ: curate agree"
        )
