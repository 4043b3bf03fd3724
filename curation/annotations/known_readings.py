"""What a verdict knows: the readings that were offered, or chosen, told by the nodes of a comparison."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from itertools import chain, product

from curation.annotations.compared import VERDICT_UID, DocumentComparison
from curation.annotations.place_map import ArrowShape, NodePair, PlaceNode
from curation.annotations.readings import (
    Arrow,
    LabelledSpan,
    PlaceReading,
    PlaceSpan,
    pair_of_spans,
    place_of_key,
    turned_arrow,
)
from curation.annotations.record import Decision, Verdict
from curation.documents.spans import do_overlap


class KnownReadings:
    """
    The decisions of a verdict, by the nodes that the places are at now where they were made.

    *at* are those at a place, *between* those between two nodes. *waiting* are the places and pairs
    that the verdict leaves undecided.
    """

    def __init__(self, verdict: Verdict, comparison: DocumentComparison) -> None:
        self._comparison = comparison
        self._entities = [one for one in verdict.decisions if one.kind == "entities"]
        waiting = [span for key in verdict.undecided if (span := place_of_key(key))]
        self._places = {one.place[0] for one in self._entities} | {*waiting}
        self.at: Mapping[PlaceNode, list[Decision]] = defaultdict(list)
        for one in self._entities:
            for node in self._places_at(one.place[0]):
                self.at[node].append(one)
        self.between: Mapping[NodePair, list[Decision]] = defaultdict(list)
        for one in verdict.decisions:
            if one.kind == "relations":
                self.between[self.pair_of(one)].append(one)
        self.waiting: Set[PlaceNode | NodePair] = {
            node for span in waiting for node in self._places_at(span)
        } | {
            self._pair_of_key(key, spans)
            for key in verdict.undecided
            if (spans := pair_of_spans(key)) is not None
        }
        # For pairs at which arrows came with what stands at an end: the end, who else may have it, the arrows.
        self._with_ends: Mapping[
            NodePair, list[tuple[PlaceNode, Decision, PlaceReading, Set[ArrowShape]]]
        ] = defaultdict(list)
        for node, decisions in self.at.items():
            for one in decisions:
                self._take_arrows(node, one)

    def pair_of(self, decision: Decision) -> NodePair:
        """The nodes that a decision about arrows is about, in the order of the text."""
        return self._pair_of_key(decision.key, decision.place)

    def is_unclear(self, decision: Decision) -> bool:
        """Whether nothing says if an end is agreed words, or the place that has just their span by now."""
        if decision.kind != "relations":
            return False
        names = decision.key.removeprefix("r").split(",")
        return any(
            not name.endswith("=")
            and span in self._comparison.doubled
            and span not in self._places
            for name, span in zip(names, decision.place, strict=True)
        )

    def tells_apart(self, pair: NodePair) -> bool:
        """Whether it was asked which of several entities of a place an arrow joins."""
        return any(
            end is not None and node.is_disputed
            for one in self.between.get(pair, ())
            for reading in one.readings
            for arrow in reading.arrows
            for end, node in zip(self._turned(one, arrow).ends, pair, strict=True)
        )

    def knows_at(self, node: PlaceNode, uid: str) -> bool:
        """Whether what an annotation has at a place was offered, or is the verdict's."""
        there = {*self._comparison.marked[uid].get(node, ())}
        inner = {*self._comparison.joined[uid].get((node, node), ())}
        decided = {*self._comparison.marked[VERDICT_UID].get(node, ())}
        if there == decided and inner == {
            *self._comparison.joined[VERDICT_UID].get((node, node), ())
        }:
            return True
        arrows: list[Set[ArrowShape]] = []
        for one in self.at.get(node, ()):
            same = [reading for reading in one.readings if _has_reading(there, reading, one)]
            if not same:
                return False
            arrows += (self._shapes_of(reading.arrows, (node, node)) for reading in same)
            there -= _entities_of(one)
            decided -= _entities_of(one)
        for one in self.between.get((node, node), ()):
            arrows += ({*map(_shape_of, reading.arrows)} for reading in one.readings)
        pair = (node, node)
        return there == decided and (
            not (inner or arrows)
            or any(
                _are_alike(offered, inner, pair, self._comparison.marked[uid])
                for offered in arrows
            )
        )

    def offered_at(
        self, node: PlaceNode, ends: Mapping[NodePair, PlaceNode | None]
    ) -> Iterator[PlaceReading]:
        """
        The readings that the one decision about a place had, whoever has them still.

        *ends* says with which end's readings arrows come. Those whose arrows nobody could draw there
        any more are left out, and those of which a part is agreed by now.
        """
        decisions = self.at.get(node, ())
        if len(decisions) != 1:
            return
        (decision,) = decisions
        nodes = {*self._comparison.nodes.values()}
        for reading in decision.readings:
            pairs = self._by_pair(reading.arrows)
            if (
                all(self._comparison.nodes.get(one[:2]) == node for one in reading.entities)
                and all({*pair} <= nodes and ends.get(pair, node) == node for pair in pairs)
                and (decision.place == (node.span,) or not pairs)
            ):
                yield reading

    def knows_between(
        self, pair: NodePair, uid: str, *, but_at: Collection[PlaceNode] = ()
    ) -> bool:
        """
        Whether arrows that an annotation has between two nodes were offered, or are the verdict's.

        What came with what stands at one of the nodes *but_at*, or with what all agreed on, doesn't count.
        """
        marked = self._comparison.marked[uid]
        found = self._shapes(pair, uid)
        if not found and not all(node in marked for node in pair):
            # Who has nothing at an end needn't have the arrow.
            return True
        return any(
            _are_alike(offered, found, pair, marked)
            for offered in chain(
                self._offered_between(pair, marked, but_at),
                self._offered_by_parts(pair, uid, but_at),
            )
        )

    def _offered_between(
        self,
        pair: NodePair,
        marked: Mapping[PlaceNode, Collection[LabelledSpan]],
        but_at: Collection[PlaceNode],
    ) -> Iterator[Set[ArrowShape]]:
        for one in self.between.get(pair, ()):
            for reading in one.readings:
                yield {_shape_of(self._turned(one, arrow)) for arrow in reading.arrows}
        is_detailed = self.tells_apart(pair)
        decided: Set[ArrowShape] = frozenset()
        if VERDICT_UID in self._comparison.with_a_say(*pair):
            decided = self._shapes(pair, VERDICT_UID, is_detailed=is_detailed)
            if not but_at:
                yield decided
        for node, one, reading, arrows in self._with_ends.get(pair, ()):
            if node in but_at:
                continue
            if arrows or _has_reading(marked.get(node, ()), reading, one):
                yield arrows
            if one.own and reading == one.chosen:
                # What the annotators all had there, without the adjudicator's own arrows.
                yield decided - arrows

    def _offered_by_parts(
        self, pair: NodePair, uid: str, but_at: Collection[PlaceNode]
    ) -> Iterator[Set[ArrowShape]]:
        """What an annotation may have that adopts one reading each of several questions about one pair by now."""
        found = self._shapes(pair, uid)
        marked = self._comparison.marked[uid]
        offered: dict[tuple[PlaceSpan, ...], set[frozenset[ArrowShape]]] = defaultdict(set)
        for one in self.between.get(pair, ()):
            for reading in one.readings:
                arrows = (_shape_of(self._turned(one, arrow)) for arrow in reading.arrows)
                offered[one.place].add(frozenset(arrows))
        asked = [*offered]
        for node, one, reading, shapes in self._with_ends.get(pair, ()):
            if node not in but_at and (
                shapes or _has_reading(marked.get(node, ()), reading, one)
            ):
                # What came with the place may have been asked by itself since.
                end = one.place[0]
                place = next((each for each in asked if end in each), one.place)
                offered[place].add(frozenset(shapes))
        if len(offered) < 2:
            return
        adopted = (
            [one for one in readings if _is_among(one, found, pair, marked)]
            for readings in offered.values()
        )
        # Where a reading fits, one with less of the same arrows needn't be tried.
        most = (
            [one for one in each if not any(one < more for more in each)] for each in adopted
        )
        for arrows_of_each in product(*most):
            yield frozenset().union(*arrows_of_each)

    def _shapes(self, pair: NodePair, uid: str, *, is_detailed: bool = True) -> Set[ArrowShape]:
        """A document's arrows, with the ends where it has several entities at a node."""
        marked = self._comparison.marked[uid]
        names_first, names_second = (
            len(marked.get(node, ())) > 1 and (is_detailed or not node.is_disputed)
            for node in pair
        )
        return {
            (label, way, first if names_first else None, second if names_second else None)
            for label, way, first, second in self._comparison.joined[uid].get(pair, ())
        }

    def _take_arrows(self, node: PlaceNode, decision: Decision) -> None:
        """Take note of the arrows that came with the readings at a place."""
        by_reading = [(reading, self._by_pair(reading.arrows)) for reading in decision.readings]
        for pair in {pair for _, arrows in by_reading for pair in arrows}:
            for reading, arrows in by_reading:
                there = {
                    (
                        label,
                        way,
                        None if pair[0].is_disputed else first,
                        None if pair[1].is_disputed else second,
                    )
                    for label, way, first, second in arrows.get(pair, ())
                }
                self._with_ends[pair].append((node, decision, reading, there))

    def _shapes_of(self, arrows: Iterable[Arrow], pair: NodePair) -> Set[ArrowShape]:
        return self._by_pair(arrows).get(pair, frozenset())

    def _by_pair(self, arrows: Iterable[Arrow]) -> Mapping[NodePair, Set[ArrowShape]]:
        found: dict[NodePair, set[ArrowShape]] = defaultdict(set)
        for arrow in arrows:
            first, second = (
                self._node(span, named)
                for span, named in zip(arrow.place, arrow.ends, strict=True)
            )
            one, other = arrow.ends
            is_turned = second < first or (first == second and (other or ()) < (one or ()))
            if is_turned:
                found[second, first].add(_shape_of(turned_arrow(arrow)))
            else:
                found[first, second].add(_shape_of(arrow))
        return found

    def _turned(self, decision: Decision, arrow: Arrow) -> Arrow:
        """An arrow of a decision, told in the order that its ends have now."""
        first, second = self._nodes_of_key(decision.key, decision.place)
        return turned_arrow(arrow) if second < first else arrow

    def _pair_of_key(self, key: str, place: tuple[PlaceSpan, ...]) -> NodePair:
        first, second = sorted(self._nodes_of_key(key, place))
        return first, second

    def _nodes_of_key(self, key: str, place: tuple[PlaceSpan, ...]) -> Iterable[PlaceNode]:
        names = key.removeprefix("r").split(",")
        return [
            self._node(span, is_agreed=name.endswith("="))
            for name, span in zip(names, place, strict=True)
        ]

    def _node(
        self, span: PlaceSpan, named: LabelledSpan | None = None, *, is_agreed: bool = False
    ) -> PlaceNode:
        """Where an end of an arrow is now."""
        nodes = self._comparison.nodes
        if named and (found := self._comparison.node_of(named)):
            return found
        places = [*self._places_at(span)]
        if places and not is_agreed and span in self._places:
            return places[0]
        if found := nodes.get(span):
            return found
        return places[0] if places else PlaceNode(*span, "agreed")

    def _places_at(self, span: PlaceSpan) -> Iterator[PlaceNode]:
        return (one for one in self._comparison.places if do_overlap(one.span, span))


