"""Edges of spans that are worth a look: Inc. or Oslo., Moody's or Bob's, Yahoo! or Paris!."""

import re
import unicodedata

from curation.checks.edge_characters import PAIRED_MARKS, SINGLE_QUOTES, is_mark
from curation.checks.word_boundaries import widen_to_name
from curation.documents.abbreviations import ABBREVIATIONS, RARE_ABBREVIATIONS
from curation.documents.quote import quote_words

# Rightly at an edge, as in "100%" or "#MeToo", or looked at by find_edge_problem().
_NO_REMARK = "%#@" + "".join(PAIRED_MARKS) + "".join(PAIRED_MARKS.values())

# The first letters of two words that a slash joins.
_SLASHED = re.compile(r"\b([^\W\d_])\w*/([^\W\d_])")

# How many characters after a full stop may show that the sentence goes on.
_LOOK_AHEAD = 20


def find_edge_remark(text: str, start: int, end: int) -> str:
    """What is worth a look at the span's edges, as a sentence; empty if nothing."""
    words = text[start:end]
    quoted = quote_words(text, start, end)
    if not any(c.isalnum() or unicodedata.category(c) == "Sc" for c in words):
        return f"{quoted} holds no letter and no digit: is it a name?"
    if SINGLE_QUOTES.get(words[0]) == words[-1]:
        return f"{quoted} stands in quotes: part of the name, or dragged along?"
    if "\n" in words:
        return f"{quoted} runs over a line end: one name, or two?"
    if any(match[1].isupper() and match[2].isupper() for match in _SLASHED.finditer(words)):
        return f"{quoted} has a slash in it: one name, or two?"
    ending = next((s for s in ("'s", "’s") if words.endswith(s)), words[-1])
    if len(ending) > 1 or (_is_sign(ending) and not _belongs_to_end(text, start, end)):
        return f"{quoted} ends in {ending!r}: part of the name, or dragged along?"
    first = words[0]
    is_paired = first in SINGLE_QUOTES and SINGLE_QUOTES[first] in words[1:]
    is_before_number = words[1:2].isdecimal()
    if _is_sign(first) and first not in _NO_REMARK and not is_paired and not is_before_number:
        return f"{quoted} begins with {first!r}: part of the name, or dragged along?"
    name = widen_to_name(text, start, end)
    return describe_part_of_name(text, (start, end), name) if name != (start, end) else ""


def describe_part_of_name(text: str, span: tuple[int, int], name: tuple[int, int]) -> str:
    """The remark that the *span* may be only a part of the longer span *name*."""
    words = text[slice(*name)]
    return f"{quote_words(text, *span)} stands in {words!r}: all of the name, or a part of it?"


def _belongs_to_end(text: str, start: int, end: int) -> bool:
    """Whether the mark at the end of the span is rightly part of the name."""
    words = text[start:end]
    mark = text[end - 1]
    if mark != ".":
        return mark in _NO_REMARK or any(
            mark == closing and opening in words[:-1]
            for opening, closing in SINGLE_QUOTES.items()
        )
    last = words[:-1].split()[-1:]
    word = last[0].lower() if last else ""
    is_abbreviation = word in ABBREVIATIONS or word in RARE_ABBREVIATIONS
    following = text[end : end + _LOOK_AHEAD].partition("\n")[0].lstrip()[:1]
    goes_on = following.islower() or following in (*",;:",)
    return "." in word or len(word) == 1 or is_abbreviation or goes_on


def _is_sign(character: str) -> bool:
    """Whether the character is a mark, a picture, or a sign other than one of money."""
    return is_mark(character) or unicodedata.category(character) in ("Sm", "So", "Sk")
