"""Where a word begins and ends, as far as letters tell."""

import re
import unicodedata

# A word goes on behind these.
WITHIN = "\u00ad\u200c\u200d\u2060"
JOINER = "\u200d"

# So does a name, often.
LINKS = "'’&"

# "U.S.", "J.K.", "Ph.D": one word, up to its last full stop.
INITIALS = re.compile(r"(?<!\w)(?:Ph|[^\W\d_])(?:\.(?:Ph|[^\W\d_]))+(?!\w)\.?")

# A word, by its first letter, and the hyphen behind or before it.
BEFORE = re.compile(r"(?<!\w)([^\W\d_])[\w'’]*[-\u2010\u2011]\Z")
BEHIND = re.compile(r"[-\u2010\u2011]([^\W\d_])[\w'’]*")

# How far to look for such.
NEAR = 20

# A piece of a word that begins with a capital and is as short as this is a prefix ("McCain").
PREFIX = 3


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the rest of the words that it cuts."""
    while start and _joined(text, start):
        start -= 1
    while end < len(text) and _joined(text, end):
        end += 1
    return start, end


def seamed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with what it hangs together with and may be a part of: of "FaceBook", "O’Neil", "AT&T", "£5m"."""
    first, last = start, end
    if start and (_capital(text, start) or _linked(text, start, start - 1)):
        while first and _of_name(text[first - 1]):
            first -= 1
    if end < len(text) and (_capital(text, end) or _linked(text, end + 1, end)):
        while last < len(text) and _of_name(text[last]):
            last += 1
    return first, last


def hyphened(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the capitalised words that hyphens join to it: of "Jean-Claude", not of "US-led"."""
    first, last = start, end
    while (before := BEFORE.search(text, max(0, first - NEAR), first)) and before[1].isupper():
        first = before.start()
    while (behind := BEHIND.match(text, last)) and behind[1].isupper():
        last = behind.end()
    return first, last


def _capital(text: str, at: int) -> bool:
    """Whether a capital stands there behind a small letter or a digit."""
    before, behind = text[at - 1], text[at]
    return behind.isupper() and _wordy(before) and not before.isupper()


def _linked(text: str, at: int, link: int) -> bool:
    """Whether the *link* joins the word *at* to the one before; not the "'s" of a possessive."""
    if not 0 <= link < at < len(text):
        return False
    if unicodedata.category(text[link]) == "Sc":
        return text[at].isdecimal() and at > link
    possessive = text[at] == "s" and not _of_name(text[at + 1 : at + 2])
    joins = text[link] in LINKS and link > 0 and _wordy(text[link - 1]) and _wordy(text[at])
    return joins and not possessive


def _of_name(character: str) -> bool:
    return bool(character) and (
        _wordy(character) or character in LINKS or unicodedata.category(character) == "Sc"
    )


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
    """Inside of "U.S.", its last full stop included."""
    near = INITIALS.finditer(text, max(0, at - NEAR), at + NEAR)
    return any(one.start() < at < one.end() for one in near)


def _prefix(text: str, last: int) -> bool:
    """Whether what ends here is the "Mc" of "McCain", or the "i" of "iPhone" (but no article, "aMan")."""
    first = last
    while first and _wordy(text[first - 1]) and not text[first].isupper():
        first -= 1
    if first == last:
        return text[first] != "a"
    return text[first].isupper() and last - first < PREFIX


def _marks(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _wordy(character: str) -> bool:
    return character.isdecimal() or character.lower() != character.upper()
