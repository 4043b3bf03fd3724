"""All that annotators and models have left on a project's tasks, and the names used in it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from curation.files import Json
from curation.labelstudio.port import Kind, Prediction, Studio
from curation.schema.labeling import FLAGS, LABELS

ENTITY, RELATION, FLAG, CONTROL = "entity type", "relation", "flag", "control"

# What somebody uses: ("entity type", "PERSON"), ("control", "label on text").
Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """
    One annotation, draft or prediction: its number, its task, its regions and arrows.

    *whole* is all that the server said of it.
    """

    kind: Kind
    number: int
    task: int
    regions: list[Json]
    whole: Json


def results(studio: Studio, project: int) -> Iterator[Result]:
    """Everything there is; slow where there is much."""
    yield from of_tasks(studio.export(project, drafts=True))
    yield from of_predictions(studio.predictions(project))


def of_tasks(tasks: Iterable[Json]) -> Iterator[Result]:
    """The annotations and drafts of exported tasks."""
    kinds: tuple[Kind, ...] = ("annotations", "drafts")
    for task in tasks:
        for kind in kinds:
            for one in task.get(kind) or []:
                yield Result(kind, one["id"], task["id"], regions(one.get("result")), one)


def changed(task: Json) -> set[int]:
    """The annotations of an exported task of which the editor keeps something else as a draft."""
    drafts: dict[int, list[object]] = defaultdict(list)
    for draft in task.get("drafts") or ():
        drafts[draft.get("annotation")].append(draft.get("result"))
    return {
        one["id"]
        for one in task.get("annotations") or ()
        if any(result != one.get("result") for result in drafts[one["id"]])
    }


def of_predictions(given: Iterable[Prediction]) -> Iterator[Result]:
    """A model's suggestions."""
    for one in given:
        yield Result("predictions", one.id, one.task, regions(one.result), {})


def regions(given: Any) -> list[Json]:
    """What a result holds; whatever is no object was never of ours."""
    return [one for one in as_list(given) if isinstance(one, dict)]


def names(region: Json) -> Iterator[Name]:
    """Each name of the config that a region or an arrow uses."""
    if region.get("type") == "relation":
        yield from ((RELATION, str(label)) for label in as_list(region.get("labels")))
        return
    control, kind = str(region.get("from_name")), str(region.get("type"))
    yield CONTROL, control_name(control, kind, str(region.get("to_name")))
    value = region.get("value")
    if isinstance(value, dict) and (control, kind) in ((LABELS, "labels"), (FLAGS, "choices")):
        what = ENTITY if control == LABELS else FLAG
        yield from ((what, str(one)) for one in as_list(value.get(kind)))


def as_list(given: Any) -> list[Any]:
    """The list that it should be; anything else is empty."""
    return given if isinstance(given, list) else []


def as_object(given: Any) -> Json:
    """The object that it should be; anything else is empty."""
    return given if isinstance(given, dict) else {}


def control_name(name: str, kind: str, to: str) -> str:
    """A control for people, and for comparing: what it is called, what it is, what it is on."""
    return f"{name} ({kind.lower()} on {to})"


def renaming(what: str, old: str, new: str) -> Callable[[list[Json]], list[Json]]:
    """A function from regions to the same with the entity type or relation *old* named *new*."""

    def changed(given: list[Any]) -> list[Any]:
        rest = [one for one in given if one != new]
        return [new if one == old else one for one in rest]

    def region(given: Json) -> Json:
        if (what, old) not in names(given):
            return given
        if what == RELATION:
            return given | {"labels": changed(given["labels"])}
        value = given["value"]
        return given | {"value": value | {"labels": changed(value["labels"])}}

    return lambda given: [region(one) for one in given]
