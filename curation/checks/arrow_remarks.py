"""Remarks on arrows that are sound and look like a slip of the hand, in words that name both ends."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from curation.documents.document import AnnotatedDocument, Document, Entity, Relation
from curation.documents.quote import quote_context, quote_words
from curation.documents.sentences import sentence_starts
from curation.errors import Problem
from curation.schema.model import Schema


def find_arrow_remarks(annotation: AnnotatedDocument, schema: Schema) -> Iterator[Problem]:
    """The remarks on an annotation's arrows: labels, directions and ends that are likely mistakes."""
    arrows = _Arrows(annotation.document, schema)
    suggestion = annotation.suggestion
    suggested = suggestion.relations if suggestion else ()
    whats = (
        *_several_labels(arrows, suggested),
        *_lost_labels(arrows, suggested),
        *arrows.both_ways(),
        *arrows.at_one_name(),
        *arrows.across_sentences(),
        *arrows.said_twice(),
    )
    for what in whats:
        yield Problem(annotation.document.id, what)


_Ends = tuple[tuple[int, int], tuple[int, int]]


def _ends(relation: Relation) -> _Ends:
    return relation.head.span, relation.tail.span


@dataclass(frozen=True)
class _Arrows:
    """The arrows of a document, and what is said of them."""

    document: Document
    schema: Schema

    @cached_property
    def by_ends(self) -> dict[_Ends, list[Relation]]:
        """The relations between the same ends, one way."""
        found: dict[_Ends, list[Relation]] = defaultdict(list)
        for relation in self.document.relations:
            found[_ends(relation)].append(relation)
        return found

    @cached_property
    def starts(self) -> list[int]:
        return sentence_starts(self.document.text)

    def sentence(self, entity: Entity) -> int:
        """The number of the sentence in which the entity begins."""
        return bisect_right(self.starts, entity.start)

    def name(self, entity: Entity) -> str:
        """By which two mentions are the same name."""
        return " ".join(self.document.words(entity).casefold().split())

    def describe(self, relation: Relation) -> str:
        """The arrow in words, with both ends."""
        head = quote_words(self.document.text, *relation.head.span)
        tail = quote_words(self.document.text, *relation.tail.span)
        return f"the arrow from {head} to {tail}"

    def both_ways(self) -> Iterator[str]:
        """Of relations with a direction that lead to and fro between the same ends."""
        for (head, tail), relations in self.by_ends.items():
            back = {one.label for one in self.by_ends.get((tail, head), ())}
            for relation in relations:
                if head < tail and relation.label in back:
                    yield (
                        f"{self.describe(relation)} has another that leads back, both with the "
                        f"label {relation.label}: both, or one drawn the wrong way?"
                    )

    def at_one_name(self) -> Iterator[str]:
        """Of arrows between two mentions of the same name."""
        for relation in self.document.relations:
            if self.name(relation.head) == self.name(relation.tail):
                yield (
                    f"{self.describe(relation)} ({relation.label}) joins two mentions of one name: "
                    "is one of the ends another?"
                )

    def across_sentences(self) -> Iterator[str]:
        """Of arrows from one sentence to another, with the mention that would be nearer."""
        for relation in self.document.relations:
            head = relation.head
            tail = relation.tail
            is_one_sentence = self.sentence(head) == self.sentence(tail)
            if is_one_sentence or self.name(head) == self.name(tail):
                continue
            nearer = self._mention(head, tail) or self._mention(tail, head)
            named = ""
            if nearer:
                quoted = quote_context(self.document.text, *nearer.span)
                named = f"; one of them stands in the other's sentence, too: {quoted}"
            yield (
                f"{self.describe(relation)} ({relation.label}) joins two sentences: "
                f"does one of them say so?{named}"
            )

    def _mention(self, entity: Entity, other: Entity) -> Entity | None:
        """Another mention of the entity's name in the sentence of the *other* one."""
        for one in self.document.entities:
            is_there = self.sentence(one) == self.sentence(other) and one.label == entity.label
            if is_there and self.name(one) == self.name(entity):
                return one
        return None

    def said_twice(self) -> Iterator[str]:
        """Of arrows that say of the same two names, in one sentence, what an earlier one says."""
        said: dict[object, Relation] = {}
        for relation in sorted(self.document.relations, key=_ends):
            sentence = self.sentence(relation.head)
            if sentence != self.sentence(relation.tail):
                continue
            names: object = (self.name(relation.head), self.name(relation.tail))
            if relation.label in self.schema.symmetric:
                names = frozenset((self.name(relation.head), self.name(relation.tail)))
            first = said.setdefault((sentence, names, relation.label), relation)
            if first is not relation:
                yield (
                    f"{self.describe(relation)} says {relation.label} once more: so does "
                    f"{self.describe(first)}, in the same sentence"
                )


def _several_labels(arrows: _Arrows, suggested: tuple[Relation, ...]) -> Iterator[str]:
    """Of arrows with several labels, unless all were suggested: one may have been left ticked."""
    before: dict[_Ends, set[str]] = defaultdict(set)
    for relation in suggested:
        before[_ends(relation)].add(relation.label)
    for ends, relations in arrows.by_ends.items():
        labels = [relation.label for relation in relations]
        if len(labels) < 2 or set(labels) <= before[ends]:
            continue
        *others, last = labels
        left = [label for label in labels if label in before[ends]]
        which = f"; {', '.join(left)} was suggested" if left else ""
        yield (
            f"{arrows.describe(relations[0])} has the labels {', '.join(others)} and {last}"
            f"{which}: are all meant, or was one left ticked?"
        )


def _lost_labels(arrows: _Arrows, suggested: tuple[Relation, ...]) -> Iterator[str]:
    """
    Of suggested labels that are gone, though another label still joins the same ends.

    Only where several labels were suggested for these ends.
    """
    label_counts = Counter(_ends(relation) for relation in suggested)
    for relation in suggested:
        ends = _ends(relation)
        labels = {one.label for one in arrows.by_ends.get(ends, ())}
        if labels and label_counts[ends] > 1 and relation.label not in labels:
            yield (
                f"{relation.label} was suggested on {arrows.describe(relation)}, too: taken off by "
                "the annotator, or lost by a page opened before the schema had this relation"
            )
