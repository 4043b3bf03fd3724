"""What a publisher wrote into the dataset card, between two markers: the rest of the card is made anew."""

from pathlib import Path

from curation.errors import GoldError

BEGIN = "<!-- begin: your own words, which curate release keeps -->"
END = "<!-- end: your own words -->"


def find_own_words(card: str, path: Path) -> str:
    """
    What stands between the markers of a card, the text of the file *path*; empty where it has none.

    Raises GoldError where one of the two is missing or doubled, so that nobody's words are lost.
    """
    begins = card.count(BEGIN)
    ends = card.count(END)
    if not begins and not ends:
        return ""
    before, _, rest = card.partition(BEGIN)
    inside, _, _ = rest.partition(END)
    if (begins, ends) != (1, 1) or END in before:
        what = (
            f"{path}: has the marker {BEGIN!r} {begins} times and {END!r} {ends} times;"
            " each is expected once, in this order"
        )
        raise GoldError(what, hint=f"put both markers around your own words in {path}")
    return inside.strip()


def own_words_section(own_words: str) -> str:
    """The markers, with what is to stand between them."""
    return "\n".join(filter(None, (BEGIN, own_words, END))) + "\n"
