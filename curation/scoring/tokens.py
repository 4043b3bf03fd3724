"""
Tokens and their labels, for what needs units that can be counted: token confusion, κ and α.

A token is a run of letters, digits, marks and underscores, or one other
character that isn't white space. Runs are cut where the script changes, and at
both edges of every span that is shown, of all annotations that are compared:
many scripts put no spaces between words, and a token must lie wholly inside or
wholly outside of each span. Its label is that of the span around it; where
spans overlap, the outermost is shown (the longest; of equal ones the first by
place, then by label), and the others are counted as left out.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from curation.documents.document import Document, Entity
from curation.documents.outermost import outermost_entities

_TOKEN = re.compile(r"\w+|[^\w\s]")

# Text without marks and without letters other than Latin ones: its tokens are what _TOKEN says.
_LATIN = re.compile("[\0-\u02ff\u1e00-\u1eff\u2000-\u2bff]*")

# They join letters to one word, as in Persian.
_JOINERS = "\u200c\u200d"

# The label of a token that no span covers.
OUTSIDE = "O"


class TokenLabels(NamedTuple):
    """Each token's label, and how many spans they can't show, being inside others."""

    labels: list[str]
    spans_left_out: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text, by their starts and ends."""

    starts: list[int]
    ends: list[int]

    @staticmethod
    def of(text: str) -> "Tokens":
        """The tokens of *text* by itself."""
        found: Iterable[tuple[int, int]] = [token.span() for token in _TOKEN.finditer(text)]
        if not _LATIN.fullmatch(text):
            found = list(_cut_at_scripts(text, _with_marks(text, found)))
        return Tokens([start for start, _ in found], [end for _, end in found])

    def cut_at(self, edges: Collection[int]) -> "Tokens":
        """The tokens, cut at *edges*, each of which lies inside of a token."""
        return Tokens(sorted([*self.starts, *edges]), sorted([*self.ends, *edges]))

    def labels(self, spans: Iterable[Entity], edges: set[int]) -> list[str]:
        """Each token's label by these *spans*, which don't overlap; edges inside of tokens go to *edges*."""
        starts = self.starts
        ends = self.ends
        labels = [OUTSIDE] * len(starts)
        for span in spans:
            first = bisect_right(ends, span.start)
            behind = bisect_left(starts, span.end)
            if first == behind:
                continue
            if starts[first] < span.start:
                edges.add(span.start)
            if span.end < ends[behind - 1]:
                edges.add(span.end)
            labels[first:behind] = [span.label] * (behind - first)
        return labels


def token_labels(annotations: Sequence[Document]) -> list[TokenLabels]:
    """The labels of one text's tokens by each of the *annotations* of the text."""
    tokens = Tokens.of(annotations[0].text)
    shown = [outermost_entities(document.entities) for document in annotations]
    edges: set[int] = set()
    labels = [tokens.labels(spans, edges) for spans in shown]
    if edges:
        tokens = tokens.cut_at(edges)
        labels = [tokens.labels(spans, set()) for spans in shown]
    left_out = [
        len(document.entities) - len(spans)
        for document, spans in zip(annotations, shown, strict=True)
    ]
    return list(map(TokenLabels, labels, left_out))


def _with_marks(text: str, tokens: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The tokens, a word with its marks (vowels of Thai and Hindi, accents) as one."""
    word: tuple[int, int] | None = None
    for start, end in tokens:
        is_word = _is_mark(text[start]) or text[start].isalnum() or text[start] == "_"
        if word and word[1] == start and is_word:
            word = (word[0], end)
            continue
        if word:
            yield word
        word = (start, end) if is_word else None
        if not is_word:
            yield start, end
    if word:
        yield word


def _cut_at_scripts(text: str, tokens: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The tokens, cut before each letter of another script than the letter before it."""
    for start, end in tokens:
        if end - start == 1 or text[start:end].isascii():
            yield start, end
            continue
        begin = start
        script = ""
        for at in range(start, end):
            letter = _script(text[at])
            if letter and script and letter != script:
                yield begin, at
                begin = at
            script = letter or script
        yield begin, end


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """
    The script of a letter, by the first word of its Unicode name; empty for what any script has.

    Digits, marks and modifier letters belong to the letters around them.
    """
    if unicodedata.category(character) in ("Lo", "Lu", "Ll", "Lt"):
        plain = unicodedata.normalize("NFKC", character)[0]
        return unicodedata.name(plain, "").partition(" ")[0]
    return ""


def _is_mark(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character).startswith("M")
