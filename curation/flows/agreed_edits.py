"""Decisions of a file at places where all annotators agree: what the agreed part is after them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from curation.annotations.differences import ComparedAnnotations
from curation.annotations.place_map import labelled_span
from curation.annotations.readings import (
    Arrow,
    LabelledSpan,
    PlaceSpan,
    pair_of_spans,
    place_of_key,
)
from curation.documents.document import Entity, Relation
from curation.documents.spans import do_overlap
from curation.errors import Problem
from curation.flows.verdict_file import GivenDecision, own_arrows, own_spans, refuse_bad_edges
from curation.labelstudio.adjudication.verdict_drawings import AgreedPart
from curation.schema import Schema


def is_edit(given: GivenDecision, compared: ComparedAnnotations) -> bool:
    """Whether the line is an answer of its own at a place, or a pair, at which annotators don't differ."""
    is_place = place_of_key(given.key) is not None or pair_of_spans(given.key) is not None
    return given.own is not None and is_place and given.key not in compared.by_key


@dataclass
class AgreedEdits:
    """
    What all annotators agree on, as the lines of a file leave it.

    *moved* has the entities that others took the place of, with these; *problems* are what is wrong with lines.
    """

    compared: ComparedAnnotations
    schema: Schema
    entities: set[Entity] = field(init=False)
    relations: set[Relation] = field(init=False)
    arrows: tuple[Arrow, ...] = field(init=False)
    moved: dict[LabelledSpan, LabelledSpan] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    # Where the lines are that decided places, by these.
    lines: dict[PlaceSpan, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.entities = {*self.compared.agreed.entities}
        self.relations = {*self.compared.agreed.relations}
        self.arrows = self.compared.agreed_arrows

    @property
    def part(self) -> AgreedPart:
        """The agreed part after all edits."""
        agreed = replace(
            self.compared.agreed,
            entities=tuple(self.entities),
            relations=tuple(self.relations),
        )
        return AgreedPart(document=agreed, arrows=self.arrows)

    @property
    def changes(self) -> bool:
        """Whether anything is otherwise than annotators have it."""
        agreed = self.compared.agreed
        return (
            self.entities != {*agreed.entities}
            or self.relations != {*agreed.relations}
            or {*self.arrows} != {*self.compared.agreed_arrows}
        )

    def apply(self, lines: Iterable[GivenDecision]) -> None:
        """Carry the lines out, those on entities first, since relations join what these leave."""
        for given in sorted(lines, key=lambda one: place_of_key(one.key) is None):
            place = place_of_key(given.key)
            pair = pair_of_spans(given.key)
            try:
                if place:
                    self._put_entities(given, place)
                elif pair:
                    self._put_relations(given, pair)
            except ValueError as error:
                self.problems.append(Problem(given.place, str(error)))

    def _put_entities(self, given: GivenDecision, place: PlaceSpan) -> None:
        touched = [
            one.key for span, one in self.compared.by_place.items() if do_overlap(span, place)
        ]
        if touched:
            raise ValueError(
                f"{given.key} touches what annotators differ in: {', '.join(touched)}"
            )
        if line := self._line_on(place):
            raise ValueError(f"{given.key} touches what {line} decides")
        spans = own_spans(given, self.schema)
        for start, end, _ in spans:
            if not 0 <= start < end <= len(self.compared.agreed.text):
                raise ValueError(f"{start}..{end} is empty, reversed or outside the text")
            refuse_bad_edges(self.compared.agreed.text, start, end)
            if not do_overlap((start, end), place):
                raise ValueError(
                    f"{start}..{end} doesn't touch the place {place[0]}..{place[1]}"
                )
        self.lines[place] = given.place
        before = {one for one in self.entities if do_overlap(one.span, place)}
        after = {Entity(*one) for one in spans}
        self.entities = (self.entities - before) | after
        if len(before - after) == len(after - before) == 1:
            (old,) = before - after
            (new,) = after - before
            self.moved[labelled_span(old)] = labelled_span(new)
            self.relations = {_following(one, old, new) for one in self.relations}
            self.arrows = tuple(_following_arrow(one, old, new) for one in self.arrows)
        self.relations = {
            one for one in self.relations if {one.head, one.tail} <= self.entities
        }
        gone = {one.span for one in before} - {one.span for one in after}
        self.arrows = tuple(one for one in self.arrows if gone.isdisjoint(one.place))

    def _put_relations(self, given: GivenDecision, pair: tuple[PlaceSpan, PlaceSpan]) -> None:
        arrows = own_arrows(given, self.schema)
        ends = [self._end_at(span, given) for span in pair]
        if not all(isinstance(one, Entity) for one in ends):
            # What is chosen at a place is where such an arrow will end.
            one, other = (one.span if isinstance(one, Entity) else one for one in ends)
            self.arrows = (
                *(each for each in self.arrows if each.place != (one, other)),
                *(Arrow(label, direction, (one, other)) for label, direction in arrows),
            )
            return
        first, second = (one for one in ends if isinstance(one, Entity))
        between = {first, second}
        self.relations = {one for one in self.relations if {one.head, one.tail} != between}
        for label, direction in arrows:
            head, tail = (second, first) if direction == "backward" else (first, second)
            self.relations.add(self.schema.canonical_relation(Relation(head, tail, label)))

    def _end_at(self, span: PlaceSpan, given: GivenDecision) -> Entity | PlaceSpan:
        """The agreed entity, or the place at which annotators differ, that an arrow ends at."""
        found = [one for one in self.entities if one.span == span]
        if len(found) == 1:
            return found[0]
        if place := next(
            (one for one in self.compared.by_place if do_overlap(one, span)), None
        ):
            return place
        there = "no entity" if not found else f"{len(found)} entities"
        raise ValueError(
            f"{given.key}: {span[0]}..{span[1]} is {there} that all annotators have alike"
            f"{f'; see {line}' if (line := self._line_on(span)) else ''}"
        )

    def _line_on(self, span: PlaceSpan) -> str:
        """Where the line is that decided what stands there; empty where none did."""
        lines = (line for place, line in self.lines.items() if do_overlap(place, span))
        return next(lines, "")


def _following_arrow(arrow: Arrow, old: Entity, new: Entity) -> Arrow:
    """The arrow, with the new entity where it joined the old one."""
    first, second = (new.span if span == old.span else span for span in arrow.place)
    one, other = (
        labelled_span(new) if end == labelled_span(old) else end for end in arrow.ends
    )
    return Arrow(arrow.label, arrow.direction, (first, second), (one, other))


def _following(relation: Relation, old: Entity, new: Entity) -> Relation:
    return replace(
        relation,
        head=new if relation.head == old else relation.head,
        tail=new if relation.tail == old else relation.tail,
    )
