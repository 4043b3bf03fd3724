"""The gate for rows, from JSONL or Parquet: everything wrong with them, each with its place."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from curation.documents.document import AnnotatedDocument, Document, Layer, LayerKind
from curation.documents.interchange import META_KEY_BY_COLUMN, parse_document
from curation.errors import Problem, Problems, abbreviate
from curation.files import Json
from curation.gold.dataset import Arm, GoldDocument
from curation.strict_json import parse_object


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Entity(_Strict):
    id: str
    start: int
    end: int
    label: str
    text: str


class _Suggested(_Entity):
    score: float | None


class _Relation(_Strict):
    head: str
    tail: str
    label: str


class _Layer(_Strict):
    kind: LayerKind
    name: str | None
    version: str | None
    weights: str | None
    rules: str | None


class _Row(_Strict):
    id: str
    text: str
    text_sha256: str
    entities: list[_Entity]
    relations: list[_Relation]
    flags: list[str]
    meta: str


class _Gold(_Row):
    title: str | None
    src: str | None
    url: str | None
    published: str | None
    license: str | None
    attribution: str | None
    lang: str | None
    ingest_version: str | None
    group: str
    annotators: list[str]
    n_annotations: int
    adjudicated: bool
    arm: Arm
    preannotated_by: str | None


class _Annotation(_Row):
    annotator: str
    edited_by: str | None
    note: str | None = None
    suggested_by: str | None
    suggested_layer: _Layer | None
    suggested_entities: list[_Suggested] | None
    suggested_relations: list[_Relation] | None


def read_gold_row(
    row: Mapping[str, Any], place: str
) -> tuple[GoldDocument | None, list[Problem]]:
    """The gold of one record; without one there is at least one problem, beginning with *place*."""
    form, problems = _shaped(_Gold, row, place)
    if form is None:
        return None, problems
    columns = {
        key: value
        for column, key in META_KEY_BY_COLUMN.items()
        if (value := getattr(form, column)) is not None
    }
    document, problems = _document(form, form.entities, form.relations, columns, place)
    if document is None:
        return None, problems
    return GoldDocument(
        document,
        tuple(form.flags),
        tuple(form.annotators),
        form.n_annotations,
        form.adjudicated,
        form.arm,
        form.preannotated_by or "",
        form.group,
    ), []


def read_annotation_row(
    row: Mapping[str, Any], place: str
) -> tuple[AnnotatedDocument | None, list[Problem]]:
    """The annotation of one record; without one there is at least one problem."""
    form, problems = _shaped(_Annotation, row, place)
    if form is None:
        return None, problems
    document, problems = _document(form, form.entities, form.relations, {}, place)
    suggestion = None
    if form.suggested_entities is not None:
        suggestion, more = _document(
            form, form.suggested_entities, form.suggested_relations or [], {}, place
        )
        problems += more
    if document is None or problems:
        return None, problems
    document = replace(document, layer=Layer("annotator", form.annotator))
    if suggestion and form.suggested_layer:
        said = form.suggested_layer
        parts = (said.name, said.version, said.weights, said.rules)
        layer = Layer(said.kind, *(part or "" for part in parts))
        suggestion = replace(suggestion, layer=layer)
    flags, edited_by = tuple(form.flags), form.edited_by or ""
    return AnnotatedDocument(document, suggestion, flags, edited_by, form.note or ""), []


RowValue = TypeVar("RowValue", GoldDocument, AnnotatedDocument)
RowReader = Callable[[Json, str], tuple[RowValue | None, list[Problem]]]


def read_rows(
    rows: Iterable[tuple[str, Json]],
    read: RowReader[RowValue],
    problems: Problems,
) -> Iterator[RowValue]:
    """What the sound ones of *rows*, each with its place, hold; the others add *problems*."""
    for place, row in rows:
        one, wrong = read(row, place)
        problems += wrong
        if one is not None:
            yield one


_Shape = TypeVar("_Shape", bound=_Row)


def _shaped(
    shape: type[_Shape], row: Mapping[str, Any], place: str
) -> tuple[_Shape | None, list[Problem]]:
    try:
        return shape.model_validate(row), []
    except ValidationError as error:
        faults = error.errors(include_url=False)
        return None, [Problem(place, _sentence(fault)) for fault in faults]


def _sentence(fault: Any) -> str:
    key = ".".join(str(part) for part in fault["loc"])
    match fault["type"]:
        case "missing":
            return f"the record has no {key!r}"
        case "extra_forbidden":
            return f"the record has an unknown key {key!r}"
        case _:
            return f"{key!r} is {abbreviate(fault['input'])}: {fault['msg'][0].lower()}{fault['msg'][1:]}"


def _document(
    form: _Row,
    entities: list[_Suggested] | list[_Entity],
    relations: list[_Relation],
    columns: Mapping[str, str],
    place: str,
) -> tuple[Document | None, list[Problem]]:
    try:
        meta = parse_object(form.meta) | dict(columns)
    except ValueError as error:
        return None, [Problem(place, f"'meta': {error}")]
    plain: Json = {"id": form.id, "text": form.text, "meta": meta}
    plain["entities"] = [
        entity.model_dump(exclude={"text"}, exclude_none=True) for entity in entities
    ]
    plain["relations"] = [relation.model_dump() for relation in relations]
    document, problems = parse_document(plain, place)
    if document is None:
        return None, problems
    problems += _slips(document, form, {entity.id: entity.text for entity in entities}, place)
    return (None, problems) if problems else (document, [])


def _slips(
    document: Document, form: _Row, said: Mapping[str, str], place: str
) -> Iterator[Problem]:
    """Where what the record says of its text isn't what the text says."""
    if document.text_sha256 != form.text_sha256:
        yield Problem(place, f"the text of {form.id} isn't the one that 'text_sha256' names")
    for entity in document.entities:
        if document.words(entity) != said[entity.id]:
            where = f"{form.id}, {entity.start}..{entity.end}"
            there = f"{document.words(entity)!r} stands there, not {said[entity.id]!r}"
            yield Problem(place, f"{where}: {there}")
