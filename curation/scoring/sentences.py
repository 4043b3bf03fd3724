"""Where sentences begin, well enough to tell relations within one sentence from those across."""

import re
from bisect import bisect_right

from curation.documents.abbreviations import ABBREVIATIONS

_END = re.compile(r"\n+|[.!?…][\"'”’»)\]]*\s+")
_WORD = re.compile(r"[\w.]*$")

SAME_SENTENCE = "same_sentence"
ACROSS = "across"
SENTENCE_BANDS = (SAME_SENTENCE, ACROSS)


def sentence_starts(text: str) -> list[int]:
    """
    The places where a sentence begins, without that of the first sentence.

    A sentence begins after a newline; and after a full stop, question or
    exclamation mark with white space, unless a lower-case letter follows or the
    full stop belongs to an initial ("J."), to letters with points ("U.S.") or to
    a known abbreviation.
    """
    return [end.end() for end in _END.finditer(text) if _ends_sentence(text, end)]


def _ends_sentence(text: str, end: re.Match[str]) -> bool:
    if "\n" in end.group():
        return True
    if text[end.end() : end.end() + 1].islower():
        return False
    if text[end.start()] != "." or not text[end.start() + 1].isspace():
        return True
    before = _WORD.search(text, max(0, end.start() - 20), end.start())
    word = before.group() if before else ""
    initial = len(word) == 1 and word.isupper()
    return not (initial or "." in word or word.lower() in ABBREVIATIONS)


def sentence_band(starts: list[int], first_end: int, second_start: int) -> str:
    """SAME_SENTENCE, or ACROSS if a sentence begins between one span's end and another's start."""
    if second_start <= first_end:
        return SAME_SENTENCE
    same = bisect_right(starts, first_end - 1) == bisect_right(starts, second_start)
    return SAME_SENTENCE if same else ACROSS
