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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from curation.documents.document import Document, Entity
from curation.documents.outermost import outermost_entities
from curation.scoring.matching import BoolArray, EntityColumns, IntArray, columns_of_entities

_TOKEN = re.compile(r"\w+|[^\w\s]")

# What no letters other than Latin ones and no marks are: there, tokens are what _TOKEN says.
_LATIN = ((0, 0x300), (0x1E00, 0x1F00), (0x2000, 0x2C00))

# They join letters to one word, as in Persian.
_JOINERS = "\u200c\u200d"

# The label of a token that no span covers.
OUTSIDE = "O"

# What a character is, by the table of the characters of Latin texts.
_BLANK, _WORD, _OTHER, _NOT_LATIN = range(4)

_Marks = npt.NDArray[np.uint8]

# What a character is of a token: nothing, its first character, a later one.
NO_TOKEN, TOKEN_START, TOKEN_INSIDE = range(3)


@dataclass(frozen=True, kw_only=True)
class LabelledTokens:
    """
    The tokens of documents in runs, in the order of the texts: those of a run have one label on each side.

    *document* is the number of each run's document, *tokens* the number of its tokens. *sides* has for
    each side the place of the runs' labels in *names*, *left_out* how many spans of each document the
    tokens can't show, being inside others.
    """

    document: IntArray
    tokens: IntArray
    sides: Sequence[IntArray]
    names: Sequence[str]
    left_out: Sequence[IntArray]

    def of_documents(self, chosen: BoolArray) -> "LabelledTokens":
        """The tokens of the *chosen* documents, whose numbers stay."""
        runs = chosen[self.document]
        return LabelledTokens(
            document=self.document[runs],
            tokens=self.tokens[runs],
            sides=[labels[runs] for labels in self.sides],
            names=self.names,
            left_out=[np.where(chosen, spans, 0) for spans in self.left_out],
        )


def label_tokens(
    annotations: Sequence[Sequence[Document]],
    entities: Sequence[EntityColumns],
    labels: Sequence[str],
) -> LabelledTokens:
    """
    The tokens of each document's text, with their labels by each of the annotations of the document.

    *entities* and *labels* are the ``entity_columns`` of the annotations.
    """
    texts = [versions[0].text for versions in annotations]
    lengths = np.array([*map(len, texts)], np.int64)
    # Before each text stands a character more, which is of no token.
    begins = np.cumsum(lengths + 1) - lengths
    names = [*labels] if OUTSIDE in labels else [*labels, OUTSIDE]
    outside = names.index(OUTSIDE)
    shown = [
        _shown_columns(columns, side, names)
        for columns, side in zip(entities, zip(*annotations, strict=True), strict=True)
    ]
    places = [
        (begins[side.document] + side.start, begins[side.document] + side.end) for side in shown
    ]
    edges = np.unique(
        np.concatenate([begins, begins + lengths, *(edge for both in places for edge in both)])
    )
    marks = token_marks(texts)
    until = np.cumsum(marks == TOKEN_START, dtype=np.int32)
    counts = np.diff(until[edges - 1]) + (marks[edges[:-1]] == TOKEN_INSIDE)
    runs = np.flatnonzero(counts)
    begin = edges[runs]
    sides = []
    for side, (start, end) in zip(shown, places, strict=True):
        span = np.searchsorted(start, begin, side="right") - 1
        # The last element of each column is what -1 points to, before the first span.
        is_inside = begin < np.append(end, 0)[span]
        sides.append(np.where(is_inside, np.append(side.label, 0)[span], outside))
    return LabelledTokens(
        document=np.searchsorted(begins, begin, side="right") - 1,
        tokens=counts[runs],
        sides=sides,
        names=names,
        left_out=[
            np.bincount(every.document, minlength=len(texts))
            - np.bincount(some.document, minlength=len(texts))
            for every, some in zip(entities, shown, strict=True)
        ],
    )


def _shown_columns(
    columns: EntityColumns, documents: Sequence[Document], names: Sequence[str]
) -> EntityColumns:
    """The entities that tokens can show, by document and in the texts' order."""
    overlap = (columns.document[1:] == columns.document[:-1]) & (
        columns.start[1:] < columns.end[:-1]
    )
    if not overlap.any():
        return columns
    entities: list[Sequence[Entity]] = [document.entities for document in documents]
    for number in np.unique(columns.document[1:][overlap]).tolist():
        entities[number] = outermost_entities(entities[number])
    numbers = {name: number for number, name in enumerate(names)}
    labels = [numbers[one.label] for one in chain.from_iterable(entities)]
    return columns_of_entities(entities, np.array(labels, np.int64))


def token_marks(texts: Sequence[str]) -> _Marks:
    """For each character of the *texts*, and one more before each of them, what it is of a token."""
    joined = " " + " ".join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    table = _kinds_of_characters()
    kinds = table.take(codes, mode="clip")
    is_word = kinds == _WORD
    marks: _Marks = (kinds != _BLANK).astype(np.uint8)  # TOKEN_START
    marks[1:] += is_word[1:] & is_word[:-1]  # TOKEN_INSIDE
    others = np.flatnonzero(kinds == _NOT_LATIN)
    if len(others):
        ends = np.cumsum([len(text) + 1 for text in texts])
        for number in np.unique(np.searchsorted(ends, others, side="right")).tolist():
            text = texts[number]
            marks[ends[number] - len(text) : ends[number]] = _marks_of_any_script(text)
    return marks


@cache
def _kinds_of_characters() -> _Marks:
    """What each character of Latin texts is, by its number; what is beyond them all comes last."""
    kinds = np.full(_LATIN[-1][1] + 1, _NOT_LATIN, np.uint8)
    for first, behind in _LATIN:
        for code in range(first, behind):
            character = chr(code)
            word = character.isalnum() or character == "_"
            kinds[code] = _WORD if word else _BLANK if character.isspace() else _OTHER
    return kinds


def _marks_of_any_script(text: str) -> _Marks:
    marks = np.zeros(len(text), np.uint8)
    found = (token.span() for token in _TOKEN.finditer(text))
    for start, end in _cut_at_scripts(text, _with_marks(text, found)):
        marks[start:end] = TOKEN_INSIDE
        marks[start] = TOKEN_START
    return marks


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
