"""Relations in the one order in which two documents' relations are compared."""

from collections.abc import Collection

from curation.documents.document import Document, Relation, entity_order, relation_order


def canonical_relations(document: Document, symmetric: Collection[str]) -> list[Relation]:
    """
    The document's relations, those *symmetric* with their ends in reading order, and sorted.

    A symmetric one that is stated both ways is one.
    """
    backwards = [
        one
        for one in document.relations
        if one.label in symmetric and entity_order(one.tail) < entity_order(one.head)
    ]
    if not backwards:
        return [*document.relations]
    stated = {*map(relation_order, document.relations)}
    turned = [Relation(one.tail, one.head, one.label) for one in backwards]
    left = {*map(id, backwards)}
    kept = [one for one in document.relations if id(one) not in left]
    kept += [one for one in turned if relation_order(one) not in stated]
    return sorted(kept, key=relation_order)
