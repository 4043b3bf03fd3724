"""The results that a project holds (annotations, drafts, suggestions), and the names used in them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from curation.files import Json
from curation.labelstudio.json_values import as_list
from curation.labelstudio.server.port import Prediction, ResultKind, Studio
from curation.schema.labeling import FLAGS_TAG, LABELS_TAG

ENTITY_TYPE = "entity type"
RELATION = "relation"
FLAG = "flag"
CONTROL = "control"

# What is named, and its name: ("entity type", "PERSON"), ("control", "label on text").
ConfigName = tuple[str, str]


@dataclass(frozen=True, slots=True)
class StoredResult:
    """
    One annotation, draft or prediction: its number, its task, its regions and relations.

    *raw* is everything that the server said of it; empty for a prediction.
    """

    kind: ResultKind
    number: int
    task: int
    regions: list[Json]
    raw: Json


def all_results(studio: Studio, project: int) -> Iterator[StoredResult]:
    """Every result of the project; slow in a large one."""
    yield from results_of_tasks(studio.export(project, drafts=True))
    yield from results_of_predictions(studio.predictions(project))


def results_of_tasks(tasks: Iterable[Json]) -> Iterator[StoredResult]:
    """The annotations and drafts of exported tasks."""
    kinds: tuple[ResultKind, ...] = ("annotations", "drafts")
    for task in tasks:
        for kind in kinds:
            for raw in task.get(kind) or []:
                regions = region_list(raw.get("result"))
                yield StoredResult(kind, raw["id"], task["id"], regions, raw)


def results_of_predictions(predictions: Iterable[Prediction]) -> Iterator[StoredResult]:
    """The suggestions of a model."""
    for one in predictions:
        yield StoredResult("predictions", one.id, one.task, region_list(one.result), {})


def annotations_with_drafted_changes(task: Json) -> set[int]:
    """The numbers of an exported task's annotations whose draft differs from the annotation."""
    drafts: dict[int, list[object]] = defaultdict(list)
    for draft in task.get("drafts") or ():
        drafts[draft.get("annotation")].append(draft.get("result"))
    return {
        one["id"]
        for one in task.get("annotations") or ()
        if any(result != one.get("result") for result in drafts[one["id"]])
    }


def region_list(result: Any) -> list[Json]:
    """The regions and relations of a result, without what is no object: we never wrote that."""
    return [one for one in as_list(result) if isinstance(one, dict)]


def names_used(region: Json) -> Iterator[ConfigName]:
    """Each name of the config that a region or a relation uses."""
    if region.get("type") == "relation":
        yield from ((RELATION, str(label)) for label in as_list(region.get("labels")))
        return
    control = str(region.get("from_name"))
    kind = str(region.get("type"))
    yield CONTROL, control_name(control, kind, str(region.get("to_name")))
    value = region.get("value")
    if isinstance(value, dict) and (control, kind) in (
        (LABELS_TAG, "labels"),
        (FLAGS_TAG, "choices"),
    ):
        named = ENTITY_TYPE if control == LABELS_TAG else FLAG
        yield from ((named, str(name)) for name in as_list(value.get(kind)))


def control_name(name: str, kind: str, to: str) -> str:
    """A control of the config, for messages and for comparing: its name, its kind, its object."""
    return f"{name} ({kind.lower()} on {to})"


def renamed_regions(regions: list[Json], kind: str, old: str, new: str | None) -> list[Json]:
    """
    The same regions, with the entity type or relation *old* named *new*; without it where *new* is None.

    With the last label of a region or an arrow goes all of it, and with a region the arrows that join
    it. A region that comes to say the same as another goes, and its arrows join that one.
    """
    changed = [_renamed_region(region, kind, old, new) for region in regions]
    gone = {
        str(before.get("id"))
        for before, after in zip(regions, changed, strict=True)
        if after is None and before.get("type") != "relation"
    }
    stands_for: dict[str, str] = {}
    if kind == ENTITY_TYPE and new is not None:
        stands_for = _repetitions(regions, changed, new)
    kept: list[Json] = []
    arrows: list[tuple[object, ...]] = []
    for before, region in zip(regions, changed, strict=True):
        if region is None or str(region.get("id")) in stands_for:
            continue
        if region.get("type") == "relation":
            ends = [str(region.get(end)) for end in ("from_id", "to_id")]
            if gone & {*ends}:
                continue
            if stands_for.keys() & {*ends}:
                from_id, to_id = (stands_for.get(end, end) for end in ends)
                region = region | {"from_id": from_id, "to_id": to_id}
            arrow = (
                *(region.get(key) for key in ("from_id", "to_id", "direction")),
                str(region.get("labels")),
            )
            if region != before and (arrow in arrows or arrow[0] == arrow[1]):
                continue
            arrows.append(arrow)
        kept.append(region)
    return kept


def _renamed_region(region: Json, kind: str, old: str, new: str | None) -> Json | None:
    """The region with *new* for *old*; None where no label is left."""
    if (kind, old) not in names_used(region):
        return region
    value = region if kind == RELATION else region["value"]
    # A region that has both names keeps one.
    others = [label for label in value["labels"] if label != new]
    labels = [new if label == old else label for label in others]
    labels = [label for label in labels if label is not None]
    if new is None and not labels:
        return None
    return region | (
        {"labels": labels} if kind == RELATION else {"value": value | {"labels": labels}}
    )


def _repetitions(before: list[Json], after: list[Json | None], new: str) -> dict[str, str]:
    """The ids of regions whose change made them say the same as another region, each with that one's id."""
    known: dict[tuple[object, object], str] = {}
    repeated: dict[str, str] = {}
    spans = [
        (region, region is not old)
        for old, region in zip(before, after, strict=True)
        if region and (ENTITY_TYPE, new) in names_used(region)
    ]
    # Those that had the name before come first: the others go.
    for region, _ in sorted(spans, key=lambda one: one[1]):
        value = region["value"]
        if value["labels"] == [new]:
            place = value.get("start"), value.get("end")
            first = known.setdefault(place, str(region.get("id")))
            is_changed = not any(region is one for one in before)
            if first != str(region.get("id")) and is_changed:
                repeated[str(region.get("id"))] = first
    return repeated
