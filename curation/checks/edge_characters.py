"""Characters that stand at the edges of spans."""

import unicodedata

from curation.characters import INVISIBLE

# Brackets and quotes, with what closes them.
PAIRED_MARKS = {
    "(": ")", "[": "]", "{": "}", "“": "”", "„": "“", "«": "»", "»": "«", "‹": "›", "›": "‹",
    "‚": "‘", '"': '"', "「": "」", "『": "』", "《": "》", "【": "】", "\uff08": "\uff09",
}  # fmt: skip
# Single quotes; what closes them may be an apostrophe, too.
SINGLE_QUOTES = {"‘": "’", "'": "'"}


def is_mark(character: str) -> bool:
    """Whether the character is punctuation or invisible."""
    return unicodedata.category(character).startswith("P") or character in INVISIBLE
