"""The result of an adjudicator's annotation, taken apart: what was ticked, the marks, and what was drawn."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from curation.documents.spans import Span
from curation.files import Json
from curation.labelstudio.json_values import as_list, as_object
from curation.labelstudio.pull.region_reader import ORIGIN_SUGGESTED
from curation.schema.adjudication_screen import PLACE_TAG
from curation.schema.labeling import LABELS_TAG

# The control of one difference; its number here begins with 0, and with 1 for people.
_CHOICE_TAG = re.compile(r"d(0|[1-9][0-9]{0,5})")
_MARK = re.compile(r"#([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Tick:
    """What was ticked at one difference: the *alias* of an option; *is_untouched* where nobody ticked it by hand."""

    alias: str
    is_untouched: bool = False


@dataclass(frozen=True, slots=True)
class PlaceMark:
    """A mark over a place, or over an end of a pair; *number* is that of its difference."""

    number: int
    span: Span | None


@dataclass(frozen=True, kw_only=True)
class VerdictResult:
    """
    An adjudicator's result.

    *ticks* are by the number of the difference, which begins with 1; *marks* by the ids of their regions.
    *labelled_marks* are ids of marks that were given a label. *others* are all regions and relations that
    an annotator's result would have, too.
    """

    ticks: Mapping[int, tuple[Tick, ...]] = field(default_factory=dict)
    marks: Mapping[str, PlaceMark] = field(default_factory=dict)
    labelled_marks: frozenset[str] = frozenset()
    others: tuple[Json, ...] = ()


def read_verdict_result(result: Iterable[Json]) -> VerdictResult:
    """The parts of a result, unchecked."""
    ticks: dict[int, tuple[Tick, ...]] = {}
    marks: dict[str, PlaceMark] = {}
    others: list[Json] = []
    for region in map(as_object, result):
        name = str(region.get("from_name"))
        value = as_object(region.get("value"))
        if region.get("type") == "relation":
            others.append(region)
        elif (found := _CHOICE_TAG.fullmatch(name)) and region.get("type") == "choices":
            number = int(found[1]) + 1
            is_untouched = region.get("origin") == ORIGIN_SUGGESTED
            aliases = (str(alias) for alias in as_list(value.get("choices")))
            more = tuple(Tick(alias, is_untouched) for alias in aliases)
            ticks[number] = (*ticks.get(number, ()), *more)
        elif name == PLACE_TAG:
            labels = as_list(value.get("labels"))
            number = next((int(m[1]) for m in map(_MARK.fullmatch, map(str, labels)) if m), 0)
            marks[str(region.get("id"))] = PlaceMark(number, _span(value))
        else:
            others.append(region)
    labelled = {
        str(region.get("id")) for region in others if region.get("from_name") == LABELS_TAG
    }
    return VerdictResult(
        ticks=ticks,
        marks=marks,
        labelled_marks=frozenset(labelled & marks.keys()),
        others=tuple(others),
    )


def _span(value: Json) -> Span | None:
    start = value.get("start")
    end = value.get("end")
    return (start, end) if type(start) is int and type(end) is int else None
