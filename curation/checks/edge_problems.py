"""Edges of spans drawn by hand: what is trimmed, and what the annotator must mend."""

from curation.characters import INVISIBLE
from curation.checks.edge_characters import PAIRED_MARKS, SINGLE_QUOTES, is_mark
from curation.checks.word_boundaries import widen_to_words
from curation.documents.quote import quote_context, quote_words

# Never part of a name at its edge. A full stop may be ("Inc."), and "!" ("Yahoo!").
_TRIMMED = (
    ",;:/-|•\u2010\u2011\u2012\u2013\u2014…\u060c\u061b\u3001\uff0c\uff1b\uff1a" + INVISIBLE
)
# Never the end of a name.
_TRIMMED_AT_END = "?\u061f\uff1f"
_DOTS = "..."


def trim_edges(text: str, start: int, end: int, *, by_hand: bool) -> tuple[int, int]:
    """
    The span without white space at its edges and, if *by_hand*, without marks and outer quotes.

    Only hands slip: a comma in a span that a program sent stays.
    """
    if not (by_hand or text[start:end] != text[start:end].strip()):
        return start, end

    def is_trimmed(character: str) -> bool:
        return character.isspace() or (by_hand and character in _TRIMMED)

    while start < end and is_trimmed(text[start]):
        start += 1
    while start < end:
        if by_hand and text.endswith(_DOTS, start, end):
            end = start + len(text[start:end].rstrip("."))
        elif is_trimmed(text[end - 1]) or (by_hand and text[end - 1] in _TRIMMED_AT_END):
            end -= 1
        else:
            break
    if by_hand and _is_enclosed(text[start:end]):
        return trim_edges(text, start + 1, end - 1, by_hand=by_hand)
    return start, end


def _is_enclosed(words: str) -> bool:
    """Whether one pair of brackets or quotes encloses the words."""
    closing = (PAIRED_MARKS | SINGLE_QUOTES).get(words[:1])
    return (
        len(words) > 1 and words[-1] == closing and not {words[0], closing} & set(words[1:-1])
    )


def find_edge_problem(text: str, start: int, end: int) -> str:
    """What the annotator must mend at the span's edges, as a sentence; empty if nothing."""
    words = text[start:end]
    first, last = widen_to_words(text, start, end)
    if (first, last) != (start, end):
        word = quote_words(text, first, last)
        return f"{words!r} is only a part of {word}; drag its ends to those of {text[first:last]!r}"
    if all(is_mark(character) or character.isspace() for character in words):
        return describe_no_letters(text, start, end)
    if words[0] in SINGLE_QUOTES and SINGLE_QUOTES[words[0]] not in words:
        return _half_pair(text, start, end, words[0])
    for opening, closing in PAIRED_MARKS.items():
        if lonely := _lonely_mark(words, opening, closing):
            return _half_pair(text, start, end, lonely)
    return ""


def describe_no_letters(text: str, start: int, end: int) -> str:
    """The problem of a span that holds only white space or marks."""
    return (
        f"the span holds no letter and no digit ({quote_context(text, start, end)}); remove it"
    )


def _half_pair(text: str, start: int, end: int, lonely: str) -> str:
    words = quote_words(text, start, end)
    return f"{words} has half a pair {lonely} at its edge; leave {lonely} out, or take both"


def _lonely_mark(words: str, opening: str, closing: str) -> str:
    """The mark of a pair at an edge whose other mark is missing; empty if none."""
    if opening == closing:
        is_alone = words.count(opening) == 1
        return opening if is_alone and opening in (words[0], words[-1]) else ""
    if words[0] == opening and closing not in words:
        return opening
    return closing if words[-1] == closing and opening not in words else ""
