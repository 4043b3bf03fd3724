"""
Relations of the gold matched with predicted ones, by named criteria (Taillé et al. 2020).

Strict: both spans, both entity types, label and direction are the same.
Boundaries: the entity types don't matter. Relaxed: the ends only have to
overlap. Other authors' relaxed settings ask for the right type of a token; ours
leaves the types out, so that each criterion only adds hits to the stricter one.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from curation.documents.document import Document, Relation
from curation.documents.sentences import sentence_band, sentence_starts
from curation.scoring.assignment import AssignedPair, Fit, assign
from curation.scoring.match_kind import UNMATCHED, MatchKind

# Start, end and type of a relation's two ends.
_End = tuple[int, int, str]
_Ends = tuple[_End, _End]

# Label, the head's words, the tail's words.
Triple = tuple[str, str, str]


def match_relations(
    gold: Sequence[Relation], predicted: Sequence[Relation], symmetric: Collection[str]
) -> Iterator[AssignedPair]:
    """
    Every relation of both sides once: its places (UNMATCHED where a side has none) and its kind.

    Both sides are canonical relations. Only relations of one label are paired;
    the order of preference is the one of entities.
    """
    waiting: dict[Relation, list[int]] = defaultdict(list)
    for j, relation in enumerate(predicted):
        waiting[relation].append(j)
    gold_left: dict[str, list[int]] = defaultdict(list)
    for i, relation in enumerate(gold):
        if waiting.get(relation):
            yield AssignedPair(i, waiting[relation].pop(0), MatchKind.SAME)
        else:
            gold_left[relation.label].append(i)
    predicted_left: dict[str, list[int]] = defaultdict(list)
    for j in sorted(chain.from_iterable(waiting.values())):
        predicted_left[predicted[j].label].append(j)
    for label in sorted(gold_left.keys() | predicted_left.keys()):
        golds = gold_left[label]
        answers = predicted_left[label]
        fit = _fit_either_way if label in symmetric else _fit
        pairs = assign(
            [_ends(gold[i]) for i in golds], [_ends(predicted[j]) for j in answers], fit
        )
        yield from (AssignedPair(golds[a], answers[b], kind) for a, b, kind in pairs)
        answered = {pair.gold for pair in pairs}
        used = {pair.predicted for pair in pairs}
        missed = [i for n, i in enumerate(golds) if n not in answered]
        spurious = [j for n, j in enumerate(answers) if n not in used]
        yield from (AssignedPair(i, UNMATCHED, MatchKind.MISSED) for i in missed)
        yield from (AssignedPair(UNMATCHED, j, MatchKind.SPURIOUS) for j in spurious)


def sentence_bands(document: Document, relations: Sequence[Relation]) -> list[str]:
    """For each relation whether it lies in one sentence (SAME_SENTENCE) or goes ACROSS sentences."""
    if not relations:
        return []
    starts = sentence_starts(document.text)
    bands = []
    for relation in relations:
        first, second = sorted((relation.head.span, relation.tail.span))
        bands.append(sentence_band(starts, first[1], second[0]))
    return bands


def document_triples(document: Document, symmetric: Collection[str]) -> Counter[Triple]:
    """
    What the document states as a whole: label, head's words and tail's words, each once.

    Counted as DWIE and DocRED count; but mentions are one where their words are
    the same but for white space, since our documents hold no coreference.
    """
    triples = set()
    for relation in document.relations:
        head, tail = (
            " ".join(document.words(end).split()) for end in (relation.head, relation.tail)
        )
        if relation.label in symmetric:
            head, tail = sorted((head, tail))
        triples.add((relation.label, head, tail))
    return Counter(triples)


def match_triples(
    gold: Counter[Triple], predicted: Counter[Triple]
) -> Iterator[tuple[str, MatchKind]]:
    """The label of each triple of either side, and whether it is SAME, MISSED or SPURIOUS."""
    for triple in sorted(gold | predicted):
        if triple not in gold:
            yield triple[0], MatchKind.SPURIOUS
        elif triple not in predicted:
            yield triple[0], MatchKind.MISSED
        else:
            yield triple[0], MatchKind.SAME


def _ends(relation: Relation) -> _Ends:
    head = relation.head
    tail = relation.tail
    return (head.start, head.end, head.label), (tail.start, tail.end, tail.label)


def _fit(one: _Ends, other: _Ends) -> Fit | None:
    pairs = list(zip(one, other, strict=True))
    overlaps = [min(a[1], b[1]) - max(a[0], b[0]) for a, b in pairs]
    if min(overlaps) <= 0:
        return None
    if all(a[:2] == b[:2] for a, b in pairs):
        return Fit(MatchKind.SAME_SPAN, sum(overlaps))
    same_types = all(a[2] == b[2] for a, b in pairs)
    return Fit(MatchKind.SAME_TYPE if same_types else MatchKind.OVERLAP, sum(overlaps))


def _fit_either_way(one: _Ends, other: _Ends) -> Fit | None:
    """The better fit of the two ways round, for a relation without direction."""
    ways = [fit for fit in (_fit(one, other), _fit(one, (other[1], other[0]))) if fit]
    return min(ways, key=lambda fit: (fit.kind, -fit.overlap), default=None)
