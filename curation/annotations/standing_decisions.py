"""Decisions of a verdict that stand, as new decisions of other tasks come to them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property

import msgspec

from curation.annotations.decision_makers import DecisionMaker, maker_of
from curation.annotations.differences import Difference, Option
from curation.annotations.place_map import (
    PlaceMap,
    PlaceNode,
    arrows_between,
    labelled_span,
)
from curation.annotations.readings import (
    Arrow,
    LabelledSpan,
    PlaceReading,
    PlaceSpan,
    make_reading,
    option_alias,
    place_of_key,
)
from curation.annotations.record import (
    Decision,
    OfferedReading,
    Verdict,
    entities_of,
    relations_of,
)
from curation.annotations.settle_choices import Choice
from curation.documents.document import Document, Relation
from curation.documents.spans import do_overlap
from curation.schema import Schema


class StandingDecisions:
    """
    The *decisions* of a *verdict* that stand, and the keys of those that are *opened*: annotations changed there.

    *differences* and *choices* say them as `settle` takes them.
    """

    def __init__(
        self,
        article: Document,
        verdict: Verdict,
        decisions: Iterable[Decision],
        schema: Schema,
        *,
        opened: Iterable[str] = (),
    ) -> None:
        self.verdict = verdict
        self.opened = frozenset(opened)
        self.decisions = tuple(decisions)
        self._article = article
        self._schema = schema
        self._map = _map_of(verdict, schema)
        self._nodes = {
            self._map.node_at_place(one.place[0])
            for one in self.decisions
            if one.kind == "entities"
        }
        # The entities of readings at the places.
        self._at_place: dict[LabelledSpan, PlaceSpan] = {
            entity: one.place[0]
            for one in self.decisions
            if one.kind == "entities"
            for reading in one.readings
            for entity in reading.entities
        }
        self._questions = {
            self._map.pair_of_key(one.key, one.place)
            for one in self.decisions
            if one.kind == "relations"
        }

    def without(self, decisions: Iterable[Decision]) -> "StandingDecisions":
        """The same, where these *decisions* stand no more."""
        gone = {one.key for one in decisions}
        left = [one for one in self.decisions if one.key not in gone]
        return StandingDecisions(
            self._article, self.verdict, left, self._schema, opened=self.opened
        )

    def at_places(self, places: Iterable[PlaceSpan]) -> "StandingDecisions":
        """The same, with the ends of arrows at *places* as these are now, where some have grown."""
        now = [*places]
        moved = [self._at_places(one, now) for one in self.decisions]
        return StandingDecisions(
            self._article, self.verdict, moved, self._schema, opened=self.opened
        )

    def _at_places(self, decision: Decision, places: Sequence[PlaceSpan]) -> Decision:
        if decision.kind != "relations":
            return decision
        first, second = (
            next((one for one in places if do_overlap(one, span)), span)
            if self._map.node_of_key(name, span).is_disputed
            else span
            for name, span in zip(decision.key.split(","), decision.place, strict=True)
        )
        if (first, second) == decision.place:
            return decision
        return msgspec.structs.replace(
            decision,
            place=(first, second),
            offered=tuple(
                OfferedReading(one.by, _between(one.reading, (first, second)))
                for one in decision.offered
            ),
            chosen=_between(decision.chosen, (first, second)),
        )

    def maker(self, decision: Decision) -> DecisionMaker:
        """Who made the decision."""
        return maker_of(self.verdict, decision)

    @cached_property
    def differences(self) -> Mapping[str, Difference]:
        """What the decisions were about, by key."""
        return {one.key: self._difference(one) for one in self.decisions}

    @cached_property
    def choices(self) -> Mapping[str, Choice]:
        """What was chosen, by key."""
        found: dict[str, Choice] = {}
        for one in self.decisions:
            options = self.differences[one.key].options
            aliases = (option.alias for option in options if option.reading == one.chosen)
            found[one.key] = next(aliases, one.chosen)
        return found

    @property
    def places(self) -> Iterator[PlaceSpan]:
        """The places that are decided."""
        return (one.place[0] for one in self.decisions if one.kind == "entities")

    def _difference(self, decision: Decision) -> Difference:
        sha = self._article.text_sha256
        return Difference(
            key=decision.key,
            kind=decision.kind,
            place=decision.place,
            options=tuple(
                Option(option_alias(sha, decision.key, one.reading), one.by, one.reading)
                for one in decision.offered
            ),
        )

    def less(self, agreed: Document) -> Document:
        """What annotators agree on, without what is decided."""
        entities = tuple(
            one for one in agreed.entities if labelled_span(one) not in self._at_place
        )
        there = {*entities}
        relations = tuple(
            one
            for one in agreed.relations
            if there >= {one.head, one.tail} and not self._is_decided(one)
        )
        return replace(agreed, entities=entities, relations=relations)

    def _is_decided(self, relation: Relation) -> bool:
        pair = sorted(
            self._map.nodes(labelled_span(end))[0] for end in (relation.head, relation.tail)
        )
        return (pair[0], pair[1]) in self._questions

    def moved_to_places(self, arrows: Iterable[Arrow]) -> Iterator[Arrow]:
        """The arrows, those to entities that are at decided places to these."""
        by_span = {entity[:2]: place for entity, place in self._at_place.items()}
        for arrow in arrows:
            first, second = (by_span.get(span, span) for span in arrow.place)
            moved = Arrow(arrow.label, arrow.direction, (first, second), arrow.ends)
            if not self._questions & {*self._map.arrows_of((moved,))}:
                yield moved

    def arrows(self, agreed: Document) -> Sequence[Arrow]:
        """The verdict's arrows from decided places, also to what is *agreed*, that come with no reading."""
        spans = {one.span for one in agreed.entities}
        decided = self._schema.canonical(_decided(self._article, self.verdict))
        folded = self._map.arrows_of(
            arrow for one in self.decisions for arrow in one.chosen.arrows
        )
        found: list[Arrow] = []
        for pair, shapes in self._map.detailed_arrows(decided).items():
            if (
                pair in self._questions
                or not self._nodes.intersection(pair)
                or not all(self._is_settled(node, spans) for node in pair)
            ):
                continue
            known = {shape[:2] for shape in folded.get(pair, ())}
            found += arrows_between(pair, (one for one in shapes if one[:2] not in known))
        return found

    def _is_settled(self, node: PlaceNode, agreed: Set[PlaceSpan]) -> bool:
        return node in self._nodes or (node.kind == "agreed" and node.span in agreed)


