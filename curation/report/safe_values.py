"""Values from others that go into attributes: only what is an address, or a language, goes in."""

import re

_ADDRESS = re.compile(r"https?://[^\s\\]+", re.IGNORECASE)
# The page is in English, so that English parts need no language of their own.
_OTHER_LANGUAGE = re.compile(r"(?!en\b)[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def address_or_nothing(value: object) -> str:
    """The value if it is a web address, else the empty text."""
    return _if_matching(_ADDRESS, value)


def language_or_nothing(value: object) -> str:
    """The value if it is the code of another language than English, else the empty text."""
    return _if_matching(_OTHER_LANGUAGE, value)


def _if_matching(pattern: re.Pattern[str], value: object) -> str:
    """The value if all of it matches, else the empty text."""
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""
