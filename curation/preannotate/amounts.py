"""Amounts of money by their signs and words, which the model often cuts: "US$5 million", "20 rupees"."""

import re
from collections.abc import Iterator
from typing import Any

from curation.preannotate.span_edges import TokenSpan

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_UNIT = r"(?:[\s-]?(?:thousand|million|billion|trillion|m|bn|k)\b)?"
_WORD = (
    r"(?:US |Canadian |Australian |New Zealand |Hong Kong )?(?:dollar|euro|pound|ruble|rouble|yen|yuan|franc|dinar|"
    r"rial|lira|shekel|rupee|peso|crown|krona|krone|kroner|won|baht|ringgit|rand|real|cent)s?\b"
)
_SIGN = r"(?:US|AU|A|C|CA|NZ|HK)?[$£€¥₹]|(?:USD|EUR|GBP|Rs\.?|CHF)(?=\s?\d)"
_AMOUNT = re.compile(
    rf"(?:{_SIGN})\s?{_NUMBER}{_UNIT}(?: {_WORD})?|{_NUMBER}{_UNIT} {_WORD}", re.IGNORECASE
)


def find_amounts(doc: Any) -> Iterator[TokenSpan]:
    """The token spans of amounts with their currency."""
    text = doc.text
    if not any(character.isdigit() for character in text):
        return
    found = [match.span() for match in _AMOUNT.finditer(text)]
    if not found:
        return
    starts = {token.idx: token.i for token in doc}
    ends = {token.idx + len(token): token.i + 1 for token in doc}
    for start, end in found:
        if start in starts and end in ends:
            yield TokenSpan(starts[start], ends[end], "MONEY")
