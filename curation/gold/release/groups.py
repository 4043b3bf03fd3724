"""Which documents of a release must stay in one split, and which near copies are in two."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from curation.gold.dataset import GoldDocument, Reiterable, StoredDataset
from curation.gold.release.sealed_groups import SealedGroups
from curation.gold.release.splits import SplitPlan
from curation.gold.sealed.manifest import GroupsEntry, LeakEntry
from curation.near_copies import NearCopy, find_near_copies


@dataclass(frozen=True, slots=True)
class GivenText:
    """A document's id and text, and the group that the document says it is in: its id where it says none."""

    id: str
    text: str
    group: str


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """
    The group of each document of a release, by id.

    *sealed* is what sealed versions say. *near_copies* are those among the release's documents and
    all sealed ones. *bridges* has the sealed groups that a document joined when it came, by its id,
    where these were several: the oldest comes first, and is the document's.
    """

    groups: Mapping[str, str] = field(default_factory=dict)
    sealed: SealedGroups = field(default_factory=SealedGroups)
    near_copies: tuple[NearCopy, ...] = ()
    bridges: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def several(self) -> dict[str, tuple[str, ...]]:
        """The ids of the documents of each group that has more than one, by group."""
        members = defaultdict(list)
        for document, group in self.groups.items():
            members[group].append(document)
        return {
            group: tuple(members[group]) for group in sorted(members) if len(members[group]) > 1
        }

    def to_entry(self) -> GroupsEntry:
        """What the manifest says of groups."""
        return GroupsEntry(
            several={group: [*documents] for group, documents in self.several.items()},
            bridges={name: [*groups] for name, groups in sorted(self.bridges.items())},
        )

    def group_of(self, document: str) -> str:
        """The group of a document of the release, or of one that only sealed versions hold."""
        return self.groups.get(document) or self.sealed.groups[document]

    def find_leaks(self, plan: SplitPlan) -> tuple[LeakEntry, ...]:
        """
        The near copies that this plan has in different splits.

        A new document that leaks is named with one document of each other split, a sealed one only
        where the release has both documents.
        """
        leaks: dict[frozenset[str], LeakEntry] = {}
        for these, those, shared in _near_documents(self.near_copies):
            for document in these:
                for leak in self._leaks_of(document, those, plan, shared):
                    leaks.setdefault(leak.documents, leak)
        return tuple(leaks.values())

    def _leaks_of(
        self, document: str, others: Iterable[str], plan: SplitPlan, shared: float
    ) -> Iterator[LeakEntry]:
        if document not in self.groups:
            return
        is_new = document not in self.sealed.groups
        told = {plan.split_of(self.group_of(document))}
        for other in others:
            split = plan.split_of(self.group_of(other))
            if split not in told and (is_new or other in self.groups):
                told.add(split)
                yield LeakEntry(
                    document=document,
                    split=plan.split_of(self.group_of(document)),
                    other=other,
                    other_split=split,
                    shared=round(shared, 3),
                )


def assign_groups(documents: Iterable[GivenText], sealed: SealedGroups) -> Grouping:
    """
    The groups of a release's documents.

    A document that a sealed version holds stays in its group. All others are in one group with
    their near copies and with those that say the same group, or said it when they were sealed.
    Such a group is called as the sealed group that it joins, else as its documents say, else as the
    smallest id.
    """
    said: dict[str, str] = {}

    def texts() -> Iterator[tuple[str, str]]:
        for document in documents:
            said[document.id] = document.group
            yield document.id, document.text
        yield from ((name, text) for name, text in sealed.texts if name not in said)

    near_copies = find_near_copies(texts())
    new = {document: group for document, group in said.items() if document not in sealed.groups}
    touched = _find_touched(said, near_copies, sealed)
    age = {group: place for place, group in enumerate(sealed.splits)}
    names: dict[str, str] = {}
    bridges = {
        document: joined for document, joined in sealed.bridges.items() if document in said
    }
    for members in _join_new(new, near_copies):
        groups = set().union(*(touched[document] for document in members))
        names_said = [new[document] for document in members if new[document] != document]
        name = min(groups, key=age.__getitem__) if groups else min(names_said or members)
        for document in members:
            names[document] = name
            if others := touched[document] - {name}:
                bridges[document] = (name, *sorted(others, key=age.__getitem__))
    return Grouping(
        groups={document: names.get(document) or sealed.groups[document] for document in said},
        sealed=sealed,
        near_copies=near_copies,
        bridges=bridges,
    )


