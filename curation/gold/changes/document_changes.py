"""What changed in gold documents: which entities and relations, added, removed, relabelled or moved, and what else."""

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, repeat
from typing import Any, Generic, Literal, TypeVar

from curation.documents.document import Document, Entity, Relation
from curation.files import json_line
from curation.gold.dataset import GoldDocument
from curation.gold.tables.rows import gold_document_order
from curation.scoring.assignment import Fit, assign
from curation.scoring.match_kind import MatchKind

ChangeKind = Literal["added", "removed", "relabelled", "moved"]

_Mark = TypeVar("_Mark", Entity, Relation)

# What a gold document has besides its id, its entities and its relations.
_FIELDS = (
    "flags",
    "annotators",
    "n_annotations",
    "adjudicated",
    "arm",
    "preannotated_by",
    "group",
    "not_offered",
)


@dataclass(frozen=True, slots=True)
class MarkChange(Generic[_Mark]):
    """
    An entity or a relation as it was and as it is now, None where there is none.

    Relabelled is what has another label at the same place. An entity moved that has the same label
    and overlaps the old one; a relation moved whose ends were moved or relabelled.
    """

    kind: ChangeKind
    old: _Mark | None
    new: _Mark | None

    @property
    def label(self) -> str:
        """The label, that of before where there are two."""
        mark = self.new if self.old is None else self.old
        return mark.label if mark else ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """The value of a field of a document as it was and as it is now."""

    old: Any
    new: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChange:
    """
    A document that isn't in both datasets, or isn't the same in both.

    *old* or *new* is None where a dataset lacks it; *entities*, *relations* and *fields* are then
    empty. *fields* has what else changed by name: the text, the meta, and how the gold was made.
    """

    old: GoldDocument | None
    new: GoldDocument | None
    entities: tuple[MarkChange[Entity], ...] = ()
    relations: tuple[MarkChange[Relation], ...] = ()
    fields: Mapping[str, FieldChange] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The document's id."""
        gold = self.old or self.new
        return gold.id if gold else ""


def pair_documents(
    old: Iterable[GoldDocument], new: Iterable[GoldDocument]
) -> Iterator[tuple[GoldDocument | None, GoldDocument | None]]:
    """Each document of two datasets, both in the order of their ids: as it was and as it is now."""
    before = zip(old, repeat("old"))
    after = zip(new, repeat("new"))
    merged = heapq.merge(before, after, key=lambda placed: gold_document_order(placed[0]))
    for _, both in groupby(merged, key=lambda placed: placed[0].id):
        sides = {side: gold for gold, side in both}
        yield sides.get("old"), sides.get("new")


def find_document_change(
    old: GoldDocument | None, new: GoldDocument | None, symmetric: Collection[str] = ()
) -> DocumentChange | None:
    """What changed in a document; None where nothing did. *symmetric* relations have no direction."""
    if old is None or new is None:
        return DocumentChange(old=old, new=new)
    entities: tuple[MarkChange[Entity], ...] = ()
    relations: tuple[MarkChange[Relation], ...] = ()
    if old.document.entities != new.document.entities:
        entities = tuple(_entity_changes(old.document, new.document))
    if entities or old.document.relations != new.document.relations:
        now = {change.old: change.new for change in entities if change.old and change.new}
        relations = tuple(_relation_changes(old.document, new.document, now, symmetric))
    fields = _field_changes(old, new)
    if not (entities or relations or fields):
        return None
    return DocumentChange(
        old=old, new=new, entities=entities, relations=relations, fields=fields
    )


def _entity_changes(old: Document, new: Document) -> list[MarkChange[Entity]]:
    """The changes in reading order; as many of the same span as possible, then of the largest overlap."""
    before = {*old.entities}
    after = {*new.entities}
    changes: list[MarkChange[Entity]] = []
    for gone, come in _overlapping(before - after, after - before):
        pairs = {pair.gold: pair for pair in assign(gone, come, _fit)}
        taken = {pair.predicted for pair in pairs.values()}
        for i, entity in enumerate(gone):
            if pair := pairs.get(i):
                kind: ChangeKind = "relabelled" if pair.kind == MatchKind.SAME_SPAN else "moved"
                changes.append(MarkChange(kind, entity, come[pair.predicted]))
            else:
                changes.append(MarkChange("removed", entity, None))
        changes += (MarkChange("added", None, e) for j, e in enumerate(come) if j not in taken)
    return sorted(changes, key=_reading_order)


