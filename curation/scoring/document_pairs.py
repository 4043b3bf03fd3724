"""Documents of several sources brought together by id, as they come."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from curation.documents.document import Document
from curation.errors import InputError, Problem, abbreviate, raise_problems
from curation.scoring.matching import DocumentPair
from curation.scoring.waiting_documents import WaitingDocuments

_SIDES = ("the gold", "the predictions")


class DocumentPairs:
    """
    Each gold document with the predictions on it, in whatever order the two sides come.

    A document waits only until the other side has come to it; neither side is
    ever in memory as a whole. A gold document without predictions is paired, at
    the end, with itself without annotations, and its id stands in
    *without_predictions*. Predictions on a document that the gold lacks are left
    out, and its id stands in *without_gold*. Both are complete after the last
    pair; so does *text_ends*, the ids of documents whose texts differ in white
    space at their end, and are paired all the same. Raises InputError, at the
    end, for predictions on another text and for a document that one side has
    twice; and where the sides share no document.
    """

    def __init__(self, gold: Iterable[Document], predicted: Iterable[Document]) -> None:
        self.sides = (gold, predicted)
        self.without_predictions: list[str] = []
        self.without_gold: list[str] = []
        self.text_ends: list[str] = []

    def __iter__(self) -> Iterator[DocumentPair]:
        waiting = (WaitingDocuments(), WaitingDocuments())
        try:
            yield from self._pairs(waiting)
        finally:
            for side in waiting:
                side.close()

    def _pairs(
        self, waiting: tuple[WaitingDocuments, WaitingDocuments]
    ) -> Iterator[DocumentPair]:
        seen: tuple[set[str], set[str]] = (set(), set())
        problems = []
        for row in zip_longest(*self.sides):
            for side, document in enumerate(row):
                if document is None:
                    continue
                if document.id in seen[side]:
                    problems.append(
                        Problem(document.id, f"the document is twice in {_SIDES[side]}")
                    )
                    continue
                seen[side].add(document.id)
                if document.id not in waiting[1 - side]:
                    waiting[side].put(document)
                    continue
                partner = waiting[1 - side].take(document.id)
                gold, predicted = (partner, document) if side else (document, partner)
                if pair := self._on_one_text(gold, predicted):
                    yield pair
                else:
                    what = "the text in the predictions differs from the gold's text"
                    problems.append(Problem(document.id, what))
        if problems:
            raise_problems(
                sorted(problems), InputError, hint="predict on the gold's own texts, once each"
            )
        self.without_gold = list(waiting[1])
        if self.without_gold and seen[0].isdisjoint(seen[1]):
            raise no_shared_document(*seen)
        for identity in list(waiting[0]):
            gold = waiting[0].take(identity)
            self.without_predictions.append(identity)
            yield gold, gold.without_annotations()

    def _on_one_text(self, gold: Document, predicted: Document) -> DocumentPair | None:
        """The two, None where they are on two texts."""
        if gold.text == predicted.text:
            return gold, predicted
        if both := with_one_text((gold, predicted)):
            self.text_ends.append(gold.id)
            return both[0], both[1]
        return None


def text_up_to_its_end(document: Document) -> str:
    """The text without white space at its end, where other programs add or drop a newline."""
    return document.text.rstrip()


def have_one_text(one: Document, other: Document) -> bool:
    """Whether the texts are the same but for white space at the end."""
    return one.text == other.text or text_up_to_its_end(one) == text_up_to_its_end(other)


def with_one_text(documents: Sequence[Document]) -> list[Document]:
    """
    The documents on the longest of their texts, where these differ only in white space at the end.

    All offsets stay. Empty where the texts differ in anything else.
    """
    if not all(have_one_text(documents[0], document) for document in documents):
        return []
    text = max((document.text for document in documents), key=lambda text: (len(text), text))
    return [replace(document, text=text) for document in documents]


def no_shared_document(gold_ids: set[str], predicted_ids: set[str]) -> InputError:
    """The error to raise where gold and predictions have no document in common."""
    if not gold_ids:
        return InputError("the gold holds no document, so that nothing can be scored")
    return InputError(
        "the gold and the predictions share no document: for example,"
        f" {abbreviate(min(gold_ids))} is only in the gold"
        f" and {abbreviate(min(predicted_ids))} only in the predictions",
        hint="predict on the gold's own texts, under their ids",
    )


def by_document(
    sources: Sequence[tuple[str, Iterable[Document]]],
) -> Iterator[list[tuple[str, Document]]]:
    """
    For each document its versions by the names of the *sources* that have it.

    The sources' orders don't matter: a document waits until all sources have
    come to it or to their end. A document that one source has twice comes
    twice, at once.
    """
    waiting = [WaitingDocuments() for _ in sources]
    seen: list[set[str]] = [set() for _ in sources]
    incomplete: Counter[str] = Counter()

    def versions(identity: str) -> list[tuple[str, Document]]:
        return [
            (name, held.take(identity))
            for (name, _), held in zip(sources, waiting, strict=True)
            if identity in held
        ]

    try:
        for row in zip_longest(*(documents for _, documents in sources)):
            for n, document in enumerate(row):
                if document is None:
                    continue
                if document.id in seen[n]:
                    yield [(sources[n][0], document)] * 2
                    continue
                seen[n].add(document.id)
                waiting[n].put(document)
                incomplete[document.id] += 1
                if incomplete[document.id] == len(sources):
                    del incomplete[document.id]
                    yield versions(document.id)
        for identity in incomplete:
            yield versions(identity)
    finally:
        for held in waiting:
            held.close()
