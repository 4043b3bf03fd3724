"""The rows of the dataset, the same in JSONL and in Parquet, and the digest of all rows."""

import hashlib
import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from curation.annotations.independence import VERDICT
from curation.documents.document import AnnotatedDocument, Document, entity_order
from curation.documents.interchange import ARTICLE_FIELDS, META_KEY_BY_COLUMN
from curation.files import Json, json_line
from curation.gold.dataset import (
    AdjudicatedDocument,
    GoldDocument,
    PublishedDecision,
)

JsonRow = Mapping[str, Any]

# The id of each entity of a row, by the entity's place and label.
_Numbers = Mapping[tuple[int, int, str], str]

# What a row of the annotations says of the first submission, where there is something to say.
FIRST_KEYS = ("first_entities", "first_relations", "first_unsure", "not_independent")

# What an annotation started from; null where it is blind.
SUGGESTED_KEYS = (
    "suggested_by",
    "suggested_layer",
    "suggested_entities",
    "suggested_relations",
)

# Only the row of a verdict has this key.
DECISIONS_KEY = "decisions"

# Only a decision of another adjudicator than the verdict's has this key.
ADJUDICATOR_KEY = "adjudicator"

# Whether nobody knows if the annotator saw suggestions; the key is there where that is so.
ARM_UNKNOWN_KEY = "arm_unknown"

# The hash of the guideline that an annotation or a verdict was made by, where that is known.
GUIDELINE_KEY = "guideline"

# What is known of an annotation, and isn't said by it, doesn't count for the digest.
_NOT_IN_DIGEST = frozenset({"first_unsure", ARM_UNKNOWN_KEY, GUIDELINE_KEY})

_LAYER_FIELDS = ("kind", "name", "version", "weights", "rules")


def gold_row(gold: GoldDocument) -> Json:
    """The row of a gold document: entities numbered in reading order, null for what is unknown."""
    document = gold.document
    numbers = _numbers(document)
    columns = {
        column: document.meta[key]
        for column, key in META_KEY_BY_COLUMN.items()
        if isinstance(document.meta.get(key), str)
    }
    taken = {META_KEY_BY_COLUMN[column] for column in columns}
    rest = {key: value for key, value in document.meta.items() if key not in taken}
    return {
        "id": document.id,
        "text": document.text,
        **{column: columns.get(column) for column in ARTICLE_FIELDS},
        "text_sha256": document.text_sha256,
        "ingest_version": columns.get("ingest_version"),
        "group": gold.group,
        "entities": _entities(document, numbers),
        "relations": _relations(document, numbers),
        "flags": list(gold.flags),
        "annotators": list(gold.annotators),
        "n_annotations": gold.n_annotations,
        "adjudicated": gold.adjudicated,
        "arm": gold.arm,
        "preannotated_by": gold.preannotated_by or None,
        **_offered(gold.not_offered),
        "meta": _packed(rest),
    }


def annotation_row(annotation: AnnotatedDocument) -> Json:
    """
    The row of one annotator's layer, with the suggestion that the annotator started from.

    The ``suggested_`` fields are null for a blind annotation, and empty lists for a suggestion of
    nothing. What versions lack that were sealed before there was such a thing (the first submission,
    the types that weren't offered, why the annotation isn't independent, that its arm is unknown, by
    which guideline it was made) is a key only where there is something to say, so that the digests of these versions stay valid.
    Notes are private, and in no row.
    """
    document = annotation.document
    numbers = _numbers(document)
    return {
        **_article(document),
        "annotator": annotation.annotator,
        "edited_by": annotation.edited_by or None,
        "entities": _entities(document, numbers),
        "relations": _relations(document, numbers),
        "flags": sorted(annotation.flags),
        **_offered(annotation.not_offered),
        **_first_fields(annotation),
        **({} if annotation.arm_sure else {ARM_UNKNOWN_KEY: True}),
        **_made_by(annotation.guideline),
        **_suggested_fields(annotation.suggestion),
    }


def verdict_row(verdict: AdjudicatedDocument) -> Json:
    """
    The row of a verdict, among those of annotations; its decisions tell it from these.

    It says that it isn't independent, since a verdict never counts for agreement.
    """
    document = verdict.document
    numbers = _numbers(document)
    return {
        **_article(document),
        "annotator": verdict.adjudicator,
        "edited_by": None,
        "entities": _entities(document, numbers),
        "relations": _relations(document, numbers),
        "flags": sorted(verdict.flags),
        "not_independent": VERDICT,
        **_made_by(verdict.guideline),
        DECISIONS_KEY: [_decision(one) for one in verdict.decisions],
        **dict.fromkeys(SUGGESTED_KEYS),
    }


def _article(document: Document) -> Json:
    """The columns of an annotator's or adjudicator's row that say what the article is."""
    return {
        "id": document.id,
        "text": document.text,
        "text_sha256": document.text_sha256,
        "meta": _packed(document.meta),
    }


def row_adjudicators(verdict: JsonRow) -> frozenset[str]:
    """The pseudonyms of all who decided something, by the row of a verdict."""
    others = (one.get(ADJUDICATOR_KEY) for one in verdict[DECISIONS_KEY])
    return frozenset(filter(None, (verdict["annotator"], *others)))


def merge_layers(
    annotations: Iterable[JsonRow], verdicts: Iterable[JsonRow]
) -> Iterator[JsonRow]:
    """The rows of annotations and verdicts, each verdict's behind those of its document's annotations."""
    return heapq.merge(annotations, verdicts, key=lambda row: row_order(row["id"]))


