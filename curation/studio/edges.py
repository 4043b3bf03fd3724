"""The edges of spans drawn by hand: what is trimmed, what can't be meant, and what is in doubt."""

import unicodedata

from curation.quoting import around, quoted

# Seen by nobody: spaces of no width, soft hyphens, marks of direction.
UNSEEN = (
    "\u200b\u2060\ufeff\u00ad\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2066\u2067\u2068\u2069"
)

# Never part of a name at its edge. A full stop may be ("Inc."), and "!" ("Yahoo!"): see doubt().
STRAY = ",;:/-\u2010\u2011\u2012\u2013\u2014…\u060c\u061b\u3001\uff0c\uff1b\uff1a" + UNSEEN

# Never the end of one.
NO_END = "?\u061f\uff1f"

# A word goes on behind these.
WITHIN = "\u00ad\u200c\u200d\u2060"
JOINER = "\u200d"

PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "„": "“", "«": "»", '"': '"'}
SINGLE = {"‘": "’"}  # its end is an apostrophe as well

# Rightly an edge, as in "100%" or "#MeToo", or looked at by objection().
NO_DOUBT = "%#@&" + "".join(PAIRS) + "".join(PAIRS.values())

# Words that end in a full stop, wherever a sentence does.
ABBREVIATED = """
    adm apr aug bros brig calif capt cmdr co col corp dec dept dr etc feb fla fr gen gov hon inc
    jan jr jul jun lt ltd maj mar mass messrs mr mrs ms mt nov oct okla ont penn pfc prof pvt rep
    reps rev sen sens sep sept sgt sr st supt univ va vol vs wash wis
"""

# How far to look for how the line goes on.
NEAR = 20

# A piece of a word that begins with a capital and is as short as this is a prefix ("McCain").
PREFIX = 3


def trimmed(text: str, start: int, end: int, *, by_hand: bool) -> tuple[int, int]:
    """
    The span without what can't belong to its edges: white space, and *by_hand* more.

    Only a hand slips: a comma in what a program sent is left as it is.
    """

    def stray(character: str) -> bool:
        return character.isspace() or (by_hand and character in STRAY)

    while start < end and stray(text[start]):
        start += 1
    while start < end and (stray(text[end - 1]) or (by_hand and text[end - 1] in NO_END)):
        end -= 1
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
    first, last = _word_start(text, start), _word_end(text, end)
    if (first, last) != (start, end):
        whole = quoted(text, first, last)
        return f"{words!r} is only a part of {whole}; drag its ends to those of the words"
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
    return f"the span holds no letter and no digit ({around(text, start, end)}); remove it"


def doubt(text: str, start: int, end: int) -> str:
    """What may be part of the name or dragged along: Inc. or Oslo., Moody's or Bob's, Yahoo! or Paris!."""
    words = text[start:end]
    ending = next((one for one in ("'s", "’s") if words.endswith(one)), words[-1])
    if len(ending) > 1 or (_mark(ending) and not _its_own(text, start, end)):
        return f"{quoted(text, start, end)} ends in {ending!r}: part of the name, or dragged along?"
    first = words[0]
    if _mark(first) and first not in (*NO_DOUBT, *SINGLE) and not words[1:2].isdecimal():
        return f"{quoted(text, start, end)} begins with {first!r}: part of the name, or dragged along?"
    return ""


def _its_own(text: str, start: int, end: int) -> bool:
    """Whether the mark at the end is one that belongs there."""
    words, mark = text[start:end], text[end - 1]
    if mark != ".":
        return mark in NO_DOUBT or any(
            mark == closing and opening in words for opening, closing in SINGLE.items()
        )
    last = words[:-1].split()[-1:]
    word = last[0].lower() if last else ""
    behind = text[end : end + NEAR].partition("\n")[0].lstrip()[:1]
    goes_on = behind.islower() or behind in (*",;:",)
    return "." in word or len(word) == 1 or word in ABBREVIATED.split() or goes_on


def _half(text: str, start: int, end: int, lonely: str) -> str:
    found = quoted(text, start, end)
    return f"{found} has half a pair {lonely} at its edge; leave it out or take both"


def _word_start(text: str, start: int) -> int:
    while start and _joined(text, start):
        start -= 1
    return start


def _word_end(text: str, end: int) -> int:
    while end < len(text) and _joined(text, end):
        end += 1
    return end


def _joined(text: str, at: int) -> bool:
    """
    Whether the characters before and behind *at* belong to one word.

    Known only of scripts with small and capital letters, and not where a capital
    tells of a space that was lost ("PutinRussia"). In others a name is rightly a
    part of what stands between two spaces: behind an Arabic or Hebrew "and",
    before a Korean particle, anywhere in Chinese.
    """
    if _marks(text[at]) or JOINER in (text[at - 1], text[at]):
        return True  # the middle of what is seen as one character
    left, right = at - 1, at
    while left > 0 and (text[left] in WITHIN or _marks(text[left])):
        left -= 1
    while right < len(text) - 1 and text[right] in WITHIN:
        right += 1
    before, behind = text[left], text[right]
    if _in_number(text, at) or _in_initials(text, at):
        return True
    if behind.isupper() and not before.isupper():
        return _wordy(before) and _prefix(text, left)
    return _wordy(before) and _wordy(behind)


def _in_number(text: str, at: int) -> bool:
    """Beside the point of "5.2", or the comma of "1,000" (but not of "2017,2018")."""
    for point in (at - 1, at):
        if text[point] not in ".," or not 0 < point < len(text) - 1:
            continue
        digits = _digits(text[point + 1 : point + 5])
        if text[point - 1].isdecimal() and (digits == 3 if text[point] == "," else digits):
            return True
    return False


def _digits(text: str) -> int:
    """How many it begins with."""
    return next((n for n, one in enumerate(text) if not one.isdecimal()), len(text))


def _in_initials(text: str, at: int) -> bool:
    """Before the last point of "U.S."."""
    initials = at > 2 and text[at - 1].isalpha() and text[at - 3].isalpha()
    return initials and text[at] == "." == text[at - 2]


def _prefix(text: str, last: int) -> bool:
    """Whether what ends here is the "Mc" of "McCain"."""
    first = last
    while first and _wordy(text[first - 1]) and not text[first].isupper():
        first -= 1
    return text[first].isupper() and last - first < PREFIX


def _mark(character: str) -> bool:
    """Of punctuation; or what is seen by nobody."""
    return unicodedata.category(character).startswith("P") or character in UNSEEN


def _marks(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _wordy(character: str) -> bool:
    return character.isdecimal() or character.lower() != character.upper()


def _lonely(words: str, opening: str, closing: str) -> str:
    if opening == closing:
        alone = words.count(opening) == 1
        return opening if alone and opening in (words[0], words[-1]) else ""
    if words[0] == opening and closing not in words:
        return opening
    return closing if words[-1] == closing and opening not in words else ""