def _map_of(verdict: Verdict, schema: Schema) -> PlaceMap:
    """Which entity is at which of the verdict's places."""
    agreed = {(one.start, one.end, one.label) for one in verdict.entities}
    places = {
        PlaceNode(*span, "place") for key in verdict.undecided if (span := place_of_key(key))
    }
    edits: dict[PlaceNode, set[LabelledSpan]] = {}
    for one in verdict.decisions:
        if one.kind != "entities":
            continue
        agreed -= {*one.chosen.entities}
        if one.is_change_of_agreed:
            node = PlaceNode(*one.place[0], "edit")
            edits[node] = {entity for each in one.readings for entity in each.entities}
        else:
            places.add(PlaceNode(*one.place[0], "place"))
    return PlaceMap(frozenset(agreed), tuple(sorted(places)), edits, schema.symmetric)


def _between(reading: PlaceReading, place: tuple[PlaceSpan, PlaceSpan]) -> PlaceReading:
    """The reading, with its arrows between these places."""
    arrows = (msgspec.structs.replace(one, place=place) for one in reading.arrows)
    return make_reading(arrows=tuple(arrows))


def _decided(article: Document, verdict: Verdict) -> Document:
    return replace(
        article,
        entities=entities_of(verdict.entities),
        relations=relations_of(verdict.relations),
    )