def _find_touched(
    said: Mapping[str, str], near_copies: Iterable[NearCopy], sealed: SealedGroups
) -> Mapping[str, set[str]]:
    """The sealed groups of which each new document says, or whose texts show, that it belongs to them."""
    by_said = {group: {*groups} for group, groups in sealed.said.items()}
    for group in sealed.splits:
        by_said.setdefault(group, set()).add(group)
    for document, group in said.items():
        if document in sealed.groups:
            by_said.setdefault(group, set()).add(sealed.groups[document])
    touched = {
        document: {*by_said.get(group, ())}
        for document, group in said.items()
        if document not in sealed.groups
    }
    for these, those, _ in _near_documents(near_copies):
        groups = {sealed.groups[other] for other in those if other in sealed.groups}
        for document in these:
            if document in touched:
                touched[document] |= groups
    return touched


def _join_new(
    new: Mapping[str, str], near_copies: Iterable[NearCopy]
) -> Iterable[Sequence[str]]:
    """The new documents, those together that must be in one group."""
    joined = _Joined()
    by_group: dict[str, list[str]] = defaultdict(list)
    for document, group in new.items():
        by_group[group].append(document)
    for members in by_group.values():
        joined.join(members)
    for these, those, _ in _near_documents(near_copies):
        joined.join([document for document in (*these, *those) if document in new])
    return joined.components(new)


def group_dataset(dataset: StoredDataset, sealed: SealedGroups) -> Grouping:
    """The groups of a dataset's gold documents."""
    return assign_groups(
        (GivenText(gold.id, gold.document.text, gold.group) for gold in dataset.gold_documents),
        sealed,
    )


def with_groups(dataset: StoredDataset, grouping: Grouping) -> StoredDataset:
    """The same dataset with its documents in these groups."""

    def grouped(gold: GoldDocument) -> GoldDocument:
        group = grouping.groups[gold.id]
        return gold if gold.group == group else replace(gold, group=group)

    return replace(
        dataset, gold_documents=Reiterable(lambda: map(grouped, dataset.gold_documents))
    )


def _near_documents(
    near_copies: Iterable[NearCopy],
) -> Iterator[tuple[list[str], list[str], float]]:
    """All near copies, either way round; documents with the same words are together."""
    same: dict[str, list[str]] = {}
    pairs = []
    for pair in near_copies:
        same.setdefault(pair.first, [pair.first])
        if pair.same_words:
            same[pair.first].append(pair.second)
        else:
            same.setdefault(pair.second, [pair.second])
            pairs.append(pair)
    for documents in same.values():
        yield documents, documents, 1.0
    for pair in pairs:
        yield same[pair.first], same[pair.second], pair.shared
        yield same[pair.second], same[pair.first], pair.shared


class _Joined:
    """Documents that belong together, directly or by way of others."""

    def __init__(self) -> None:
        self.parents: dict[str, str] = {}

    def join(self, documents: Sequence[str]) -> None:
        """Put all of these together."""
        for document in documents:
            self.parents[self._root(document)] = self._root(documents[0])

    def components(self, documents: Iterable[str]) -> Iterable[Sequence[str]]:
        """The documents, those that belong together in one list."""
        members: dict[str, list[str]] = defaultdict(list)
        for document in documents:
            members[self._root(document)].append(document)
        return members.values()

    def _root(self, document: str) -> str:
        root = document
        while (parent := self.parents.get(root, root)) != root:
            root = parent
        while document != root:
            following = self.parents[document]
            self.parents[document] = root
            document = following
        return root
