"""Word lists of the rules."""

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "lists" / "words.toml"


def word_set(text: str) -> frozenset[str]:
    """The set of the words in *text*, which are in lower case."""
    return frozenset(text.split())


def listed_words(name: str) -> frozenset[str]:
    """The words of this name in lists/words.toml, where lists that are longer than a screen stand."""
    return word_set(_lists()[name])


@cache
def _lists() -> dict[str, str]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
