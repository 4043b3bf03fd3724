"""What an adjudicator drew: which of it answers a difference, and which is of the agreed part."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from curation.annotations.place_map import labelled_span
from curation.annotations.readings import Arrow, Direction, LabelledSpan, PlaceSpan
from curation.annotations.shown_differences import ShownDifference
from curation.documents.document import Document, Entity, Relation
from curation.documents.spans import do_overlap, overlap_length
from curation.labelstudio.adjudication.verdict_result import VerdictResult
from curation.labelstudio.pull.region_reader import RegionReader
from curation.schema.model import Schema


@dataclass(frozen=True, kw_only=True)
class AgreedPart:
    """
    What needs no decision: *document* has entities and the relations between them.

    *arrows* have an end at a disputed place.
    """

    document: Document
    arrows: tuple[Arrow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Drawings:
    """
    Everything that is drawn in a verdict.

    *at_places* and *at_pairs* are by the key of the difference that they are at, as are *left* and
    *left_at_pairs*: what was filled in and not touched where there is a question since then. *across* are entities
    that lie on several places, with the keys of these. *moved* has the agreed entities that were changed,
    by what they were before.
    """

    agreed: AgreedPart
    at_places: Mapping[str, tuple[Entity, ...]]
    left: Mapping[str, tuple[Entity, ...]]
    at_pairs: Mapping[str, tuple[Arrow, ...]]
    left_at_pairs: Mapping[str, tuple[Arrow, ...]]
    across: tuple[tuple[Entity, tuple[str, ...]], ...]
    moved: Mapping[LabelledSpan, LabelledSpan]


def read_regions(
    article: Document,
    result: VerdictResult,
    shown: Mapping[int, ShownDifference],
    schema: Schema,
    places: Iterable[PlaceSpan],
) -> RegionReader:
    """
    The regions and relations of a verdict; a mark stands for what is chosen at its place.

    *places* are those that are decided: one of them may have grown out of a marked one.
    """
    marks: dict[str, Entity] = {}
    for region, mark in result.marks.items():
        difference = shown.get(mark.number)
        if difference is None or region in result.labelled_marks:
            continue
        if difference.kind == "entities":
            marks[region] = _stand_in(_grown(difference.place[0], places))
        elif mark.span and any(do_overlap(mark.span, span) for span in difference.place):
            end = _grown(mark.span, difference.place)
            marks[region] = _stand_in(_grown(end, places))
    reader = RegionReader(article, schema, marks=marks)
    reader.read(result.others)
    reader.doubt_parts_of_names()
    return reader


def _grown(span: PlaceSpan, places: Iterable[PlaceSpan]) -> PlaceSpan:
    """The place that has most of a marked one by now; the marked one where none has any of it."""
    return max(
        (place for place in places if do_overlap(place, span)),
        key=lambda place: overlap_length(place, span),
        default=span,
    )


def sort_drawings(
    reader: RegionReader,
    before: RegionReader | None,
    *,
    labelled_marks: Mapping[str, str],
    shown: Mapping[str, ShownDifference],
    superseded: Iterable[ShownDifference],
    own: frozenset[str],
) -> Drawings:
    """
    What was drawn, sorted by what it is about.

    *before* is what the verdict began with, None where nobody knows. *labelled_marks* are the keys of
    marks that were given a label, by region; *shown* are the differences by key, *superseded* those in
    whose stead they were asked, *own* the keys of those where none of the readings was chosen.
    """
    return _Sorting(
        reader=reader,
        before=before,
        labelled_marks=labelled_marks,
        shown=shown,
        once_asked=frozenset(
            entity
            for one in superseded
            for option in one.options
            for entity in option.reading.entities
        ),
        own=own,
    ).sort()


# What stands for the entity at the mark of a place has this for a label, which no schema has.
_STAND_IN = "#"


def _stand_in(span: PlaceSpan) -> Entity:
    return Entity(*span, _STAND_IN)


@dataclass(frozen=True, order=True)
class _End:
    """An end of an arrow: *span* is that of a place, if *is_place*, or of an agreed entity."""

    span: PlaceSpan
    is_place: bool
    named: LabelledSpan | None = field(default=None, compare=False)
    # Where the agreed entity was before it was changed.
    before: PlaceSpan = field(default=(0, 0), compare=False)


@dataclass(kw_only=True)
class _Sorting:
    reader: RegionReader
    before: RegionReader | None
    labelled_marks: Mapping[str, str]
    shown: Mapping[str, ShownDifference]
    once_asked: frozenset[LabelledSpan]
    own: frozenset[str]
    key_of: dict[Entity, str] = field(default_factory=dict)
    at_places: dict[str, list[Entity]] = field(default_factory=lambda: defaultdict(list))
    left: dict[str, list[Entity]] = field(default_factory=lambda: defaultdict(list))
    across: list[tuple[Entity, tuple[str, ...]]] = field(default_factory=list)
    agreed: list[Entity] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = {
            one.place[0]: key for key, one in self.shown.items() if one.kind == "entities"
        }

    def sort(self) -> Drawings:
        for entity in self.reader.distinct:
            self._sort_entity(entity)
        self.several = Counter(one.span for one in self.agreed)
        relations: list[Relation] = []
        arrows: list[Arrow] = []
        at_pairs: dict[str, list[Arrow]] = defaultdict(list)
        left_at_pairs: dict[str, list[Arrow]] = defaultdict(list)
        pairs = self._pairs()
        filled = {*self.before.relations} if self.before else set()
        for relation in self.reader.relations:
            head = self._end(relation.head)
            tail = self._end(relation.tail)
            first, second = sorted((head, tail), key=lambda end: (end, end.named or ()))
            direction: Direction = "forward" if first is head else "backward"
            if relation.label in self.reader.schema.symmetric:
                direction = "none"
            arrow = Arrow(
                relation.label,
                direction,
                (first.span, second.span),
                (first.named, second.named),
            )
            pair = tuple(sorted((one.before, one.is_place) for one in (head, tail)))
            if key := pairs.get((pair[0][0], pair[1][0])):
                (left_at_pairs if relation in filled else at_pairs)[key].append(arrow)
            elif first.is_place or second.is_place:
                arrows.append(arrow)
            else:
                relations.append(relation)
        document = self.reader.schema.canonical(
            replace(
                self.reader.article, entities=tuple(self.agreed), relations=tuple(relations)
            )
        )
        return Drawings(
            agreed=AgreedPart(document=document, arrows=tuple(dict.fromkeys(arrows))),
            at_places={key: tuple(found) for key, found in self.at_places.items()},
            left={key: tuple(found) for key, found in self.left.items()},
            at_pairs={key: tuple(dict.fromkeys(found)) for key, found in at_pairs.items()},
            left_at_pairs={
                key: tuple(dict.fromkeys(found)) for key, found in left_at_pairs.items()
            },
            across=tuple(self.across),
            moved=dict(self._moved()),
        )

    def _pairs(self) -> Mapping[tuple[PlaceSpan, PlaceSpan], str]:
        """The keys of differences of relations, by the spans of their ends as these are now."""
        agreed = {self._before(one).span for one in self.agreed}
        pairs: dict[tuple[PlaceSpan, PlaceSpan], str] = {}
        for key, one in self.shown.items():
            if one.kind == "relations":
                first, second = (
                    span if span in agreed else _grown(span, self.places) for span in one.place
                )
                pairs[min(first, second), max(first, second)] = key
        return pairs

    def _before(self, entity: Entity) -> Entity:
        """An entity as it was filled in; one that was drawn, as it is."""
        return (self.before.entities.get(entity.id) if self.before else None) or entity

    def _sort_entity(self, entity: Entity) -> None:
        if key := self.labelled_marks.get(entity.id):
            self._put(entity, key)
            return
        was = self.before.entities.get(entity.id) if self.before else None
        touched = [key for place, key in self.places.items() if do_overlap(entity.span, place)]
        if was is not None:
            # What was filled in where there is a question since then is one of its readings.
            filled = [key for key in touched if self._is_offered(was, key)]
            if filled and was == entity:
                self.left[filled[0]].append(entity)
                self.key_of[entity] = filled[0]
                return
            if touched and was == entity and labelled_span(was) in self.once_asked:
                # What became of this was decided by another question than the last one about its place.
                self.key_of[entity] = touched[0]
                return
            touched = filled or [
                key for key in touched if not do_overlap(was.span, self.shown[key].place[0])
            ]
        elif self.before is None:
            touched = [
                key for key in touched if key in self.own or self._is_offered(entity, key)
            ]
        if len(touched) > 1:
            self.across.append((entity, tuple(touched)))
        elif touched:
            self._put(entity, touched[0])
        else:
            self.agreed.append(entity)

    def _put(self, entity: Entity, key: str) -> None:
        self.at_places[key].append(entity)
        self.key_of[entity] = key

    def _is_offered(self, entity: Entity, key: str) -> bool:
        return any(
            labelled_span(entity) in option.reading.entities
            for option in self.shown[key].options
        )

    def _end(self, entity: Entity) -> _End:
        if entity.label == _STAND_IN:
            return _End(entity.span, is_place=True, before=entity.span)
        if key := self.key_of.get(entity):
            place = self.shown[key].place[0]
            return _End(place, is_place=True, named=labelled_span(entity), before=place)
        is_doubtful = self.several[entity.span] > 1 or entity.span in self.places
        return _End(
            entity.span,
            is_place=False,
            named=labelled_span(entity) if is_doubtful else None,
            before=self._before(entity).span,
        )

    def _moved(self) -> Iterator[tuple[LabelledSpan, LabelledSpan]]:
        for entity in self.agreed:
            was = self.before.entities.get(entity.id) if self.before else None
            if was is not None and was != entity:
                yield labelled_span(was), labelled_span(entity)
