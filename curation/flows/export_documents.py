"""``curate export``: gold, or any documents, in the format of another tool."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from curation.documents.document import Document
from curation.errors import ThresholdNotMet, UsageError
from curation.files import STDIN, atomic_writer, new_folder, refuse_folder_in_use
from curation.formats.all_formats import FORMATS
from curation.formats.losses import NO_RELATION_SCORES, Losses
from curation.formats.shape import FilePart, FormatName
from curation.gold.scored_gold import ALL_SPLITS, GoldSet, read_gold_set
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.workspace import Workspace


@dataclass
class Export:
    """
    Documents on their way into a format; counts and losses are complete once it was written.

    With *strict*, an export that loses something ends in ThresholdNotMet, and writes nothing.
    """

    source: GoldSet
    schema: Schema
    name: FormatName
    strict: bool = False
    watch: Watch = unwatched
    losses: Losses = field(default_factory=Losses)
    documents: int = 0
    entities: int = 0
    relations: int = 0

    def lines(self) -> Iterator[str]:
        """The lines of a format of text."""
        for part in self._parts():
            yield part.content.decode().removesuffix("\n")

    def write(self, path: Path) -> None:
        """Write a file, or a folder, whole or not at all."""
        if FORMATS[self.name].output == "folder":
            _write_folder(path, self._parts())
            return
        with atomic_writer(path) as stream:
            for part in self._parts():
                stream.buffer.write(part.content)

    def _parts(self) -> Iterator[FilePart]:
        yield from FORMATS[self.name].write(self._counted(), self.schema, self.losses)
        if self.strict and self.losses.counts:
            lost = "\n".join(self.losses.sentences())
            raise ThresholdNotMet(
                f"{self.name} can't hold everything, and nothing was written:\n{lost}",
                hint="leave --strict out, or take another format (docs/formats.md)",
            )

    def _counted(self) -> Iterator[Document]:
        documents = self.source.documents
        for document in self.watch(documents, "exporting", self.source.document_count):
            distinct = _with_distinct_ids(document)
            self.documents += 1
            self.entities += len(distinct.entities)
            self.relations += len(distinct.relations)
            if self.name != "jsonl":  # no other format has a place for them
                scored = sum(one.score is not None for one in distinct.relations)
                self.losses.add(NO_RELATION_SCORES, distinct.id, scored)
            yield distinct


def export_documents(  # noqa: PLR0913 - the command's own options
    workspace: Workspace,
    schema: Schema,
    chosen: str | None,
    *,
    name: FormatName,
    split: str = ALL_SPLITS,
    strict: bool = False,
    watch: Watch = unwatched,
) -> Export:
    """
    The documents of a version, of ``next`` or of a file, under today's names of types, to be written.

    Where *chosen* is None, the newest version.
    """
    source = read_gold_set(workspace.gold, chosen, schema, split=split, watch=watch)
    return Export(source.under_current_names(schema), schema, name, strict, watch)


def refuse_output(name: FormatName, path: Path) -> None:
    """Raises UsageError where the format needs a file or a folder and none is given, InputError where the folder is in use."""
    kind = FORMATS[name].output
    if kind != "text" and path == STDIN:
        raise UsageError(f"{name} is a {kind}; name it with: -o PATH")
    if kind == "folder":
        refuse_folder_in_use(path, name)


def _with_distinct_ids(document: Document) -> Document:
    """The document with an id for each entity, and each entity and relation once."""
    ids = {entity.id for entity in document.entities} - {""}
    if len(ids) < len(document.entities):
        document = document.with_numbered_entities()
    return replace(document, relations=tuple(dict.fromkeys(document.relations)))


def _write_folder(path: Path, parts: Iterable[FilePart]) -> None:
    """A folder with these files, which comes to be at the end, or not at all."""
    with new_folder(path) as folder:
        for part in parts:
            (folder / part.file).write_bytes(part.content)
