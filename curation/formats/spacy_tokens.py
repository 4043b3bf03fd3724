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

# A tokenizer keeps each word that it has seen; after so many texts another one takes its place.
_TEXTS = 20_000


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
    tokens = [token for token in tokenizer(text) if not token.is_space]
    return TokenizedText(
        words=[token.text for token in tokens],
        starts=[token.idx for token in tokens],
        tokenizer=tokenizer.language,
    )


def spacy_version() -> str:
    """The version of spaCy, on which the tokens depend."""
    import spacy

    return str(spacy.__version__)


class _Tokenizer:
    """A spaCy tokenizer that is made anew before its memory of words is large."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.texts = 0
        self.nlp = _blank(language)

    def __call__(self, text: str) -> Any:
        self.texts += 1
        if self.texts % _TEXTS == 0:
            self.nlp = _blank(self.language)
        return self.nlp.tokenizer(text)


@lru_cache
def _tokenizer(language: str) -> _Tokenizer:
    try:
        return _Tokenizer(_OTHER_CODES.get(language, language))
    except ImportError:
        return _tokenizer(FALLBACK_LANGUAGE)


def _blank(language: str) -> Any:
    # Imported here so that only commands that seal a version wait for the package to load.
    import spacy

    return spacy.blank(language)
