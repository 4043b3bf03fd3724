"""Entities and arrows of any document of a text, told by the places of a comparison or of a verdict."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from curation.annotations.readings import (
    Arrow,
    Direction,
    LabelledSpan,
    PlaceSpan,
    make_reading,
    turned_arrow,
)
from curation.documents.document import Document, Entity
from curation.documents.spans import do_overlap


class PlaceNode(NamedTuple):
    """
    Where an arrow can end: a disputed place, or the span of agreed entities.

    "edit" is a place where annotators agreed and the adjudicator changed something.
    """

    start: int
    end: int
    kind: Literal["agreed", "edit", "place"]

    @property
    def span(self) -> PlaceSpan:
        """Start and end."""
        return self.start, self.end

    @property
    def is_disputed(self) -> bool:
        """Whether annotators differ here."""
        return self.kind == "place"


NodePair = tuple[PlaceNode, PlaceNode]

# The label and direction of an arrow, and the entities that it joins, where the node doesn't tell which.
ArrowShape = tuple[str, Direction, LabelledSpan | None, LabelledSpan | None]

NodeArrows = Mapping[NodePair, frozenset[ArrowShape]]


@dataclass(frozen=True)
class PlaceMap:
    """
    Which entity is at which node.

    *agreed* are the entities outside of all places, *places* the disputed ones, *edits* the entities of
    agreed parts that the adjudicator changed, before and after, by their nodes. *symmetric* are names
    of relations.
    """

    agreed: frozenset[LabelledSpan]
    places: tuple[PlaceNode, ...]
    edits: Mapping[PlaceNode, Set[LabelledSpan]]
    symmetric: Collection[str]
    _edited: dict[LabelledSpan, PlaceNode] = field(default_factory=dict, repr=False)
    _doubly_labelled: set[PlaceSpan] = field(default_factory=set, repr=False)

    def __post_init__(self) -> None:
        for node, entities in self.edits.items():
            self._edited.update(dict.fromkeys(entities, node))
        seen: set[PlaceSpan] = set()
        for start, end, _ in self.agreed:
            (self._doubly_labelled if (start, end) in seen else seen).add((start, end))

    def nodes(self, one: LabelledSpan) -> tuple[PlaceNode, ...]:
        """The nodes at which the entity is: one, or all the places that the entity touches."""
        start, end, _ = one
        if one in self.agreed:
            return (PlaceNode(start, end, "agreed"),)
        if edited := self._edited.get(one):
            return (edited,)
        for candidates in (self.places, self.edits):
            touched = tuple(node for node in candidates if do_overlap(node.span, (start, end)))
            if touched:
                return touched
        return (PlaceNode(start, end, "agreed"),)

    def marked(self, document: Document) -> dict[PlaceNode, frozenset[LabelledSpan]]:
        """The document's entities by node."""
        found: dict[PlaceNode, set[LabelledSpan]] = defaultdict(set)
        for entity in document.entities:
            one = labelled_span(entity)
            for node in self.nodes(one):
                found[node].add(one)
        return {node: frozenset(entities) for node, entities in found.items()}

    def arrows(self, document: Document) -> NodeArrows:
        """The document's relations by the nodes that they join, without which entity of a place they join."""
        return self._coarse(self.detailed_arrows(document))

    def detailed_arrows(self, document: Document) -> NodeArrows:
        """The same; where the document has several entities at a place, with those that are joined."""
        single = {
            node for node, entities in self.marked(document).items() if len(entities) == 1
        }
        found: dict[NodePair, set[ArrowShape]] = defaultdict(set)
        for relation in document.relations:
            head = labelled_span(relation.head)
            tail = labelled_span(relation.tail)
            at_head = (self.nodes(head)[0], head)
            at_tail = (self.nodes(tail)[0], tail)
            (one, first), (other, second) = sorted((at_head, at_tail))
            way: Direction = "forward" if (one, first) == at_head else "backward"
            ends = (None if one in single else first, None if other in single else second)
            found[one, other].add(self._shape((one, other), relation.label, way, ends))
        return {pair: frozenset(shapes) for pair, shapes in found.items()}

    def arrows_of(self, arrows: Iterable[Arrow]) -> NodeArrows:
        """Arrows of readings by the nodes that they join, without which entity of a place they join."""
        return self._coarse(self.detailed_arrows_of(arrows))

    def detailed_arrows_of(self, arrows: Iterable[Arrow]) -> NodeArrows:
        """The same, with the entities that the arrows name."""
        found: dict[NodePair, set[ArrowShape]] = defaultdict(set)
        for arrow in arrows:
            pair = (
                self._node_at(arrow.place[0], arrow.ends[0]),
                self._node_at(arrow.place[1], arrow.ends[1]),
            )
            if pair[1] < pair[0]:
                pair = (pair[1], pair[0])
                arrow = turned_arrow(arrow)
            found[pair].add(self._shape(pair, arrow.label, arrow.direction, arrow.ends))
        return {pair: frozenset(shapes) for pair, shapes in found.items()}

    def _coarse(self, arrows: NodeArrows) -> NodeArrows:
        return {
            pair: frozenset(
                (
                    label,
                    way,
                    self._agreed_end(pair, 0, first),
                    self._agreed_end(pair, 1, second),
                )
                for label, way, first, second in shapes
            )
            for pair, shapes in arrows.items()
        }

    def _agreed_end(
        self, pair: NodePair, number: int, named: LabelledSpan | None
    ) -> LabelledSpan | None:
        is_kept = pair[0] == pair[1] or pair[number].kind == "agreed"
        return named if is_kept else None

    def pair_of_key(self, key: str, place: tuple[PlaceSpan, ...]) -> NodePair:
        """The nodes of the difference between two places that has this key."""
        one, other = sorted(map(self.node_of_key, key.split(","), place))
        return one, other

    def node_of_key(self, name: str, span: PlaceSpan) -> PlaceNode:
        """The node of an end that a difference's key calls so."""
        if name.endswith("=") and any(one[:2] == span for one in self.agreed):
            return PlaceNode(*span, "agreed")
        if name.strip("r=") != f"{span[0]}-{span[1]}":
            # Only places grow.
            return self._node_touching(span)
        return self._node_at(span, None)

    def node_at_place(self, span: PlaceSpan) -> PlaceNode:
        """The node of a disputed place, or of an edited one, with just this span."""
        return self._node_at(span, None)

    def _node_at(self, span: PlaceSpan, named: LabelledSpan | None) -> PlaceNode:
        if named and named in self.agreed:
            return PlaceNode(*span, "agreed")
        place = PlaceNode(*span, "place")
        edit = PlaceNode(*span, "edit")
        if place in self.places:
            return place
        if edit in self.edits:
            return edit
        if any(one[:2] == span for one in self.agreed):
            return PlaceNode(*span, "agreed")
        # The place may have grown since.
        return self._node_touching(span)

    def _node_touching(self, span: PlaceSpan) -> PlaceNode:
        nodes = (*self.places, *self.edits)
        touching = (node for node in nodes if do_overlap(node.span, span))
        return next(touching, PlaceNode(*span, "agreed"))

    def _shape(
        self,
        pair: NodePair,
        label: str,
        way: Direction,
        ends: tuple[LabelledSpan | None, LabelledSpan | None],
    ) -> ArrowShape:
        is_inner = pair[0] == pair[1]
        first, second = (
            named
            if is_inner or node.kind != "agreed" or node.span in self._doubly_labelled
            else None
            for node, named in zip(pair, ends, strict=True)
        )
        return label, "none" if label in self.symmetric else way, first, second


def fits_reading(offered: Set[ArrowShape], found: Set[ArrowShape]) -> bool:
    """Whether arrows are those of a reading; an end that either doesn't name may be any entity of the place."""
    return all(any(_fits(one, other) for other in found) for one in offered) and all(
        any(_fits(one, other) for one in offered) for other in found
    )


def _fits(one: ArrowShape, other: ArrowShape) -> bool:
    ends = zip(one[2:], other[2:], strict=True)
    return one[:2] == other[:2] and all(
        end is None or found is None or end == found for end, found in ends
    )


def arrows_between(pair: NodePair, shapes: Iterable[ArrowShape]) -> tuple[Arrow, ...]:
    """These arrows between two nodes as readings have them."""
    place = (pair[0].span, pair[1].span)
    arrows = (Arrow(label, way, place, (one, other)) for label, way, one, other in shapes)
    return make_reading(arrows=tuple(arrows)).arrows


def labelled_span(entity: Entity) -> LabelledSpan:
    """The entity's span and label."""
    return entity.start, entity.end, entity.label
