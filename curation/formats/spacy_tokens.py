"""spaCy's own tokens of a text: what a model that is trained on them will see, gold or no gold."""

import re
from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, compress, count
from operator import add
from typing import Any

# Where spaCy has no tokenizer for a language, or needs another package for it.
FALLBACK_LANGUAGE = "en"

# spaCy has the two written forms of Norwegian and no "no".
_OTHER_CODES = {"no": "nb"}

_CODE = re.compile(r"[a-z]{2,3}(?=[-_]|$)")

# A tokenizer remembers so many chunks between white space; then another one takes its place.
_CHUNKS = 200_000

# The words of a chunk, and where they start in the chunk.
_Pieces = tuple[list[str], list[int]]


@dataclass(frozen=True, slots=True)
class TokenizedText:
    """
    The tokens of a text, in its order, by their words and places; white space is no token.

    *tokenizer* is the code of the language whose rules made them.
    """

    words: list[str]
    starts: list[int]
    tokenizer: str


def tokenize(text: str, language: str) -> TokenizedText:
    """The tokens of a text in this language, given by its code: those of English where spaCy has no others."""
    code = _CODE.match(language.lower())
    tokenizer = _tokenizer(code[0] if code else FALLBACK_LANGUAGE)
    words, starts = tokenizer.tokens(text)
    return TokenizedText(words=words, starts=starts, tokenizer=tokenizer.language)


def spacy_version() -> str:
    """The version of spaCy, on which the tokens depend."""
    import spacy

    return str(spacy.__version__)


class _Tokenizer:
    """
    A spaCy tokenizer that looks at each chunk between white space once.

    spaCy's rules look no further than a chunk, except for a language that has special cases with
    blanks in them, or a tokenizer of another kind.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._begin()

    def tokens(self, text: str) -> _Pieces:
        """The words of a text, and where they start."""
        if not self.has_chunks:
            return self._pieces(text)
        # Other white space than line feeds stays within a chunk, of which spaCy makes several tokens.
        chunks = text.replace("\n", " ").split(" ")
        # Where each chunk begins: behind the letters and the blanks of all before.
        begins = list(map(add, accumulate(map(len, chunks), initial=0), count()))
        if "" in chunks:  # between two blanks
            begins = list(compress(begins, chunks))
            chunks = list(filter(None, chunks))
        found = list(map(self.known.get, chunks))
        if None in found:
            self._learn(dict.fromkeys(chunk for chunk in chunks if chunk not in self.known))
            found = list(map(self.known.__getitem__, chunks))
        words: list[str] = []
        starts: list[int] = []
        copied = 0
        cut = [(number, pieces) for number, pieces in enumerate(found) if pieces]
        for number, (pieces_words, pieces_starts) in cut:
            words += chunks[copied:number]
            starts += begins[copied:number]
            copied = number + 1
            words += pieces_words
            starts += [begins[number] + place for place in pieces_starts]
        words += chunks[copied:]
        starts += begins[copied : len(chunks)]
        if len(self.known) > _CHUNKS:
            self._begin()
        return words, starts

    def _learn(self, chunks: Collection[str]) -> None:
        """Remember the tokens of these chunks, which have neither spaces nor line feeds; all are found at one go."""
        words, starts = self._pieces(" ".join(chunks))
        begin = 0
        first = 0
        for chunk in chunks:
            end = begin + len(chunk)
            behind = bisect_left(starts, end, lo=first)
            is_token = behind - first == 1 and words[first] == chunk
            self.known[chunk] = (
                ()
                if is_token
                else (words[first:behind], [start - begin for start in starts[first:behind]])
            )
            begin = end + 1
            first = behind

    def _begin(self) -> None:
        # Imported here so that only commands that seal a version wait for the package to load.
        import spacy
        from spacy.tokenizer import Tokenizer

        self.nlp: Any = spacy.blank(self.language)
        # No token needs its shape and the like, which take longer than the token itself.
        self.nlp.vocab.lex_attr_getters = {}
        tokenizer = self.nlp.tokenizer
        self.has_chunks = type(tokenizer) is Tokenizer and not any(
            len(rule.split()) > 1 for rule in tokenizer.rules
        )
        # The tokens of a chunk; nothing for one, by far the most, that is a token itself.
        self.known: dict[str, _Pieces | tuple[()]] = {}

    def _pieces(self, text: str) -> _Pieces:
        # Not token by token, which would make an object of each.
        sizes = self.nlp.tokenizer(text).to_array(["LENGTH", "SPACY"]).tolist()
        begins = accumulate((length + space for length, space in sizes), initial=0)
        spans = ((begin, begin + size[0]) for begin, size in zip(begins, sizes, strict=False))
        tokens = [(text[begin:end], begin) for begin, end in spans]
        found = [token for token in tokens if not token[0].isspace()]
        return [word for word, _ in found], [start for _, start in found]


@lru_cache
def _tokenizer(language: str) -> _Tokenizer:
    try:
        return _Tokenizer(_OTHER_CODES.get(language, language))
    except ImportError:
        return _tokenizer(FALLBACK_LANGUAGE)
