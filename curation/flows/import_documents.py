"""``curate import``: documents of another tool with their entities and relations as suggestions."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from curation.articles import UNKNOWN_LICENSE
from curation.documents.document import Document, Layer
from curation.documents.stream import no_documents_error
from curation.errors import InputError, Problem, Problems, UsageError, raise_problems
from curation.files import Json
from curation.formats.all_formats import FORMATS
from curation.formats.losses import LOST_FLAGS, Losses
from curation.formats.plain_newlines import with_plain_newlines
from curation.formats.shape import FormatName, FoundDocument, has_model
from curation.labelstudio.pull.read_result import ReadResult, read_result
from curation.labelstudio.tasks import to_result
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.labeling import FLAGS_TAG

OURS: FormatName = "jsonl"

MEND = "nothing was taken; mend these places, then run the same command again"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedDocument:
    """A document of a file, and what a pull would read of it."""

    found: FoundDocument
    result: ReadResult


@dataclass
class ImportReader:
    """
    Reads a file in another tool's format, checked as a pull checks what annotators drew.

    *losses* and *trimmed*, the spans whose edges were tidied, are complete at the end.
    """

    file: Path
    name: FormatName
    schema: Schema
    watch: Watch = unwatched

    def __post_init__(self) -> None:
        self.losses = Losses()
        self.problems = Problems()
        self.trimmed: list[Problem] = []

    def read(self, *, by_hand: bool) -> Iterator[ImportedDocument]:
        """
        The sound documents; *by_hand*, edges of spans are checked, too.

        Raises InputError at the end with everything that is wrong, each at its place: until then
        nothing must be used.
        """
        read = FORMATS[self.name].read
        if read is None:
            readable = ", ".join(name for name, one in FORMATS.items() if one.read)
            raise UsageError(f"--format {self.name} can't be imported; formats are {readable}")
        count = 0
        documents = read(self.file, self.schema, self.losses, self.problems)
        for found in self.watch(documents, "importing", None):
            count += 1
            if self.name != OURS:
                found = replace(found, document=_as_ingested(found.document))
            result = _as_drawn(found, self.schema, by_hand=by_hand)
            self.problems += (Problem(found.place, str(one)) for one in result.problems)
            self.trimmed += result.trimmed
            if not result.problems:
                yield ImportedDocument(found=found, result=result)
        if self.problems:
            raise_problems(self.problems, InputError, hint=MEND)
        if not count:
            raise no_documents_error(self.file)


def import_documents(reader: ImportReader) -> Iterator[Document]:
    """
    The documents with what was found in them as suggestions, to push.

    Where the file names no model, the suggestions are the file's; an article that nobody annotated
    has none. A document can have suggestions
    of one annotator alone.
    """
    places: dict[str, str] = {}
    layer = Layer("model", f"{reader.file.name} ({reader.name})")
    for imported in reader.read(by_hand=False):
        found = imported.found
        document = imported.result.document
        if document.id in places:
            first = places[document.id]
            what = f"{document.id!r} comes twice, first in {first}; take all with: --as-annotations"
            reader.problems.append(Problem(found.place, what))
            continue
        places[document.id] = found.place
        reader.losses.add(LOST_FLAGS, document.id, bool(found.flags))
        if not has_model(found.document):
            document = replace(document, layer=None if found.is_suggested else layer)
        yield document


def _as_ingested(document: Document) -> Document:
    """The document as ingest would have made it: newlines, and a licence that says so where none is known."""
    document = with_plain_newlines(document)
    return replace(document, meta={"license": UNKNOWN_LICENSE, **document.meta})


def _as_drawn(found: FoundDocument, schema: Schema, *, by_hand: bool) -> ReadResult:
    """What a pull would read if somebody had drawn it in Label Studio."""
    document = schema.canonical(schema.with_current_names(found.document))
    drawn: Json = {"origin": "manual"} if by_hand else {}
    regions = [region | drawn for region in to_result(document, schema)]
    if found.flags:
        choices = {"choices": list(found.flags)}
        regions.append({"type": "choices", "from_name": FLAGS_TAG, "value": choices})
    layer = found.document.layer or Layer("annotator")
    return read_result(document.without_annotations(), regions, layer, schema)
