"""Where a name begins and ends by the guideline, which isn't always where the model says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

_POSSESSIVE = ("'s", "’s", "'", "’")
_HONORIFICS = ("mr.", "mr", "mrs.", "mrs", "ms.", "ms", "dr.", "dr", "miss", "sir")
_CURRENCIES = re.compile(
    r"(euro|dollar|pound|ruble|rouble|yen|yuan|franc|dinar|rial|lira|shekel|rupee|peso|crown)s?",
    re.IGNORECASE,
)
_NUMBER = (
    r"(\d[\d,./]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|"
    r"(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)([- ]\w+)?|hundred|several|many|"
    r"few|half|and|couple|dozen|of|to|\w+-and-a-half)"
)
# Every number needs what parts it from the next: else a long row of digits takes for ever.
_LASTING = re.compile(
    rf"((about|around|almost|nearly|over|at least|at most|up to|more|less|than|roughly|some|only|"
    rf"just|another|the|a|full|whole|entire)\s+)*({_NUMBER}[\s-]+)*"
    r"(second|minute|hour|day|week|month|year|decade|century|centurie)s?"
    r"([\s-]*(old|long|of age))?",
    re.IGNORECASE,
)
_DATED = re.compile(r"(19|20)\d\ds?")
_VAGUE = re.compile(
    r"daily|weekly|monthly|annual(ly)?|yearly|\d+(st|nd|rd|th)|.*[- ]old", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Found:
    """A labelled span of tokens, *end* exclusive."""

    start: int
    end: int
    label: str


def trimmed(doc: Any, found: Found) -> Found:
    """
    Without white space, marks, articles and forms of address before it, and a possessive behind it.

    "The" belongs to a name only where it is written so inside a sentence
    ("The Hague"). Empty where nothing is left.
    """
    start, end, before = found.start, found.end, -1
    while start < end and before != end - start:
        before = end - start
        first, last = doc[start], doc[end - 1]
        if _is_edge(first) or _is_article(first, found.label) or _is_address(first):
            start += 1
        elif _is_edge(last) or last.text in _POSSESSIVE:
            end -= 1
    return replace(found, start=start, end=end)


def _is_edge(token: Any) -> bool:
    return not token.is_currency and not any(c.isalnum() for c in token.text)


def _is_article(token: Any, label: str) -> bool:
    if label in ("DATE", "MONEY"):
        # "a year ago"
        return bool(token.lower_ == "the")
    return token.text in ("the", "a", "an") or (
        token.text in ("The", "A", "An") and _opens(token)
    )


def _is_address(token: Any) -> bool:
    return token.lower_ in _HONORIFICS


def _opens(token: Any) -> bool:
    """Whether nothing but marks stands before it in its sentence."""
    return all(_is_edge(before) for before in token.doc[token.sent.start : token.i])


def widened(doc: Any, found: Found) -> Found:
    """An amount with its currency: the sign before it, or the word behind it."""
    start, end = found.start, found.end
    while start > 0 and doc[start - 1].is_currency:
        start -= 1
    if end < len(doc) and _CURRENCIES.fullmatch(doc[end].text):
        end += 1
    return replace(found, start=start, end=end)


def is_moment(text: str) -> bool:
    """Whether a date tells when; how long something lasts, how often, and an age do not."""
    text = text.strip()
    if _DATED.fullmatch(text):
        return True
    return not _LASTING.fullmatch(text) and not _VAGUE.fullmatch(text)


def split(doc: Any, found: Found) -> Iterator[Found]:
    """The two names that a slash joins in a credit, photographer and agency; else the name itself."""
    slashes = [t.i for t in doc[found.start : found.end] if t.text == "/"]
    if len(slashes) != 1 or found.label not in ("ORG", "PERSON"):
        yield found
        return
    slash = slashes[0]
    yield Found(found.start, slash, "PERSON")
    yield Found(slash + 1, found.end, "ORG")
