"""Entities against entities, by the schemes of SemEval-2013 task 9.1 that ask for whole spans."""

from curation.document import Document
from curation.scoring.counts import Tally
from curation.scoring.matching import by_key, strict


def strict_entities(gold: Document, predicted: Document) -> Tally:
    """Start, end and type agree."""
    return strict(
        [(entity.span, entity.label) for entity in gold.entities],
        [(entity.span, entity.label) for entity in predicted.entities],
    )


def exact_entities(gold: Document, predicted: Document) -> Tally:
    """Boundaries: start and end agree, whatever the type."""
    return by_key(
        [(entity.span, entity.label) for entity in gold.entities],
        [(entity.span, entity.label) for entity in predicted.entities],
    )
