"""The edges of names by the guideline, which aren't always those of the model."""

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
# A separator is needed after every number; otherwise a long row of digits takes exponential time.
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
        first, last = doc[start], doc[end - 1]
        if _is_edge(first) or _is_article(first, span.label) or _is_address(first):
            start += 1
        elif _is_edge(last) or last.text in _POSSESSIVE:
            end -= 1
    return replace(span, start=start, end=end)


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


def is_moment(text: str) -> bool:
    """Whether a DATE of the model says when; durations, frequencies and ages don't."""
    text = text.strip()
    if _DATED.fullmatch(text):
        return True
    return not _LASTING.fullmatch(text) and not _VAGUE.fullmatch(text)


def split_credit(doc: Any, span: TokenSpan) -> Iterator[TokenSpan]:
    """Photographer and agency where a slash joins them in a credit; otherwise the span itself."""
    slashes = [t.i for t in doc[span.start : span.end] if t.text == "/"]
    if len(slashes) != 1 or span.label not in ("ORG", "PERSON"):
        yield span
        return
    slash = slashes[0]
    yield TokenSpan(span.start, slash, "PERSON")
    yield TokenSpan(slash + 1, span.end, "ORG")
