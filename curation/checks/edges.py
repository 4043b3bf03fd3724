"""The edges of spans drawn by hand: what is trimmed, what can't be meant, and what is in doubt."""

import re
import unicodedata

from curation.checks.word_boundaries import seamed, whole
from curation.documents.quote import quote_context, quote_words

# Seen by nobody: spaces of no width, soft hyphens, marks of direction.
UNSEEN = (
    "\u200b\u2060\ufeff\u00ad\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2066\u2067\u2068\u2069"
)

# Never part of a name at its edge. A full stop may be ("Inc."), and "!" ("Yahoo!"): see doubt().
STRAY = ",;:/-|•\u2010\u2011\u2012\u2013\u2014…\u060c\u061b\u3001\uff0c\uff1b\uff1a" + UNSEEN

# Never the end of one.
NO_END = "?\u061f\uff1f"
DOTS = "..."

PAIRS = {
    "(": ")", "[": "]", "{": "}", "“": "”", "„": "“", "«": "»", "»": "«", "‹": "›", "›": "‹",
    "‚": "‘", '"': '"', "「": "」", "『": "』", "《": "》", "【": "】", "\uff08": "\uff09",
}  # fmt: skip
SINGLE = {"‘": "’", "'": "'"}  # their ends are apostrophes as well

# Rightly an edge, as in "100%" or "#MeToo", or looked at by objection().
NO_DOUBT = "%#@" + "".join(PAIRS) + "".join(PAIRS.values())

# Words that end in a full stop, wherever a sentence does.
ABBREVIATED = """
    adm apr aug bros brig calif capt cmdr co col corp dec dept dr etc feb fla fr gen gov hon inc
    jan jr jul jun lt ltd maj mar mass messrs mr mrs ms mt nov oct okla ont penn pfc prof pvt rep
    reps rev sen sens sep sept sgt sr st supt univ va vol vs wash wis
"""

# Names that a slash joins.
SLASHED = re.compile(r"\b([^\W\d_])\w*/([^\W\d_])")

# How far to look for how the line goes on.
NEAR = 20


def trimmed(text: str, start: int, end: int, *, by_hand: bool) -> tuple[int, int]:
    """
    The span without what can't belong to its edges: white space, and *by_hand* more.

    Only a hand slips: a comma in what a program sent is left as it is.
    """

    def stray(character: str) -> bool:
        return character.isspace() or (by_hand and character in STRAY)

    while start < end and stray(text[start]):
        start += 1
    while start < end:
        if by_hand and text.endswith(DOTS, start, end):
            end = start + len(text[start:end].rstrip("."))
        elif stray(text[end - 1]) or (by_hand and text[end - 1] in NO_END):
            end -= 1
        else:
            break
    if by_hand and _wrapped(text[start:end]):
        return trimmed(text, start + 1, end - 1, by_hand=by_hand)
    return start, end


def _wrapped(words: str) -> bool:
    """Whether it stands in a pair of brackets or quotes as a whole."""
    closing = (PAIRS | SINGLE).get(words[:1])
    return (
        len(words) > 1 and words[-1] == closing and not {words[0], closing} & set(words[1:-1])
    )


def objection(text: str, start: int, end: int) -> str:
    """What is wrong with the edges, where there is more than one way to mend them."""
    words = text[start:end]
    first, last = whole(text, start, end)
    if (first, last) != (start, end):
        word = quote_words(text, first, last)
        return f"{words!r} is only a part of {word}; drag its ends to those of {text[first:last]!r}"
    if all(_mark(one) or one.isspace() for one in words):
        return nothing(text, start, end)
    if words[0] in SINGLE and SINGLE[words[0]] not in words:
        return _half(text, start, end, words[0])
    for opening, closing in PAIRS.items():
        lonely = _lonely(words, opening, closing)
        if lonely:
            return _half(text, start, end, lonely)
    return ""


def nothing(text: str, start: int, end: int) -> str:
    """That there is nothing to name in it: white space, or marks."""
    return (
        f"the span holds no letter and no digit ({quote_context(text, start, end)}); remove it"
    )


def doubt(text: str, start: int, end: int) -> str:
    """What may be part of the name or dragged along: Inc. or Oslo., Moody's or Bob's, Yahoo! or Paris!."""
    words = text[start:end]
    if not any(one.isalnum() or unicodedata.category(one) == "Sc" for one in words):
        return f"{quote_words(text, start, end)} holds no letter and no digit: is it a name?"
    if SINGLE.get(words[0]) == words[-1]:
        return f"{quote_words(text, start, end)} stands in quotes: part of the name, or dragged along?"
    if "\n" in words:
        return f"{quote_words(text, start, end)} runs over a line end: one name, or two?"
    if any(one[1].isupper() and one[2].isupper() for one in SLASHED.finditer(words)):
        return f"{quote_words(text, start, end)} has a slash in it: one name, or two?"
    ending = next((one for one in ("'s", "’s") if words.endswith(one)), words[-1])
    if len(ending) > 1 or (_sign(ending) and not _its_own(text, start, end)):
        return f"{quote_words(text, start, end)} ends in {ending!r}: part of the name, or dragged along?"
    first = words[0]
    paired = first in SINGLE and SINGLE[first] in words[1:]
    if _sign(first) and first not in NO_DOUBT and not paired and not words[1:2].isdecimal():
        return f"{quote_words(text, start, end)} begins with {first!r}: part of the name, or dragged along?"
    seam = seamed(text, start, end)
    return in_part(text, (start, end), seam) if seam != (start, end) else ""


def in_part(text: str, span: tuple[int, int], of: tuple[int, int]) -> str:
    """That the *span* may be a part of a longer name."""
    word = text[slice(*of)]
    return f"{quote_words(text, *span)} stands in {word!r}: all of the name, or a part of it?"


def _its_own(text: str, start: int, end: int) -> bool:
    """Whether the mark at the end is one that belongs there."""
    words, mark = text[start:end], text[end - 1]
    if mark != ".":
        return mark in NO_DOUBT or any(
            mark == closing and opening in words[:-1] for opening, closing in SINGLE.items()
        )
    last = words[:-1].split()[-1:]
    word = last[0].lower() if last else ""
    behind = text[end : end + NEAR].partition("\n")[0].lstrip()[:1]
    goes_on = behind.islower() or behind in (*",;:",)
    return "." in word or len(word) == 1 or word in ABBREVIATED.split() or goes_on


def _half(text: str, start: int, end: int, lonely: str) -> str:
    found = quote_words(text, start, end)
    return f"{found} has half a pair {lonely} at its edge; leave {lonely} out, or take both"


def _mark(character: str) -> bool:
    """Of punctuation; or what is seen by nobody."""
    return unicodedata.category(character).startswith("P") or character in UNSEEN


def _sign(character: str) -> bool:
    """A mark, or a picture or sign that is no money's."""
    return _mark(character) or unicodedata.category(character) in ("Sm", "So", "Sk")


def _lonely(words: str, opening: str, closing: str) -> str:
    if opening == closing:
        alone = words.count(opening) == 1
        return opening if alone and opening in (words[0], words[-1]) else ""
    if words[0] == opening and closing not in words:
        return opening
    return closing if words[-1] == closing and opening not in words else ""
