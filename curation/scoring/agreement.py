"""How well annotators agree: F1 of each against each other, over the documents that both did."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import combinations

from curation.document import Document
from curation.scoring.counts import Tally
from curation.scoring.entities import strict_entities
from curation.scoring.relations import strict_relations


@dataclass(frozen=True)
class Agreement:
    """
    Counts over all pairs of annotators, strict; F1 is the same whoever comes first.

    With no countable negatives the mean pairwise F1 is the positive specific
    agreement, which κ tends to (Hripcsak and Rothschild 2005). *documents* were
    annotated by two or more.
    """

    documents: int = 0
    entities: Tally = field(default_factory=Tally)
    relations: Tally = field(default_factory=Tally)


def agreement(layers: Iterable[Document], symmetric: Collection[str]) -> Agreement:
    """The agreement of *layers*: one document for each annotator and article."""
    by_document: dict[str, list[Document]] = defaultdict(list)
    for layer in layers:
        by_document[layer.id].append(layer)
    shared = [found for found in by_document.values() if len(found) > 1]
    entities, relations = Tally(), Tally()
    for found in shared:
        for one, other in combinations(found, 2):
            entities += strict_entities(one, other)
            relations += strict_relations(one, other, symmetric)
    return Agreement(len(shared), entities, relations)
