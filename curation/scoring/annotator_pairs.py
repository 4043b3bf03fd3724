"""What two annotators marked alike and what not, document by document, as tables that add up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from curation.scoring.agreement_results import AgreementRecipe
from curation.scoring.match_table import (
    MatchTable,
    MatchTableBuilder,
    as_missed_and_spurious,
)
from curation.scoring.matched_documents import (
    RelationTablesBuilder,
    add_entities,
)
from curation.scoring.matching import DocumentPair, EntityColumns, IntArray
from curation.scoring.results import SchemeResult
from curation.scoring.scheme_results import SchemeCells, scheme_cells, scheme_results
from curation.scoring.schemes import ENTITY_SCHEMES, RELATION_SCHEMES
from curation.scoring.stated_relations import LABELS_ON_AGREED_ENDS, add_labels_on_agreed_ends

# Of two annotators, and of one against others or a verdict, only these schemes are worked out.
PART_ENTITY_SCHEMES = ("strict", "exact")
PART_RELATION_SCHEMES = ("strict", "boundaries")

# Documents wait until they have about so many bytes, and are compared together.
BYTES_AT_ONCE = 2**23


@dataclass
class AgreementLabels:
    """Labels by number, the same ones in the tables of all pairs of annotators."""

    entities: dict[str, int] = field(default_factory=dict)
    relations: dict[str, int] = field(default_factory=dict)
    agreed_ends: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PairTables:
    """The matches of two annotators, or of several pairs; the first annotator stands for the gold."""

    entities: MatchTable
    relations: MatchTable
    bands: MatchTable
    agreed_ends: MatchTable

    def turned(self) -> "PairTables":
        """The same matches with the second annotator for the gold."""
        return PairTables(
            entities=self.entities.turned(),
            relations=self.relations.turned(),
            bands=self.bands.turned(),
            agreed_ends=self.agreed_ends.turned(),
        )


class PairMatches:
    """The matches of two annotators in the making, some documents at a time."""

    def __init__(self, symmetric: Collection[str], labels: AgreementLabels) -> None:
        self.symmetric = symmetric
        self.entities = MatchTableBuilder(labels.entities)
        self.relations = RelationTablesBuilder(MatchTableBuilder(labels.relations))
        self.agreed_ends = MatchTableBuilder(labels.agreed_ends)
        # Each document's number among those that two or more annotated, as they came.
        self.numbers: list[int] = []

    def add(
        self,
        batch: Sequence[DocumentPair],
        numbers: Sequence[int],
        entities: Sequence[EntityColumns],
        labels: Sequence[str],
    ) -> None:
        """Add documents by their *numbers*; *entities* and *labels* are their ``entity_columns``."""
        first = len(self.numbers)
        self.numbers += numbers
        add_entities(self.entities, entities, labels, first)
        sides = self.relations.add(batch, first, self.symmetric)
        add_labels_on_agreed_ends(self.agreed_ends, sides, first)

    def tables(self, places: IntArray, documents: int) -> PairTables:
        """The tables over so many *documents*; the pair's n-th document has the number *places[n]*."""

        def table(builder: MatchTableBuilder) -> MatchTable:
            return replace(builder.table(places), documents=documents)

        return PairTables(
            entities=table(self.entities),
            relations=table(self.relations.types),
            bands=table(self.relations.bands),
            agreed_ends=table(self.agreed_ends),
        )


def joined_tables(tables: Sequence[PairTables]) -> PairTables:
    """The tables of several pairs over the same documents, row below row."""
    return PairTables(
        entities=_joined([one.entities for one in tables]),
        relations=_joined([one.relations for one in tables]),
        bands=_joined([one.bands for one in tables]),
        agreed_ends=_joined([one.agreed_ends for one in tables]),
    )


def _joined(tables: Sequence[MatchTable]) -> MatchTable:
    return replace(
        tables[0],
        document=np.concatenate([table.document for table in tables]),
        gold=np.concatenate([table.gold for table in tables]),
        predicted=np.concatenate([table.predicted for table in tables]),
        kind=np.concatenate([table.kind for table in tables]),
    )


def numbers_of(pairs: Sequence[PairMatches], order: IntArray) -> IntArray:
    """The numbers of the documents that any of the *pairs* has, sorted; the n-th that came is *order[n]*."""
    numbers: IntArray = np.unique(np.concatenate([order[one.numbers] for one in pairs]))
    return numbers


def tables_over(
    pairs: Sequence[PairMatches], order: IntArray, documents: IntArray
) -> PairTables:
    """The matches of the *pairs* over *documents*, the sorted numbers of all that they have, or of more."""
    return joined_tables(
        [
            one.tables(np.searchsorted(documents, order[one.numbers]), len(documents))
            for one in pairs
        ]
    )


def part_results(
    tables: PairTables, recipe: AgreementRecipe, *, either_side: bool = True
) -> tuple[dict[str, SchemeResult], dict[str, SchemeResult]]:
    """
    Entities and relations of some annotators: strict, and boundaries.

    Documents that hold what is counted, on *either_side* or in the gold, are counted for intervals.
    """
    entities = {
        name: scheme_cells(tables.entities, ENTITY_SCHEMES[name], either_side=either_side)
        for name in PART_ENTITY_SCHEMES
    }
    relations = {
        name: scheme_cells(
            tables.relations,
            RELATION_SCHEMES[name],
            recount=as_missed_and_spurious,
            either_side=either_side,
        )
        for name in PART_RELATION_SCHEMES
    }
    return scheme_results(entities, relations, seed=recipe.seed, resamples=recipe.resamples)


def part_schemes(
    entities: Mapping[str, SchemeResult], relations: Mapping[str, SchemeResult]
) -> tuple[dict[str, SchemeResult], dict[str, SchemeResult]]:
    """Of the results by every scheme what ``part_results`` would give for the same annotators."""
    return (
        {name: entities[name] for name in PART_ENTITY_SCHEMES},
        {name: replace(relations[name], by_band=None) for name in PART_RELATION_SCHEMES},
    )


def all_entity_agreement_cells(tables: PairTables) -> dict[str, SchemeCells]:
    """The cells of entities by every scheme."""
    return {
        name: scheme_cells(tables.entities, scheme, either_side=True)
        for name, scheme in ENTITY_SCHEMES.items()
    }


def all_relation_agreement_cells(tables: PairTables) -> dict[str, SchemeCells]:
    """The cells of relations by every scheme, with sentence bands, and of labels on agreed ends."""
    cells = {
        name: scheme_cells(
            tables.relations,
            scheme,
            bands=tables.bands,
            recount=as_missed_and_spurious,
            either_side=True,
        )
        for name, scheme in RELATION_SCHEMES.items()
    }
    cells[LABELS_ON_AGREED_ENDS] = scheme_cells(
        tables.agreed_ends,
        RELATION_SCHEMES["strict"],
        recount=as_missed_and_spurious,
        either_side=True,
    )
    return cells
