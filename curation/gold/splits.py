"""Which split a document is in: by the hash of its group, so that documents never move."""

import hashlib

SPLITS = ("train", "validation", "test")

# Of a hundred places, 80 are training, 10 validation and 10 test.
_FIRST_OF_VALIDATION = 80
_FIRST_OF_TEST = 90
_PLACES = 100


def split_of(group: str) -> str:
    """
    The split of a group's documents, whatever other documents the dataset has.

    The articles of a group tell the same story, so all of them are in one split.
    """
    place = int(hashlib.sha256(group.encode()).hexdigest(), 16) % _PLACES
    if place < _FIRST_OF_VALIDATION:
        return "train"
    return "validation" if place < _FIRST_OF_TEST else "test"
