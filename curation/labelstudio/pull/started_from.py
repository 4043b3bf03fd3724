"""What an annotation started from: the suggestions that the editor showed the annotator."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from curation.annotations.effort import UNKNOWN_MODEL_NAME
from curation.documents.document import Document, Layer
from curation.files import Json
from curation.labelstudio.json_values import as_list, as_object
from curation.labelstudio.pull.read_result import read_result
from curation.labelstudio.pull.region_reader import ORIGIN_CHANGED, ORIGIN_SUGGESTED
from curation.labelstudio.server.port import Prediction
from curation.labelstudio.server.stored_results import region_list
from curation.labelstudio.task_stamp import key_of_suggestion
from curation.schema.model import Schema

# The model of suggestions that are nowhere any more.
UNKNOWN_MODEL = Layer("model", UNKNOWN_MODEL_NAME)


def shown_suggestion(
    article: Document,
    annotation: Json,
    schema: Schema,
    suggestions: Callable[[], Iterable[Prediction]] = tuple,
) -> Document | None:
    """
    The suggestion that an exported *annotation* started from; None where the annotator saw none.

    The export's own ``prediction`` is the one that the project showed last. If that isn't what
    the annotation shows, the *suggestions* that the task has are looked through. Of a suggestion
    that is nowhere any more, by UNKNOWN_MODEL, only the regions that stayed as suggested are
    known.
    """
    if not has_traces(annotation):
        return None
    snapshot = as_object(annotation.get("prediction"))
    shown = _suggested_regions(annotation)
    parent = annotation.get("parent_prediction")
    for candidate in chain([snapshot], _as_json(suggestions, first=parent)):
        model = candidate.get("model_version")
        regions = region_list(candidate.get("result"))
        if model and _is_source(regions, shown, schema):
            layer = Layer.parse_model(str(model))
            found = read_result(article, regions, layer, schema)
            if not found.problems:
                return found.document
    unchanged = [region for region in shown if region.get("origin") == ORIGIN_SUGGESTED]
    found = read_result(article, unchanged, UNKNOWN_MODEL, schema)
    return replace(article, layer=UNKNOWN_MODEL) if found.problems else found.document


def has_traces(annotation: Json) -> bool:
    """Whether the annotation itself says that it started from a suggestion."""
    return bool(
        annotation.get("parent_prediction")
        or has_snapshot(annotation)
        or _suggested_regions(annotation)
    )


def has_snapshot(annotation: Json) -> bool:
    """Whether the export has a copy of a suggestion with the annotation."""
    return bool(as_object(annotation.get("prediction")).get("model_version"))


def _suggested_regions(annotation: Json) -> list[Json]:
    """The regions that came with a suggestion, changed since or not."""
    return [
        region
        for region in region_list(annotation.get("result"))
        if region.get("origin") in (ORIGIN_SUGGESTED, ORIGIN_CHANGED)
    ]


def suggestion_with_key(
    key: str,
    article: Document,
    schema: Schema,
    suggestions: Iterable[Prediction],
) -> Document | None:
    """Of the *suggestions* that the task has, the one with this key in a record; None where none has."""
    for one in suggestions:
        layer = Layer.parse_model(one.model_version)
        found = read_result(article, one.result, layer, schema)
        if not found.problems and key_of_suggestion(found.document, schema) == key:
            return found.document
    return None


def _as_json(
    suggestions: Callable[[], Iterable[Prediction]], first: object = None
) -> Iterator[Json]:
    """Asks for the suggestions only when somebody looks; the one with the number *first* comes first."""
    for one in sorted(suggestions(), key=lambda one: one.id != first):
        yield {"model_version": one.model_version, "result": one.result}


def _is_source(regions: Iterable[Json], shown: Iterable[Json], schema: Schema) -> bool:
    """Whether the *regions* of a suggestion have each one *shown*, and the same unless changed."""
    suggested = {str(region.get("id")): region for region in regions}
    for region in shown:
        source = suggested.get(str(region.get("id")))
        if source is None:
            return False
        if region.get("origin") == ORIGIN_CHANGED or region.get("value") == source.get("value"):
            continue
        if _place_and_name(region, schema) != _place_and_name(source, schema):
            return False
    return True


def _place_and_name(region: Json, schema: Schema) -> tuple[object, ...]:
    value = as_object(region.get("value"))
    former = schema.former_entity_names
    labels = [former.get(str(label), str(label)) for label in as_list(value.get("labels"))]
    return value.get("start"), value.get("end"), labels
