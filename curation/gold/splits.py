"""Which split a document is in: by hash of its group, so that nobody ever moves."""

import hashlib

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
