"""A parsed article and the mentions in it: what the rules look at."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from curation.documents.document import Entity

# A spaCy Token; spaCy is followed by no type checker here.
Token = Any


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity and the tokens it covers, *end* exclusive."""

    entity: Entity
    start: int
    end: int

    @property
    def label(self) -> str:
        """The entity's type."""
        return self.entity.label

    def covers(self, token: Token) -> bool:
        """Whether the token belongs to it."""
        return bool(self.start <= token.i < self.end)


@dataclass(frozen=True)
class Reading:
    """A spaCy Doc with mentions, in the order of the text; they may be nested."""

    doc: Any
    mentions: tuple[Mention, ...]

    @classmethod
    def of(cls, doc: Any, entities: Iterable[Entity]) -> "Reading":
        """The entities that begin and end where tokens do."""
        # doc.char_span walks over the whole article each time it is asked.
        starts = {token.idx: token.i for token in doc}
        ends = {token.idx + len(token): token.i + 1 for token in doc}
        found = (
            Mention(entity, starts[entity.start], ends[entity.end])
            for entity in sorted(entities)
            if entity.start in starts and entity.end in ends and entity.start < entity.end
        )
        return cls(doc, tuple(found))

    @cached_property
    def _over(self) -> dict[int, list[Mention]]:
        over: dict[int, list[Mention]] = {}
        for mention in sorted(self.mentions, key=lambda m: (m.start - m.end, m.entity)):
            for i in range(mention.start, mention.end):
                over.setdefault(i, []).append(mention)
        return over

    def at(self, token: Token | None, labels: Collection[str]) -> Mention | None:
        """The longest mention of one of these types that covers the token."""
        if token is None:
            return None
        return next((m for m in self._over.get(token.i, ()) if m.label in labels), None)

    def root(self, mention: Mention) -> Token:
        """The token on which the mention's other tokens depend."""
        return self.doc[mention.start : mention.end].root

    def of_type(self, *labels: str) -> Iterator[Mention]:
        """The mentions of these types."""
        return (mention for mention in self.mentions if mention.label in labels)

    def token(self, i: int) -> Token | None:
        """The token at a place, None before the first and after the last."""
        return self.doc[i] if 0 <= i < len(self.doc) else None

    def together(self, one: Mention, other: Mention) -> bool:
        """Whether both stand in one sentence."""
        return bool(self.doc[one.start].sent.start == self.doc[other.start].sent.start)
