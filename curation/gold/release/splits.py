"""Which split a document is in: by the hash of its group, so that documents never move."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

TRAIN = "train"
SPLITS = (TRAIN, "validation", "test")

DEFAULT_FRACTIONS: Mapping[str, float] = {"train": 0.8, "validation": 0.1, "test": 0.1}

# A group has one of a hundred places, each of which has a million places in it. With whole percents
# only the hundred count.
_PLACES = 100
_PLACES_IN_A_PLACE = 10**6


@dataclass(frozen=True, kw_only=True)
class SplitPlan:
    """
    The split of each group, whatever other groups there are.

    *sealed* has the splits of groups that a sealed version holds, which stay; any other group has
    its place by its hash, and *fractions* says where each split's places begin and end.
    """

    fractions: Mapping[str, float] = field(default_factory=lambda: DEFAULT_FRACTIONS)
    sealed: Mapping[str, str] = field(default_factory=dict)

    def split_of(self, group: str) -> str:
        """The split of all documents of a group."""
        return self.sealed.get(group) or self._split_by_hash(group)

    def _split_by_hash(self, group: str) -> str:
        hashed = int(hashlib.sha256(group.encode()).hexdigest(), 16)
        rest, place = divmod(hashed, _PLACES)
        exact_place = place * _PLACES_IN_A_PLACE + rest % _PLACES_IN_A_PLACE
        splits = [split for split in SPLITS if self.fractions[split]]
        end = 0.0
        for split in splits[:-1]:
            end += self.fractions[split]
            if exact_place < round(end * _PLACES * _PLACES_IN_A_PLACE):
                return split
        return splits[-1]

    def small_splits(self, documents: Mapping[str, int], least: int) -> dict[str, int]:
        """How many documents the splits have that should have some, and have none or less than *least*."""
        return {
            split: documents.get(split, 0)
            for split in SPLITS
            if self.fractions[split] and documents.get(split, 0) < max(least, 1)
        }
