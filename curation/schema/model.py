"""The schema as values: entity types, relation types with their signatures, flags."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from curation.documents.document import Document, Relation
from curation.errors import pluralise
from curation.files import json_line


@dataclass(frozen=True)
class EntityType:
    """
    A kind of name; *model_labels* are the model's labels that mean it.

    *was* holds the names that it had before, oldest first: somebody's browser may still use them.
    """

    name: str
    definition: str
    examples_in: tuple[str, ...]
    examples_out: tuple[str, ...]
    color: str
    hotkey: str
    model_labels: tuple[str, ...] = ()
    was: tuple[str, ...] = ()


@dataclass(frozen=True)
class RelationType:
    """
    A kind of arrow, with its signature: the entity types it may join; *was* as above.

    Where it is *symmetric*, these are the same on both ends.
    """

    name: str
    definition: str
    examples_in: tuple[str, ...]
    examples_out: tuple[str, ...]
    color: str
    head: tuple[str, ...]
    tail: tuple[str, ...]
    symmetric: bool = False
    was: tuple[str, ...] = ()

    def joins(self, head: str, tail: str) -> bool:
        """Whether the signature allows these two entity types, in this direction."""
        return head in self.head and tail in self.tail

    @property
    def signature(self) -> str:
        """For people: ``PERSON → ORG | GPE``."""
        arrow = "↔" if self.symmetric else "→"
        return f"{' | '.join(self.head)} {arrow} {' | '.join(self.tail)}"


@dataclass(frozen=True)
class Flag:
    """What an annotator can say of a whole document."""

    name: str
    definition: str
    hotkey: str
    keeps_out: bool


@dataclass(frozen=True)
class Schema:
    """
    All types by name, in the order of the file.

    *sections* are the hand-written parts of the guideline.
    """

    entities: Mapping[str, EntityType]
    relations: Mapping[str, RelationType]
    flags: Mapping[str, Flag] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def fingerprint(self) -> str:
        """
        Names types, signatures and symmetry (12 hex digits); not colours or wording.

        A type that is renamed is another one to whoever reads the dataset; what
        it was called before is not. A schema without types has none.
        """
        if not self.entities:
            return ""
        form = {
            "entities": sorted(self.entities),
            "relations": [
                [r.name, sorted(r.head), sorted(r.tail), r.symmetric]
                for r in sorted(self.relations.values(), key=lambda r: r.name)
            ],
        }
        return hashlib.sha256(json_line(form).encode()).hexdigest()[:12]

    @property
    def sizes(self) -> str:
        """How many types there are, in words."""
        return f"{pluralise(len(self.entities), 'entity type')}, {pluralise(len(self.relations), 'relation')}"

    @cached_property
    def from_model(self) -> Mapping[str, str]:
        """The model's label → our type; a label that isn't in it is mapped to nothing."""
        return {
            label: kind.name for kind in self.entities.values() for label in kind.model_labels
        }

    @cached_property
    def symmetric(self) -> frozenset[str]:
        """The relation types that have no direction."""
        return frozenset(kind.name for kind in self.relations.values() if kind.symmetric)

    @cached_property
    def former_entities(self) -> Mapping[str, str]:
        """The name that an entity type had before → its name now."""
        return {old: kind.name for kind in self.entities.values() for old in kind.was}

    @cached_property
    def former_relations(self) -> Mapping[str, str]:
        """The name that a relation had before → its name now."""
        return {old: kind.name for kind in self.relations.values() for old in kind.was}

    def renewed(self, document: Document) -> Document:
        """The same document with each type under the name that it has now; what is then said twice, once."""
        if not self.former_entities and not self.former_relations:
            return document
        now, then = self.former_entities, document.entities
        names = {one: replace(one, label=now.get(one.label, one.label)) for one in then}
        relations = dict.fromkeys(
            Relation(
                names.get(one.head, one.head),
                names.get(one.tail, one.tail),
                self.former_relations.get(one.label, one.label),
            )
            for one in document.relations
        )
        entities = tuple(dict.fromkeys(names.values()))
        return replace(document, entities=entities, relations=tuple(relations))

    def canonical(self, document: Document) -> Document:
        """The same document, symmetric relations with the earlier entity as head."""
        turned = tuple(self.turned(relation) for relation in document.relations)
        return replace(document, relations=turned)

    def turned(self, relation: Relation) -> Relation:
        """The relation in its canonical direction."""
        if relation.label in self.symmetric and relation.tail < relation.head:
            return Relation(relation.tail, relation.head, relation.label)
        return relation
