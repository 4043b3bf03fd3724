"""All matches of many documents, gathered as they come by and kept as columns."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from curation.documents.document import Document
from curation.scoring.matching import MISSED, NONE, SPURIOUS, Ints, Pair, columns, pairing
from curation.scoring.relation_matching import (
    bands,
    in_order,
    match_relations,
    match_triples,
    triples,
)
from curation.scoring.schemes import Matches
from curation.scoring.sentences import BANDS
from curation.scoring.waiting_documents import weight

# Enough that numpy's calls cost nothing, few enough for the processor's cache; and of
# long articles no more than so many bytes.
CHUNK, ROOM = 1000, 2**24

Relate = Callable[[Document], Document]


def chunks(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """So many pairs at a time."""
    some: list[Pair] = []
    room = ROOM
    for pair in pairs:
        some.append(pair)
        room -= sum(map(weight, pair))
        if len(some) == CHUNK or room < 0:
            yield some
            some, room = [], ROOM
    if some:
        yield some


@dataclass
class Rows:
    """Matches in the making: documents by the order they came in, labels by name."""

    labels: dict[str, int] = field(default_factory=dict)
    parts: list[tuple[Ints, Ints, Ints, Ints]] = field(default_factory=list)

    def number(self, label: str) -> int:
        return self.labels.setdefault(label, len(self.labels))

    def add(self, document: Ints, gold: Ints, predicted: Ints, kind: Ints) -> None:
        """Columns, kept as small as they may be."""
        self.parts.append(
            (
                document.astype(np.int32),
                gold.astype(np.int16 if len(self.labels) < 2**15 else np.int32),
                predicted.astype(np.int16 if len(self.labels) < 2**15 else np.int32),
                kind.astype(np.int8),
            )
        )

    def matches(self, order: Ints) -> Matches:
        """With the labels sorted, and the n-th document that came as number *order[n]*."""
        names = sorted(self.labels)
        place = np.empty(len(names) + 1, np.int64)
        for n, name in enumerate(names):
            place[self.labels[name]] = n
        place[NONE] = NONE
        empty = np.empty(0, np.int8)
        document, gold, predicted, kind = (
            np.concatenate([empty, *(part[n] for part in self.parts)]) for n in range(4)
        )
        return Matches(
            len(order),
            tuple(names),
            order[document],
            place[gold],
            place[predicted],
            kind.astype(np.int64),
        )


def add_entities(rows: Rows, some: list[Pair], first: int) -> None:
    """The entities of *some* documents, numbered from *first* on."""
    one, other, labels = columns(some)
    found = pairing(one, other)
    number = np.array([*map(rows.number, labels), NONE], np.int64)
    ours, theirs = found.gold, found.predicted
    document = np.where(
        found.kind == SPURIOUS,
        np.append(other.document, NONE)[theirs],
        np.append(one.document, NONE)[ours],
    )
    gold, predicted = np.append(one.label, NONE)[ours], np.append(other.label, NONE)[theirs]
    rows.add(document + first, number[gold], number[predicted], found.kind)


@dataclass
class RelationRows:
    """Matches of relations by type and by band, and of what the documents say at all."""

    types: Rows = field(default_factory=Rows)
    bands: Rows = field(default_factory=lambda: Rows({name: n for n, name in enumerate(BANDS)}))
    said: Rows = field(default_factory=Rows)

    def add(self, some: list[Pair], first: int, symmetric: Collection[str]) -> None:
        """The relations of *some* documents, numbered from *first* on."""
        rows, by_band, said = [], [], []
        for n, (gold, predicted) in enumerate(some, first):
            if not gold.relations and not predicted.relations:
                continue
            ours, theirs = in_order(gold, symmetric), in_order(predicted, symmetric)
            where = [*map(self.bands.number, bands(gold, ours)), NONE]
            there = [*map(self.bands.number, bands(predicted, theirs)), NONE]
            names = [*(self.types.number(r.label) for r in ours), NONE]
            others = [*(self.types.number(r.label) for r in theirs), NONE]
            for i, j, kind in match_relations(ours, theirs, symmetric):
                rows.append((n, names[i], others[j], kind))
                by_band.append((n, where[i], there[j], kind))
            told = triples(gold, symmetric), triples(predicted, symmetric)
            for label, kind in match_triples(*told):
                number = self.said.number(label)
                ends = (NONE if kind == none else number for none in (SPURIOUS, MISSED))
                said.append((n, *ends, kind))
        for kept, found in ((self.types, rows), (self.bands, by_band), (self.said, said)):
            if found:
                kept.add(*np.array(found, np.int64).T)
