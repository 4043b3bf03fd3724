"""What of a text is shown around places in it: their sentences, with spans marked."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from curation.documents.document import Entity

# Of a longer sentence only what stands around the places is shown.
LONG = 400
AROUND = 120


class Window(NamedTuple):
    """A part of a text that is shown; *before* and *after*: its sentence was longer there."""

    start: int
    end: int
    before: bool = False
    after: bool = False


class Mark(NamedTuple):
    """By which number an entity goes, and whether it is a mistake; OTHER is not what it is about."""

    number: int
    wrong: bool


OTHER = Mark(0, False)


@dataclass(frozen=True, slots=True)
class Piece:
    """
    Text in one go, under *depth* marks.

    *wrong* says whether one of these is a mistake, *quiet* that all are OTHER, *ends*
    the labels and numbers of those that end here. A *gap* stands for text that is
    left out.
    """

    text: str = ""
    depth: int = 0
    wrong: bool = False
    ends: tuple[tuple[str, int], ...] = ()
    gap: bool = False
    quiet: bool = False


def sentence_of(starts: Sequence[int], place: int) -> int:
    """The number of the sentence in which *place* lies; *starts* are all but the first one's."""
    return bisect_right(starts, place)


def windows(text: str, starts: Sequence[int], places: Iterable[int]) -> list[Window]:
    """The sentences of all *places*, in order and without white space around them."""
    bounds = [0, *starts, len(text)]
    found: list[Window] = []
    for place in sorted(set(places)):
        n = sentence_of(starts, place)
        window = _around(text, Window(bounds[n], bounds[n + 1]), place)
        if found and window.start <= found[-1].end:
            last = found.pop()
            end, after = max((last.end, last.after), (window.end, window.after))
            window = Window(last.start, end, last.before, after)
        found.append(window)
    return [_stripped(text, window) for window in found]


def _around(text: str, sentence: Window, place: int) -> Window:
    """The whole sentence, or some words before and after *place*."""
    start, end, *_ = sentence
    if end - start <= LONG:
        return sentence
    first, last = max(start, place - AROUND), min(end, place + AROUND)
    if first > start:
        first = max(first, 1 + text.find(" ", first, place))
    if last < end and (space := text.rfind(" ", place + 1, last)) >= 0:
        last = space
    return Window(first, last, first > start, last < end)


def _stripped(text: str, window: Window) -> Window:
    words = text[window.start : window.end]
    start = window.start + len(words) - len(words.lstrip())
    return window._replace(start=start, end=start + len(words.strip()))


def pieces(
    text: str, shown: Iterable[Window], marks: Mapping[Entity, Mark]
) -> tuple[Piece, ...]:
    """The windows cut wherever a mark begins or ends."""
    return tuple(_pieces(text, shown, marks))


def _pieces(
    text: str, shown: Iterable[Window], marks: Mapping[Entity, Mark]
) -> Iterator[Piece]:
    after = False
    for n, window in enumerate(shown):
        if n or window.before:
            yield Piece(gap=True)
        start, end, _, after = window
        inside = [one for one in marks if one.start < end and one.end > start]
        edges = {edge for one in inside for edge in one.span if start < edge < end}
        for first, behind in pairwise(sorted({start, end, *edges})):
            over = [one for one in inside if one.start < behind and one.end > first]
            # The innermost first.
            ends = tuple(
                (one.label, marks[one].number)
                for one in sorted(over, reverse=True)
                if one.end == behind
            )
            wrong = any(marks[one].wrong for one in over)
            quiet = bool(over) and all(marks[one] == OTHER for one in over)
            yield Piece(text[first:behind], len(over), wrong, ends, quiet=quiet)
    if after:
        yield Piece(gap=True)
