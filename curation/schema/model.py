"""The schema: entity types, relation types with their signatures, flags."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from curation.documents.document import Document, Relation
from curation.errors import pluralise
from curation.files import json_line

# The label of a pair of entities that no relation joins, in the dataset's view of relations.
NO_RELATION = "none"


@dataclass(frozen=True)
class GuidelineRule:
    """One question that a definition leaves open, settled, with an example of each side."""

    about: str
    rule: str
    example_in: str
    example_out: str


@dataclass(frozen=True)
class EntityType:
    """
    An entity type; *model_labels* are the labels of the spaCy model that are read as this type.

    *former_names* (``was`` in schema.toml) are oldest first; an open browser may still use them. *rules*
    settle what the definition leaves open.
    """

    name: str
    definition: str
    examples_in: tuple[str, ...]
    examples_out: tuple[str, ...]
    color: str
    hotkey: str
    model_labels: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    rules: tuple[GuidelineRule, ...] = ()


@dataclass(frozen=True)
class RelationType:
    """
    A relation type; *head* and *tail* are the entity types that the relation may join.

    If *symmetric*, the relation has no direction, and may join a *tail* to a *head* as well.
    *former_names* and *rules* as in EntityType. *model_labels* are those of a component of the model that finds
    relations; its own name is read, too.
    """

    name: str
    definition: str
    examples_in: tuple[str, ...]
    examples_out: tuple[str, ...]
    color: str
    head: tuple[str, ...]
    tail: tuple[str, ...]
    symmetric: bool = False
    former_names: tuple[str, ...] = ()
    rules: tuple[GuidelineRule, ...] = ()
    model_labels: tuple[str, ...] = ()

    def joins(self, head: str, tail: str) -> bool:
        """Whether the relation may join entity type *head* to entity type *tail*, in its signature's order."""
        return head in self.head and tail in self.tail

    def joins_either_way(self, one: str, other: str) -> bool:
        """As ``joins``; a symmetric relation may be drawn from either end."""
        return self.joins(one, other) or (self.symmetric and self.joins(other, one))

    @property
    def signature(self) -> str:
        """Heads and tails for people: ``PERSON → ORG | GPE``."""
        arrow = "↔" if self.symmetric else "→"
        return f"{' | '.join(self.head)} {arrow} {' | '.join(self.tail)}"


@dataclass(frozen=True)
class Flag:
    """A remark that annotators can set on a whole document; *keeps_out* keeps the document out of the gold."""

    name: str
    definition: str
    hotkey: str
    keeps_out: bool


@dataclass(frozen=True)
class ModelRelations:
    """Which attribute of a Doc has the relations that the model's own component finds, and the score from which they count."""

    attribute: str
    min_score: float = 0.5


@dataclass(frozen=True)
class TypeNames:
    """The names of a schema's types."""

    entities: frozenset[str]
    relations: frozenset[str]


