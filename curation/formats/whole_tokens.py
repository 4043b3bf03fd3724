"""spaCy's own tokens of a text with the white space among them, so that text and tokens are one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from curation.documents.document import Document, Entity
from curation.formats.spacy_tokens import FALLBACK_LANGUAGE, tokenize


@dataclass(frozen=True, slots=True)
class WholeToken:
    """A token by its place; *has_space* where one space behind it belongs to no token."""

    start: int
    end: int
    has_space: bool


@dataclass(frozen=True)
class WholeTokens:
    """All tokens of a text, in its order."""

    text: str
    tokens: tuple[WholeToken, ...]

    @property
    def words(self) -> list[str]:
        """The text of each token."""
        return [self.text[one.start : one.end] for one in self.tokens]

    @property
    def spaces(self) -> list[bool]:
        """Whether each token has a space behind it."""
        return [one.has_space for one in self.tokens]

    def place_of(self, entity: Entity) -> tuple[int, int] | None:
        """The first and the last token of the entity; None where it begins or ends inside of a token."""
        first = self._number_by_start.get(entity.start)
        last = self._number_by_end.get(entity.end)
        return None if first is None or last is None else (first, last)

    def cut_at(self, edges: Collection[int]) -> "WholeTokens":
        """The tokens, cut at *edges* inside of them."""
        cut = (part for token in self.tokens for part in _cut(token, edges))
        return WholeTokens(self.text, tuple(cut))

    @cached_property
    def _number_by_start(self) -> dict[int, int]:
        return {one.start: number for number, one in enumerate(self.tokens)}

    @cached_property
    def _number_by_end(self) -> dict[int, int]:
        return {one.end: number for number, one in enumerate(self.tokens)}


def whole_tokens(document: Document) -> WholeTokens:
    """The document's tokens in its language, as spaCy's ``Doc`` of the text has them."""
    found = tokenize(document.text, language_of(document))
    return WholeTokens(
        document.text, tuple(_with_white_space(document.text, found.words, found.starts))
    )


def language_of(document: Document) -> str:
    """The code of the document's language; English's where none is known."""
    return str(document.meta.get("lang") or FALLBACK_LANGUAGE)


def _with_white_space(text: str, words: list[str], starts: list[int]) -> Iterator[WholeToken]:
    """The tokens; what is between two but for one space is a token, too."""
    behind = 0
    last: tuple[int, int] | None = None
    for start, end in [
        *((start, start + len(word)) for start, word in zip(starts, words, strict=True)),
        (len(text), len(text)),
    ]:
        has_space = last is not None and behind < start and text[behind] == " "
        if last is not None:
            yield WholeToken(*last, has_space)
        if behind + has_space < start:
            yield WholeToken(behind + has_space, start, has_space=False)
        last = (start, end)
        behind = end


def _cut(token: WholeToken, edges: Collection[int]) -> Iterator[WholeToken]:
    inside = sorted(edge for edge in edges if token.start < edge < token.end)
    starts = (token.start, *inside)
    ends = (*inside, token.end)
    for start, end in zip(starts, ends, strict=True):
        yield WholeToken(start, end, token.has_space and end == token.end)
