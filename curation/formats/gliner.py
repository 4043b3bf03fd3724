"""GLiNER's training data, with relations as GLiNER-relex trains on them."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from curation.documents.document import Document, Entity
from curation.formats.losses import (
    NOT_ALIGNED,
    WITH_LOST_END,
    Losses,
    LossKind,
)
from curation.formats.shape import FilePart, both_directions, line_part, lose_all_but_tokens
from curation.schema import Schema

ACROSS_PASSAGES = LossKind(
    "relation", "left out, as it joins two passages; GLiNER reads passages of 384 words"
)
TOO_LONG = LossKind(
    "passage", "longer than 384 words: GLiNER cuts what comes after, unless max_len is more"
)
SAME_WORDS = LossKind(
    "entity", "on the words of another one; GLiNER trains on one label for a span"
)

# GLiNER's own words, in training and in use.
_WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")
# As many words as GLiNER reads, unless it is told otherwise.
LONGEST_PASSAGE = 384


def write_gliner(
    documents: Iterable[Document], schema: Schema, losses: Losses
) -> Iterator[FilePart]:
    """A line a passage: as many paragraphs as GLiNER reads at once, with the types that aren't there."""
    for document in documents:
        words = [found.span() for found in _WORD.finditer(document.text)]
        starts = {start: number for number, (start, _) in enumerate(words)}
        ends = {end: number for number, (_, end) in enumerate(words)}
        placed = {
            one: (starts[one.start], ends[one.end])
            for one in document.entities
            if one.start in starts and one.end in ends
        }
        losses.add(NOT_ALIGNED, document.id, len(document.entities) - len(placed))
        losses.remark(SAME_WORDS, document.id, len(placed) - len({*placed.values()}))
        lose_all_but_tokens(document, losses)
        yield from _passages(document, schema, losses, words, placed)


def _passages(
    document: Document,
    schema: Schema,
    losses: Losses,
    words: Sequence[tuple[int, int]],
    placed: dict[Entity, tuple[int, int]],
) -> Iterator[FilePart]:
    relations = list(both_directions(document, schema, losses))
    aligned = [one for one in relations if {one.head, one.tail} <= placed.keys()]
    losses.add(WITH_LOST_END, document.id, len(relations) - len(aligned))
    written = 0
    for first, behind in _passage_edges(document.text, words, placed.values()):
        numbers: dict[Entity, int] = {}
        for entity in placed:
            if first <= placed[entity][0] < behind:
                numbers[entity] = len(numbers)
        here = [one for one in aligned if {one.head, one.tail} <= numbers.keys()]
        written += len(here)
        losses.remark(TOO_LONG, document.id, behind - first > LONGEST_PASSAGE)
        entity_types = {one.label for one in numbers}
        relation_types = {one.label for one in here}
        yield line_part(
            {
                "tokenized_text": [
                    document.text[start:end] for start, end in words[first:behind]
                ],
                "ner": [
                    [placed[one][0] - first, placed[one][1] - first, one.label]
                    for one in numbers
                ],
                "relations": sorted(
                    [numbers[one.head], numbers[one.tail], one.label] for one in here
                ),
                "ner_negatives": [one for one in schema.entities if one not in entity_types],
                "rel_negatives": [one for one in schema.relations if one not in relation_types],
            }
        )
    losses.add(ACROSS_PASSAGES, document.id, len(aligned) - written)


def _passage_edges(
    text: str, words: Sequence[tuple[int, int]], entities: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """The first word of each passage and the one behind its last: whole paragraphs, and no entity cut."""
    starts = [start for start, _ in words]
    inside = {number for first, last in entities for number in range(first + 1, last + 1)}
    line_starts = (bisect_left(starts, found.end()) for found in re.finditer("\n", text))
    edges = sorted({number for number in line_starts if number not in inside} | {len(words)})
    first = 0
    last = 0
    for edge in edges:
        if edge - first > LONGEST_PASSAGE and last > first:
            yield first, last
            first = last
        last = edge
    if last > first:
        yield first, last
