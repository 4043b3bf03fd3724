"""Text from others as a page can show it: what would hide or turn the text around it is escaped."""

from curation.characters import TERMINAL_CONTROLS
from curation.strict_json import SURROGATE

_LONGEST_NAME = 60


def visible(text: str) -> str:
    """The text with bidi overrides and control characters as escapes; joiners and marks stay."""
    escaped = TERMINAL_CONTROLS.sub(
        lambda found: found[0].encode("unicode_escape").decode(), text
    )
    return SURROGATE.sub(lambda found: found[0].encode("unicode_escape").decode(), escaped)


def shorten(name: str, longest: int = _LONGEST_NAME) -> str:
    """The name, or its beginning and an ellipsis if the name has more than *longest* characters."""
    return name if len(name) <= longest else name[: longest - 1] + "…"
