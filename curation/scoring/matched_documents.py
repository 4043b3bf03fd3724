"""Gold and predictions of many documents, matched: all that any figure is made of."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace

import numpy as np

from curation.documents.document import Document
from curation.documents.sentences import SENTENCE_BANDS
from curation.scoring.calibration import Calibration, calibrate
from curation.scoring.confusion import TokenConfusion
from curation.scoring.document_pairs import DocumentPairs
from curation.scoring.given_documents import CountedPlaces
from curation.scoring.match_table import MatchTable, MatchTableBuilder
from curation.scoring.matching import (
    BoolArray,
    DocumentPair,
    EntityColumns,
    IntArray,
    entity_columns,
    match_columns,
)
from curation.scoring.offered_types import without_types
from curation.scoring.relation_columns import RelationSides, relation_sides
from curation.scoring.relation_matching import match_relation_columns, sentence_bands
from curation.scoring.stated_relations import add_document_level
from curation.scoring.tokens import label_tokens
from curation.scoring.waiting_documents import approximate_bytes

# Enough that numpy's calls cost nothing, few enough for the processor's cache; and of
# long articles no more than so many bytes.
_DOCUMENTS_AT_ONCE = 1000
_BYTES_AT_ONCE = 2**24


@dataclass(frozen=True)
class ScoringContext:
    """
    What is known of the two sides besides their annotations.

    *symmetric* are the labels of relations without direction. *emittable* are the
    entity types that the baseline can emit at all, None where that isn't known;
    *relate* finds the baseline's relations between a document's entities. *arms*
    has BLIND or ASSISTED by document id; *machine_annotated* are the ids of
    documents that programs alone annotated, *development* of those that the
    predictions' rules were written with, *trained_on* of those that the model was trained on. *not_offered* has, by document id, the types
    that some annotator of the gold was not offered: they count on neither side.
    """

    symmetric: Collection[str] = ()
    _: KW_ONLY
    emittable: Collection[str] | None = None
    relate: Callable[[Document], Document] | None = None
    arms: Mapping[str, str] = field(default_factory=dict)
    machine_annotated: Collection[str] = frozenset()
    development: Collection[str] = frozenset()
    trained_on: Collection[str] = frozenset()
    not_offered: Mapping[str, Collection[str]] = field(default_factory=dict)

    def offered(self, document: Document) -> Document:
        """The document without the types that count on neither side."""
        return without_types(document, self.not_offered.get(document.id, ()))


@dataclass(frozen=True, kw_only=True)
class RelationTables:
    """Matches of relations by type and by sentence band, and those of what the documents state."""

    types: MatchTable
    bands: MatchTable
    document_level: MatchTable

    def select(self, chosen: BoolArray) -> "RelationTables":
        """The tables of the *chosen* documents."""
        return RelationTables(
            types=self.types.select(chosen),
            bands=self.bands.select(chosen),
            document_level=self.document_level.select(chosen),
        )


@dataclass(frozen=True, kw_only=True)
class MatchedDocuments:
    """
    The matches of the documents *ids*, which are sorted.

    *on_gold_entities* are the relations that the baseline finds between the
    gold's own entities, None where it wasn't asked. *tokens* and *calibration*
    are by arm. *without_gold* counts the predictions that were left out, *text_ends*
    the documents whose texts differ in white space at their end.
    """

    ids: tuple[str, ...]
    without_predictions: frozenset[str]
    entities: MatchTable
    relations: RelationTables
    on_gold_entities: RelationTables | None
    tokens: Mapping[str, TokenConfusion]
    calibration: Mapping[str, Calibration]
    without_gold: int
    text_ends: CountedPlaces

    def of_documents(self, chosen: Collection[str]) -> "MatchedDocuments":
        """The matches of these documents, by id, as ``select`` has them."""
        return self.select(np.array([document in chosen for document in self.ids], np.bool_))

    def select(self, chosen: BoolArray) -> "MatchedDocuments":
        """The matches of the *chosen* documents; *tokens* and *calibration* stay those of all."""
        on_gold = self.on_gold_entities
        return replace(
            self,
            ids=tuple(one for one, yes in zip(self.ids, chosen.tolist(), strict=True) if yes),
            entities=self.entities.select(chosen),
            relations=self.relations.select(chosen),
            on_gold_entities=on_gold.select(chosen) if on_gold else None,
        )


def match_documents(
    gold: Iterable[Document], predicted: Iterable[Document], context: ScoringContext
) -> MatchedDocuments:
    """
    Match *predicted* against *gold*, document by document by id.

    A gold document without predictions counts as one in which nothing was
    found; predictions on a document that the gold lacks are left out. Raises
    InputError where the two sides can't be compared.
    """
    pairs = DocumentPairs(gold, predicted)
    symmetric = context.symmetric
    relate = context.relate
    ids: list[str] = []
    entities = MatchTableBuilder()
    relations = RelationTablesBuilder()
    on_gold_entities = RelationTablesBuilder()
    tokens: dict[str, TokenConfusion] = defaultdict(TokenConfusion)
    calibration: dict[str, Calibration] = defaultdict(Calibration)
    offered = ((context.offered(truth), context.offered(answer)) for truth, answer in pairs)
    for batch in batches(offered):
        first = len(ids)
        ids += [truth.id for truth, _ in batch]
        sides, labels = entity_columns(batch)
        add_entities(entities, sides, labels, first)
        relations.add(batch, first, symmetric)
        if relate:
            related = [
                (truth, context.offered(relate(replace(truth, relations=(), layer=None))))
                for truth, _ in batch
            ]
            on_gold_entities.add(related, first, symmetric)
        arms = np.array([context.arms.get(truth.id, "") for truth, _ in batch], object)
        labelled = label_tokens(batch, sides, labels)
        for arm in {*arms.tolist()}:
            of_arm = arms == arm
            tokens[arm].add(labelled.of_documents(of_arm))
            calibration[arm] += calibrate(
                pair for pair, is_of_arm in zip(batch, of_arm, strict=True) if is_of_arm
            )
    order = sorted_places(ids)
    return MatchedDocuments(
        ids=tuple(sorted(ids)),
        without_predictions=frozenset(pairs.without_predictions),
        entities=entities.table(order),
        relations=relations.tables(order),
        on_gold_entities=on_gold_entities.tables(order) if relate else None,
        tokens=tokens,
        calibration=calibration,
        without_gold=len(pairs.without_gold),
        text_ends=CountedPlaces.of(pairs.text_ends),
    )


def sorted_places(ids: Sequence[str]) -> IntArray:
    """For each id its place among the sorted ids."""
    places = np.empty(len(ids), np.int64)
    places[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return places


def batches(pairs: Iterable[DocumentPair]) -> Iterator[list[DocumentPair]]:
    """The pairs in lists that are large enough for numpy and small enough for the memory."""
    batch: list[DocumentPair] = []
    free_bytes = _BYTES_AT_ONCE
    for pair in pairs:
        batch.append(pair)
        free_bytes -= sum(map(approximate_bytes, pair))
        if len(batch) == _DOCUMENTS_AT_ONCE or free_bytes < 0:
            yield batch
            batch = []
            free_bytes = _BYTES_AT_ONCE
    if batch:
        yield batch


def add_entities(
    builder: MatchTableBuilder,
    sides: Sequence[EntityColumns],
    labels: Sequence[str],
    first: int,
) -> None:
    """Add the ``entity_columns`` of some documents, which are numbered from *first* on."""
    gold, predicted = sides
    matches = match_columns(gold, predicted)
    documents = matches.documents(gold.document, predicted.document) + first
    builder.add_matches(matches, documents, gold.label, predicted.label, labels)


class RelationTablesBuilder:
    """RelationTables in the making."""

    def __init__(self, types: MatchTableBuilder | None = None) -> None:
        self.types = types or MatchTableBuilder()
        self.bands = MatchTableBuilder({name: n for n, name in enumerate(SENTENCE_BANDS)})
        self.document_level = MatchTableBuilder()

    def add(
        self, batch: Sequence[DocumentPair], first: int, symmetric: Collection[str]
    ) -> RelationSides:
        """Add the relations of the *batch*'s documents, which are numbered from *first* on."""
        sides = relation_sides(
            [gold.relations for gold, _ in batch],
            [predicted.relations for _, predicted in batch],
            symmetric,
        )
        texts = [gold.text for gold, _ in batch]
        matches = match_relation_columns(sides)
        documents = matches.documents(sides.gold.document, sides.predicted.document) + first
        self.types.add_matches(
            matches, documents, sides.gold.label, sides.predicted.label, sides.labels
        )
        bands = sentence_bands(texts, sides)
        self.bands.add_matches(matches, documents, *bands, SENTENCE_BANDS)
        add_document_level(self.document_level, texts, sides, first)
        return sides

    def tables(self, order: IntArray) -> RelationTables:
        """The tables, where the n-th document that came has the number *order[n]*."""
        return RelationTables(
            types=self.types.table(order),
            bands=self.bands.table(order),
            document_level=self.document_level.table(order),
        )
