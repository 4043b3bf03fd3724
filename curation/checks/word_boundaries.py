"""Where words and names begin and end, as far as their letters show."""

import re
import unicodedata

# Characters inside words: soft hyphen, joiners.
_INSIDE_WORDS = "\u00ad\u200c\u200d\u2060"
_JOINER = "\u200d"

# Characters inside names.
_INSIDE_NAMES = "'’&"

# "U.S.", "J.K.", "Ph.D": one word, up to its last full stop.
_INITIALS = re.compile(r"(?<!\w)(?:Ph|[^\W\d_])(?:\.(?:Ph|[^\W\d_]))+(?!\w)\.?")

# A word with the hyphen after it, and one with the hyphen before it; the group is the first letter.
_WORD_BEFORE = re.compile(r"(?<!\w)([^\W\d_])[\w'’]*[-\u2010\u2011]\Z")
_WORD_AFTER = re.compile(r"[-\u2010\u2011]([^\W\d_])[\w'’]*")

# How many characters on either side may be such a word.
_LOOK_AROUND = 20

# A capitalised beginning of a word is a prefix ("Mc" of "McCain") if shorter than this.
_MAX_PREFIX = 3


def widen_to_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened to whole words."""
    while start and _is_inside_word(text, start):
        start -= 1
    while end < len(text) and _is_inside_word(text, end):
        end += 1
    return start, end


def widen_to_name(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened to the name it may be a part of, as "FaceBook", "O’Neil", "AT&T" or "£5m"."""
    first = start
    last = end
    if start and (_has_capital(text, start) or _is_linked(text, start, start - 1)):
        while first and _is_name_character(text[first - 1]):
            first -= 1
    if end < len(text) and (_has_capital(text, end) or _is_linked(text, end + 1, end)):
        while last < len(text) and _is_name_character(text[last]):
            last += 1
    return first, last


def widen_over_hyphens(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened over hyphens to capitalised words: of "Jean-Claude", not of "US-led"."""
    first = start
    last = end
    while (word := _WORD_BEFORE.search(text, max(0, first - _LOOK_AROUND), first)) and word[
        1
    ].isupper():
        first = word.start()
    while (word := _WORD_AFTER.match(text, last)) and word[1].isupper():
        last = word.end()
    return first, last


def _has_capital(text: str, at: int) -> bool:
    """Whether a capital follows a small letter or a digit at *at*."""
    before = text[at - 1]
    behind = text[at]
    return behind.isupper() and _is_letter_or_digit(before) and not before.isupper()


def _is_linked(text: str, at: int, link: int) -> bool:
    """Whether the character at *link* joins the word at *at* to the one before; not a possessive "'s"."""
    if not 0 <= link < at < len(text):
        return False
    if unicodedata.category(text[link]) == "Sc":
        return text[at].isdecimal() and at > link
    possessive = text[at] == "s" and not _is_name_character(text[at + 1 : at + 2])
    joins = (
        text[link] in _INSIDE_NAMES
        and link > 0
        and _is_letter_or_digit(text[link - 1])
        and _is_letter_or_digit(text[at])
    )
    return joins and not possessive


def _is_name_character(character: str) -> bool:
    return bool(character) and (
        _is_letter_or_digit(character)
        or character in _INSIDE_NAMES
        or unicodedata.category(character) == "Sc"
    )


def _is_inside_word(text: str, at: int) -> bool:
    """
    Whether the characters before and after *at* belong to one word.

    Known only of scripts with small and capital letters, and not where a capital shows that a
    space is missing ("PutinRussia"). In other scripts names may be parts of what stands between
    spaces: after an Arabic or Hebrew "and", before a Korean particle, anywhere in Chinese.
    """
    if _is_combining(text[at]) or _JOINER in (text[at - 1], text[at]):
        return True  # the middle of what is seen as one character
    left = at - 1
    right = at
    while left > 0 and (text[left] in _INSIDE_WORDS or _is_combining(text[left])):
        left -= 1
    while right < len(text) - 1 and text[right] in _INSIDE_WORDS:
        right += 1
    before = text[left]
    behind = text[right]
    if _is_inside_number(text, at) or _is_inside_initials(text, at):
        return True
    if behind.isupper() and not before.isupper():
        return _is_letter_or_digit(before) and _is_prefix(text, left)
    return _is_letter_or_digit(before) and _is_letter_or_digit(behind)


def _is_inside_number(text: str, at: int) -> bool:
    """Whether *at* is next to the point of "5.2" or the comma of "1,000" (not of "2017,2018")."""
    for point in (at - 1, at):
        if text[point] not in ".," or not 0 < point < len(text) - 1:
            continue
        digits = _digits(text[point + 1 : point + 5])
        if text[point - 1].isdecimal() and (digits == 3 if text[point] == "," else digits):
            return True
    return False


def _digits(text: str) -> int:
    """The number of digits at the beginning."""
    return next((n for n, character in enumerate(text) if not character.isdecimal()), len(text))


def _is_inside_initials(text: str, at: int) -> bool:
    """Whether *at* is inside of "U.S.", its last full stop included."""
    nearby = _INITIALS.finditer(text, max(0, at - _LOOK_AROUND), at + _LOOK_AROUND)
    return any(match.start() < at < match.end() for match in nearby)


def _is_prefix(text: str, last: int) -> bool:
    """Whether the letters up to *last* are as the "Mc" of "McCain" or the "i" of "iPhone" (not "a")."""
    first = last
    while first and _is_letter_or_digit(text[first - 1]) and not text[first].isupper():
        first -= 1
    if first == last:
        return text[first] != "a"
    return text[first].isupper() and last - first < _MAX_PREFIX


def _is_combining(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _is_letter_or_digit(character: str) -> bool:
    return character.isdecimal() or character.lower() != character.upper()
