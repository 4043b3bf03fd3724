"""brat's standoff format: a text and an annotation file for each document, and a configuration."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from curation.documents.document import Document, Entity
from curation.errors import Problem, Problems
from curation.files import read_text
from curation.formats.brat_annotations import BratAnnotations
from curation.formats.losses import (
    NO_META,
    NO_MODEL,
    NO_SCORES,
    OTHER_IDS,
    WITH_LOST_END,
    Losses,
    LossKind,
)
from curation.formats.shape import FilePart, FoundDocument, has_model, parse_found
from curation.schema import Schema

TEXT_SUFFIX = ".txt"
ANNOTATION_SUFFIX = ".ann"

BLANK_EDGES = LossKind("entity", "white space at its edges is left out")
ONLY_BLANKS = LossKind("entity", "left out, as it is only white space")
BAD_LABELS = LossKind("entity", "left out, as a type of brat has no white space in its name")
BAD_RELATIONS = LossKind(
    "relation", "left out, as a type of brat has no white space in its name"
)
# At each of these brat's reader ends a line.
_LINE_END = re.compile("[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]+")
# Fits into a name of 255 bytes, with its suffix.
_LONGEST_NAME = 200


def write_brat(
    documents: Iterable[Document], schema: Schema, losses: Losses
) -> Iterator[FilePart]:
    """``annotation.conf``, which knows which relations are symmetric, and two files a document."""
    yield FilePart("annotation.conf", "".join(_configuration(schema)).encode())
    taken: set[str] = set()
    for document in documents:
        name = _file_name(document.id)
        if len(name) > _LONGEST_NAME or name.lower() in taken:
            losses.add(OTHER_IDS, document.id)
            name = f"{name[:100]}={hashlib.sha256(document.id.encode()).hexdigest()[:12]}"
        taken.add(name.lower())
        yield FilePart(name + TEXT_SUFFIX, document.text.encode())
        lines = "".join(f"{line}\n" for line in _annotation_lines(document, losses))
        yield FilePart(name + ANNOTATION_SUFFIX, lines.encode())


def _annotation_lines(document: Document, losses: Losses) -> Iterator[str]:
    text = document.text
    losses.add(NO_META, document.id, bool(document.meta))
    losses.add(NO_MODEL, document.id, has_model(document))
    names: dict[Entity, str] = {}
    for entity in document.entities:
        fragments = list(_fragments(text, entity))
        if _has_blank(entity.label):
            losses.add(BAD_LABELS, document.id)
        elif not fragments:
            losses.add(ONLY_BLANKS, document.id)
        else:
            is_trimmed = (fragments[0][0], fragments[-1][1]) != entity.span
            losses.add(BLANK_EDGES, document.id, is_trimmed)
            losses.add(NO_SCORES, document.id, entity.score is not None)
            names[entity] = f"T{len(names) + 1}"
            places = ";".join(f"{start} {end}" for start, end in fragments)
            words = " ".join(text[start:end] for start, end in fragments)
            yield f"{names[entity]}\t{entity.label} {places}\t{words}"
    number = 0
    for relation in document.relations:
        if not {relation.head, relation.tail} <= names.keys():
            losses.add(WITH_LOST_END, document.id)
        elif _has_blank(relation.label):
            losses.add(BAD_RELATIONS, document.id)
        else:
            number += 1
            ends = f"Arg1:{names[relation.head]} Arg2:{names[relation.tail]}"
            yield f"R{number}\t{relation.label} {ends}"


def _fragments(text: str, entity: Entity) -> Iterator[tuple[int, int]]:
    """The parts of a span between line ends, without blanks at their edges."""
    start = entity.start
    for line in (*_LINE_END.finditer(text, *entity.span), None):
        end = line.start() if line else entity.end
        part = text[start:end]
        if not part.isspace() and part:
            yield start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())
        start = line.end() if line else end


def _has_blank(label: str) -> bool:
    return any(character.isspace() for character in label)


def _configuration(schema: Schema) -> Iterator[str]:
    yield "[entities]\n"
    yield from (f"{name}\n" for name in schema.entities)
    yield "\n[relations]\n"
    for kind in schema.relations.values():
        ends = f"Arg1:{'|'.join(kind.head)}, Arg2:{'|'.join(kind.tail)}"
        yield f"{kind.name}\t{ends}{', <REL-TYPE>:symmetric' if kind.symmetric else ''}\n"
    # As our schema may, brat may then have entities inside of entities and on the same words.
    yield "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>\n"
    yield "\n[events]\n\n[attributes]\n"


def _file_name(identity: str) -> str:
    """The id, with ``=`` and two hex digits for each byte that isn't safe in a name."""
    safe = re.sub(
        rb"[^A-Za-z0-9._-]|^\.", lambda found: b"=%02X" % found[0][0], identity.encode()
    )
    return safe.decode()


def _identity(name: str) -> str:
    raw = re.sub(
        rb"=([0-9A-F]{2})",
        lambda found: bytes([int(found[1], 16)]),
        name.encode("utf-8", "replace"),
    )
    return raw.decode("utf-8", "replace")


def read_brat(
    path: Path, schema: Schema, losses: Losses, problems: Problems
) -> Iterator[FoundDocument]:
    """The documents of a folder and of the folders in it; of a single file, its own."""
    if path.is_dir():
        folder = path
        stems = sorted({one.with_suffix("") for one in path.rglob("*") if _is_brats(one)})
    else:
        folder = path.parent
        stems = [path.with_suffix("")]
    for stem in stems:
        texts = stem.with_name(stem.name + TEXT_SUFFIX)
        annotations = stem.with_name(stem.name + ANNOTATION_SUFFIX)
        missing = [one for one in (texts, annotations) if not one.exists()]
        if missing:
            there = annotations if missing == [texts] else texts
            problems.append(
                Problem(
                    str(there), f"{missing[0].name}, which belongs to the file, isn't there"
                )
            )
            continue
        # brat counts a byte order mark as the first character.
        text = read_text(texts, keep_mark=True)
        found = BratAnnotations(annotations, text, losses, problems)
        found.read()
        document = parse_found(
            {
                "id": _identity(stem.relative_to(folder).as_posix()),
                "text": found.text,
                "entities": [*found.entities.values()],
                "relations": found.relations,
            },
            str(texts),
            problems,
        )
        if document:
            yield FoundDocument(place=str(annotations), document=document)


def _is_brats(path: Path) -> bool:
    return path.suffix in (TEXT_SUFFIX, ANNOTATION_SUFFIX) and path.is_file()
