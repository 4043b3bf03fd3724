"""Where sentences begin, well enough to tell relations within one sentence from those across."""

import re

from curation.documents.abbreviations import ABBREVIATIONS

# Marks that end a sentence with no space after them, as many scripts write them.
_FULL_STOPS = "。｡！？؟۔।॥։።፧។။"
_CLOSERS = "\"'”’»)\\]）］」』】》〉"
# One set first: what begins with a choice is tried at every letter, which takes five times as long.
_END = re.compile(
    rf"[\n{_FULL_STOPS}.!?…](?:(?<=\n)\n*|(?<=[{_FULL_STOPS}])[{_FULL_STOPS}]*[{_CLOSERS}]*\s*"
    rf"|(?<=[.!?…])[{_CLOSERS}]*\s+)"
)
_WORD = re.compile(r"[\w.]*$")

# Where the two ends of a relation are.
SENTENCE_BANDS = ("same_sentence", "across")


def sentence_starts(text: str) -> list[int]:
    """
    The places where a sentence begins, without that of the first sentence.

    A sentence begins after a newline; after a full stop, question or exclamation
    mark of a script that needs no space there ("。", "？", "؟", "।"); and after
    ".", "!", "?" or "…" with white space, unless a lower-case letter follows or
    the full stop belongs to an initial ("J."), to letters with points ("U.S.") or
    to a known abbreviation.
    """
    ends = (end for end in _END.finditer(text) if _ends_sentence(text, end))
    return [end.end() for end in ends if end.end() < len(text)]


def _ends_sentence(text: str, end: re.Match[str]) -> bool:
    if "\n" in end.group() or text[end.start()] in _FULL_STOPS:
        return True
    if text[end.end() : end.end() + 1].islower():
        return False
    if text[end.start()] != "." or not text[end.start() + 1].isspace():
        return True
    before = _WORD.search(text, max(0, end.start() - 20), end.start())
    word = before.group() if before else ""
    initial = len(word) == 1 and word.isupper()
    return not (initial or "." in word or word.lower() in ABBREVIATIONS)
