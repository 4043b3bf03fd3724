"""Reading rows of the dataset, from JSONL or Parquet: values, or everything that is wrong with a row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from curation.annotations.record import Arm
from curation.documents.document import (
    AnnotatedDocument,
    Document,
    Layer,
    LayerKind,
)
from curation.documents.interchange import META_KEY_BY_COLUMN, Reading, parse_document
from curation.documents.plain_document import plain_content
from curation.errors import Problem, Problems, abbreviate
from curation.files import Json
from curation.gold.dataset import (
    AdjudicatedDocument,
    GoldDocument,
    PublishedDecision,
    PublishedReading,
)
from curation.strict_json import parse_object


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Entity(_Strict):
    id: str
    start: int
    end: int
    label: str
    text: str


class _SuggestedEntity(_Entity):
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
    not_offered: list[str] | None = None


class _GoldRow(_Row):
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


class _AnnotationRow(_Row):
    annotator: str
    edited_by: str | None
    note: str | None = None
    first_entities: list[_Entity] | None = None
    first_relations: list[_Relation] | None = None
    first_unsure: bool | None = None
    not_independent: str | None = None
    arm_unknown: bool | None = None
    guideline: str | None = None
    decisions: None = None
    suggested_by: str | None
    suggested_layer: _Layer | None
    suggested_entities: list[_SuggestedEntity] | None
    suggested_relations: list[_Relation] | None


class _Offered(_Strict):
    annotators: list[str]
    reading: str


class _Decision(_Strict):
    kind: str
    place: list[list[int]]
    offered: list[_Offered]
    chosen: str
    own: bool
    preselected: str
    adjudicator: str | None = None


class _VerdictRow(_Row):
    annotator: str
    edited_by: None
    note: None = None
    first_entities: None = None
    first_relations: None = None
    first_unsure: None = None
    arm_unknown: None = None
    guideline: str | None = None
    not_independent: str
    decisions: list[_Decision]
    suggested_by: None
    suggested_layer: None
    suggested_entities: None
    suggested_relations: None


RowValue = TypeVar("RowValue", GoldDocument, AnnotatedDocument, AdjudicatedDocument)
RowReader = Callable[[Json, str], tuple[RowValue | None, list[Problem]]]


def read_gold_row(
    row: Mapping[str, Any], place: str
) -> tuple[GoldDocument | None, list[Problem]]:
    """The gold document in a row, or None and what is wrong with the row; problems begin with *place*."""
    parsed, problems = _validate(_GoldRow, row, place)
    if parsed is None:
        return None, problems
    columns = {
        key: value
        for column, key in META_KEY_BY_COLUMN.items()
        if (value := getattr(parsed, column)) is not None
    }
    document, problems = _document(
        parsed, row["entities"], row["relations"], columns=columns, place=place
    )
    if document is None:
        return None, problems
    gold = GoldDocument(
        document,
        flags=tuple(parsed.flags),
        annotators=tuple(parsed.annotators),
        n_annotations=parsed.n_annotations,
        adjudicated=parsed.adjudicated,
        arm=parsed.arm,
        preannotated_by=parsed.preannotated_by or "",
        group=parsed.group,
        not_offered=_names(parsed.not_offered),
    )
    return gold, []


def read_annotation_row(
    row: Mapping[str, Any], place: str
) -> tuple[AnnotatedDocument | None, list[Problem]]:
    """The annotation in a row, or None and what is wrong with the row; problems begin with *place*."""
    parsed, problems = _validate(_AnnotationRow, row, place)
    if parsed is None:
        return None, problems
    document, problems = _document(parsed, row["entities"], row["relations"], place=place)
    suggestion = None
    if parsed.suggested_entities is not None:
        suggestion, suggestion_problems = _document(
            parsed, row["suggested_entities"], row["suggested_relations"] or [], place=place
        )
        problems += suggestion_problems
    first = None
    if parsed.first_entities is not None:
        first, first_problems = _document(
            parsed, row["first_entities"], row.get("first_relations") or [], place=place
        )
        problems += first_problems
    if document is None or problems:
        return None, problems
    if suggestion and parsed.suggested_layer:
        columns = parsed.suggested_layer.model_dump(exclude_none=True)
        suggestion = replace(suggestion, layer=Layer(**columns))
    layer = Layer("annotator", parsed.annotator)
    annotation = AnnotatedDocument(
        replace(document, layer=layer),
        suggestion,
        tuple(parsed.flags),
        edited_by=parsed.edited_by or "",
        note=parsed.note or "",
        not_offered=_names(parsed.not_offered),
        first=first and replace(first, layer=layer),
        first_sure=not parsed.first_unsure,
        not_independent=parsed.not_independent or "",
        arm_sure=not parsed.arm_unknown,
        guideline=parsed.guideline or "",
    )
    return annotation, []


def read_verdict_row(
    row: Mapping[str, Any], place: str
) -> tuple[AdjudicatedDocument | None, list[Problem]]:
    """The verdict in a row, or None and what is wrong with the row; problems begin with *place*."""
    parsed, problems = _validate(_VerdictRow, row, place)
    if parsed is None:
        return None, problems
    document, problems = _document(parsed, row["entities"], row["relations"], place=place)
    if document is None:
        return None, problems
    verdict = AdjudicatedDocument(
        document=replace(document, layer=Layer("annotator", parsed.annotator)),
        adjudicator=parsed.annotator,
        flags=tuple(parsed.flags),
        decisions=tuple(_published_decision(one) for one in parsed.decisions),
        guideline=parsed.guideline or "",
    )
    return verdict, []


def _published_decision(decision: _Decision) -> PublishedDecision:
    return PublishedDecision(
        kind=decision.kind,
        place=tuple((span[0], span[1]) for span in decision.place if len(span) == 2),
        offered=tuple(
            PublishedReading(annotators=tuple(one.annotators), reading=one.reading)
            for one in decision.offered
        ),
        chosen=decision.chosen,
        own=decision.own,
        preselected=decision.preselected,
        adjudicator=decision.adjudicator or "",
    )


def read_rows(
    rows: Iterable[tuple[str, Json]],
    read: RowReader[RowValue],
    problems: Problems,
) -> Iterator[RowValue]:
    """The values of the sound rows, which come with their places; *problems* gets what is wrong with the others."""
    for place, row in rows:
        value, row_problems = read(row, place)
        problems += row_problems
        if value is not None:
            yield value


_Model = TypeVar("_Model", bound=_Row)


def _validate(
    model: type[_Model], row: Mapping[str, Any], place: str
) -> tuple[_Model | None, list[Problem]]:
    try:
        return model.model_validate(row), []
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
            message = f"{fault['msg'][0].lower()}{fault['msg'][1:]}"
            return f"{key!r} is {abbreviate(fault['input'])}: {message}"


def _document(
    row: _Row,
    entities: Sequence[Json],
    relations: Sequence[Json],
    *,
    columns: Mapping[str, str] | None = None,
    place: str,
) -> tuple[Document | None, list[Problem]]:
    """The row's article with these entities and relations; *columns* is metadata with columns of its own."""
    try:
        meta = parse_object(row.meta) | dict(columns or {})
    except ValueError as error:
        return None, [Problem(place, f"'meta': {error}")]
    form: Json = {"id": row.id, "text": row.text, "meta": meta}
    content = plain_content(row.text, entities, relations)
    if content is None:
        form["entities"] = [
            {key: value for key, value in one.items() if key != "text" and value is not None}
            for one in entities
        ]
        form["relations"] = relations
    document, problems = parse_document(form, place, Reading.STORED)
    if document is None:
        return None, problems
    if content is not None:
        document = replace(document, entities=content[0], relations=content[1])
    words = {entity["id"]: entity["text"] for entity in entities}
    problems += _contradictions(document, row, words, place)
    return (None, problems) if problems else (document, [])


def _names(names: list[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)


def _contradictions(
    document: Document, row: _Row, words: Mapping[str, str], place: str
) -> Iterator[Problem]:
    """Where the hash of the text, or the *words* of an entity (by id), differ from the text."""
    if document.text_sha256 != row.text_sha256:
        yield Problem(place, f"the text of {row.id} doesn't have the hash in 'text_sha256'")
    for entity in document.entities:
        found = document.text[entity.start : entity.end]
        if found != words[entity.id]:
            span = f"{row.id}, {entity.start}..{entity.end}"
            what = f"the text is {found!r}, not {words[entity.id]!r}"
            yield Problem(place, f"{span}: {what}")
