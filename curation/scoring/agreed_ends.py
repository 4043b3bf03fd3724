"""How well annotators name the relations between spans that both of them joined."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from curation.documents.document import Document
from curation.documents.spans import Span
from curation.scoring.match_kind import MatchKind

# The result of relations that counts only the labels, where both annotators joined two spans.
LABELS_ON_AGREED_ENDS = "labels_on_agreed_ends"


def match_labels_on_agreed_ends(
    one: Document, other: Document, symmetric: Collection[str]
) -> Iterator[tuple[str, MatchKind]]:
    """
    The labels that either annotator gave to two spans that both joined, whichever way round.

    This tells how well annotators name relations from how well they find them.
    """
    first = _labels_by_ends(one, symmetric)
    second = _labels_by_ends(other, symmetric)
    for ends in sorted(first.keys() & second.keys()):
        for label_and_direction in sorted(first[ends] | second[ends]):
            if label_and_direction not in second[ends]:
                kind = MatchKind.MISSED
            elif label_and_direction not in first[ends]:
                kind = MatchKind.SPURIOUS
            else:
                kind = MatchKind.SAME
            yield label_and_direction[0], kind


def _labels_by_ends(
    document: Document, symmetric: Collection[str]
) -> dict[tuple[Span, Span], set[tuple[str, bool]]]:
    """For each two spans that are joined: the labels, and whether the first span is the head."""
    labels: dict[tuple[Span, Span], set[tuple[str, bool]]] = defaultdict(set)
    for relation in document.relations:
        head = relation.head.span
        tail = relation.tail.span
        first, second = sorted((head, tail))
        is_forward = relation.label in symmetric or head <= tail
        labels[first, second].add((relation.label, is_forward))
    return labels
