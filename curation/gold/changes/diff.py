"""The difference between two states of the gold: documents, their changes, counts by type, and the schema's types."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from curation.documents.document import Document, Entity, Relation
from curation.gold.changes.document_changes import (
    DocumentChange,
    MarkChange,
    find_document_change,
    pair_documents,
)
from curation.gold.dataset import GoldDocument, Version
from curation.gold.sealed.manifest import SchemaEntry


@dataclass(frozen=True, kw_only=True)
class GoldState:
    """
    A version or gold/next by its *name*: the gold documents, in the order of their ids, and the schema's types.

    *digest* is that of a sealed version, empty for gold/next.
    """

    name: str
    gold_documents: Iterable[GoldDocument]
    types: SchemaEntry
    digest: str = ""

    @classmethod
    def of_version(cls, version: Version) -> "GoldState":
        """A sealed version."""
        manifest = version.manifest
        return cls(
            name=manifest.version,
            gold_documents=version.gold_documents,
            types=manifest.types,
            digest=manifest.digest,
        )


@dataclass
class TypeTally:
    """
    How many marks of a type there were and are, and how that came.

    *came* and *went* count those of documents that were added and removed; the others are of
    documents in both. *relabelled* counts by the label that took the type's place.
    """

    before: int = 0
    after: int = 0
    came: int = 0
    went: int = 0
    added: int = 0
    removed: int = 0
    moved: int = 0
    relabelled: Counter[str] = field(default_factory=Counter)

    def count(self, change: MarkChange[Entity] | MarkChange[Relation]) -> None:
        """Count one more change of a mark of this type."""
        match change.kind:
            case "added":
                self.added += 1
            case "removed":
                self.removed += 1
            case "moved":
                self.moved += 1
            case "relabelled" if change.new:
                self.relabelled[change.new.label] += 1

    @property
    def has_changes(self) -> bool:
        """Whether anything of this type is different."""
        counts = (self.came, self.went, self.added, self.removed, self.moved)
        return any(counts) or bool(self.relabelled)


@dataclass(frozen=True, kw_only=True)
class TypeChanges:
    """Names of types that only the new schema has, that only the old one has, and that have another signature now."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    redefined: tuple[str, ...] = ()

    @classmethod
    def between(cls, old: SchemaEntry, new: SchemaEntry) -> "TypeChanges":
        """What is different between two schemas; wording doesn't count."""
        before = {*old.entities, *old.relations}
        after = {*new.entities, *new.relations}
        return cls(
            added=tuple(sorted(after - before)),
            removed=tuple(sorted(before - after)),
            redefined=tuple(
                sorted(
                    name
                    for name in old.relations.keys() & new.relations.keys()
                    if not old.relations[name].joins_as(new.relations[name])
                )
            ),
        )


@dataclass(frozen=True, kw_only=True)
class VersionDifference:
    """
    What is different between two states of the gold, *old* and *new* by name.

    *added* and *removed* are ids of documents; *reasons* says of removed ones why, where that is
    known. *changed* has the documents in both that aren't the same. *entities* and *relations* tally by
    type, *fields* counts the changed documents in which something besides these is different. *withdrawn*
    has, by id, why documents were withdrawn, where no entry of the changelog says so yet.
    *layers_changed* is true of two versions whose gold is the same, and whose annotations aren't.
    """

    old: str
    new: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[DocumentChange, ...]
    entities: Mapping[str, TypeTally]
    relations: Mapping[str, TypeTally]
    fields: Mapping[str, int]
    types: TypeChanges
    schema_changed: bool
    layers_changed: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict)
    withdrawn: Mapping[str, str] = field(default_factory=dict)


def find_differences(
    old: GoldState, new: GoldState, reasons: Mapping[str, str] | None = None
) -> VersionDifference:
    """
    The difference between two states of the gold; only what changed is kept in memory.

    *reasons* says by document why it isn't in the gold.
    """
    symmetric = old.types.symmetric | new.types.symmetric
    added: list[str] = []
    removed: list[str] = []
    changed: list[DocumentChange] = []
    tallies = _Tallies()
    for before, after in pair_documents(old.gold_documents, new.gold_documents):
        tallies.count_documents(before, after)
        change = find_document_change(before, after, symmetric)
        if change is None:
            continue
        if change.old is None:
            added.append(change.id)
        elif change.new is None:
            removed.append(change.id)
        else:
            tallies.count_changes(change)
            changed.append(change)
    is_same_gold = not (added or removed or changed)
    return VersionDifference(
        old=old.name,
        new=new.name,
        added=tuple(added),
        removed=tuple(removed),
        changed=tuple(changed),
        entities=dict(sorted(tallies.entities.items())),
        relations=dict(sorted(tallies.relations.items())),
        fields=dict(sorted(tallies.fields.items())),
        types=TypeChanges.between(old.types, new.types),
        schema_changed=old.types.fingerprint != new.types.fingerprint,
        layers_changed=is_same_gold
        and bool(old.digest and new.digest)
        and old.digest != new.digest,
        reasons={one: reasons[one] for one in removed if one in reasons} if reasons else {},
    )


@dataclass
class _Tallies:
    entities: dict[str, TypeTally] = field(default_factory=dict)
    relations: dict[str, TypeTally] = field(default_factory=dict)
    fields: Counter[str] = field(default_factory=Counter)

    def count_documents(self, old: GoldDocument | None, new: GoldDocument | None) -> None:
        """Count what a document had and has."""
        if old:
            for tally, count in self._of(old.document):
                tally.before += count
                tally.went += 0 if new else count
        if new:
            for tally, count in self._of(new.document):
                tally.after += count
                tally.came += 0 if old else count

    def count_changes(self, change: DocumentChange) -> None:
        """Count what changed in a document."""
        self.fields.update([*change.fields])
        for entity in change.entities:
            _tally(self.entities, entity.label).count(entity)
        for relation in change.relations:
            _tally(self.relations, relation.label).count(relation)

    def _of(self, document: Document) -> Iterable[tuple[TypeTally, int]]:
        for label, count in Counter(one.label for one in document.entities).items():
            yield _tally(self.entities, label), count
        for label, count in Counter(one.label for one in document.relations).items():
            yield _tally(self.relations, label), count


def _tally(tallies: dict[str, TypeTally], label: str) -> TypeTally:
    return tallies.setdefault(label, TypeTally())
