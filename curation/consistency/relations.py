"""Relations that a gold states here and not there, in the same words, or without their consequence."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from curation.consistency.inconsistency import Inconsistency, context_of
from curation.documents.document import Document, Entity, Relation
from curation.documents.sentences import sentence_starts
from curation.schema import Schema

# Words of a phrase that names whose an office is, between the office and that name.
_IN_ONE_PHRASE = re.compile(r"[\s’']*(?:['’]s\s+|(?:of|for|at)\s+)?(?:the\s+)?", re.IGNORECASE)

# Names that stand further apart are no fixed phrase.
_MOST_BETWEEN = 60


@dataclass(frozen=True)
class _Sentences:
    """The entities of a document by sentence, in the order of the text."""

    document: Document

    @cached_property
    def starts(self) -> list[int]:
        return sentence_starts(self.document.text)

    def number(self, entity: Entity) -> int:
        return bisect_right(self.starts, entity.start)

    @cached_property
    def entities(self) -> Mapping[int, list[Entity]]:
        found: dict[int, list[Entity]] = defaultdict(list)
        for entity in sorted(self.document.entities):
            found[self.number(entity)].append(entity)
        return found

    def pairs(self) -> Iterator[tuple[Entity, Entity]]:
        """Two entities of one sentence that stand near each other and don't overlap, in order."""
        for entities in self.entities.values():
            for number, one in enumerate(entities):
                for other in entities[number + 1 :]:
                    if other.start - one.end > _MOST_BETWEEN:
                        break
                    if other.start >= one.end:
                        yield one, other


# Names, labels and the words between, which say whether two occurrences are the same words.
_Phrase = tuple[str, str, str, str, str]


def find_pair_findings(
    documents: Iterable[Document], schema: Schema
) -> Iterator[Inconsistency]:
    """The same two names in the same words, here with a relation and there without it or with another."""
    said: dict[_Phrase, Counter[str]] = defaultdict(Counter)
    for document in documents:
        for phrase, relations, _ in _phrases(document, schema):
            said[phrase][relations] += 1
    for document in documents:
        groups: dict[tuple[_Phrase, str], list[tuple[Entity, Entity]]] = defaultdict(list)
        for phrase, relations, pair in _phrases(document, schema):
            if len(said[phrase]) > 1:
                groups[phrase, relations].append(pair)
        for (phrase, relations), pairs in groups.items():
            others = said[phrase].total() - said[phrase][relations]
            if others < said[phrase][relations]:
                continue
            yield _pair_finding(document, phrase, pairs, relations, said[phrase])


def _phrases(
    document: Document, schema: Schema
) -> Iterator[tuple[_Phrase, str, tuple[Entity, Entity]]]:
    """Each near pair of entities, with the words that it stands in and the relations between the two."""
    between: dict[frozenset[Entity], list[Relation]] = defaultdict(list)
    for relation in document.relations:
        between[frozenset((relation.head, relation.tail))].append(relation)
    for one, other in _Sentences(document).pairs():
        gap = " ".join(document.text[one.end : other.start].split())
        phrase = (document.words(one), one.label, gap, document.words(other), other.label)
        arrows = sorted(
            _arrow(relation, one, schema) for relation in between[frozenset((one, other))]
        )
        yield phrase, ", ".join(arrows), (one, other)


def _arrow(relation: Relation, first: Entity, schema: Schema) -> str:
    if relation.label in schema.symmetric:
        return f"— {relation.label} —"
    return f"{relation.label} →" if relation.head == first else f"← {relation.label}"


def _pair_finding(
    document: Document,
    phrase: _Phrase,
    pairs: list[tuple[Entity, Entity]],
    relations: str,
    said: Counter[str],
) -> Inconsistency:
    one, other = pairs[0]
    place = (one.span, other.span)
    words = " ".join(filter(None, (phrase[0], phrase[2], phrase[3])))
    elsewhere = "; ".join(
        f"{arrows or 'no relation'} {number} times"
        if number > 1
        else f"{arrows or 'no relation'} once"
        for arrows, number in said.most_common()
        if arrows != relations
    )
    return Inconsistency(
        document=document.id,
        kind="same words, other relation" if relations else "same words without the relation",
        what=f"pair: {words!r} {relations or 'no relation'}",
        says=f"{words!r}: {relations or 'no relation'} here; in the same words {elsewhere}",
        place=place,
        context=context_of(document, ((one.start, other.end),)),
        times=len(pairs),
        here=said[relations],
        elsewhere=said.total() - said[relations],
    )


def find_missing_consequences(
    documents: Iterable[Document], schema: Schema
) -> Iterator[Inconsistency]:
    """Relations without the one that their phrase states, too, as ``consequences`` of the schema has it."""
    for first, second in schema.consequences:
        followed = 0
        lacking: list[tuple[Document, Relation, Entity]] = []
        for document in documents:
            sentences = _Sentences(document)
            for relation in document.relations:
                if relation.label != first:
                    continue
                wanted = _named_in_phrase(document, relation, second, sentences, schema)
                if wanted is None:
                    continue
                if _has(document, relation, second, sentences):
                    followed += 1
                else:
                    lacking.append((document, relation, wanted))
        for document, relation, wanted in lacking:
            head = document.words(relation.head)
            yield Inconsistency(
                document=document.id,
                kind="consequence missing",
                what=f"lacks {second}: {head!r} {document.words(wanted)!r}",
                says=(
                    f"{head!r} {first} {document.words(relation.tail)!r}, and not {second}"
                    f" {document.words(wanted)!r}; {followed} others have both"
                ),
                place=(relation.head.span, wanted.span),
                context=context_of(document, (relation.head.span, wanted.span)),
                times=1,
                here=len(lacking),
                elsewhere=followed,
            )


def _named_in_phrase(
    document: Document, relation: Relation, second: str, sentences: _Sentences, schema: Schema
) -> Entity | None:
    """The entity beside the relation's tail that the *second* relation may join its head to."""
    kind = schema.relations[second]
    for entity in sentences.entities[sentences.number(relation.tail)]:
        if entity in (relation.head, relation.tail):
            continue
        if not kind.joins(relation.head.label, entity.label):
            continue
        one, other = sorted((entity, relation.tail))
        if _IN_ONE_PHRASE.fullmatch(document.text, one.end, other.start):
            return entity
    return None


def _has(document: Document, relation: Relation, second: str, sentences: _Sentences) -> bool:
    """Whether the head has the *second* relation to anything in the sentence."""
    number = sentences.number(relation.tail)
    return any(
        one.label == second
        and one.head == relation.head
        and sentences.number(one.tail) == number
        for one in document.relations
    )
