"""The edges of names by the guideline, which aren't always those of the model."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

# Behind these a name is half of another word.
PREFIXES = ("anti", "pro", "non", "post", "pre", "neo", "trans", "pan", "mid", "sub", "un")
_POSSESSIVE = ("'s", "’s", "'", "’")
HONORIFICS = (
    "mr.",
    "mr",
    "mrs.",
    "mrs",
    "ms.",
    "ms",
    "dr.",
    "dr",
    "miss",
    "sir",
    "haji",
    "hajji",
    "madam",
    "lady",
)
_CURRENCIES = re.compile(
    r"(euro|dollar|pound|ruble|rouble|yen|yuan|franc|dinar|rial|lira|shekel|rupee|peso|crown)s?",
    re.IGNORECASE,
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_NUMBER = (
    r"(\d[\d,./]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|"
    r"(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)([- ]\w+)?|hundred|several|many|"
    r"few|half|and|couple|dozen|of|to|\w+-and-a-half)"
)
# A separator is needed after every number; otherwise a long row of digits takes exponential time.
_LASTING = re.compile(
    rf"((about|around|almost|nearly|over|at least|at most|up to|more|less|than|roughly|some|only|"
    rf"just|another|the|a|full|whole|entire|first)\s+)*({_NUMBER}[\s-]+)*"
    r"(second|minute|hour|day|week|month|year|decade|century|centurie)s?"
    r"([\s-]*(old|long|of age))?",
    re.IGNORECASE,
)
_AHEAD = re.compile(rf"({_NUMBER}[\s-]+)+(day|week|month|year|decade)s?", re.IGNORECASE)
_ONCE = ("time", "times", "once", "twice", "first", "worst")
_DAYS = range(1, 32)
_AS_EARLY_AS = (["as", "early", "as"], ["as", "late", "as"], ["as", "soon", "as"])
# Numbers that are no year, and what is no day.
_NO_DATE = re.compile(
    r"\d{5,}|\d{1,3}|\d+,\d+|(every|each|per) .*|(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days|(a |an |some )?(recent|early|late|later|earlier|certain) (\d+|date|dates)|date",
    re.IGNORECASE,
)
WEEKDAYS = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
_PARTS_OF_DAY = ("morning", "afternoon", "evening", "night", "noon", "midnight")
_PART_OF_DAY = re.compile(
    r"((early|late|this|that|the|mid-?|last)[\s-]+)*(morning|afternoon|evening|night|overnight|tonight|noon|midnight)",
    re.IGNORECASE,
)
_DATED = re.compile(r"(19|20)\d\ds?")
_VAGUE = re.compile(
    r"daily|weekly|monthly|annual(ly)?|yearly|\d+(st|nd|rd|th)|.*[- ]old", re.IGNORECASE
)


# The label of what is a name, and yet no entity.
NO_TYPE = ""


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """A labelled span of tokens, *end* exclusive."""

    start: int
    end: int
    label: str


def trim_tokens(doc: Any, span: TokenSpan) -> TokenSpan:
    """
    The span without white space, marks, articles and forms of address, and without a possessive.

    "The" belongs to a name only where it has a capital inside a sentence ("The Hague"). The span
    may get empty.
    """
    start = span.start
    end = span.end
    length = -1
    while start < end and length != end - start:
        length = end - start
        first = doc[start]
        last = doc[end - 1]
        if _is_edge(first) or _is_article(first, span.label) or _is_address(first):
            start += 1
        elif _is_edge(last) or last.text in _POSSESSIVE:
            end -= 1
    return replace(span, start=start, end=end)


def _is_edge(token: Any) -> bool:
    return not token.is_currency and not any(c.isalnum() for c in token.text)


def _is_article(token: Any, label: str) -> bool:
    if label == "DATE":
        return bool(token.lower_ in ("the", "a", "an"))
    if label == "MONEY":
        return bool(token.lower_ == "the")
    return token.text in ("the", "a", "an") or (
        token.text in ("The", "A", "An") and _opens(token)
    )


def _is_address(token: Any) -> bool:
    return token.lower_ in HONORIFICS


def _opens(token: Any) -> bool:
    """Whether only marks are before the token in its sentence."""
    return all(_is_edge(before) for before in token.doc[token.sent.start : token.i])


def widen_amount(doc: Any, span: TokenSpan) -> TokenSpan:
    """The span of an amount with its currency, a sign before or a word after the amount."""
    start = span.start
    end = span.end
    while start > 0 and doc[start - 1].is_currency:
        start -= 1
    if end < len(doc) and _CURRENCIES.fullmatch(doc[end].text):
        end += 1
    return replace(span, start=start, end=end)


def widen_date(doc: Any, span: TokenSpan) -> TokenSpan:
    """The span of a date with the day that follows a month, without the part of the day."""
    start = span.start
    end = span.end
    is_day = end < len(doc) and doc[end].text.isdigit() and int(doc[end].text) in _DAYS
    if doc[end - 1].text in _MONTHS and is_day:
        end += 1
    while end - start > 1 and doc[end - 1].lower_ in _PARTS_OF_DAY:
        end -= 1
    while end - start > 1 and doc[start].lower_ in ("just", "only", "exactly"):
        start += 1
    if [token.lower_ for token in doc[start : start + 3]] in _AS_EARLY_AS and end - start > 3:
        start += 3
    if doc[start].lower_ in ("early", "late") and doc[end - 1].text in WEEKDAYS:
        start += 1
    return replace(span, start=start, end=end)


def is_ahead(doc: Any, span: TokenSpan) -> bool:
    """Whether a time of days or more tells when: "in two weeks", "within three days"."""
    before = doc[span.start - 1].lower_ if span.start else ""
    words = doc[span.start : span.end].text
    if span.start > 1 and (
        doc[span.start - 2].tag_ == "JJS" or doc[span.start - 2].lower_ in _ONCE
    ):
        return False  # "for the first time in ten years"
    return before in ("in", "within") and bool(_AHEAD.fullmatch(words))


def is_moment(text: str) -> bool:
    """Whether a DATE of the model says when; durations, frequencies and ages don't."""
    text = text.strip()
    if _DATED.fullmatch(text):
        return True
    patterns = (_LASTING, _VAGUE, _PART_OF_DAY, _NO_DATE)
    return not any(pattern.fullmatch(text) for pattern in patterns)


def split_credit(doc: Any, span: TokenSpan) -> Iterator[TokenSpan]:
    """Photographer and agency where a slash joins them in a credit; otherwise the span itself."""
    slashes = [t.i for t in doc[span.start : span.end] if t.text == "/"]
    if len(slashes) != 1 or span.label not in ("ORG", "PERSON"):
        yield span
        return
    slash = slashes[0]
    yield TokenSpan(span.start, slash, "PERSON")
    yield TokenSpan(slash + 1, span.end, "ORG")
