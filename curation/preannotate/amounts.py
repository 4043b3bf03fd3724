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
_SIGN_BEFORE = re.compile(
    r"(?:(?:US|AU|A|C|CA|NZ|HK)?[$£€¥₹]|\b(?:USD|EUR|GBP|Rs\.?|CHF))\s?$", re.IGNORECASE
)
_LONGEST_SIGN = 5
# It begins with a digit, so that a text without numbers is passed over quickly.
_AMOUNT = re.compile(rf"({_NUMBER}(?i:{_UNIT}))((?i: {_WORD}))?")


def find_amounts(doc: Any) -> Iterator[TokenSpan]:
    """The token spans of amounts with their currency."""
    text = doc.text
    found = []
    for match in _AMOUNT.finditer(text):
        sign = _SIGN_BEFORE.search(text[max(0, match.start() - _LONGEST_SIGN) : match.start()])
        if sign or match[2]:
            found.append((match.start() - (len(sign[0]) if sign else 0), match.end()))
    if not found:
        return
    starts = {token.idx: token.i for token in doc}
    ends = {token.idx + len(token): token.i + 1 for token in doc}
    for start, end in found:
        if start in starts and end in ends:
            yield TokenSpan(starts[start], ends[end], "MONEY")
