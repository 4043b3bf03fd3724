"""Decisions as an older curate wrote them, with the labels at each span or ordered pair of spans."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from curation.annotations.readings import (
    Arrow,
    LabelledSpan,
    PlaceReading,
    PlaceSpan,
    entities_key,
    make_reading,
)
from curation.annotations.record import Decision, OfferedReading
from curation.documents.spans import overlapping_groups

# Stands for the adjudicator among the uids of annotations.
_CHOSEN = ""


class _OldReading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    by: tuple[str, ...]
    labels: tuple[str, ...]


class _OldDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    place: tuple[PlaceSpan, ...]
    offered: tuple[_OldReading, ...]
    chosen: tuple[str, ...]

    def labels_by_uid(self) -> Mapping[str, tuple[str, ...]]:
        labels = {uid: one.labels for one in self.offered for uid in one.by}
        return {**labels, _CHOSEN: self.chosen}


def are_old_decisions(decisions: object) -> bool:
    """Whether decisions in the JSON of a record are of the older kind."""
    return (
        isinstance(decisions, list)
        and any(isinstance(one, dict) for one in decisions)
        and all(not isinstance(one, dict) or "key" not in one for one in decisions)
    )


def convert_old_decisions(decisions: list[Any]) -> tuple[Decision, ...]:
    """
    The decisions as records hold them now: spans that overlap are one place, and pairs have no order.

    Raises msgspec.ValidationError for what an older curate didn't write.
    """
    old = msgspec.convert(decisions, type=tuple[_OldDecision, ...])
    if any(len(one.place) not in (1, 2) for one in old):
        raise msgspec.ValidationError("a place has one span or two - at `$.verdict.decisions`")
    places: dict[PlaceSpan, PlaceSpan] = {}
    spans = {one.place[0] for one in old if len(one.place) == 1}
    for place, group in overlapping_groups(spans):
        places |= dict.fromkeys(group, place)
    return (*_place_decisions(old, places), *_pair_decisions(old, places))


def _place_decisions(
    old: Sequence[_OldDecision], places: Mapping[PlaceSpan, PlaceSpan]
) -> Iterable[Decision]:
    entities: dict[PlaceSpan, dict[str, set[LabelledSpan]]] = defaultdict(
        lambda: defaultdict(set)
    )
    for one in old:
        if len(one.place) == 1:
            (span,) = one.place
            for uid, labels in one.labels_by_uid().items():
                entities[places[span]][uid] |= {(*span, label) for label in labels}
    for place, by_uid in sorted(entities.items()):
        readings = {uid: make_reading(tuple(found)) for uid, found in by_uid.items()}
        yield _decision(entities_key(place), (place,), readings)


def _pair_decisions(
    old: Sequence[_OldDecision], places: Mapping[PlaceSpan, PlaceSpan]
) -> Iterable[Decision]:
    arrows: dict[tuple[PlaceSpan, PlaceSpan], dict[str, set[Arrow]]] = defaultdict(
        lambda: defaultdict(set)
    )
    for one in old:
        if len(one.place) == 2:
            head, tail = (places.get(span, span) for span in one.place)
            first, second = sorted((head, tail))
            for uid, labels in one.labels_by_uid().items():
                arrows[first, second][uid] |= {
                    _arrow(label, one.place, (first, second), is_forward=head == first)
                    for label in labels
                }
    for pair, by_uid in sorted(arrows.items()):
        readings = {uid: make_reading(arrows=tuple(found)) for uid, found in by_uid.items()}
        key = "r" + ",".join(f"{start}-{end}" for start, end in pair)
        yield _decision(key, pair, readings)


def _arrow(
    label: str,
    spans: tuple[PlaceSpan, ...],
    place: tuple[PlaceSpan, PlaceSpan],
    *,
    is_forward: bool,
) -> Arrow:
    """An arrow; where several entities had one span, the label said in brackets which types it joined."""
    name, _, types = label.removesuffix(")").partition(" (")
    ends: tuple[LabelledSpan | None, LabelledSpan | None] = (None, None)
    if types:
        head_type, _, tail_type = types.partition(" → ")
        head = (*spans[0], head_type)
        tail = (*spans[1], tail_type)
        ends = (head, tail) if is_forward else (tail, head)
    return Arrow(name, "forward" if is_forward else "backward", place, ends)


def _decision(
    key: str, place: tuple[PlaceSpan, ...], readings: Mapping[str, PlaceReading]
) -> Decision:
    chosen = readings[_CHOSEN]
    by: dict[PlaceReading, list[str]] = defaultdict(list)
    for uid, reading in readings.items():
        if uid != _CHOSEN:
            by[reading].append(uid)
    return Decision(
        key=key,
        kind="entities" if len(place) == 1 else "relations",
        place=place,
        offered=tuple(OfferedReading(tuple(uids), reading) for reading, uids in by.items()),
        chosen=chosen,
        own=chosen not in by,
    )
