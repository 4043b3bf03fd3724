"""Where annotations of one document differ: the places, and what each annotation has there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from curation.annotations.record import Decision, OfferedReading
from curation.documents.document import AnnotatedDocument, Document

# How many letters of a span are quoted.
_LONGEST_QUOTE = 40

# A span, or the spans of the two ends that relations join.
Place = tuple[tuple[int, int], ...]

# The labels that stand at a place; none: nothing is marked there.
PlaceLabels = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One place, and the labels that each of the annotations has there, in their order."""

    place: Place
    readings: tuple[PlaceLabels, ...]


def labels_by_place(document: Document) -> Mapping[Place, PlaceLabels]:
    """The labels at each span, and at each pair of spans that relations join."""
    found: dict[Place, list[str]] = defaultdict(list)
    for entity in document.entities:
        found[(entity.span,)].append(entity.label)
    for relation in sorted(document.relations, key=lambda relation: relation.label):
        head, tail = relation.head, relation.tail
        # Where two entities stand on one span, the arrow's label alone doesn't say which it joins.
        doubled = len(found[(head.span,)]) > 1 or len(found[(tail.span,)]) > 1
        ends = f" ({head.label} → {tail.label})" if doubled else ""
        found[head.span, tail.span].append(f"{relation.label}{ends}")
    return {place: tuple(labels) for place, labels in found.items()}


def find_differences(documents: Sequence[Document]) -> Iterator[Difference]:
    """Each place that isn't the same in all *documents*, in the order of the text."""
    if len(documents) < 2:
        return
    marked = [labels_by_place(document) for document in documents]
    for place in sorted({place for labels in marked for place in labels}):
        readings = tuple(labels.get(place, ()) for labels in marked)
        if len(set(readings)) > 1:
            yield Difference(place, readings)


def describe_differences(annotations: Sequence[AnnotatedDocument]) -> Iterator[str]:
    """The differences in words: the place, and who has what there."""
    documents = [annotation.document for annotation in annotations]
    names = _told_apart([annotation.annotator for annotation in annotations])
    for one in find_differences(documents):
        place = " → ".join(_quoted_span(documents[0].text, span) for span in one.place)
        said = "; ".join(
            f"{' and '.join(labels) or 'nothing'} by {name}"
            for name, labels in zip(names, one.readings, strict=True)
        )
        yield f"{place}: {said}"


def decisions_between(
    annotations: Mapping[str, Document], verdict: Document
) -> Iterator[Decision]:
    """
    What a *verdict* decided between *annotations*, given by uid: the readings it had to choose from.

    Also where the annotations agree, and the verdict says other than they.
    """
    for one in find_differences([*annotations.values(), verdict]):
        *readings, chosen = one.readings
        offered: dict[PlaceLabels, list[str]] = defaultdict(list)
        for uid, labels in zip(annotations, readings, strict=True):
            offered[labels].append(uid)
        yield Decision(
            one.place,
            tuple(OfferedReading(tuple(by), labels) for labels, by in sorted(offered.items())),
            chosen,
        )


def find_reopened_places(
    verdict: Document, decisions: Sequence[Decision], annotations: Sequence[Document]
) -> tuple[Place, ...]:
    """
    The places at which an annotation now says what wasn't offered to whoever gave the *verdict*.

    A reading that was offered, or that the verdict itself has, opens nothing again.
    """
    settled = labels_by_place(verdict)
    offered: dict[Place, set[PlaceLabels]] = defaultdict(set)
    for one in decisions:
        offered[one.place].update(offer.labels for offer in one.offered)
    marked = [labels_by_place(document) for document in annotations]
    places = {*settled, *offered, *(place for labels in marked for place in labels)}
    return tuple(
        place
        for place in sorted(places)
        if any(
            labels.get(place, ()) not in {settled.get(place, ()), *offered[place]}
            for labels in marked
        )
    )


def _told_apart(names: list[str]) -> list[str]:
    """Two annotations by one annotator get a number each."""
    return [
        f"{name} ({names[:n].count(name) + 1})" if names.count(name) > 1 else name
        for n, name in enumerate(names)
    ]


def _quoted_span(text: str, span: tuple[int, int]) -> str:
    start, end = span
    words = text[start:end]
    short = words if len(words) <= _LONGEST_QUOTE else f"{words[: _LONGEST_QUOTE - 1]}…"
    return f"{start}..{end} {short!r}"
