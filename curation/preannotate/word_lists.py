"""How the rules' word lists are written down."""


def words(text: str) -> frozenset[str]:
    """The words of *text*, which are in lower case."""
    return frozenset(text.split())
