"""spaCy's own tokens of a text: what a model that is trained on them will see, gold or no gold."""

import re
from dataclasses import dataclass
from functools import lru_cache
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
        words: list[str] = []
        starts: list[int] = []
        known = self.known
        end = 0
        for chunk in text.split():
            start = text.find(chunk, end)
            end = start + len(chunk)
            pieces = known.get(chunk)
            if pieces is None:
                pieces = known[chunk] = self._pieces_within(chunk)
            if pieces:
                words += pieces[0]
                starts += [start + place for place in pieces[1]]
            else:
                words.append(chunk)
                starts.append(start)
        if len(known) > _CHUNKS:
            self._begin()
        return words, starts

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
        self.known: dict[str, _Pieces | tuple[()]] = {}

    def _pieces_within(self, chunk: str) -> _Pieces | tuple[()]:
        """The tokens of a chunk; nothing for one, by far the most, that is a token itself."""
        pieces = self._pieces(chunk)
        return () if pieces[0] == [chunk] else pieces

    def _pieces(self, text: str) -> _Pieces:
        tokens = [one for one in self.nlp.tokenizer(text) if not one.text.isspace()]
        return [token.text for token in tokens], [token.idx for token in tokens]


@lru_cache
def _tokenizer(language: str) -> _Tokenizer:
    try:
        return _Tokenizer(_OTHER_CODES.get(language, language))
    except ImportError:
        return _tokenizer(FALLBACK_LANGUAGE)