def _entities_of(decision: Decision) -> Set[LabelledSpan]:
    """The entities of all readings of a decision."""
    return {entity for reading in decision.readings for entity in reading.entities}


def _has_reading(
    marked: Iterable[LabelledSpan], reading: PlaceReading, decision: Decision
) -> bool:
    """Whether a place with these entities has a reading of a decision, whatever else is marked there by now."""
    return {*reading.entities} == _entities_of(decision) & {*marked}


def _shape_of(arrow: Arrow) -> ArrowShape:
    first, second = arrow.ends
    return arrow.label, arrow.direction, first, second


def _are_alike(
    offered: Set[ArrowShape],
    found: Set[ArrowShape],
    pair: NodePair,
    marked: Mapping[PlaceNode, Collection[LabelledSpan]],
) -> bool:
    """Whether an annotation's arrows are those of a reading; an end that isn't named, or isn't there, may be any."""
    return _is_among(offered, found, pair, marked) and all(
        any(_fits(one, other, pair, marked) for one in offered) for other in found
    )


def _is_among(
    offered: Set[ArrowShape],
    found: Set[ArrowShape],
    pair: NodePair,
    marked: Mapping[PlaceNode, Collection[LabelledSpan]],
) -> bool:
    return all(any(_fits(one, other, pair, marked) for other in found) for one in offered)


def _fits(
    one: ArrowShape,
    other: ArrowShape,
    pair: NodePair,
    marked: Mapping[PlaceNode, Collection[LabelledSpan]],
) -> bool:
    return one[:2] == other[:2] and all(
        end is None or own is None or end == own or end not in marked.get(node, ())
        for end, own, node in zip(one[2:], other[2:], pair, strict=True)
    )
