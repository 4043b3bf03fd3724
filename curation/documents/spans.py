"""Spans of one text: which overlap, and by how much."""

from collections.abc import Iterable, Iterator

# Start and end, in code points; the end is exclusive.
Span = tuple[int, int]


def do_overlap(one: Span, other: Span) -> bool:
    """Whether both spans have a character in common."""
    return one[0] < other[1] and other[0] < one[1]


def overlap_length(one: Span, other: Span) -> int:
    """How many characters both spans have in common."""
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def overlapping_groups(spans: Iterable[Span]) -> Iterator[tuple[Span, list[Span]]]:
    """What spans cover together that overlap, directly or by way of others, and these; in the order of the text."""
    group: list[Span] = []
    end = 0
    for span in sorted(spans):
        if group and span[0] >= end:
            yield (group[0][0], end), group
            group = []
        group.append(span)
        end = max(end, span[1])
    if group:
        yield (group[0][0], end), group