@dataclass(frozen=True)
class Schema:
    """
    All types by name, in the order of the file.

    *sections* are the hand-written parts of the guideline, *rules* those of its rules that are about
    several types, by section. *history* has the types that earlier
    schemas had, by fingerprint, under the names of then. *same_words* are the pairs of entity
    types that may both be marked on exactly the same words. *removed* are the names of types that
    were removed: what still has one is left out; an open browser may still use them. *baseline* is the
    model that suggests where none is given, empty for curate's own. *consequences* are
    pairs of relations: where a phrase states the first, and names whom the second would join, it states
    the second, too. *model_relations* is None where the model has no component for relations.
    """

    entities: Mapping[str, EntityType]
    relations: Mapping[str, RelationType]
    flags: Mapping[str, Flag] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    history: Mapping[str, TypeNames] = field(default_factory=dict)
    same_words: frozenset[frozenset[str]] = frozenset()
    removed: frozenset[str] = frozenset()
    rules: Mapping[str, tuple[GuidelineRule, ...]] = field(default_factory=dict)
    consequences: tuple[tuple[str, str], ...] = ()
    baseline: str = ""
    model_relations: ModelRelations | None = None

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    @cached_property
    def fingerprint(self) -> str:
        """
        A hash of types, signatures and symmetry (12 hex digits), empty without entity types.

        A renamed type changes the fingerprint. Colours, wording, rules, former names, *same_words*,
        *consequences* and *baseline* don't.
        """
        if not self.entities:
            return ""
        types = {
            "entities": sorted(self.entities),
            "relations": [
                [r.name, sorted(r.head), sorted(r.tail), r.symmetric]
                for r in sorted(self.relations.values(), key=lambda r: r.name)
            ],
        }
        return hashlib.sha256(json_line(types).encode()).hexdigest()[:12]

    @property
    def type_names(self) -> TypeNames:
        """The names of all types."""
        return TypeNames(frozenset(self.entities), frozenset(self.relations))

    def current_type_names(self, names: Iterable[str]) -> frozenset[str]:
        """Names of types, the former ones replaced."""
        former = {**self.former_entity_names, **self.former_relation_names}
        return frozenset(former.get(name, name) for name in names)

    def types_not_offered(self, fingerprint: str | None) -> tuple[str, ...] | None:
        """
        The types that an earlier schema didn't have, sorted; None where its *fingerprint* isn't known.

        A type counts as offered that the earlier schema had under a former name.
        """
        if fingerprint is None:
            return None
        if fingerprint == self.fingerprint:
            return ()
        earlier = self.history.get(fingerprint)
        return None if earlier is None else self.types_missing_in(earlier)

    def types_missing_in(self, names: TypeNames) -> tuple[str, ...]:
        """The types of which *names* have neither the name nor a former one, sorted."""
        entities = {self.former_entity_names.get(name, name) for name in names.entities}
        relations = {self.former_relation_names.get(name, name) for name in names.relations}
        missing = self.entities.keys() - entities | self.relations.keys() - relations
        return tuple(sorted(missing))

    @property
    def size_summary(self) -> str:
        """For people: ``11 entity types, 10 relations``."""
        return f"{pluralise(len(self.entities), 'entity type')}, {pluralise(len(self.relations), 'relation')}"

    def keeps_out(self, flag: str) -> bool:
        """Whether the flag keeps a document out of the gold."""
        return flag in self.flags and self.flags[flag].keeps_out

    @cached_property
    def type_by_model_label(self) -> Mapping[str, str]:
        """Label of the spaCy model → entity type; other labels of the model are ignored."""
        return {
            label: kind.name for kind in self.entities.values() for label in kind.model_labels
        }

    @cached_property
    def relation_by_model_label(self) -> Mapping[str, str]:
        """Label of the model's component for relations → relation; other labels are ignored."""
        labels = {name: name for name in self.relations}
        for kind in self.relations.values():
            labels |= dict.fromkeys((*kind.former_names, *kind.model_labels), kind.name)
        return labels

    @cached_property
    def symmetric(self) -> frozenset[str]:
        """The names of the symmetric relation types."""
        return frozenset(kind.name for kind in self.relations.values() if kind.symmetric)

    @cached_property
    def former_entity_names(self) -> Mapping[str, str]:
        """Former name of an entity type → its name now."""
        return {old: kind.name for kind in self.entities.values() for old in kind.former_names}

    @cached_property
    def former_relation_names(self) -> Mapping[str, str]:
        """Former name of a relation → its name now."""
        return {old: kind.name for kind in self.relations.values() for old in kind.former_names}

    def with_current_names(self, document: Document) -> Document:
        """The document with former names of types replaced, and without duplicates that this makes and types that were removed."""
        if not (self.former_entity_names or self.former_relation_names or self.removed):
            return document
        renamed = {
            entity: replace(
                entity, label=self.former_entity_names.get(entity.label, entity.label)
            )
            for entity in document.entities
            if entity.label not in self.removed
        }
        relations = dict.fromkeys(
            Relation(
                renamed.get(relation.head, relation.head),
                renamed.get(relation.tail, relation.tail),
                self.former_relation_names.get(relation.label, relation.label),
                relation.score,
                relation.made_by,
            )
            for relation in document.relations
            if not {relation.label, relation.head.label, relation.tail.label} & self.removed
        )
        entities = tuple(dict.fromkeys(renamed.values()))
        return replace(document, entities=entities, relations=tuple(relations))

    def canonical(self, document: Document) -> Document:
        """The document with all symmetric relations in their canonical direction, each once."""
        if self.symmetric.isdisjoint(relation.label for relation in document.relations):
            return document
        relations = dict.fromkeys(map(self.canonical_relation, document.relations))
        return replace(document, relations=tuple(relations))

    def canonical_relation(self, relation: Relation) -> Relation:
        """
        The relation; if symmetric, the way round that its signature allows.

        Where the signature allows both ways or neither, the entity that comes first is the head.
        """
        if relation.label not in self.symmetric:
            return relation
        kind = self.relations[relation.label]
        fits = kind.joins(relation.head.label, relation.tail.label)
        fits_turned = kind.joins(relation.tail.label, relation.head.label)
        turns = fits_turned if fits != fits_turned else relation.tail < relation.head
        return replace(relation, head=relation.tail, tail=relation.head) if turns else relation
