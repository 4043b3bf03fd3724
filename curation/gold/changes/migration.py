"""Gold of an older version under today's types, and everything that is left out on the way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from curation.checks.against_schema import check_document
from curation.documents.document import Document, Entity, Relation
from curation.errors import Problems
from curation.formats.losses import WITH_LOST_END, Losses, LossKind
from curation.schema import Schema

_ENTITY_MERGED = LossKind("entity", "the same as another one under today's types")
_RELATION_MERGED = LossKind("relation", "the same as another one under today's types")
_ONE_END = LossKind("relation", "left out, as both of its ends are one entity now")


@dataclass
class Migration:
    """
    The way from the types of a version to those of the *schema*.

    *names* gives today's type by an older one, empty for what is left out; *symmetric* are the
    relations that had no direction. *losses* has what was left out of the documents that were
    migrated, *problems* what is wrong with them under the schema.
    """

    schema: Schema
    names: Mapping[str, str]
    symmetric: frozenset[str]
    losses: Losses = field(default_factory=Losses)
    problems: Problems = field(default_factory=Problems)

    def migrate(self, document: Document) -> Document:
        """The document under today's types."""
        entities = self._entities(document)
        relations = [*self._relations(document, entities)]
        migrated = self.schema.canonical(
            replace(
                document,
                entities=tuple(dict.fromkeys(entities.values())),
                relations=tuple(relations),
            )
        )
        once = replace(migrated, relations=tuple(dict.fromkeys(migrated.relations)))
        self._lose(_ENTITY_MERGED, document, len(entities) - len(once.entities))
        self._lose(_RELATION_MERGED, document, len(relations) - len(once.relations))
        self.problems += check_document(once, self.schema)
        return once.with_numbered_entities()

    def _entities(self, document: Document) -> dict[Entity, Entity]:
        """What each entity is now; those that are left out are missing."""
        found: dict[Entity, Entity] = {}
        for entity in document.entities:
            if label := self.names.get(entity.label, entity.label):
                found[entity] = replace(entity, label=label)
            else:
                self._lose(_left_out(entity.label, "entity"), document)
        return found

    def _relations(
        self, document: Document, entities: Mapping[Entity, Entity]
    ) -> Iterator[Relation]:
        for relation in document.relations:
            label = self.names.get(relation.label, relation.label)
            head = entities.get(relation.head)
            tail = entities.get(relation.tail)
            if not label:
                self._lose(_left_out(relation.label, "relation"), document)
            elif head is None or tail is None:
                self._lose(WITH_LOST_END, document)
            elif head == tail:
                self._lose(_ONE_END, document)
            else:
                yield from self._fitting(document, relation, Relation(head, tail, label))

    def _fitting(self, document: Document, old: Relation, new: Relation) -> Iterator[Relation]:
        """The relation the way round that its signature allows; none where it allows neither."""
        kind = self.schema.relations[new.label]
        fits = kind.joins_either_way(new.head.label, new.tail.label)
        turned = Relation(new.tail, new.head, new.label)
        if old.label in self.symmetric and not kind.symmetric:
            fits_turned = kind.joins(turned.head.label, turned.tail.label)
            if fits and fits_turned:
                why = f"{old.label} had no direction and {new.label} has one: from the first of the two"
                self._lose(LossKind("relation", why), document)
            elif fits_turned:
                yield turned
                return
        if fits:
            yield new
        else:
            ends = f"{new.head.label} to {new.tail.label}"
            why = f"left out, as {new.label} may not join {ends}"
            self._lose(LossKind("relation", why), document)

    def _lose(self, kind: LossKind, document: Document, number: int = 1) -> None:
        self.losses.add(kind, document.id, number)


def _left_out(label: str, noun: str) -> LossKind:
    return LossKind(f"{label} {noun}", "left out, as the table says")
