"""
Relations against relations, by criteria that are always named (Taillé et al. 2020).

Strict: both spans, both entity types, label and direction agree. Boundaries:
the entity types don't matter. Relaxed: it is enough that the ends overlap.
Other relaxed settings ask for the right type of a token; ours leaves the types
out, so that each criterion only ever adds hits to the one before.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from curation.documents.document import Document, Relation
from curation.scoring.assignment import Fit, assign
from curation.scoring.matching import (
    LABEL,
    MISSED,
    NONE,
    OVERLAP,
    SAME,
    SPAN,
    SPURIOUS,
)
from curation.scoring.sentences import band, sentence_starts

End = tuple[int, int, str]
Ends = tuple[End, End]
Found = tuple[int, int, int]


def canonical(relation: Relation, symmetric: Collection[str]) -> Relation:
    """A relation without direction in reading order."""
    if relation.label in symmetric and relation.tail < relation.head:
        return Relation(relation.tail, relation.head, relation.label)
    return relation


def in_order(document: Document, symmetric: Collection[str]) -> list[Relation]:
    """The document's relations, canonical and sorted; a symmetric one that stands there both ways is one."""
    stated = set(document.relations)
    both = ((relation, canonical(relation, symmetric)) for relation in document.relations)
    return sorted(now for was, now in both if now == was or now not in stated)


def match_relations(
    gold: Sequence[Relation], predicted: Sequence[Relation], symmetric: Collection[str]
) -> Iterator[Found]:
    """
    Every canonical relation of both once: place in *gold*, in *predicted* (NONE: nobody), kind.

    Only equal labels are paired; the order of preference is the entities' one.
    """
    waiting: dict[Relation, list[int]] = defaultdict(list)
    for j, relation in enumerate(predicted):
        waiting[relation].append(j)
    left: dict[str, list[int]] = defaultdict(list)
    for i, relation in enumerate(gold):
        if waiting.get(relation):
            yield i, waiting[relation].pop(0), SAME
        else:
            left[relation.label].append(i)
    open_: dict[str, list[int]] = defaultdict(list)
    for j in sorted(chain.from_iterable(waiting.values())):
        open_[predicted[j].label].append(j)
    for label in sorted(left.keys() | open_.keys()):
        ours, theirs, fit = left[label], open_[label], _either if label in symmetric else _fit
        pairs = assign(
            [_ends(gold[i]) for i in ours], [_ends(predicted[j]) for j in theirs], fit
        )
        yield from ((ours[a], theirs[b], kind) for a, b, kind in pairs)
        hit, answered = {a for a, _, _ in pairs}, {b for _, b, _ in pairs}
        yield from ((i, NONE, MISSED) for a, i in enumerate(ours) if a not in hit)
        yield from ((NONE, j, SPURIOUS) for b, j in enumerate(theirs) if b not in answered)


def bands(document: Document, relations: Sequence[Relation]) -> list[str]:
    """For each relation whether it stays within a sentence."""
    if not relations:
        return []
    starts = sentence_starts(document.text)
    found = []
    for relation in relations:
        first, second = sorted((relation.head.span, relation.tail.span))
        found.append(band(starts, first[1], second[0]))
    return found


Triple = tuple[str, str, str]


def triples(document: Document, symmetric: Collection[str]) -> Counter[Triple]:
    """
    What the document says at all: label, head's words, tail's words, each once.

    Counted as DWIE and DocRED count, but mentions are one where their words
    are (white space aside): our documents hold no coreference.
    """
    found = set()
    for relation in document.relations:
        head, tail = (
            " ".join(document.words(end).split()) for end in (relation.head, relation.tail)
        )
        if relation.label in symmetric:
            head, tail = sorted((head, tail))
        found.add((relation.label, head, tail))
    return Counter(found)


def match_triples(
    gold: Counter[Triple], predicted: Counter[Triple]
) -> Iterator[tuple[str, int]]:
    """The label and the kind of each triple of either side."""
    for triple in sorted(gold | predicted):
        kind = SAME if triple in gold and triple in predicted else MISSED
        yield triple[0], kind if triple in gold else SPURIOUS


def _ends(relation: Relation) -> Ends:
    head, tail = relation.head, relation.tail
    return (head.start, head.end, head.label), (tail.start, tail.end, tail.label)


def _fit(one: Ends, other: Ends) -> Fit | None:
    overlaps = [min(a[1], b[1]) - max(a[0], b[0]) for a, b in zip(one, other, strict=True)]
    if min(overlaps) <= 0:
        return None
    pairs = list(zip(one, other, strict=True))
    if all(a[:2] == b[:2] for a, b in pairs):
        return SPAN, sum(overlaps)
    kind = LABEL if all(a[2] == b[2] for a, b in pairs) else OVERLAP
    return kind, sum(overlaps)


def _either(one: Ends, other: Ends) -> Fit | None:
    """Without direction either end may answer either: the better way round counts."""
    ways = [fit for fit in (_fit(one, other), _fit(one, (other[1], other[0]))) if fit]
    return min(ways, key=lambda fit: (fit[0], -fit[1]), default=None)
