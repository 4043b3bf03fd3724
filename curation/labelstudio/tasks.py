"""A document as a Label Studio task, and the document that a task holds."""

from collections.abc import Iterable

from pydantic_core import to_json

from curation.documents.document import Document, Entity
from curation.documents.interchange import parse_document
from curation.errors import Problem
from curation.files import Json
from curation.schema.labeling import LABELS_TAG, TEXT_TAG
from curation.schema.model import Schema


def to_task(document: Document, schema: Schema) -> Json:
    """
    The task to import, with the document's annotations as suggestions if a model made them.

    A data key must never be named ``source``: the editor would show the whole
    task in its place.
    """
    meta = document.meta
    byline = " · ".join(str(meta[key]) for key in ("src", "published") if meta.get(key))
    data = {
        "doc_id": document.id,
        "text": document.text,
        "text_sha256": document.text_sha256,
        "title": str(meta.get("title") or document.id),
        "byline": byline or document.id,
        "meta": dict(meta),
    }
    if document.layer is None:
        return {"data": data}
    return {"data": data, "predictions": [to_prediction(document, schema)]}


def to_task_json(document: Document, schema: Schema) -> bytes:
    """The same as it is sent; a batch of objects would be looked through again and again for garbage."""
    return to_json(to_task(document, schema))


def to_prediction(document: Document, schema: Schema) -> Json:
    """The document's annotations as a model's suggestions."""
    return {
        "model_version": str(document.layer),
        "result": to_result(document, schema),
    }


def to_result(document: Document, schema: Schema) -> list[Json]:
    """
    The regions and arrows of the document, spans first.

    Label Studio keeps one arrow per ordered pair, so all labels of a pair
    travel on one; it points both ways only if no label on it has a direction.
    Raises KeyError for an arrow to what is no entity of the document.
    """
    named = document.with_numbered_entities() if _needs_numbers(document) else document
    regions = [_region(named, entity) for entity in named.entities]
    ids = {entity: entity.id for entity in named.entities}
    arrows: dict[tuple[str, str], list[str]] = {}
    for relation in named.relations:
        arrows.setdefault((ids[relation.head], ids[relation.tail]), []).append(relation.label)
    for (head, tail), labels in arrows.items():
        both = all(label in schema.symmetric for label in labels)
        direction = "bi" if both else "right"
        regions.append(
            {"type": "relation", "from_id": head, "to_id": tail, "direction": direction}
            | {"labels": labels}
        )
    return regions


def suggestions_by_document(tasks: Iterable[Json]) -> dict[str, Json]:
    """The suggestion that comes with each task, if one does, by its document."""
    return {
        task["data"]["doc_id"]: one for task in tasks for one in task.get("predictions", ())
    }


def _needs_numbers(document: Document) -> bool:
    ids = [entity.id for entity in document.entities]
    return "" in ids or len(set(ids)) < len(ids)


def _region(document: Document, entity: Entity) -> Json:
    region: Json = {
        "id": entity.id,
        "type": "labels",
        "from_name": LABELS_TAG,
        "to_name": TEXT_TAG,
        "value": {
            "start": entity.start,
            "end": entity.end,
            "text": document.words(entity),
            "labels": [entity.label],
        },
    }
    if entity.score is not None:
        region["score"] = entity.score
    return region


def article_in_task(data: Json, place: str) -> tuple[Document | None, list[Problem]]:
    """The bare document that a task's data holds."""
    form = {"id": data.get("doc_id"), "text": data.get("text"), "meta": data.get("meta", {})}
    document, problems = parse_document(form, place)
    if document and document.text_sha256 != data.get("text_sha256"):
        what = "the text of the task is not the text that was pushed; its offsets mean nothing"
        return None, [Problem(place, what)]
    return document, problems
