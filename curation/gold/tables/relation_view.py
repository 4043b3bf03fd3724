"""Pairs of entities with the label of the relation between them, ready to train on."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import permutations

from curation.documents.sentences import sentence_starts
from curation.files import Json
from curation.gold.tables.rows import JsonRow
from curation.schema.model import NO_RELATION


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

    def rows(self, gold: JsonRow) -> Iterator[Json]:
        """The pairs of a document, given by its row: those with a relation first, in the order of the text."""
        entities = gold["entities"]
        numbers = {entity["id"]: number for number, entity in enumerate(entities)}
        related = set()
        for relation in gold["relations"]:
            head = numbers[relation["head"]]
            tail = numbers[relation["tail"]]
            related.add((head, tail, relation["label"]))
            if relation["label"] in self.symmetric:
                related.add((tail, head, relation["label"]))
        passages = _Passages(gold["text"], entities)
        places = [f"{one['start']} {one['end']} {one['label']}" for one in entities]

        def row(head: int, tail: int, label: str) -> Json:
            start, text = passages.holding(head, tail)
            return {
                "id": gold["id"],
                "group": gold["group"],
                "text": text,
                "start": start,
                "head": _from(start, entities[head]),
                "tail": _from(start, entities[tail]),
                "label": label,
            }

        for head, tail, label in sorted(related):
            self.pairs += 1
            self.across += not passages.are_in_one(head, tail)
            yield row(head, tail, label)
        joined = {(head, tail) for head, tail, _ in related}
        for head, tail in passages.pairs_in_one():
            if (head, tail) in joined:
                continue
            pair = f"{gold['id']}\n{places[head]}\n{places[tail]}"
            if _number_of_pair(pair) < self.none_share:
                self.none += 1
                yield row(head, tail, NO_RELATION)
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
    """The sentences of a text, and the fewest that hold two entities, given by their numbers."""

    def __init__(self, text: str, entities: Sequence[Json]) -> None:
        starts = sentence_starts(text)
        self.text = text
        self.starts = [0, *starts]
        self.ends = [*starts, len(text)]
        # The first and the last sentence of each entity.
        self.sentences = [
            (bisect_right(starts, entity["start"]), bisect_right(starts, entity["end"] - 1))
            for entity in entities
        ]

    def holding(self, one: int, other: int) -> tuple[int, str]:
        """Where the first of the sentences begins, and their text."""
        first, last = self._sentences_of(one, other)
        start = self.starts[first]
        return start, self.text[start : self.ends[last]].rstrip()

    def are_in_one(self, one: int, other: int) -> bool:
        """Whether one sentence holds both entities wholly."""
        first, last = self._sentences_of(one, other)
        return first == last

    def pairs_in_one(self) -> Iterator[tuple[int, int]]:
        """The ordered pairs of different entities that one sentence holds."""
        by_sentence: defaultdict[int, list[int]] = defaultdict(list)
        for number, (first, last) in enumerate(self.sentences):
            if first == last:
                by_sentence[first].append(number)
        for numbers in by_sentence.values():
            yield from permutations(numbers, 2)

    def _sentences_of(self, one: int, other: int) -> tuple[int, int]:
        first_of_one, last_of_one = self.sentences[one]
        first_of_other, last_of_other = self.sentences[other]
        return min(first_of_one, first_of_other), max(last_of_one, last_of_other)


def _from(start: int, entity: Json) -> Json:
    """The end of a pair, its places counted from *start*."""
    return {
        "start": entity["start"] - start,
        "end": entity["end"] - start,
        "label": entity["label"],
        "text": entity["text"],
    }


def _number_of_pair(pair: str) -> float:
    """A number from 0 to 1 that depends on the document's id and the pair alone."""
    return int.from_bytes(blake2b(pair.encode(), digest_size=8).digest(), "big") / 2**64
