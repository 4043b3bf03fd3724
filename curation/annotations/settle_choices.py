"""The gold that follows from an adjudicator's choices, or the differences that contradict each other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal

from curation.annotations.differences import ComparedAnnotations, Difference
from curation.annotations.place_map import labelled_span
from curation.annotations.readings import (
    FLAGS_KEY,
    TAKE_IN,
    Arrow,
    LabelledSpan,
    PlaceReading,
)
from curation.documents.document import Document, Entity, Relation
from curation.documents.spans import do_overlap, overlap_length
from curation.schema import Schema

# What is chosen at a difference: the alias of an option, or a reading of the adjudicator's own.
Choice = str | PlaceReading

ContradictionKind = Literal["no end", "forbidden", "several ends", "itself", "unknown option"]


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """
    Why choices make no gold; *differences* are the keys of those that contradict each other.

    "no end": nothing is chosen, or there, at an end of *arrow*. "forbidden": the arrow may not join
    *head* to *tail*. "several ends": nothing says which of several entities the arrow joins.
    "itself": the arrow would join an entity to itself. "unknown option": no option has the alias.
    """

    kind: ContradictionKind
    differences: tuple[str, ...]
    arrow: Arrow | None = None
    head: LabelledSpan | None = None
    tail: LabelledSpan | None = None


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """
    What choices establish: *document* is None where choices contradict each other.

    *undecided* are the keys of the differences without a choice: the document lacks what is there,
    and the arrows with an end there. *flags* are all flags, without those that keep the document out
    where it is taken in.
    """

    document: Document | None
    contradictions: tuple[Contradiction, ...] = ()
    undecided: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def settle(
    compared: ComparedAnnotations, choices: Mapping[str, Choice], schema: Schema
) -> Settlement:
    """
    The document that has everything agreed, and at each difference, given by key, what was chosen.

    An arrow that comes to a disputed place joins the entity that those annotators joined whose
    reading was chosen there; else the only entity chosen, the only one that the relation allows, or the
    one that lies most on what they joined.
    """
    return _Settling(compared, choices, schema).settle()


@dataclass(frozen=True)
class _Wanted:
    """An arrow that is to be drawn: the annotations that have it, and the differences that it came from."""

    arrow: Arrow
    by: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class _End:
    """One end of an arrow: the entities that may be joined, and whether these are surely meant."""

    entities: tuple[Entity, ...]
    is_sure: bool
    keys: tuple[str, ...]


class _Settling:
    """The work of settling one document."""

    def __init__(
        self, compared: ComparedAnnotations, choices: Mapping[str, Choice], schema: Schema
    ) -> None:
        self.compared = compared
        self.schema = schema
        self.contradictions: list[Contradiction] = []
        # What is chosen at each difference, and the annotations that have it.
        self.chosen: dict[str, tuple[PlaceReading, tuple[str, ...]]] = {}
        for difference in compared.differences:
            choice = choices.get(difference.key)
            if isinstance(choice, PlaceReading):
                self.chosen[difference.key] = (choice, ())
            elif choice is not None:
                option = difference.option(choice)
                if option:
                    self.chosen[difference.key] = (option.reading, option.by)
                else:
                    self._contradict("unknown option", [difference.key])

    def settle(self) -> Settlement:
        entities = {*self.compared.agreed.entities}
        relations = {*self.compared.agreed.relations}
        for reading, _ in self.chosen.values():
            entities |= {Entity(*one) for one in reading.entities}
        for wanted in self._wanted():
            relations |= {*self._drawn(wanted)}
        agreed = self.compared.agreed
        document = self.schema.canonical(
            Document(agreed.id, agreed.text, tuple(entities), tuple(relations), agreed.meta)
        )
        flag_choice, _ = self.chosen.get(FLAGS_KEY, (PlaceReading(), ()))
        is_taken_in = flag_choice.flags == TAKE_IN
        return Settlement(
            document=None if self.contradictions else document,
            contradictions=tuple(self.contradictions),
            undecided=tuple(
                one.key for one in self.compared.differences if one.key not in self.chosen
            ),
            flags=tuple(
                flag
                for flag in self.compared.flags
                if not (is_taken_in and self.schema.keeps_out(flag))
            ),
        )

    def _wanted(self) -> Iterator[_Wanted]:
        everybody = tuple(self.compared.annotations)
        for arrow in self.compared.agreed_arrows:
            yield _Wanted(arrow, everybody, ())
        asked: set[tuple[str, ...]] = set()
        for key in self.chosen:
            if (one := self.compared.by_key[key]).kind == "relations":
                asked |= self.compared.pairs_of(one)
        for key, (reading, by) in self.chosen.items():
            is_place = self.compared.by_key[key].kind == "entities"
            for arrow in reading.arrows:
                # What comes with a place may have been asked by itself since.
                if not (is_place and self.compared.pair_of(arrow) in asked):
                    yield _Wanted(arrow, by, (key,))

    def _drawn(self, wanted: _Wanted) -> Iterator[Relation]:
        """The relations that an arrow becomes; none where an end isn't decided yet, or where it contradicts."""
        places = [self._place(wanted.arrow, number) for number in (0, 1)]
        keys = [place.key for place in places if place]
        if any(key not in self.chosen for key in keys):
            return
        if joined := list(self._as_annotated(wanted, places)):
            yield from joined
            return
        first, second = (self._end(wanted, number, places[number]) for number in (0, 1))
        named = dict.fromkeys((*wanted.keys, *first.keys, *second.keys))
        if not first.entities or not second.entities:
            self._contradict("no end", named, wanted.arrow)
            return
        pairs = [
            self._relation(wanted.arrow, one, other)
            for one, other in product(first.entities, second.entities)
        ]
        allowed = [one for one in pairs if self._is_allowed(one)]
        if not allowed:
            is_itself = all(one.head == one.tail for one in pairs)
            kind: ContradictionKind = "itself" if is_itself else "forbidden"
            self._contradict(kind, named, wanted.arrow, pairs[0])
            return
        if first.is_sure and second.is_sure:
            # Whoever joined several entities of the place meant all of them.
            yield from allowed
            return
        best = self._closest(wanted, allowed)
        if best is None:
            self._contradict("several ends", named, wanted.arrow)
        else:
            yield best

    def _place(self, arrow: Arrow, number: int) -> Difference | None:
        end = self.compared.end(arrow, number)
        return end if isinstance(end, Difference) else None

    def _as_annotated(
        self, wanted: _Wanted, places: list[Difference | None]
    ) -> Iterator[Relation]:
        """The relations of annotations that have the arrow, and whose readings were chosen at both ends."""
        found: dict[Relation, None] = {}
        for uid in wanted.by:
            if all(place is None or uid in self.chosen[place.key][1] for place in places):
                found |= dict.fromkeys(self._own_relations(uid, wanted.arrow))
        yield from found

    def _own_relations(self, uid: str, arrow: Arrow) -> Iterator[Relation]:
        """The relations of an annotation that are this arrow."""
        document = self.compared.annotations.get(uid)
        if document is None:
            return
        for relation in document.relations:
            if relation.label != arrow.label:
                continue
            if arrow.direction == "backward":
                ways = [(relation.tail, relation.head)]
            else:
                ways = [(relation.head, relation.tail)]
            if arrow.direction == "none":
                ways.append((relation.tail, relation.head))
            if any(
                self._is_at(one, arrow, 0) and self._is_at(other, arrow, 1)
                for one, other in ways
            ):
                yield relation

    def _is_at(self, entity: Entity, arrow: Arrow, number: int) -> bool:
        """Whether the entity of an annotation is at this end of the arrow."""
        if named := arrow.ends[number]:
            return labelled_span(entity) == named
        place = self._place(arrow, number)
        if place is None:
            return entity.span == arrow.place[number]
        is_agreed = entity in self.compared.agreed.entities
        return not is_agreed and do_overlap(entity.span, place.place[0])

    def _end(self, wanted: _Wanted, number: int, place: Difference | None) -> _End:
        """What may be joined at one end of an arrow."""
        arrow = wanted.arrow
        named = arrow.ends[number]
        if place is None:
            there = [
                one
                for one in self.compared.agreed.entities
                if one.span == arrow.place[number] and named in (None, labelled_span(one))
            ]
            return _End(tuple(there), len(there) == 1, ())
        reading, by = self.chosen[place.key]
        chosen = [Entity(*one) for one in reading.entities]
        keys = (place.key,)
        if named and Entity(*named) in chosen:
            return _End((Entity(*named),), is_sure=True, keys=keys)
        joined = {
            entity
            for uid in wanted.by
            if uid in by
            for entity in self._joined_by(uid, arrow, number)
        }
        if sure := [one for one in chosen if one in joined]:
            return _End(tuple(sure), is_sure=True, keys=keys)
        return _End(tuple(chosen), len(chosen) == 1, keys)

    def _joined_by(self, uid: str, arrow: Arrow, number: int) -> Iterator[Entity]:
        """The entities that an annotation joins at one end of an arrow."""
        for relation in self._own_relations(uid, arrow):
            for entity in (relation.head, relation.tail):
                if self._is_at(entity, arrow, number):
                    yield entity

    def _relation(self, arrow: Arrow, first: Entity, second: Entity) -> Relation:
        if arrow.direction == "backward":
            return Relation(second, first, arrow.label)
        return self.schema.canonical_relation(Relation(first, second, arrow.label))

    def _is_allowed(self, relation: Relation) -> bool:
        kind = self.schema.relations.get(relation.label)
        if kind is None or relation.head == relation.tail:
            return False
        return kind.joins_either_way(relation.head.label, relation.tail.label)

    def _closest(self, wanted: _Wanted, allowed: list[Relation]) -> Relation | None:
        """The one of several relations that joins the spans of its annotators, or lies most on them; None if none does."""
        if len(allowed) == 1:
            return allowed[0]
        own = [
            relation for uid in wanted.by for relation in self._own_relations(uid, wanted.arrow)
        ]
        scores: dict[tuple[int, int], list[Relation]] = defaultdict(list)
        for one in allowed:
            near = [
                (_likeness(one.head, other.head), _likeness(one.tail, other.tail))
                for other in own
            ]
            same = max((head[0] + tail[0] for head, tail in near), default=0)
            size = max((head[1] + tail[1] for head, tail in near), default=0)
            scores[same, size].append(one)
        best = scores[max(scores)]
        return best[0] if len(best) == 1 and max(scores) > (0, 0) else None

    def _contradict(
        self,
        kind: ContradictionKind,
        keys: Iterable[str],
        arrow: Arrow | None = None,
        relation: Relation | None = None,
    ) -> None:
        self.contradictions.append(
            Contradiction(
                kind=kind,
                differences=tuple(keys),
                arrow=arrow,
                head=labelled_span(relation.head) if relation else None,
                tail=labelled_span(relation.tail) if relation else None,
            )
        )


def _likeness(one: Entity, other: Entity) -> tuple[bool, int]:
    """Whether both have one span, and how many characters both cover."""
    return one.span == other.span, overlap_length(one.span, other.span)
