"""An annotator's result as a document: what was meant, and everything that is in doubt."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from curation.checks.against_schema import check_document
from curation.documents.document import Document, Layer
from curation.errors import Problem
from curation.files import Json
from curation.labelstudio.pull.region_reader import RegionReader
from curation.schema.model import Schema


@dataclass(frozen=True, kw_only=True)
class ReadResult:
    """
    An annotator's result as a document, and what there is to say about the result.

    *trimmed* are the spans whose edges were tidied, each with what the span is read as; *doubts*
    those with a mark at an edge that may belong to them or not. *repetitions* counts regions and
    relations that say the same as another. *former_names* are names that a type had before, as
    ``OLD=NEW``. *note* is what was written about the document and about single spans. With
    *problems* the document must not be used.
    """

    document: Document
    flags: tuple[str, ...] = ()
    note: str = ""
    trimmed: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    repetitions: int = 0
    problems: tuple[Problem, ...] = ()
    former_names: frozenset[str] = frozenset()


def read_result(
    article: Document, result: Iterable[Json], layer: Layer, schema: Schema
) -> ReadResult:
    """
    What an annotator meant by *result*, on the text of the *article*.

    Offsets are trusted; ``value.text`` is what a browser showed, and is not looked at. A name
    that a type had before is read as today's; a type that was removed is left out, with the
    relations that join it. Nothing else is dropped: what can't be read is a problem.
    """
    reader = RegionReader(article, schema)
    reader.read(result)
    reader.doubt_parts_of_names()
    document = schema.canonical(
        replace(
            article,
            entities=tuple(reader.distinct),
            relations=tuple(reader.relations),
            layer=layer,
        )
    )
    # Also where there are other problems: what could be read is checked, to list everything at once.
    breaches = check_document(document, schema)
    return ReadResult(
        document=document,
        flags=tuple(sorted(reader.flags)),
        note=joined_notes(reader.notes),
        trimmed=tuple(reader.trimmed),
        doubts=tuple(reader.doubts),
        repetitions=reader.repetitions,
        problems=(*reader.problems, *breaches),
        former_names=frozenset(reader.former_names),
    )


def joined_notes(notes: Iterable[str]) -> str:
    """All *notes* as one, each of them once; half a surrogate pair, which no file holds, as ``?``."""
    joined = "\n".join(dict.fromkeys(note.strip() for note in notes)).strip()
    return joined.encode("utf-8", "replace").decode("utf-8")
