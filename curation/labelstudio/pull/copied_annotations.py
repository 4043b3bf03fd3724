"""Annotations that are copies of another annotator's, as Label Studio's "Duplicate annotation" makes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from curation.files import Json
from curation.labelstudio.json_values import as_object
from curation.labelstudio.pull.region_reader import ORIGIN_CHANGED, ORIGIN_SUGGESTED
from curation.labelstudio.server.stored_results import region_list

# The editor gives each region that somebody draws a random id of so many characters: two annotators
# never draw the same one.
RANDOM_ID_LENGTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationSource:
    """
    What tells whether an annotation of a task was begun from another one.

    *account* is the same for what one account made. *parent* is the number of the annotation that it was created from, 0 where none is named;
    *own_ids* are the ids of its regions that don't come from a suggestion.
    """

    uid: str
    number: int
    account: str
    created: str
    parent: int
    own_ids: frozenset[str]


def annotation_source(raw: Json, *, uid: str, account: str) -> AnnotationSource:
    """The source of an exported annotation."""
    parent = raw.get("parent_annotation")
    if isinstance(parent, dict):
        parent = parent.get("id")
    return AnnotationSource(
        uid=uid,
        number=int(raw["id"]),
        account=account,
        created=str(raw.get("created_at") or ""),
        parent=parent if type(parent) is int else 0,
        own_ids=frozenset(_own_ids(raw)),
    )


def find_originals(sources: Iterable[AnnotationSource]) -> Mapping[str, AnnotationSource]:
    """
    The original of each annotation of a task that is a copy of another annotator's, by uid.

    Of a copy of a copy, the original is what the first one was copied from. What somebody copied
    from an annotation of their own is no copy. An original of another task (Label Studio can
    propagate an annotation to all tasks) has a number alone, and is nobody's.
    """
    in_order = sorted(sources, key=lambda one: (one.created, one.number))
    by_number = {one.number: one for one in in_order}
    originals: dict[str, AnnotationSource] = {}
    for number, one in enumerate(in_order):
        begun_from = _parent(one, by_number) or _with_shared_ids(one, in_order[:number])
        if begun_from is None:
            continue
        original = originals.get(begun_from.uid, begun_from)
        if original.account != one.account:
            originals[one.uid] = original
        elif begun_from.account != one.account:
            originals[one.uid] = begun_from
    return originals


def _parent(
    one: AnnotationSource, by_number: Mapping[int, AnnotationSource]
) -> AnnotationSource | None:
    """The annotation that *one* was created from; None where none is named."""
    if not one.parent or one.parent in by_number:
        return by_number.get(one.parent)
    return AnnotationSource(
        uid="", number=one.parent, account="", created="", parent=0, own_ids=frozenset()
    )


def _with_shared_ids(
    one: AnnotationSource, earlier: Sequence[AnnotationSource]
) -> AnnotationSource | None:
    """The first of the earlier annotations that has a region in common with *one*."""
    return next((other for other in earlier if other.own_ids & one.own_ids), None)


def _own_ids(raw: Json) -> Iterable[str]:
    suggested = {
        str(region.get("id"))
        for region in region_list(as_object(raw.get("prediction")).get("result"))
    }
    for region in region_list(raw.get("result")):
        region_id = region.get("id")
        if (
            isinstance(region_id, str)
            and len(region_id) >= RANDOM_ID_LENGTH
            and region_id not in suggested
            and region.get("origin") not in (ORIGIN_SUGGESTED, ORIGIN_CHANGED)
        ):
            yield region_id
