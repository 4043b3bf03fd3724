"""Keys in annotations that we know nothing of: what they hold is kept out of the gold, and told."""

from collections.abc import Iterator
from dataclasses import dataclass

from curation.files import Json
from curation.labelstudio.json_values import as_object
from curation.labelstudio.server.stored_results import region_list

_ANNOTATION = frozenset(
    {
        "id", "result", "unique_id", "import_id", "task", "project", "completed_by", "updated_by",
        "was_cancelled", "skipped", "ground_truth", "honeypot", "created_at", "updated_at",
        "draft_created_at", "lead_time", "result_count", "prediction", "parent_prediction",
        "parent_annotation", "last_action", "last_created_by", "bulk_created", "created_username",
        "created_ago", "state", "draft_id", "started_at",
    }
)  # fmt: skip
_REGION = frozenset(
    {
        "id", "type", "from_name", "to_name", "value", "origin", "score", "meta", "readonly",
        "hidden", "locked", "parentID", "original_width", "original_height", "image_rotation",
        "item_index",
    }
)  # fmt: skip
_VALUE = frozenset(
    {
        "start", "end", "text", "labels", "choices", "score", "startOffset", "endOffset",
        "globalOffsets",
    }
)  # fmt: skip
_RELATION = frozenset({"id", "type", "from_id", "to_id", "direction", "labels", "readonly"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownKey:
    """In how many annotations a key occurs that we know nothing of, and the first document with it."""

    annotations: int
    document: str
    link: str


def find_unknown_keys(annotation: Json) -> frozenset[str]:
    """The keys with something in them that we know nothing of, as in ``'notes' on relations``."""
    return frozenset(_unknown_keys(annotation))


def _unknown_keys(annotation: Json) -> Iterator[str]:
    yield from _told(annotation, _ANNOTATION, "annotations")
    for region in region_list(annotation.get("result")):
        if region.get("type") == "relation":
            yield from _told(region, _RELATION, "relations")
        else:
            yield from _told(region, _REGION, "regions")
            yield from _told(as_object(region.get("value")), _VALUE, "the values of regions")


def _told(found: Json, known: frozenset[str], where: str) -> Iterator[str]:
    if found.keys() <= known:  # nearly always, and told in a third of the time
        return
    for key, value in found.items():
        if key not in known and value not in (None, "", [], {}, False):
            yield f"{key!r} on {where}"
