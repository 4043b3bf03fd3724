"""What of a text is shown around places in it: their sentences, with spans marked."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from curation.documents.document import Entity

# Of a longer sentence only so many characters around the places are shown.
LONGEST_SENTENCE = 400
_CHARACTERS_AROUND = 120


class Excerpt(NamedTuple):
    """A part of a text that is shown; whether its sentence was cut off before and after it."""

    start: int
    end: int
    is_cut_before: bool = False
    is_cut_after: bool = False


class Mark(NamedTuple):
    """The number that an entity is shown with, and whether the entity is a mistake."""

    number: int
    is_wrong: bool


# Of an entity that stands in the excerpt but isn't what it is shown for.
OTHER_ENTITY = Mark(0, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPiece:
    """
    A stretch of text under the same *depth* marks.

    *is_wrong*: one of the marked entities is a mistake. *is_other*: all of them
    are OTHER_ENTITY. *ends*: labels and numbers of the entities that end here.
    *is_gap*: text is left out here.
    """

    text: str = ""
    depth: int = 0
    is_wrong: bool = False
    ends: tuple[tuple[str, int], ...] = ()
    is_gap: bool = False
    is_other: bool = False


def sentence_number(starts: Sequence[int], place: int) -> int:
    """The number of the sentence with *place*, from 0; *starts* are those of all sentences but the first."""
    return bisect_right(starts, place)


def excerpts(text: str, starts: Sequence[int], places: Iterable[int]) -> list[Excerpt]:
    """The sentences of all *places*, in order, neighbours joined, without white space around them."""
    bounds = [0, *starts, len(text)]
    found: list[Excerpt] = []
    for place in sorted(set(places)):
        n = sentence_number(starts, place)
        excerpt = _around(text, bounds[n], bounds[n + 1], place)
        if found and excerpt.start <= found[-1].end:
            excerpt = _joined(found.pop(), excerpt)
        found.append(excerpt)
    return [_stripped(text, excerpt) for excerpt in found]


def _joined(first: Excerpt, second: Excerpt) -> Excerpt:
    last = max(first, second, key=lambda one: (one.end, one.is_cut_after))
    return Excerpt(first.start, last.end, first.is_cut_before, last.is_cut_after)


def _around(text: str, start: int, end: int, place: int) -> Excerpt:
    """The sentence from *start* to *end*, or some words of it before and after *place*."""
    if end - start <= LONGEST_SENTENCE:
        return Excerpt(start, end)
    first = max(start, place - _CHARACTERS_AROUND)
    last = min(end, place + _CHARACTERS_AROUND)
    if first > start:
        first = max(first, 1 + text.find(" ", first, place))
    if last < end and (space := text.rfind(" ", place + 1, last)) >= 0:
        last = space
    return Excerpt(first, last, is_cut_before=first > start, is_cut_after=last < end)


def _stripped(text: str, excerpt: Excerpt) -> Excerpt:
    words = text[excerpt.start : excerpt.end]
    start = excerpt.start + len(words) - len(words.lstrip())
    return excerpt._replace(start=start, end=start + len(words.strip()))


def cut_at_marks(
    text: str, shown: Iterable[Excerpt], marks: Mapping[Entity, Mark]
) -> tuple[TextPiece, ...]:
    """The excerpts cut into pieces wherever a marked entity begins or ends, with gaps between them."""
    return tuple(_pieces(text, shown, marks))


def _pieces(
    text: str, shown: Iterable[Excerpt], marks: Mapping[Entity, Mark]
) -> Iterator[TextPiece]:
    is_cut_after = False
    for n, excerpt in enumerate(shown):
        if n or excerpt.is_cut_before:
            yield TextPiece(is_gap=True)
        start = excerpt.start
        end = excerpt.end
        is_cut_after = excerpt.is_cut_after
        inside = [entity for entity in marks if entity.start < end and entity.end > start]
        edges = {edge for entity in inside for edge in entity.span if start < edge < end}
        for first, behind in pairwise(sorted({start, end, *edges})):
            over = [one for one in inside if one.start < behind and one.end > first]
            # The innermost first.
            ends = tuple(
                (entity.label, marks[entity].number)
                for entity in sorted(over, reverse=True)
                if entity.end == behind
            )
            yield TextPiece(
                text=text[first:behind],
                depth=len(over),
                is_wrong=any(marks[entity].is_wrong for entity in over),
                ends=ends,
                is_other=bool(over) and all(marks[one] == OTHER_ENTITY for one in over),
            )
    if is_cut_after:
        yield TextPiece(is_gap=True)
