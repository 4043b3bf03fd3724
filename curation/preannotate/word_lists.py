"""Word lists of the rules."""


def word_set(text: str) -> frozenset[str]:
    """The set of the words in *text*, which are in lower case."""
    return frozenset(text.split())
