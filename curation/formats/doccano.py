"""doccano's JSON lines for sequence labelling with relations: offsets count UTF-16 units."""

from collections.abc import Iterable, Iterator
from itertools import accumulate, count
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from curation.documents.document import Document
from curation.documents.spans import overlapping_groups
from curation.errors import InputError, Problem, Problems, abbreviate
from curation.files import (
    Json,
    explain_os_errors,
    non_blank_lines,
    parse_objects,
    raw_lines_of_stream,
    read_objects,
)
from curation.formats.losses import NO_MODEL, NO_SCORES, Losses, LossKind
from curation.formats.shape import (
    FilePart,
    FoundDocument,
    both_directions,
    has_model,
    line_part,
    objects_under,
    parse_found,
)
from curation.schema import Schema

COMMENTS = LossKind("comment", "left out")
UNITS = LossKind(
    "document",
    "offsets are converted, as doccano counts UTF-16 units: two for characters such as emoji",
)
OVERLAPS = LossKind(
    "document",
    "doccano drops entities that overlap, unless its project allows overlapping spans",
)

# The file that doccano writes where all annotators share one annotation.
_SHARED = "all"
_OUR_KEYS = {"id", "doc_id", "text", "data", "meta", "entities", "relations", "label", "labels", "Comments", "comments"}  # fmt: skip


def write_doccano(
    documents: Iterable[Document], schema: Schema, losses: Losses
) -> Iterator[FilePart]:
    """A line a document; id and what is known of the article are kept as doccano's metadata."""
    numbers = count(1)
    for document in documents:
        losses.add(
            NO_SCORES, document.id, sum(one.score is not None for one in document.entities)
        )
        losses.add(NO_MODEL, document.id, has_model(document))
        units = _units(document.text)
        if units[-1] != len(document.text):
            losses.remark(UNITS, document.id)
        if any(
            len(some) > 1
            for _, some in overlapping_groups(one.span for one in document.entities)
        ):
            losses.remark(OVERLAPS, document.id)
        ids = {entity: next(numbers) for entity in document.entities}
        yield line_part(
            {
                "text": document.text,
                "doc_id": document.id,
                "meta": dict(document.meta),
                "entities": [
                    {
                        "id": ids[entity],
                        "label": entity.label,
                        "start_offset": units[entity.start],
                        "end_offset": units[entity.end],
                    }
                    for entity in document.entities
                ],
                "relations": [
                    {
                        "id": next(numbers),
                        "from_id": ids[one.head],
                        "to_id": ids[one.tail],
                        "type": one.label,
                    }
                    for one in both_directions(document, schema, losses)
                ],
            }
        )


def _units(text: str) -> list[int]:
    """For each place in the text, how many UTF-16 units come before it."""
    return list(accumulate((1 + (character > "\uffff") for character in text), initial=0))


def read_doccano(
    path: Path, schema: Schema, losses: Losses, problems: Problems
) -> Iterator[FoundDocument]:
    """The documents of a file; of an archive or a folder, those of each annotator's file in it."""
    for annotator, file, lines in _files(path, problems):
        for number, (place, line) in enumerate(lines, start=1):
            losses.add(COMMENTS, place, len(line.get("Comments") or line.get("comments") or ()))
            before = len(problems)
            found = _interchange(line, f"{file}-{number}", place, problems)
            if len(problems) == before and (document := parse_found(found, place, problems)):
                if _units(document.text)[-1] != len(document.text):
                    losses.remark(UNITS, place)
                yield FoundDocument(place=place, document=document, annotator=annotator)


def _files(
    path: Path, problems: Problems
) -> Iterator[tuple[str, str, Iterable[tuple[str, Json]]]]:
    """Each file's annotator, name and lines; a single file names no annotator."""
    if path.is_dir():
        for file in sorted(path.glob("*.jsonl")):
            yield _annotator(file), file.stem, read_objects(file, problems)
    elif path.suffix == ".zip":
        try:
            with explain_os_errors(path), ZipFile(path) as archive:
                for name in sorted(archive.namelist()):
                    if not name.endswith(".jsonl"):
                        continue
                    file = path / name
                    with archive.open(name) as stream:
                        raw = enumerate(raw_lines_of_stream(stream), start=1)
                        lines = parse_objects(non_blank_lines(raw), file, problems)
                        yield _annotator(file), file.stem, lines
        except BadZipFile:
            raise InputError(
                f"{path}: not a ZIP archive", hint="check that this is the right file"
            ) from None
    else:
        yield "", path.stem, read_objects(path, problems)


def _annotator(file: Path) -> str:
    return "" if file.stem == _SHARED else file.stem


def _interchange(line: Json, name: str, place: str, problems: Problems) -> Json:
    """A line of doccano's in the interchange format; what can't be a line of doccano's is a problem."""
    text = line.get("text", line.get("data"))
    meta = line.get("meta")
    if not isinstance(meta, dict):
        meta = {key: value for key, value in line.items() if key not in _OUR_KEYS}
    identity = line.get("doc_id") or meta.get("doc_id")
    if not identity:
        identity = f"doccano-{line['id']}" if "id" in line else name
    places = (
        {unit: place for place, unit in enumerate(_units(text))}
        if isinstance(text, str)
        else {}
    )

    def offset(value: object) -> object:
        if type(value) is not int or value < 0 or not places or value > max(places):
            return value  # told as what it is, when the document is read
        if value not in places:
            what = f"the offset {value} lies inside of a character; doccano counts UTF-16 units"
            problems.append(Problem(place, what))
        return places.get(value, value)

    entities = [
        {
            "id": str(one.get("id")),
            "label": one.get("label"),
            "start": offset(one.get("start_offset")),
            "end": offset(one.get("end_offset")),
        }
        for one in objects_under(line, "entities", place, problems)
    ]
    for number, one in enumerate(line.get("label") or line.get("labels") or ()):
        match one:
            case [start, end, label]:
                span = {"start": offset(start), "end": offset(end), "label": label}
                entities.append({"id": f"label-{number}", **span})
            case _:
                what = f"{abbreviate(one)} is no [start, end, label]"
                problems.append(Problem(place, what))
    relations = [
        {
            "head": str(one.get("from_id")),
            "tail": str(one.get("to_id")),
            "label": one.get("type"),
        }
        for one in objects_under(line, "relations", place, problems)
    ]
    return {
        "id": str(identity),
        "text": text,
        "entities": entities,
        "relations": relations,
        "meta": meta,
    }
