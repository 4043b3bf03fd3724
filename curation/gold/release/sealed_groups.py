"""What sealed versions say of groups, splits and leaks for ever."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from curation.documents.document import group_said
from curation.files import Json
from curation.gold.changes.changelog import read_seals
from curation.gold.dataset import Reiterable
from curation.gold.sealed.versions import (
    gold_files,
    list_versions,
    read_manifest,
    verify_gold_files,
)
from curation.gold.tables.parquet import read_columns


@dataclass(frozen=True, kw_only=True)
class SealedGroups:
    """
    The groups of all sealed versions, those of the oldest version first.

    *groups* gives each document's group by id. *said* has the groups of documents by the group that
    their metadata said, which near copies may have brought to another one; a document that said
    none said its id. *splits* gives each group's split, *texts* each document's text once, with its
    id, *text_hashes* the sha256 of each text by id. *leaks* are the ids of two documents each, which
    may be in two splits; *bridges* the groups that a document belongs to, its own first, by id.
    """

    groups: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, Collection[str]] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)
    texts: Iterable[tuple[str, str]] = ()
    text_hashes: Mapping[str, str] = field(default_factory=dict)
    leaks: frozenset[frozenset[str]] = frozenset()
    bridges: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_sealed_groups(gold: Path) -> SealedGroups:
    """
    The groups of the versions that the changelog announces.

    Raises GoldError where the gold documents of one, or its manifest, were altered: whoever goes on
    without them would move documents to other splits.
    """
    groups: dict[str, str] = {}
    said: defaultdict[str, set[str]] = defaultdict(set)
    splits: dict[str, str] = {}
    text_hashes: dict[str, str] = {}
    leaks: set[frozenset[str]] = set()
    bridges: dict[str, tuple[str, ...]] = {}
    files: list[Path] = []
    seals = read_seals(gold)
    for version in list_versions(gold):
        if version not in seals:
            continue
        manifest = read_manifest(gold, version)
        verify_gold_files(gold / version, manifest)
        for document, joined in (manifest.groups.bridges if manifest.groups else {}).items():
            bridges.setdefault(document, tuple(joined))
        leaks |= {leak.documents for leak in manifest.leaks}
        for split, path in gold_files(gold / version, manifest):
            files.append(path)
            for row in read_columns(path, ["id", "group", "text_sha256", "meta"]):
                text_hashes.setdefault(row["id"], row["text_sha256"])
                group = groups.setdefault(row["id"], row["group"])
                said[_said_by(row)].add(group)
                splits.setdefault(group, split)
    return SealedGroups(
        groups=groups,
        said=dict(said),
        splits=splits,
        texts=Reiterable(lambda: _texts(files)),
        text_hashes=text_hashes,
        leaks=frozenset(leaks),
        bridges=bridges,
    )


def _said_by(row: Json) -> str:
    """The group that a document says it is in, its id where it says none."""
    meta = row["meta"]
    # Most documents say none, and theirs needn't be parsed.
    return (group_said(json.loads(meta)) if '"group"' in meta else "") or row["id"]


def _texts(files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for path in files:
        for row in read_columns(path, ["id", "text"]):
            if row["id"] not in seen:
                seen.add(row["id"])
                yield row["id"], row["text"]
