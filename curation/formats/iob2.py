"""IOB2: one tag a token, B- at the first token of an entity, I- at its others, O outside of all."""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from curation.documents.document import Entity
from curation.documents.outermost import outermost_entities

NO_ENTITY = "O"


@dataclass(frozen=True, slots=True)
class TaggedTokens:
    """
    A tag for each token, and how many entities have tags, or couldn't have any.

    *not_aligned* begin or end inside a token. *overlapping* lie within another entity, or cross one
    that is longer: of these the longest has the tags.
    """

    tags: list[str]
    tagged: int
    not_aligned: int
    overlapping: int


def tag_tokens(
    words: Sequence[str], starts: Sequence[int], entities: Collection[Entity]
) -> TaggedTokens:
    """The tags of tokens, given by their words and where these start in the text."""
    places = {entity: _tokens_of(entity, words, starts) for entity in entities}
    shown = outermost_entities(entity for entity, place in places.items() if place)
    tags = [NO_ENTITY] * len(words)
    for entity in shown:
        for number in places[entity]:
            tags[number] = f"I-{entity.label}"
        tags[places[entity].start] = f"B-{entity.label}"
    aligned = sum(map(bool, places.values()))
    return TaggedTokens(
        tags=tags,
        tagged=len(shown),
        not_aligned=len(places) - aligned,
        overlapping=aligned - len(shown),
    )


def tag_names(entity_types: Collection[str]) -> tuple[str, ...]:
    """All tags that entities of these types can have, NO_ENTITY first."""
    return (NO_ENTITY, *(f"{edge}-{name}" for name in entity_types for edge in "BI"))


def _tokens_of(entity: Entity, words: Sequence[str], starts: Sequence[int]) -> range:
    """The numbers of the entity's tokens; none where it begins or ends inside of one."""
    first = bisect_left(starts, entity.start)
    behind = bisect_left(starts, entity.end)
    is_aligned = (
        first < behind
        and starts[first] == entity.start
        and starts[behind - 1] + len(words[behind - 1]) == entity.end
    )
    return range(first, behind) if is_aligned else range(0)
