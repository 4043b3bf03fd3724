"""Where sentences begin, well enough to tell relations within one from those across."""

import re
from bisect import bisect_right

END = re.compile(r"\n+|[.!?…][\"'”’»)\]]*\s+")
WORD = re.compile(r"[\w.]*$")
ABBREVIATIONS = re.compile(
    "mr|mrs|ms|dr|prof|rev|hon|gen|lt|col|maj|capt|sgt|adm|cmdr|gov|sen|rep|pres|st|jr|sr|vs|"
    "co|corp|inc|ltd|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec",
    re.IGNORECASE,
)

SAME_SENTENCE, ACROSS = BANDS = ("same_sentence", "across")


def sentence_starts(text: str) -> list[int]:
    """
    The places where a sentence begins, but for the first.

    After a newline; and after a full stop, question or exclamation mark with
    white space, unless a lower-case letter follows or the full stop belongs to
    an initial ("J."), to letters with points ("U.S.") or to a known abbreviation.
    """
    return [end.end() for end in END.finditer(text) if _ends(text, end)]


def _ends(text: str, end: re.Match[str]) -> bool:
    if "\n" in end.group():
        return True
    if text[end.end() : end.end() + 1].islower():
        return False
    if text[end.start()] != "." or not text[end.start() + 1].isspace():
        return True
    before = WORD.search(text, max(0, end.start() - 20), end.start())
    word = before.group() if before else ""
    initial = len(word) == 1 and word.isupper()
    return not (initial or "." in word or ABBREVIATIONS.fullmatch(word))


def band(starts: list[int], first_end: int, second_start: int) -> str:
    """Whether a sentence begins between the end of one span and the start of another."""
    if second_start <= first_end:
        return SAME_SENTENCE
    same = bisect_right(starts, first_end - 1) == bisect_right(starts, second_start)
    return SAME_SENTENCE if same else ACROSS
