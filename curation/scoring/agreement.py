"""How well annotators agree: each against each other, over the documents that both did."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from curation.documents.document import Document
from curation.errors import InputError, Problem, raise_problems
from curation.scoring.agreement_result import Agreement, AgreementRecipe, PairAgreement
from curation.scoring.counts import Counts
from curation.scoring.kappa_alpha import Crossed, Two, coefficients
from curation.scoring.match_columns import RelationRows, Rows, add_entities
from curation.scoring.matching import MISSED, NONE, SAME, SPURIOUS, Ints, Pair
from curation.scoring.schemes import ENTITIES, RELATIONS, Matches, apart
from curation.scoring.tallies import Block, block, tallies
from curation.scoring.tokens import Tokens
from curation.scoring.waiting_documents import weight

AGREED_ENDS = "labels_on_agreed_ends"

# Of each two annotators so many bytes of documents are matched at once, about.
ROOM = 2**21


Layers = Sequence[tuple[str, Document]]
Found = Mapping[str, Document]


def agreement(
    groups: Iterable[Layers], symmetric: Collection[str], *, recipe: AgreementRecipe
) -> Agreement:
    """
    The agreement of annotators: each group is what they, by name, made of one document.

    Raises InputError, at the end, where two have different texts under one id,
    or where one annotator has a document twice.
    """
    work, problems = _Work(symmetric), list[Problem]()
    for layers in groups:
        problems += _unlike(layers)
        if not problems:
            work.add(dict(layers))
    if problems:
        raise_problems(
            sorted(problems), InputError, hint="compare work on the same texts, once each"
        )
    names = tuple(sorted(work.names))
    if not work.ids:
        return Agreement(recipe, names, 0, work.alone)
    order = np.empty(len(work.ids), np.int64)
    order[sorted(range(len(order)), key=work.ids.__getitem__)] = np.arange(len(order))
    pairs = sorted(work.pairs)
    for pair in pairs:  # all of them first: their labels are numbered together
        work.pairs[pair].match()
    found = _together([work.pairs[pair].matches(order) for pair in pairs])
    entities, relations = _entity_blocks(found), _relation_blocks(found)
    every = [*entities.values(), *relations.values()]
    done = iter(tallies(every, seed=recipe.seed, resamples=recipe.resamples))
    tables = work.tokens.tables(pairs, order)
    mean, alpha, kappas = coefficients(tables, seed=recipe.seed, resamples=recipe.resamples)
    return Agreement(
        recipe,
        names,
        len(order),
        work.alone,
        {name: next(done) for name in entities},
        {name: next(done) for name in relations},
        mean,
        alpha,
        work.left_out,
        tuple(_pair(work.pairs[pair], pair, k) for pair, k in zip(pairs, kappas, strict=True)),
    )


def _unlike(layers: Layers) -> Iterator[Problem]:
    """What keeps one document's layers from being compared."""
    names: set[str] = set()
    for name, document in layers:
        if name in names:
            yield Problem(document.id, f"{name} has it twice")
        elif document.text != layers[0][1].text:
            yield Problem(document.id, f"{name} has another text than the others")
        names.add(name)


class _Work:
    """What annotators made of the documents that have come; of those by two or more all that counts."""

    def __init__(self, symmetric: Collection[str]) -> None:
        self.symmetric = symmetric
        self.names: set[str] = set()
        self.alone = self.left_out = 0
        self.ids: list[str] = []
        self.pairs: dict[Two, _Pair] = {}
        self.tokens = Crossed()
        self.labels: tuple[dict[str, int], ...] = ({}, {}, {})

    def add(self, found: Found) -> None:
        """One document."""
        self.names.update(found)
        if len(found) < 2:
            self.alone += 1
            return
        for pair in combinations(sorted(found), 2):
            if pair not in self.pairs:
                self.pairs[pair] = _Pair(self.symmetric, *self.labels)
            self.pairs[pair].add((found[pair[0]], found[pair[1]]), len(self.ids))
        one = next(iter(found.values()))
        self.ids.append(one.id)
        tokens = Tokens.of(one.text)
        told = {name: tokens.labels(layer.entities) for name, layer in found.items()}
        self.tokens.add({name: labels for name, (labels, _) in told.items()})
        self.left_out += sum(lost for _, lost in told.values())


class _Pair:
    """Matches of two annotators' work, document by document; the labels are numbered for all pairs."""

    def __init__(
        self,
        symmetric: Collection[str],
        entities: dict[str, int],
        relations: dict[str, int],
        ends: dict[str, int],
    ) -> None:
        self.symmetric = symmetric
        self.entities, self.ends = Rows(entities), Rows(ends)
        self.relations = RelationRows(Rows(relations))
        self.numbers: list[int] = []
        self.waiting: list[Pair] = []
        self.room = ROOM

    def add(self, both: Pair, number: int) -> None:
        """One document, the *number*-th that came."""
        self.numbers.append(number)
        self.waiting.append(both)
        self.room -= sum(map(weight, both))
        if self.room < 0:
            self.match()

    def match(self) -> None:
        """Whatever waits to be matched."""
        some, first = self.waiting, len(self.numbers) - len(self.waiting)
        self.waiting, self.room = [], ROOM
        if not some:
            return
        add_entities(self.entities, some, first)
        self.relations.add(some, first, self.symmetric)
        rows = []
        for n, (one, other) in enumerate(some, first):
            for label, kind in _agreed_ends(one, other, self.symmetric):
                at = self.ends.number(label)
                ends = (NONE if kind == none else at for none in (SPURIOUS, MISSED))
                rows.append((n, *ends, kind))
        if rows:
            self.ends.add(*np.array(rows, np.int64).T)

    def matches(self, order: Ints) -> tuple[Matches, ...]:
        """Of entities, relations, their bands and the ends that both joined, by *order*'s numbers."""
        every = (self.entities, self.relations.types, self.relations.bands, self.ends)
        place = order[np.array(self.numbers)]
        return tuple(replace(rows.matches(place), documents=len(order)) for rows in every)


def _together(pairs: Sequence[tuple[Matches, ...]]) -> tuple[Matches, ...]:
    """All pairs' matches as if they were one's."""

    def one(parts: tuple[Matches, ...]) -> Matches:
        columns = ("document", "gold", "predicted", "kind")
        whole = {c: np.concatenate([getattr(part, c) for part in parts]) for c in columns}
        return replace(parts[0], **whole)

    return tuple(one(parts) for parts in zip(*pairs, strict=True))


def _entity_blocks(found: tuple[Matches, ...]) -> dict[str, Block]:
    return {name: block(found[0], scheme) for name, scheme in ENTITIES.items()}


def _relation_blocks(found: tuple[Matches, ...]) -> dict[str, Block]:
    _, types, where, ends = found
    blocks = {
        name: block(types, scheme, bands=where, tidy=apart)
        for name, scheme in RELATIONS.items()
    }
    return blocks | {AGREED_ENDS: block(ends, RELATIONS["strict"], tidy=apart)}


def _pair(both: _Pair, pair: Two, kappa: float | None) -> PairAgreement:
    order = np.arange(len(both.numbers))
    entities = both.entities.matches(order).counts(ENTITIES["strict"])
    relations = apart(both.relations.types.matches(order).counts(RELATIONS["strict"]))
    spans, arrows = (sum(one.values(), Counts()).f1 for one in (entities, relations))
    return PairAgreement(pair, len(both.numbers), spans, arrows, kappa)


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
