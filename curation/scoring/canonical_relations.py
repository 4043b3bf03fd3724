"""Relations in the one order in which two documents' relations are compared."""

from collections.abc import Collection

from curation.documents.document import Document, Relation


def canonical_relation(relation: Relation, symmetric: Collection[str]) -> Relation:
    """The relation with its ends in reading order, if its label is one of the *symmetric* ones."""
    if relation.label in symmetric and relation.tail < relation.head:
        return Relation(relation.tail, relation.head, relation.label)
    return relation


def canonical_relations(document: Document, symmetric: Collection[str]) -> list[Relation]:
    """The document's relations, canonical and sorted; a symmetric one that is stated both ways is one."""
    stated = set(document.relations)
    both = (
        (relation, canonical_relation(relation, symmetric)) for relation in document.relations
    )
    return sorted(now for was, now in both if now == was or now not in stated)