def _decision(decision: PublishedDecision) -> Json:
    return {
        "kind": decision.kind,
        "place": [list(span) for span in decision.place],
        "offered": [
            {"annotators": list(one.annotators), "reading": one.reading}
            for one in decision.offered
        ],
        "chosen": decision.chosen,
        "own": decision.own,
        "preselected": decision.preselected,
        **({ADJUDICATOR_KEY: decision.adjudicator} if decision.adjudicator else {}),
    }


def _first_fields(annotation: AnnotatedDocument) -> Json:
    """The first submission where it differs, and what keeps it from being used for agreement."""
    fields: Json = {}
    if annotation.first is not None:
        numbers = _numbers(annotation.first)
        fields["first_entities"] = _entities(annotation.first, numbers)
        fields["first_relations"] = _relations(annotation.first, numbers)
    if not annotation.first_sure:
        fields["first_unsure"] = True
    if annotation.not_independent:
        fields["not_independent"] = annotation.not_independent
    return fields


def _suggested_fields(suggestion: Document | None) -> Json:
    """What the annotation started from; null where it is blind."""
    if suggestion is None:
        return dict.fromkeys(SUGGESTED_KEYS)
    layer = suggestion.layer
    numbers = _numbers(suggestion)
    entities = _entities(suggestion, numbers)
    # Of entities that are in the document twice, the first one counts.
    scores = {entity_order(one): one.score for one in reversed(suggestion.entities)}
    for form, place in zip(entities, numbers, strict=True):
        score = scores[place]
        form["score"] = None if score is None else float(score)
    return {
        "suggested_by": str(layer) if layer else None,
        "suggested_layer": layer and {n: getattr(layer, n) or None for n in _LAYER_FIELDS},
        "suggested_entities": entities,
        "suggested_relations": _relations(suggestion, numbers),
    }


class UnsortedRows(Exception):
    """Raised for rows in another order than the digest's."""


def rows_digest(
    golds: Iterable[JsonRow],
    layers: Iterable[JsonRow],
    encode: Callable[[JsonRow], bytes] = msgspec.json.encode,
) -> str:
    """
    The sha256 of the canonical JSONL of these rows; raises UnsortedRows where they aren't in order.

    The same annotations have the same digest, whatever the entities' ids and the program that
    wrote their Parquet. *encode* gets each row, golds first, and makes JSON of it as msgspec does.
    """
    whole = hashlib.sha256()
    for rows in (golds, layers):
        for line in _lines(rows, encode):
            whole.update(line + b"\n")
    return whole.hexdigest()


def _lines(rows: Iterable[JsonRow], encode: Callable[[JsonRow], bytes]) -> Iterator[bytes]:
    """The JSON lines of the rows, sorted; rows of one document must be next to each other."""
    before = ""
    for document, rows_of_document in groupby(rows, key=itemgetter("id")):
        if not before < (key := row_order(document)):
            raise UnsortedRows
        before = key
        yield from sorted(_line_in_digest(row, encode(row)) for row in rows_of_document)


def _line_in_digest(row: JsonRow, line: bytes) -> bytes:
    """The row as ``json_line`` writes it, without what doesn't count for the digest; *line* is by msgspec."""
    is_whole = _NOT_IN_DIGEST.isdisjoint(row)
    if not is_whole:
        row = {key: value for key, value in row.items() if key not in _NOT_IN_DIGEST}
    scored = row.get("suggested_entities") or ()
    if any(entity["score"] is not None for entity in scored):
        return json_line(dict(row)).encode()
    # Five times as quick, and the same but for numbers with a fraction.
    return line if is_whole else msgspec.json.encode(row)


def row_order(document: str) -> str:
    """
    The key that the rows of a document are sorted by: the beginning of their JSON lines.

    This is the order of the ids, but for characters that JSON escapes or that sort before a
    quotation mark.
    """
    return json_line({"id": document}).removesuffix("}")


def gold_document_order(gold: GoldDocument) -> str:
    """The key that gold documents are sorted by."""
    return row_order(gold.id)


def annotation_order(annotation: AnnotatedDocument) -> str:
    """The key that annotations are sorted by."""
    return row_order(annotation.document.id)


def _packed(meta: Mapping[str, Any]) -> str:
    return json_line(dict(sorted(meta.items())))


def _offered(not_offered: tuple[str, ...] | None) -> Json:
    return {} if not_offered is None else {"not_offered": list(not_offered)}


def _made_by(guideline: str) -> Json:
    return {GUIDELINE_KEY: guideline} if guideline else {}


def _numbers(document: Document) -> _Numbers:
    """The ids of the entities, each once: e1, e2, … in reading order."""
    places = dict.fromkeys(map(entity_order, document.entities))
    return {place: f"e{n}" for n, place in enumerate(places, 1)}


def _entities(document: Document, numbers: _Numbers) -> list[Json]:
    text = document.text
    return [
        {"id": number, "start": start, "end": end, "label": label, "text": text[start:end]}
        for (start, end, label), number in numbers.items()
    ]


def _relations(document: Document, numbers: _Numbers) -> list[Json]:
    return [
        {
            "head": numbers[entity_order(one.head)],
            "tail": numbers[entity_order(one.tail)],
            "label": one.label,
        }
        for one in document.relations
    ]
