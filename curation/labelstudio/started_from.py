"""What an annotator's work started from: the suggestions that the editor showed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from curation.documents.document import Document, Layer
from curation.files import Json
from curation.labelstudio.port import Prediction
from curation.labelstudio.read_result import ORIGIN_CHANGED, ORIGIN_SUGGESTED, read_result
from curation.labelstudio.results import as_list, as_object, region_list
from curation.schema.model import Schema

UNKNOWN_MODEL = Layer("model", "unknown")


def shown_suggestion(
    bare: Document,
    annotation: Json,
    schema: Schema,
    there: Callable[[], Iterable[Prediction]] = tuple,
) -> Document | None:
    """
    What an exported *annotation* started from, None where it was blind.

    The export's snapshot, ``prediction``, is of what the project showed at the end. Where that
    isn't what the annotator was shown, it is looked for among what is *there*, the suggestions
    that the task has. Of those that are no more, by a model that is UNKNOWN, there is only what
    was left as it was suggested.
    """
    snapshot = as_object(annotation.get("prediction"))
    result = region_list(annotation.get("result"))
    shown = [one for one in result if one.get("origin") in (ORIGIN_SUGGESTED, ORIGIN_CHANGED)]
    if not (shown or snapshot.get("model_version")):
        return None
    for one in chain([snapshot], _held(there)):
        made_by, held = one.get("model_version"), region_list(one.get("result"))
        if made_by and _has(held, shown, schema):
            reading = read_result(bare, held, Layer.parse_model(str(made_by)), schema)
            if not reading.problems:
                return reading.document
    left = [one for one in shown if one.get("origin") == ORIGIN_SUGGESTED]
    reading = read_result(bare, left, UNKNOWN_MODEL, schema)
    return replace(bare, layer=UNKNOWN_MODEL) if reading.problems else reading.document


def _held(there: Callable[[], Iterable[Prediction]]) -> Iterator[Json]:
    """What is there, asked for only when somebody looks."""
    for one in there():
        yield {"model_version": one.model_version, "result": one.result}


def _has(result: Iterable[Json], shown: Iterable[Json], schema: Schema) -> bool:
    """Whether these regions can have been shown from it: each has one by its id, and the same unless changed."""
    there = {str(one.get("id")): _said(one, schema) for one in result}
    return all(
        (identity := str(one.get("id"))) in there
        and (one.get("origin") == ORIGIN_CHANGED or _said(one, schema) == there[identity])
        for one in shown
    )


def _said(region: Json, schema: Schema) -> tuple[object, ...]:
    """Its place, and what it is called now."""
    value, former = as_object(region.get("value")), schema.former_entity_names
    labels = [former.get(str(label), str(label)) for label in as_list(value.get("labels"))]
    return value.get("start"), value.get("end"), labels
