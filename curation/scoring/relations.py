"""Relations against relations, by the criteria named in Taillé et al. 2020."""

from collections.abc import Collection

from curation.document import Document, Relation
from curation.scoring.counts import Tally
from curation.scoring.matching import Labelled, strict

Symmetric = Collection[str]


def strict_relations(gold: Document, predicted: Document, symmetric: Symmetric) -> Tally:
    """Both spans, both entity types, label and direction agree."""
    return strict(
        [_ends(relation, symmetric, types=True) for relation in gold.relations],
        [_ends(relation, symmetric, types=True) for relation in predicted.relations],
    )


def boundary_relations(gold: Document, predicted: Document, symmetric: Symmetric) -> Tally:
    """Boundaries: both spans, label and direction agree, whatever the entity types."""
    return strict(
        [_ends(relation, symmetric, types=False) for relation in gold.relations],
        [_ends(relation, symmetric, types=False) for relation in predicted.relations],
    )


def _ends(relation: Relation, symmetric: Symmetric, *, types: bool) -> Labelled:
    """What has to agree; the ends of a relation without direction stand in reading order."""
    ends = [
        (entity.span, entity.label if types else "")
        for entity in (relation.head, relation.tail)
    ]
    if relation.label in symmetric:
        ends.sort()
    return tuple(ends), relation.label
