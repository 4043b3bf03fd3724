"""Two annotations of a document by one annotator: where they differ, and what to do about it."""

from collections.abc import Iterator, Sequence
from itertools import chain

from curation.documents.document import Document, Entity, Relation
from curation.documents.quote import quote_words
from curation.errors import pluralise
from curation.labelstudio.read_result import ReadResult

HOW_TO_DELETE = (
    "delete the wrong one: point at its tab above the text, press ⋮, "
    "choose Delete AnnotatedDocument, then Delete (no Update is needed)"
)


def repetition_problem(readings: Sequence[ReadResult]) -> str:
    """What is wrong with several by one annotator; nothing where all of them say the same, and soundly."""
    if len(readings) < 2:
        return ""
    number = "two" if len(readings) == 2 else f"{len(readings)}"
    who = f"{number} annotations by the same annotator"
    if any(reading.problems for reading in readings):
        return f"{who}, and not all of them are right; {HOW_TO_DELETE}"
    first, *others = readings
    found = list(
        dict.fromkeys(chain.from_iterable(_differences(first, other) for other in others))
    )
    if not found:
        return ""
    more = f", and {pluralise(len(found) - 1, 'more difference')}" if found[1:] else ""
    return f"{who} differ: {found[0]}{more}; {HOW_TO_DELETE}"


def _differences(one: ReadResult, other: ReadResult) -> Iterator[str]:
    """In words: names in the order of the text, then arrows between those in both, then flags."""
    yield from _names(one.document, other.document)
    both = {*one.document.entities} & {*other.document.entities}
    for arrow in sorted({*one.document.relations} ^ {*other.document.relations}):
        if {arrow.head, arrow.tail} <= both:
            yield f"{_arrow(one.document, arrow)} is there in one only"
    for flag in sorted({*one.flags} ^ {*other.flags}):
        yield f"the flag {flag} is set in one only"


def _names(one: Document, other: Document) -> Iterator[str]:
    mine, theirs = {*one.entities} - {*other.entities}, {*other.entities} - {*one.entities}
    for entity in sorted(mine | theirs):
        words = quote_words(one.text, *entity.span)
        here, there = _labels(mine, entity), _labels(theirs, entity)
        if here and there:
            yield f"{words} is {here} in one, {there} in the other"
        else:
            yield f"{words} is marked {here or there} in one only"


def _labels(entities: set[Entity], like: Entity) -> str:
    return " and ".join(sorted(one.label for one in entities if one.span == like.span))


def _arrow(document: Document, arrow: Relation) -> str:
    head, tail = (quote_words(document.text, *end.span) for end in (arrow.head, arrow.tail))
    return f"the arrow {arrow.label} from {head} to {tail}"
