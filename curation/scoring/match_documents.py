"""Two sides of many documents, matched: all that any figure is made of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from curation.documents.document import Document
from curation.scoring.calibration import Calibration, calibrated
from curation.scoring.confusion import TokenConfusion
from curation.scoring.document_pairs import Pairs
from curation.scoring.match_columns import Relate, RelationRows, Rows, add_entities, chunks
from curation.scoring.matching import Pair
from curation.scoring.schemes import Matches
from curation.scoring.tokens import both

Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Related:
    """Matches of relations: by type, by band, and what the documents say at all."""

    types: Matches
    bands: Matches
    said: Matches

    def of(self, chosen: Chosen) -> "Related":
        """The same of some documents alone."""
        return Related(self.types.of(chosen), self.bands.of(chosen), self.said.of(chosen))


@dataclass(frozen=True)
class Gathered:
    """
    The matches of the documents *ids*, which are sorted.

    *on_gold* are the relations that the baseline finds on the gold's own
    entities, where it was asked; *tokens* and *calibration* are counted by arm.
    *without_gold* is how many documents of the predictions were left out.
    """

    ids: tuple[str, ...]
    unanswered: frozenset[str]
    entities: Matches
    relations: Related
    on_gold: Related | None
    tokens: Mapping[str, TokenConfusion]
    calibration: Mapping[str, Calibration]
    without_gold: int

    def of(self, chosen: Chosen) -> "Gathered":
        """The same of some documents alone; of what is counted by arm, all."""
        return replace(
            self,
            ids=tuple(one for one, yes in zip(self.ids, chosen.tolist(), strict=True) if yes),
            entities=self.entities.of(chosen),
            relations=self.relations.of(chosen),
            on_gold=self.on_gold.of(chosen) if self.on_gold else None,
        )


@dataclass(frozen=True)
class Terms:
    """
    What is known of the two sides besides their annotations.

    *symmetric* relations have no direction. *emittable* are the entity types
    that the baseline can emit at all; *relate* finds its relations between the
    entities that a document has. *arms* says of a document's id whether it was
    annotated blind or assisted, *machine* are the ids of those that no person
    annotated, *development* of those that what is scored was written with.
    """

    symmetric: Collection[str] = ()
    emittable: Collection[str] | None = None
    relate: Relate | None = None
    arms: Mapping[str, str] = field(default_factory=dict)
    machine: Collection[str] = frozenset()
    development: Collection[str] = frozenset()


def gather(gold: Iterable[Document], predicted: Iterable[Document], terms: Terms) -> Gathered:
    """
    Match *predicted* against *gold*, document by document by id.

    Raises InputError where the two can't be compared; a gold document without
    predictions counts as one in which nothing was found, predictions without a
    gold document are left out.
    """
    pairs, symmetric, relate = Pairs(gold, predicted), terms.symmetric, terms.relate
    ids: list[str] = []
    entities, relations, on_gold = Rows(), RelationRows(), RelationRows()
    tokens: dict[str, TokenConfusion] = defaultdict(TokenConfusion)
    calibration: dict[str, Calibration] = defaultdict(Calibration)
    for some in chunks(pairs):
        first = len(ids)
        ids += [truth.id for truth, _ in some]
        add_entities(entities, some, first)
        relations.add(some, first, symmetric)
        if relate:
            given = [(one, relate(replace(one, relations=(), layer=None))) for one, _ in some]
            on_gold.add(given, first, symmetric)
        by_arm: dict[str, list[Pair]] = defaultdict(list)
        for one, other in some:
            by_arm[terms.arms.get(one.id, "")].append((one, other))
        for arm, together in by_arm.items():
            calibration[arm] += calibrated(together)
            for one, other in together:
                tokens[arm].add(*both(one, other))
    order = np.empty(len(ids), np.int64)
    order[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))

    def related(rows: RelationRows) -> Related:
        return Related(*(one.matches(order) for one in (rows.types, rows.bands, rows.said)))

    return Gathered(
        tuple(sorted(ids)),
        frozenset(pairs.unanswered),
        entities.matches(order),
        related(relations),
        related(on_gold) if relate else None,
        tokens,
        calibration,
        len(pairs.without_gold),
    )
