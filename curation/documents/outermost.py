"""Of entities that overlap, those that can be shown one beside the other."""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise

from curation.documents.document import Entity


def outermost_entities(entities: Iterable[Entity]) -> list[Entity]:
    """
    Entities that don't overlap, in the text's order: the longest is chosen first.

    Of equally long ones, the first by place is chosen, then by label.
    """
    ordered = sorted(entities)
    if all(one.end <= two.start for one, two in pairwise(ordered)):
        return ordered
    starts: list[int] = []
    chosen: list[Entity] = []
    for entity in sorted(ordered, key=lambda one: (one.start - one.end, one)):
        place = bisect_left(starts, entity.start)
        free_before = place == 0 or chosen[place - 1].end <= entity.start
        if free_before and (place == len(chosen) or entity.end <= chosen[place].start):
            starts.insert(place, entity.start)
            chosen.insert(place, entity)
    return chosen
