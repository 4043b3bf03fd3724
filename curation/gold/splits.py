"""Which split a document is in: by hash of its group, so that nobody ever moves."""

import hashlib
from collections.abc import Iterable

from curation.gold.model import Gold

SPLITS = ("train", "validation", "test")

# Of a hundred groups, 80 train, 10 validate, 10 test.
_VALIDATION, _TEST, _ALL = 80, 90, 100


def split_of(group: str) -> str:
    """
    The split of a group's documents, whatever other documents there are.

    A group's articles tell the same story, so they stay on one side.
    """
    place = int(hashlib.sha256(group.encode()).hexdigest(), 16) % _ALL
    if place < _VALIDATION:
        return "train"
    return "validation" if place < _TEST else "test"


def by_split(golds: Iterable[Gold]) -> dict[str, list[Gold]]:
    """The golds of each split that has some, the splits in their usual order."""
    found: dict[str, list[Gold]] = {split: [] for split in SPLITS}
    for gold in golds:
        found[split_of(gold.group)].append(gold)
    return {split: inside for split, inside in found.items() if inside}
