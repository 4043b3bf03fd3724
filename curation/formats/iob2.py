"""IOB2: one tag a token, B- at the first token of an entity, I- at its others, O outside of all."""

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
    first_tokens = {start: number for number, start in enumerate(starts)}
    behind_last = {
        start + len(word): number
        for number, (start, word) in enumerate(zip(starts, words, strict=True), 1)
    }
    aligned = [one for one in entities if one.start in first_tokens and one.end in behind_last]
    shown = outermost_entities(aligned)
    tags = [NO_ENTITY] * len(words)
    for entity in shown:
        first = first_tokens[entity.start]
        behind = behind_last[entity.end]
        tags[first:behind] = [f"I-{entity.label}"] * (behind - first)
        tags[first] = f"B-{entity.label}"
    return TaggedTokens(
        tags=tags,
        tagged=len(shown),
        not_aligned=len(entities) - len(aligned),
        overlapping=len(aligned) - len(shown),
    )


def tag_names(entity_types: Collection[str]) -> tuple[str, ...]:
    """All tags that entities of these types can have, NO_ENTITY first."""
    return (NO_ENTITY, *(f"{edge}-{name}" for name in entity_types for edge in "BI"))
