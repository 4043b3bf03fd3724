"""Our own interchange format, one JSON line a document: nothing is lost."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from curation.documents.document import Document
from curation.errors import Problems
from curation.files import read_objects
from curation.formats.losses import Losses
from curation.formats.shape import FilePart, FoundDocument, has_model, line_part, parse_found
from curation.schema import Schema


def write_jsonl(
    documents: Iterable[Document],
    schema: Schema,
    losses: Losses,
) -> Iterator[FilePart]:
    """A line each."""
    for document in documents:
        yield line_part(document.to_json())


def read_jsonl(
    path: Path,
    schema: Schema,
    losses: Losses,
    problems: Problems,
) -> Iterator[FoundDocument]:
    """The documents; an annotator's layer names the annotator."""
    for place, json_object in read_objects(path, problems):
        if document := parse_found(json_object, place, problems):
            layer = document.layer
            is_annotators = layer is not None and layer.kind == "annotator"
            yield FoundDocument(
                place=place,
                document=document,
                annotator=layer.name if layer and is_annotators else "",
                is_suggested=has_model(document) or not (layer or document.entities),
            )
