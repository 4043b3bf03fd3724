"""A parsed article with its mentions, which the rules for relations work on."""

from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from curation.documents.document import Entity

# A spaCy Token; mypy doesn't follow spaCy.
Token = Any


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity with the tokens that it covers, from *start* to *end* exclusive."""

    entity: Entity
    start: int
    end: int

    @property
    def label(self) -> str:
        """The entity's type."""
        return self.entity.label

    def covers(self, token: Token) -> bool:
        """Whether the token belongs to the entity."""
        return bool(self.start <= token.i < self.end)


@dataclass(frozen=True)
class ParsedArticle:
    """A spaCy Doc with its mentions in the order of the text; mentions may be nested."""

    doc: Any
    mentions: tuple[Mention, ...]

    @classmethod
    def of(cls, doc: Any, entities: Iterable[Entity]) -> "ParsedArticle":
        """The article with those *entities* that begin and end with tokens."""
        # Not with doc.char_span, which walks over the whole article at each call.
        tokens = list(doc)
        starts = {token.idx: i for i, token in enumerate(tokens)}
        ends = {token.idx + len(token): i for i, token in enumerate(tokens, start=1)}
        mentions = (
            Mention(entity, starts[entity.start], ends[entity.end])
            for entity in sorted(entities)
            if entity.start in starts and entity.end in ends and entity.start < entity.end
        )
        return cls(doc, tuple(mentions))

    @cached_property
    def _mentions_by_token(self) -> dict[int, list[Mention]]:
        """For each token the mentions that cover it, the longest first."""
        mentions: dict[int, list[Mention]] = {}
        for mention in sorted(self.mentions, key=lambda m: (m.start - m.end, m.entity)):
            for i in range(mention.start, mention.end):
                mentions.setdefault(i, []).append(mention)
        return mentions

    def at(self, token: Token | None, labels: Collection[str]) -> Mention | None:
        """The longest mention that covers the token and has one of these labels; None if none."""
        if token is None:
            return None
        return next(
            (m for m in self._mentions_by_token.get(token.i, ()) if m.label in labels), None
        )

    def words(self, mention: Mention) -> str:
        """The words of the mention."""
        return str(self.doc[mention.start : mention.end].text)

    def sentence_start(self, entity: Entity) -> int:
        """The first token of the sentence in which the entity begins."""
        return int(self.tokens[self._starts[entity.start]].sent.start)

    @cached_property
    def _starts(self) -> dict[int, int]:
        """The first token of each mention, by the character at which the mention begins."""
        return {mention.entity.start: mention.start for mention in self.mentions}

    def any_at(self, token: Token) -> Mention | None:
        """The longest mention that covers the token, whatever its label; None if none."""
        return next(iter(self._mentions_by_token.get(token.i, ())), None)

    @cached_property
    def text(self) -> str:
        """The text, which a Doc puts together anew whenever it is asked."""
        return str(self.doc.text)

    @cached_property
    def tokens(self) -> list[Token]:
        """All tokens; a Doc makes each anew whenever it is asked."""
        return list(self.doc)

    def verbs(self, lemmas: Container[str], *, any_case: bool = False) -> list[Token]:
        """The verbs that have one of these lemmas, in order; in *any_case*, lemmas are compared in small letters."""
        return [verb for verb, *forms in self._verbs if forms[any_case] in lemmas]

    def nouns(self, lemmas: Container[str], *, any_case: bool = False) -> list[Token]:
        """As verbs, of common nouns."""
        return [noun for noun, *forms in self._nouns if forms[any_case] in lemmas]

    @cached_property
    def _verbs(self) -> list[tuple[Token, str, str]]:
        return self._with_lemmas("VERB")

    @cached_property
    def _nouns(self) -> list[tuple[Token, str, str]]:
        return self._with_lemmas("NOUN")

    def _with_lemmas(self, part: str) -> list[tuple[Token, str, str]]:
        """The words of this part of speech with their lemmas, as they are and in small letters."""
        found = (token for token in self.tokens if token.pos_ == part)
        return [(token, lemma, lemma.lower()) for token in found if (lemma := token.lemma_)]

    def sentence(self, token: Token) -> list[Token]:
        """The tokens of the token's sentence."""
        bounds = token.sent
        return self.tokens[bounds.start : bounds.end]

    def root(self, mention: Mention) -> Token:
        """The mention's token on which its other tokens depend."""
        return self.doc[mention.start : mention.end].root

    def of_type(self, *labels: str) -> Iterator[Mention]:
        """The mentions with one of these labels."""
        return (mention for mention in self.mentions if mention.label in labels)

    def token(self, i: int) -> Token | None:
        """The token number *i*; None before the first and after the last."""
        return self.tokens[i] if 0 <= i < len(self.tokens) else None

    def in_one_sentence(self, first: Mention, second: Mention) -> bool:
        """Whether both mentions are in one sentence."""
        return bool(self.tokens[first.start].sent.start == self.tokens[second.start].sent.start)
