"""Pairs of entities with the label of the relation between them, ready to train on."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import permutations

from curation.documents.document import Document, Entity, Relation
from curation.documents.spans import Span
from curation.files import Json
from curation.gold.dataset import GoldDocument
from curation.scoring.sentences import sentence_starts

# The label of a pair of entities that no relation joins.
NO_RELATION = "none"


@dataclass
class RelationView:
    """
    The rows of the view, and what is counted of them.

    A pair is ordered, from head to tail; a symmetric relation makes a pair of either order. Of the
    pairs in one sentence that no relation joins, about *none_share* are kept: always the same ones,
    whatever else the document has. *pairs* counts rows with a relation, *across* those of them whose
    ends are in several sentences, *none* the pairs without, *none_left_out* those that aren't kept.
    """

    symmetric: Container[str]
    none_share: float
    pairs: int = 0
    across: int = 0
    none: int = 0
    none_left_out: int = 0

    def rows(self, gold: GoldDocument) -> Iterator[Json]:
        """The pairs of a document, those with a relation first, in the order of the text."""
        relations = set(gold.document.relations)
        relations |= {
            Relation(one.tail, one.head, one.label)
            for one in relations
            if one.label in self.symmetric
        }
        passages = _Passages(gold.document.text)
        for relation in sorted(relations):
            self.pairs += 1
            self.across += not passages.are_in_one(relation.head, relation.tail)
            yield _row(gold, passages, relation)
        joined = {(relation.head, relation.tail) for relation in relations}
        for head, tail in passages.pairs_in_one(gold.document):
            if (head, tail) in joined:
                continue
            if _place_of_pair(gold.id, head, tail) < self.none_share:
                self.none += 1
                yield _row(gold, passages, Relation(head, tail, NO_RELATION))
            else:
                self.none_left_out += 1

    def counts(self) -> dict[str, int | float | str]:
        """What the manifest says of the view."""
        return {
            "pairs": self.pairs,
            "across_sentences": self.across,
            "none": self.none,
            "none_left_out": self.none_left_out,
            "none_share": self.none_share,
        }


class _Passages:
    """The sentences of a text, and the fewest that hold two entities."""

    def __init__(self, text: str) -> None:
        starts = sentence_starts(text)
        self.starts = [0, *starts]
        self.ends = [*starts, len(text)]

    def holding(self, one: Entity, other: Entity) -> Span:
        """Where the first of the sentences begins and the last ends."""
        first = self._sentence_at(min(one.start, other.start))
        last = self._sentence_at(max(one.end, other.end) - 1)
        return self.starts[first], self.ends[last]

    def are_in_one(self, one: Entity, other: Entity) -> bool:
        """Whether one sentence holds both entities wholly."""
        start, end = self.holding(one, other)
        return end == self.ends[self._sentence_at(start)]

    def pairs_in_one(self, document: Document) -> Iterator[tuple[Entity, Entity]]:
        """The ordered pairs of different entities that one sentence holds."""
        by_sentence: defaultdict[int, list[Entity]] = defaultdict(list)
        for entity in dict.fromkeys(document.entities):
            if self.are_in_one(entity, entity):
                by_sentence[self._sentence_at(entity.start)].append(entity)
        for entities in by_sentence.values():
            yield from permutations(entities, 2)

    def _sentence_at(self, place: int) -> int:
        return bisect_right(self.starts, place) - 1


def _row(gold: GoldDocument, passages: _Passages, relation: Relation) -> Json:
    """A pair in its passage; its places count from the start of the passage."""
    document = gold.document
    start, end = passages.holding(relation.head, relation.tail)
    head, tail = (
        {
            "start": entity.start - start,
            "end": entity.end - start,
            "label": entity.label,
            "text": document.words(entity),
        }
        for entity in (relation.head, relation.tail)
    )
    return {
        "id": gold.id,
        "group": gold.group,
        "text": document.text[start:end].rstrip(),
        "start": start,
        "head": head,
        "tail": tail,
        "label": relation.label,
    }


def _place_of_pair(document: str, head: Entity, tail: Entity) -> float:
    """A number from 0 to 1 that depends on the document's id and the pair alone."""
    pair = f"{document}\n{head.start} {head.end} {head.label}\n{tail.start} {tail.end} {tail.label}"
    return int.from_bytes(blake2b(pair.encode(), digest_size=8).digest(), "big") / 2**64