def _overlapping(
    gone: Collection[Entity], come: Collection[Entity]
) -> Iterator[tuple[list[Entity], list[Entity]]]:
    """Both sides, which have no entity in common, in groups that overlap no other group."""
    group_gone: list[Entity] = []
    group_come: list[Entity] = []
    reach = 0
    for entity in sorted({*gone, *come}):
        if entity.start >= reach:
            yield group_gone, group_come
            group_gone = []
            group_come = []
        (group_come if entity in come else group_gone).append(entity)
        reach = max(reach, entity.end)
    yield group_gone, group_come


def _fit(old: Entity, new: Entity) -> Fit | None:
    overlap = min(old.end, new.end) - max(old.start, new.start)
    if old.span == new.span:
        return Fit(MatchKind.SAME_SPAN, overlap)
    if overlap > 0 and old.label == new.label:
        return Fit(MatchKind.SAME_TYPE, overlap)
    return None


def _relation_changes(
    old: Document, new: Document, now: Mapping[Entity, Entity], symmetric: Collection[str]
) -> list[MarkChange[Relation]]:
    """The changes in reading order; *now* has what became of entities that were relabelled or moved."""
    gone = dict.fromkeys(one for one in old.relations if one not in {*new.relations})
    come = dict.fromkeys(one for one in new.relations if one not in {*old.relations})
    changes: list[MarkChange[Relation]] = []
    for relation in [*gone]:
        carried = _carried(relation, now)
        turned = Relation(carried.tail, carried.head, carried.label)
        ways = (carried, turned) if relation.label in symmetric else (carried,)
        for way in ways:
            if way in come:
                changes.append(MarkChange("moved", relation, way))
                del gone[relation], come[way]
                break
    by_ends: dict[tuple[Entity, Entity], list[Relation]] = {}
    for relation in come:
        by_ends.setdefault((relation.head, relation.tail), []).append(relation)
        if relation.label in symmetric:
            by_ends.setdefault((relation.tail, relation.head), []).append(relation)
    for relation in gone:
        carried = _carried(relation, now)
        ways_round = [(carried.head, carried.tail)]
        if relation.label in symmetric:
            ways_round.append((carried.tail, carried.head))
        others = (one for ends in ways_round for one in by_ends.get(ends, ()) if one in come)
        if (other := next(others, None)) is not None:
            del come[other]
            changes.append(MarkChange("relabelled", relation, other))
        else:
            changes.append(MarkChange("removed", relation, None))
    changes += (MarkChange("added", None, one) for one in come)
    return sorted(changes, key=_reading_order)


def _carried(relation: Relation, now: Mapping[Entity, Entity]) -> Relation:
    """The relation between what became of its ends."""
    head = now.get(relation.head, relation.head)
    tail = now.get(relation.tail, relation.tail)
    return Relation(head, tail, relation.label)


def _reading_order(change: MarkChange[_Mark]) -> tuple[object, ...]:
    return change.old or change.new, change.new is None


def _field_changes(old: GoldDocument, new: GoldDocument) -> dict[str, FieldChange]:
    before = {name: getattr(old, name) for name in _FIELDS}
    after = {name: getattr(new, name) for name in _FIELDS}
    changes = {
        name: FieldChange(before[name], after[name])
        for name in _FIELDS
        if before[name] != after[name]
    }
    if old.document.text != new.document.text:
        changes["text"] = FieldChange(old.document.text, new.document.text)
    # As JSON, since 1 and True are equal and aren't the same.
    metas = [json_line(dict(sorted(gold.document.meta.items()))) for gold in (old, new)]
    if metas[0] != metas[1]:
        changes["meta"] = FieldChange(dict(old.document.meta), dict(new.document.meta))
    return changes
