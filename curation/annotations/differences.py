"""The differences between annotations of one document: what can be chosen at each, and what all have alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from msgspec import Struct

from curation.annotations.readings import (
    NOTHING,
    Arrow,
    DifferenceKind,
    PlaceReading,
    PlaceSpan,
)
from curation.annotations.record import Decision
from curation.documents.document import Document, Entity
from curation.documents.spans import do_overlap

# A majority needs so many annotations.
_FEWEST_FOR_MAJORITY = 3


class Option(Struct, frozen=True):
    """One thing that an adjudicator can choose; *by* are the uids of the annotations that have it, or none."""

    alias: str
    by: tuple[str, ...]
    reading: PlaceReading


class Difference(Struct, frozen=True, kw_only=True):
    """
    One place where annotators differ, or two places between which they do; or a flag.

    *key* names the difference in its document (``e130-155``, ``r13-18,40-52``, ``flags``). *place* has
    one span, two in the order of the text, or none. *options* are the distinct readings, and always
    "not marked" or "no arrow", also where nobody has it.
    """

    key: str
    kind: DifferenceKind
    place: tuple[PlaceSpan, ...]
    options: tuple[Option, ...]

    @property
    def readings(self) -> frozenset[PlaceReading]:
        """What annotations have here, or a verdict that they are compared with."""
        return frozenset(
            one.reading for one in self.options if one.by or one.reading != NOTHING
        )

    def option(self, alias: str) -> Option | None:
        """The option with this alias; None where there is none."""
        return next((one for one in self.options if one.alias == alias), None)

    def option_of(self, uid: str) -> Option | None:
        """What this annotation has here; None for an annotation that wasn't compared."""
        return next((one for one in self.options if uid in one.by), None)


@dataclass(frozen=True, kw_only=True)
class ComparedAnnotations:
    """
    What the voting annotations of a document have alike, and where they differ.

    *agreed* has the entities that all have alike, and the relations between them that all have alike.
    *agreed_arrows* are those that all have alike with an end at a disputed place. *flags* are all
    flags. *annotations* are the documents that were compared, by uid. *taken_away* are the spans of
    entities that all had alike, and that the adjudicator left out.
    """

    agreed: Document
    agreed_arrows: tuple[Arrow, ...] = ()
    differences: tuple[Difference, ...] = ()
    flags: tuple[str, ...] = ()
    taken_away: frozenset[PlaceSpan] = frozenset()
    annotations: Mapping[str, Document] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> Mapping[str, Difference]:
        """The differences by their keys."""
        return {one.key: one for one in self.differences}

    @cached_property
    def by_place(self) -> Mapping[PlaceSpan, Difference]:
        """The differences of entities, by their places."""
        return {one.place[0]: one for one in self.differences if one.kind == "entities"}

    def end(self, arrow: Arrow, number: int) -> Difference | Entity | None:
        """Where the arrow's first or second end is: a disputed place, or an agreed entity; None where neither is there."""
        span = arrow.place[number]
        named = arrow.ends[number]
        if named:
            entity = Entity(*named)
            if entity in self.agreed.entities:
                return entity
        if found := self.by_place.get(span):
            return found
        if agreed := next((one for one in self.agreed.entities if one.span == span), None):
            return agreed
        if span in self.taken_away:
            return None
        # The place may have grown since.
        places = (one for place, one in self.by_place.items() if do_overlap(place, span))
        return next(places, None)

    @cached_property
    def asked_pairs(self) -> frozenset[tuple[str, ...]]:
        """The pairs of places at which arrows are in question, each as `pair_of` tells it."""
        return frozenset(chain.from_iterable(map(self.pairs_of, self.differences)))

    def pairs_of(self, difference: Difference) -> frozenset[tuple[str, ...]]:
        """The same of one difference."""
        return frozenset(map(self.pair_of, arrows_asked(difference)))

    def pair_of(self, arrow: Arrow) -> tuple[str, ...]:
        """What tells the places that an arrow joins, also as they are after one of them has grown."""
        ends = (self.end(arrow, number) for number in (0, 1))
        names = (
            end.key if isinstance(end, Difference) else f"{span[0]}-{span[1]}"
            for end, span in zip(ends, arrow.place, strict=True)
        )
        return tuple(sorted(names))


def arrows_asked(one: Difference | Decision) -> Iterable[Arrow]:
    """The arrows that a difference, or a decision, is about; any one where it has none."""
    if isinstance(one, Decision):
        readings = [one.chosen, *(each.reading for each in one.offered)]
    else:
        readings = [each.reading for each in one.options]
    found = [arrow for reading in readings for arrow in reading.arrows]
    if not found and one.kind == "relations":
        first, second = one.place
        return [Arrow("", "none", (first, second))]
    return found


def majority(difference: Difference) -> str | None:
    """The alias of the reading that more than half of three or more annotations have; else None."""
    voters = sum(len(option.by) for option in difference.options)
    if voters < _FEWEST_FOR_MAJORITY:
        return None
    return next((one.alias for one in difference.options if 2 * len(one.by) > voters), None)


def difference_order(difference: Difference) -> tuple[object, ...]:
    """The order of the text, where a pair stands at its later end; a place before a pair, flags last."""
    last = max(difference.place, default=(0, 0))
    kinds = ("entities", "relations", "flags")
    return difference.kind == "flags", last, kinds.index(difference.kind), difference.place
