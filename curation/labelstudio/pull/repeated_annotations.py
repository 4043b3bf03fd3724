"""Several annotations of a document by one annotator: where they differ, and what to do then."""

from collections.abc import Iterator, Sequence
from itertools import chain

from curation.documents.document import Document, Entity, Relation
from curation.documents.quote import quote_words
from curation.errors import pluralise
from curation.labelstudio.pull.read_result import ReadResult

HOW_TO_DELETE = (
    "delete the wrong one: point at its tab above the text, press ⋮, "
    "choose Delete Annotation, then Delete (no Update is needed)"
)


def repetition_problem(results: Sequence[ReadResult]) -> str:
    """What is wrong with an annotator's *results*; empty for one, or where all are sound and say the same."""
    if len(results) < 2:
        return ""
    number = "two" if len(results) == 2 else f"{len(results)}"
    repeated = f"{number} annotations by the same annotator"
    if any(result.problems for result in results):
        return f"{repeated}, and not all of them are right; {HOW_TO_DELETE}"
    first, *others = results
    differences = list(
        dict.fromkeys(chain.from_iterable(_differences(first, other) for other in others))
    )
    if not differences:
        return ""
    more = ""
    if len(differences) > 1:
        more = f", and {pluralise(len(differences) - 1, 'more difference')}"
    return f"{repeated} differ: {differences[0]}{more}; {HOW_TO_DELETE}"


def _differences(one: ReadResult, other: ReadResult) -> Iterator[str]:
    """In words: entities in the order of the text, relations between entities of both, flags."""
    yield from _entity_differences(one.document, other.document)
    in_both = {*one.document.entities} & {*other.document.entities}
    for relation in sorted({*one.document.relations} ^ {*other.document.relations}):
        if {relation.head, relation.tail} <= in_both:
            yield f"{_arrow(one.document, relation)} is there in one only"
    for flag in sorted({*one.flags} ^ {*other.flags}):
        yield f"the flag {flag} is set in one only"


def _entity_differences(one: Document, other: Document) -> Iterator[str]:
    only_one = {*one.entities} - {*other.entities}
    only_other = {*other.entities} - {*one.entities}
    for entity in sorted(only_one | only_other):
        words = quote_words(one.text, *entity.span)
        labels = _labels(only_one, entity)
        other_labels = _labels(only_other, entity)
        if labels and other_labels:
            yield f"{words} is {labels} in one, {other_labels} in the other"
        else:
            yield f"{words} is marked {labels or other_labels} in one only"


def _labels(entities: set[Entity], like: Entity) -> str:
    """The labels of the entities with the same span, in words."""
    return " and ".join(sorted(one.label for one in entities if one.span == like.span))


def _arrow(document: Document, relation: Relation) -> str:
    head = quote_words(document.text, *relation.head.span)
    tail = quote_words(document.text, *relation.tail.span)
    return f"the arrow {relation.label} from {head} to {tail}"
