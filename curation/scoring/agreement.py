"""How well annotators agree: each against each other, over the documents that both did."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from curation.document import Document
from curation.errors import InputError, Problem, refuse
from curation.scoring.agreed import Agreement, AgreementRecipe, PairAgreement
from curation.scoring.chance import Readings, Two, coefficients, kappa
from curation.scoring.collect import RelationRows, Rows, add_entities
from curation.scoring.counts import Counts
from curation.scoring.matching import MISSED, NONE, SAME, SPURIOUS
from curation.scoring.schemes import ENTITIES, RELATIONS, apart
from curation.scoring.sheet import Block, block, tallies
from curation.scoring.tokens import Tokens

AGREED_ENDS = "labels_on_agreed_ends"


def agreement(
    layers: Iterable[tuple[str, Document]],
    symmetric: Collection[str],
    *,
    recipe: AgreementRecipe,
) -> Agreement:
    """
    The agreement of *layers*: annotators' names with what they made of which document.

    Raises InputError where two have different texts under one id, or where
    one annotator has a document twice.
    """
    by_document = _by_document(layers)
    shared = [found for _, found in sorted(by_document.items()) if len(found) > 1]
    names = sorted({name for found in by_document.values() for name in found})
    pairs = [
        pair for pair in combinations(names, 2) if any(_did(found, pair) for found in shared)
    ]
    if not shared:
        return Agreement(recipe, tuple(names), 0, len(by_document))
    sheet = _Sheet(symmetric)
    for n, found in enumerate(shared):
        for one, other in (pair for pair in pairs if _did(found, pair)):
            sheet.add(found[one], found[other], n)
    entities, relations = sheet.entity_blocks(), sheet.relation_blocks()
    every = [*entities.values(), *relations.values()]
    done = iter(tallies(every, seed=recipe.seed, resamples=recipe.resamples))
    readings, left_out = _read(shared)
    mean, alpha = coefficients(readings, pairs, seed=recipe.seed, resamples=recipe.resamples)
    return Agreement(
        recipe,
        tuple(names),
        len(shared),
        len(by_document) - len(shared),
        {name: next(done) for name in entities},
        {name: next(done) for name in relations},
        mean,
        alpha,
        left_out,
        tuple(_pair(shared, readings, pair, symmetric) for pair in pairs),
    )


class _Sheet:
    """Matches of pairs of readings, all pairs of one document under its number."""

    def __init__(self, symmetric: Collection[str]) -> None:
        self.symmetric = symmetric
        self.entities, self.relations, self.ends = Rows(), RelationRows(), Rows()
        self.documents = 0

    def add(self, one: Document, other: Document, number: int) -> None:
        self.documents = number + 1
        add_entities(self.entities, [(one, other)], number)
        self.relations.add([(one, other)], number, self.symmetric)
        rows = []
        for label, kind in _agreed_ends(one, other, self.symmetric):
            at = self.ends.number(label)
            ends = (NONE if kind == none else at for none in (SPURIOUS, MISSED))
            rows.append((number, *ends, kind))
        if rows:
            self.ends.add(*np.array(rows, np.int64).T)

    def entity_blocks(self) -> dict[str, Block]:
        matches = self.entities.matches(np.arange(self.documents))
        return {name: block(matches, scheme) for name, scheme in ENTITIES.items()}

    def relation_blocks(self) -> dict[str, Block]:
        order = np.arange(self.documents)
        types, where = (
            one.matches(order) for one in (self.relations.types, self.relations.bands)
        )
        blocks = {
            name: block(types, scheme, bands=where, tidy=apart)
            for name, scheme in RELATIONS.items()
        }
        ends = self.ends.matches(order)
        return blocks | {AGREED_ENDS: block(ends, RELATIONS["strict"], tidy=apart)}


Found = Mapping[str, Document]


def _by_document(layers: Iterable[tuple[str, Document]]) -> dict[str, dict[str, Document]]:
    by_document: dict[str, dict[str, Document]] = defaultdict(dict)
    problems = []
    for name, document in layers:
        found = by_document[document.id]
        if name in found:
            problems.append(Problem(document.id, f"{name} has it twice"))
        elif any(document.text != other.text for other in found.values()):
            problems.append(Problem(document.id, f"{name} has another text than the others"))
        found[name] = document
    if problems:
        refuse(sorted(problems), InputError, hint="compare work on the same texts, once each")
    return by_document


def _did(found: Mapping[str, object], pair: Two) -> bool:
    return pair[0] in found and pair[1] in found


def _pair(
    shared: Sequence[Found], readings: Sequence[Readings], pair: Two, symmetric: Collection[str]
) -> PairAgreement:
    sheet = _Sheet(symmetric)
    both = [found for found in shared if _did(found, pair)]
    for n, found in enumerate(both):
        sheet.add(found[pair[0]], found[pair[1]], n)
    strict = (sheet.entity_blocks()["strict"], sheet.relation_blocks()["strict"])
    entities, relations = (sum(one.types.values(), Counts()).f1 for one in strict)
    return PairAgreement(pair, len(both), entities, relations, kappa(readings, pair))


def _read(shared: Sequence[Found]) -> tuple[list[Readings], int]:
    """Every annotator's label for each token, and how many spans couldn't be shown."""
    readings: list[Readings] = []
    left_out = 0
    for found in shared:
        tokens = Tokens.of(next(iter(found.values())).text)
        told = {name: tokens.labels(one.entities) for name, one in found.items()}
        readings.append({name: labels for name, (labels, _) in told.items()})
        left_out += sum(lost for _, lost in told.values())
    return readings, left_out


def _agreed_ends(
    one: Document, other: Document, symmetric: Collection[str]
) -> Iterator[tuple[str, int]]:
    """
    The labels that either gave to spans that both joined, whichever way round.

    How well annotators name relations, apart from how well they find them.
    """
    ours, theirs = (_by_ends(document, symmetric) for document in (one, other))
    for ends in sorted(ours.keys() & theirs.keys()):
        for label, way in sorted(ours[ends] | theirs[ends]):
            there = [(label, way) in labels[ends] for labels in (ours, theirs)]
            yield label, SAME if all(there) else MISSED if there[0] else SPURIOUS


Span = tuple[int, int]


def _by_ends(
    document: Document, symmetric: Collection[str]
) -> dict[tuple[Span, Span], set[tuple[str, bool]]]:
    """For each two spans that are joined: the labels, and whether the first is the head."""
    found: dict[tuple[Span, Span], set[tuple[str, bool]]] = defaultdict(set)
    for relation in document.relations:
        head, tail = relation.head.span, relation.tail.span
        first, second = sorted((head, tail))
        forward = relation.label in symmetric or head <= tail
        found[first, second].add((relation.label, forward))
    return found
