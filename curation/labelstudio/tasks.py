"""A document as a Label Studio task, and the article that a task holds."""

from dataclasses import replace

from pydantic_core import to_json

from curation.documents.document import SUPERSEDES_KEY, Document, Entity
from curation.documents.interchange import Reading, parse_document
from curation.errors import Problem
from curation.files import Json
from curation.labelstudio.task_stamp import STAMP_KEY, stamp_of
from curation.schema.labeling import LABELS_TAG, TEXT_TAG
from curation.schema.model import Schema


def to_task(document: Document, schema: Schema, *, is_dealt_blind: bool = False) -> Json:
    """
    The task to import, with the document's entities and relations as suggestions if a model made them.

    None come where the document *is_dealt_blind*, and the stamp says so.
    A key of the data must never be named ``source``: the editor would show the whole task in its
    place.
    """
    if is_dealt_blind:
        document = document.without_annotations()
    stamp = replace(stamp_of(document, schema), dealt=is_dealt_blind)
    data = article_data(document) | {STAMP_KEY: stamp.to_json()}
    if document.supersedes:
        # Tasks are found by a key of the data, and by none inside of its values.
        data[SUPERSEDES_KEY] = document.supersedes
    if document.layer is None:
        return {"data": data}
    return {"data": data, "predictions": [to_prediction(document, schema)]}


def article_data(document: Document) -> Json:
    """What a task's data says of the article, for people and for machines."""
    meta = document.meta
    byline = " · ".join(str(meta[key]) for key in ("src", "published") if meta.get(key))
    return {
        "doc_id": document.id,
        "text": document.text,
        "text_sha256": document.text_sha256,
        "title": str(meta.get("title") or document.id),
        "byline": byline or document.id,
        "meta": dict(meta),
    }


def to_task_json(document: Document, schema: Schema, *, is_dealt_blind: bool = False) -> bytes:
    """
    The task to import as JSON.

    Bytes, since Python's garbage collector would look through a batch of objects again and again.
    """
    return to_json(to_task(document, schema, is_dealt_blind=is_dealt_blind))


def to_prediction(document: Document, schema: Schema) -> Json:
    """The document's entities and relations as the suggestions of the model that made them."""
    return {"model_version": str(document.layer), "result": to_result(document, schema)}


def to_result(document: Document, schema: Schema) -> list[Json]:
    """
    The document's entities as regions, then its relations as relations of regions.

    Label Studio keeps one arrow for each ordered pair, so all labels of a pair are on one; an
    arrow points both ways only if no label on it has a direction. Raises KeyError for a relation
    with an entity that isn't in the document.
    """
    numbered = document.with_numbered_entities() if _needs_numbers(document) else document
    regions = [_region(numbered, entity) for entity in numbered.entities]
    ids = {entity: entity.id for entity in numbered.entities}
    labels_by_pair: dict[tuple[str, str], list[str]] = {}
    for relation in numbered.relations:
        pair = (ids[relation.head], ids[relation.tail])
        labels_by_pair.setdefault(pair, []).append(relation.label)
    for (head, tail), labels in labels_by_pair.items():
        is_symmetric = all(label in schema.symmetric for label in labels)
        regions.append(
            {
                "type": "relation",
                "from_id": head,
                "to_id": tail,
                "direction": "bi" if is_symmetric else "right",
                "labels": labels,
            }
        )
    return regions


def article_in_task(data: Json, place: str) -> tuple[Document | None, list[Problem]]:
    """
    The document without annotations that a task's *data* holds.

    None, with the problems, where it holds none or another text than was pushed.
    """
    fields = {"id": data.get("doc_id"), "text": data.get("text"), "meta": data.get("meta", {})}
    document, problems = parse_document(fields, place, Reading.STORED)
    if document and document.text_sha256 != data.get("text_sha256"):
        what = (
            "the text of the task is not the text that was pushed; offsets of annotations "
            "mean nothing in it"
        )
        return None, [Problem(place, what)]
    return document, problems


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
