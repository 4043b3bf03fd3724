"""Where annotations of one document differ: the places, and the labels that each annotation has there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from curation.annotations.record import Decision, OfferedReading
from curation.documents.document import AnnotatedDocument, Document

# At most so many characters of a span are quoted.
_LONGEST_QUOTE = 40

# One span for an entity, two spans (those of head and tail) for a relation; in code points.
Place = tuple[tuple[int, int], ...]

# The labels at one place, in order; empty where an annotation has nothing there.
PlaceLabels = tuple[str, ...]


@dataclass(frozen=True)
class LabelDifference:
    """A place, and the labels that each annotation has there, in the order of the annotations."""

    place: Place
    readings: tuple[PlaceLabels, ...]


def labels_by_place(document: Document) -> Mapping[Place, PlaceLabels]:
    """
    The labels at each entity's span, and at each pair of spans that relations join.

    Where several entities have one span, the label of a relation also names the types that it joins,
    as in ``member_of (PERSON → ORG)``.
    """
    labels: dict[Place, list[str]] = defaultdict(list)
    for entity in document.entities:
        labels[(entity.span,)].append(entity.label)
    for relation in document.relations:
        head = relation.head
        tail = relation.tail
        is_ambiguous = len(labels[(head.span,)]) > 1 or len(labels[(tail.span,)]) > 1
        types = f" ({head.label} → {tail.label})" if is_ambiguous else ""
        labels[head.span, tail.span].append(f"{relation.label}{types}")
    return {place: tuple(sorted(found)) for place, found in labels.items()}


def find_differences(documents: Sequence[Document]) -> Iterator[LabelDifference]:
    """Each place at which the *documents* don't all have the same labels, in the order of the text."""
    if len(documents) < 2:
        return
    labels_of_each = [labels_by_place(document) for document in documents]
    for place in sorted({place for labels in labels_of_each for place in labels}):
        readings = tuple(labels.get(place, ()) for labels in labels_of_each)
        if len(set(readings)) > 1:
            yield LabelDifference(place, readings)


def describe_differences(annotations: Sequence[AnnotatedDocument]) -> Iterator[str]:
    """Each difference in words: the place, and which annotator has which labels there."""
    documents = [annotation.document for annotation in annotations]
    names = _numbered([annotation.annotator for annotation in annotations])
    for difference in find_differences(documents):
        place = " → ".join(_quoted_span(documents[0].text, span) for span in difference.place)
        readings = "; ".join(
            f"{' and '.join(labels) or 'nothing'} by {name}"
            for name, labels in zip(names, difference.readings, strict=True)
        )
        yield f"{place}: {readings}"


def decisions_between(
    annotations: Mapping[str, Document], verdict: Document
) -> Iterator[Decision]:
    """
    The decisions of a *verdict* between *annotations*, given by uid, with the readings offered.

    A place where the annotations agree, and the verdict differs from them, is a decision too.
    """
    for difference in find_differences([*annotations.values(), verdict]):
        *readings, chosen = difference.readings
        uids: dict[PlaceLabels, list[str]] = defaultdict(list)
        for uid, labels in zip(annotations, readings, strict=True):
            uids[labels].append(uid)
        offered = tuple(
            OfferedReading(tuple(by), labels) for labels, by in sorted(uids.items())
        )
        yield Decision(difference.place, offered, chosen)


def find_reopened_places(
    verdict: Document, decisions: Sequence[Decision], annotations: Sequence[Document]
) -> tuple[Place, ...]:
    """
    The places at which an annotation now has a reading that wasn't offered to the adjudicator.

    A reading that was offered, or that the verdict itself has, reopens nothing.
    """
    verdict_labels = labels_by_place(verdict)
    offered: dict[Place, set[PlaceLabels]] = defaultdict(set)
    for decision in decisions:
        offered[decision.place].update(reading.labels for reading in decision.offered)
    labels_of_each = [labels_by_place(document) for document in annotations]
    places = {
        *verdict_labels,
        *offered,
        *(place for labels in labels_of_each for place in labels),
    }
    return tuple(
        place
        for place in sorted(places)
        if any(
            labels.get(place, ()) not in {verdict_labels.get(place, ()), *offered[place]}
            for labels in labels_of_each
        )
    )


def _numbered(names: list[str]) -> list[str]:
    """The names; those that occur several times get a number, as in ``person-1 (2)``."""
    return [
        f"{name} ({names[:n].count(name) + 1})" if names.count(name) > 1 else name
        for n, name in enumerate(names)
    ]


def _quoted_span(text: str, span: tuple[int, int]) -> str:
    start, end = span
    words = text[start:end]
    quote = words if len(words) <= _LONGEST_QUOTE else f"{words[: _LONGEST_QUOTE - 1]}…"
    return f"{start}..{end} {quote!r}"
