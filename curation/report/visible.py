"""Text from others as it can be shown: what would turn or hide the text around it is spelt out."""

import unicodedata

LONGEST = 60

BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str) -> str:
    """With bidi overrides and control characters as escapes; joiners and marks stay."""
    return "".join(c.encode("unicode_escape").decode() if _hidden(c) else c for c in text)


def short(name: str, longest: int = LONGEST) -> str:
    """A name as people give; of an endless one the beginning."""
    return name if len(name) <= longest else name[: longest - 1] + "…"


def _hidden(c: str) -> bool:
    return c in BIDI or (unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t")
