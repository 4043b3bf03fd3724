"""The regions and relations of a result, read one by one: entities, arrows, flags, notes, and every problem."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from curation.checks.edge_problems import describe_no_letters, find_edge_problem, trim_edges
from curation.checks.edge_remarks import describe_part_of_name, find_edge_remark
from curation.checks.word_boundaries import widen_over_hyphens
from curation.documents.document import Document, Entity, Relation
from curation.documents.interchange import parse_score
from curation.documents.quote import quote_context, quote_words
from curation.errors import Problem
from curation.files import Json
from curation.labelstudio.json_values import as_list, as_object
from curation.schema.labeling import FLAGS_TAG, LABELS_TAG, NOTE_TAG
from curation.schema.model import Schema

# What the editor says of a region: suggested and unchanged, suggested and then changed, or drawn.
ORIGIN_SUGGESTED = "prediction"
ORIGIN_CHANGED = "prediction-changed"
ORIGINS_BY_HAND = ("manual", ORIGIN_CHANGED)

# The id of a region without one: nobody knows which relations were meant to join the region.
NO_ID = ""


@dataclass
class RegionReader:
    """
    Reads one result, region by region, and collects every problem.

    *entities* are by region id, *distinct* without repetitions. *relations* give the ends in the
    order in which they were drawn. *marked_twice* are entities of several regions. *refused* are the ids of regions that are no entities, and have
    a problem, or are of a type that was removed: a relation that joins one of them gets none of its
    own. *drawn* are the entities that an annotator drew or changed. *marks* are ends of relations
    that are no entities, by region id, each as something that stands for it.
    """

    article: Document
    schema: Schema
    marks: Mapping[str, Entity] = field(default_factory=dict)
    entities: dict[str, Entity] = field(default_factory=dict)
    distinct: dict[Entity, Entity] = field(default_factory=dict)
    relations: dict[Relation, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    trimmed: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    repetitions: int = 0
    marked_twice: set[Entity] = field(default_factory=set)
    former_names: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    drawn: list[Entity] = field(default_factory=list)

    def read(self, result: Iterable[Json]) -> None:
        """Read all of a result: its regions first, then the relations that join them."""
        regions = [as_object(region) for region in result]
        for region in regions:
            if region.get("type") != "relation":
                self._read_region(region)
        for region in regions:
            if region.get("type") == "relation":
                self._read_relation(region)

    def _read_region(self, region: Json) -> None:
        value = as_object(region.get("value"))
        name = region.get("from_name")
        kind = region.get("type")
        if kind == "labels" and name == LABELS_TAG:
            self._read_span(region, value)
        elif kind == "choices" and name == FLAGS_TAG:
            self._read_flags(value)
        elif kind == "textarea" and name == NOTE_TAG:
            self.notes += [str(line) for line in as_list(value.get("text"))]
        else:
            self._add_problem(f"a region of {name!r}, {kind!r}, which our config doesn't have")

    def _read_relation(self, region: Json) -> None:
        from_id = str(region.get("from_id"))
        to_id = str(region.get("to_id"))
        if not self.refused.isdisjoint((from_id, to_id)):
            return
        head = self.entities.get(from_id) or self.marks.get(from_id)
        tail = self.entities.get(to_id) or self.marks.get(to_id)
        if head is None or tail is None:
            if NO_ID not in self.refused:
                self._add_problem(self._missing_end(head, tail))
            return
        where = f", {head.start}..{head.end} → {tail.start}..{tail.end}"
        arrow = partial(self._describe_arrow, head, tail)
        written_labels = [str(label) for label in as_list(region.get("labels"))]
        labels = [label for label in written_labels if not self._is_removed(label)]
        if not written_labels:
            self._add_problem(f"{arrow()} has no label", where)
        if doubled := self.marked_twice.intersection((head, tail)):
            names = " and ".join(self._quote(entity) for entity in sorted(doubled))
            what = f"{arrow()} is at {names}, marked twice: to remove one mark may remove the arrow"
            self.doubts.append(Problem(f"{self.article.id}{where}", what))
        direction = region.get("direction", "right")
        if direction not in ("left", "right", "bi"):
            self._add_problem(f"{arrow()} has the direction {direction!r}", where)
            return
        if direction == "left":
            head, tail = tail, head
        for written in labels:
            label = self._name_of_today(written, self.schema.former_relation_names)
            relation_type = self.schema.relations.get(label)
            if direction == "bi" and relation_type and not relation_type.symmetric:
                what = f"{arrow()} points both ways, but {label} has a direction"
                self._add_problem(what, where)
            else:
                self._add_relation(Relation(head, tail, label), arrow, where)

    def doubt_parts_of_names(self) -> None:
        """Doubt the "Jean" of "Jean-Claude"; not the "Moscow" of "Moscow-Tehran", if both are marked."""
        spans = [entity.span for entity in self.entities.values()]
        for entity in self.drawn:
            first, last = widen_over_hyphens(self.article.text, *entity.span)
            if (first, last) == entity.span:
                continue
            if any(first < end and start < entity.start for start, end in spans):
                first = entity.start
            if any(entity.end < end and start < last for start, end in spans):
                last = entity.end
            if (first, last) != entity.span:
                place = f"{self.article.id}, {entity.start}..{entity.end}"
                what = describe_part_of_name(self.article.text, entity.span, (first, last))
                self.doubts.append(Problem(place, what))

    def _add_problem(self, what: str, where: str = "") -> None:
        self.problems.append(Problem(f"{self.article.id}{where}", what))

    def _refuse_region(self, region: Json, what: str, where: str) -> None:
        self.refused.add(str(region.get("id") or NO_ID))
        self._add_problem(what, where)

    def _read_flags(self, value: Json) -> None:
        for choice in as_list(value.get("choices")):
            if isinstance(choice, str) and choice in self.schema.flags:
                self.flags.add(choice)
            else:
                flags = ", ".join(self.schema.flags)
                self._add_problem(
                    f"the flag {choice!r} is not in the schema; its flags are {flags}"
                )

    def _read_span(self, region: Json, value: Json) -> None:
        text = self.article.text
        start = value.get("start")
        end = value.get("end")
        where = f", {start}..{end}"
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
            self._refuse_region(region, self._outside_text(value), where)
            return
        by_hand = region.get("origin") in ORIGINS_BY_HAND
        first, last = trim_edges(text, start, end, by_hand=by_hand)
        labels = as_list(value.get("labels"))
        region_id = region.get("id")
        if len(labels) == 1 and self._is_removed(str(labels[0])):
            self.refused.add(str(region_id or NO_ID))
            return
        what = self._why_no_entity((start, end), labels, region_id, is_empty=first == last)
        if what:
            self._refuse_region(region, what, where)
            return
        if by_hand and (what := find_edge_problem(text, first, last)):
            # The type is known all the same, so that relations of the span are read.
            self._add_problem(what, where)
        elif (first, last) != (start, end):
            what = f"{text[start:end]!r} is read as {quote_words(text, first, last)}"
            self.trimmed.append(Problem(f"{self.article.id}{where}", what))
        if by_hand and (what := find_edge_remark(text, first, last)):
            self.doubts.append(Problem(f"{self.article.id}{where}", what))
        label = self._name_of_today(str(labels[0]), self.schema.former_entity_names)
        score = None if by_hand else parse_score(region.get("score"))
        # Not by keyword, which takes twice as long: a pull does this often.
        entity = Entity(first, last, label, str(region_id), score)
        same = self.distinct.setdefault(entity, entity)
        if same is not entity:
            self.repetitions += 1
            self.marked_twice.add(same)
        self.entities[entity.id] = same
        if by_hand:
            self.drawn.append(entity)
        for line in as_list(as_object(region.get("meta")).get("text")):
            self.notes.append(f"{text[first:last]}: {str(line).strip()}")

    def _outside_text(self, value: Json) -> str:
        """The problem of a span that has no place in the text, in words by which to find the span."""
        start = value.get("start")
        labels = " ".join(map(str, as_list(value.get("labels"))))
        span = f"the {labels} span" if labels else "a span"
        near = ""
        if type(start) is int and 0 <= start <= len(self.article.text):
            near = f" ({quote_context(self.article.text, start, start)})"
        return (
            f"{span} from character {start} to {value.get('end')}{near} is empty, reversed or "
            "outside the text; remove it and mark it again"
        )

    def _missing_end(self, head: Entity | None, tail: Entity | None) -> str:
        """The problem of a relation with at most one end, which no annotator can draw."""
        if head:
            arrow = f"the arrow from {self._quote(head)} leads to a region that is not there"
        elif tail:
            arrow = f"the arrow to {self._quote(tail)} comes from a region that is not there"
        else:
            arrow = "an arrow joins two regions that are not there"
        return f"{arrow}; the editor can't show such a task: what was sent has to be sent anew"

    def _why_no_entity(
        self, span: tuple[int, int], labels: list[object], region_id: object, *, is_empty: bool
    ) -> str:
        """What keeps a region from being an entity, whatever its edges; empty where nothing does."""
        if not labels:
            what = "has no label"
        elif len(labels) > 1:
            what = f"has {len(labels)} labels; one is allowed"
        elif is_empty:
            return describe_no_letters(self.article.text, *span)
        elif not isinstance(region_id, str) or not region_id:
            what = "has no id; remove it and mark it again"
        elif region_id in self.entities or region_id in self.refused:
            what = "has the id of another region; remove both and mark them again"
        else:
            return ""
        # Quoted only where something is wrong: to look for the words around takes long.
        return f"{quote_words(self.article.text, *span)} {what}"

    def _add_relation(self, relation: Relation, arrow: Callable[[], str], where: str) -> None:
        drawn = f"{relation.head.span}{relation.tail.span}"
        before = self.relations.setdefault(self.schema.canonical_relation(relation), drawn)
        if before is drawn:
            return
        if before == drawn:
            self.repetitions += 1
        else:
            what = f"{arrow()} was drawn both ways; {relation.label} has no direction, keep one"
            self._add_problem(what, where)

    def _is_removed(self, name: str) -> bool:
        """Whether the name is that of a type that was removed, of which note is taken."""
        if name in self.schema.removed:
            self.former_names.add(f"{name}=")
        return name in self.schema.removed

    def _name_of_today(self, name: str, former: Mapping[str, str]) -> str:
        if name in former:
            self.former_names.add(f"{name}={former[name]}")
        return former.get(name, name)

    def _describe_arrow(self, head: Entity, tail: Entity) -> str:
        return f"the arrow from {self._quote(head)} to {self._quote(tail)}"

    def _quote(self, entity: Entity) -> str:
        return quote_words(self.article.text, *entity.span)
