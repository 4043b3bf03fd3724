"""The shape of every format: documents as parts of files, and what was found in a file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from curation.documents.document import Document, Relation
from curation.documents.interchange import Reading, parse_document
from curation.errors import Problem, Problems, abbreviate
from curation.files import Json, json_line
from curation.formats.losses import (
    BOTH_WAYS,
    NO_IDS,
    NO_META,
    NO_MODEL,
    NO_SCORES,
    SPACING,
    Losses,
)
from curation.schema import Schema

FormatName = Literal[
    "jsonl", "spacy", "conll", "brat", "prodigy", "doccano", "labelstudio", "gliner"
]


class FilePart(NamedTuple):
    """The next bytes of a file; *file* is its path in the folder, empty where the format is one file."""

    file: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDocument:
    """
    A document of a file, and where it stands there.

    *annotator* is who annotated it as far as the file says so, else empty. Where *is_suggested* is
    true, the file says that nobody submitted it: a model suggested it, or there is nothing.
    """

    place: str
    document: Document
    annotator: str = ""
    flags: tuple[str, ...] = ()
    is_suggested: bool = False


# Documents with unique ids of entities, as parts of files; what is lost is added to the losses.
WriteFormat = Callable[[Iterable[Document], Schema, Losses], Iterator[FilePart]]

# What is in a file or a folder; everything that is wrong is added to the problems, with its place.
ReadFormat = Callable[[Path, Schema, Losses, Problems], Iterator[FoundDocument]]


def line_part(value: Json) -> FilePart:
    """A line of JSON."""
    return FilePart("", json_line(value).encode() + b"\n")


def parse_found(json_object: Json, place: str, problems: Problems) -> Document | None:
    """The document that *json_object* is in the interchange format, its edges untrimmed; None where there are problems."""
    document, found = parse_document(json_object, place, Reading.UNTRIMMED)
    problems += found
    return document


def has_model(document: Document) -> bool:
    """Whether a model's suggestions are in the document."""
    return document.layer is not None and document.layer.kind == "model"


def lose_all_but_tokens(document: Document, losses: Losses) -> None:
    """Take note of what a format loses that holds tokens and what is in them, and nothing else."""
    losses.add(NO_SCORES, document.id, sum(one.score is not None for one in document.entities))
    losses.add(NO_MODEL, document.id, has_model(document))
    losses.add(NO_META, document.id, bool(document.meta))
    losses.add(NO_IDS, document.id)
    losses.add(SPACING, document.id)


def both_directions(document: Document, schema: Schema, losses: Losses) -> Iterator[Relation]:
    """The relations, symmetric ones once in each direction, which is counted."""
    relations = schema.canonical(document).relations
    for relation in relations:
        yield relation
        if relation.label in schema.symmetric:
            losses.add(BOTH_WAYS, document.id)
            yield Relation(relation.tail, relation.head, relation.label)


def objects_under(line: Json, key: str, place: str, problems: Problems) -> Iterator[Json]:
    """The objects in the list under a key; what is no object is a problem."""
    items = line.get(key) or []
    for one in items if isinstance(items, list) else [items]:
        if isinstance(one, dict):
            yield one
        else:
            problems.append(Problem(place, f"{key!r} must hold objects, not {abbreviate(one)}"))
