"""Gold and predictions brought together, document by document, as they come."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from curation.documents.document import Document
from curation.errors import InputError, Problem, abbreviate, raise_problems
from curation.scoring.matching import Pair
from curation.scoring.waiting_documents import Aside

SIDES = ("the gold", "the predictions")


class Pairs:
    """
    Each gold document with the predictions on it, whichever order each side has.

    A document is put aside only until the other side has come to it; neither
    side is ever in memory as a whole. One without predictions
    is paired, at the end, with itself bare, and counted in *unanswered*; predictions
    on what the gold doesn't hold are left out and counted in *without_gold*.
    Raises InputError, at the end, with all that can't be compared: predictions
    on another text, a document that is there twice; and where the two sides
    share no document.
    """

    def __init__(self, gold: Iterable[Document], predicted: Iterable[Document]) -> None:
        self.sides = (gold, predicted)
        self.unanswered: list[str] = []
        self.without_gold: list[str] = []

    def __iter__(self) -> Iterator[Pair]:
        waiting = (Aside(), Aside())
        try:
            yield from self._pairs(waiting)
        finally:
            for side in waiting:
                side.close()

    def _pairs(self, waiting: tuple[Aside, Aside]) -> Iterator[Pair]:
        seen: tuple[set[str], set[str]] = (set(), set())
        problems = []
        for both in zip_longest(*self.sides):
            for side, document in enumerate(both):
                if document is None:
                    continue
                if document.id in seen[side]:
                    problems.append(Problem(document.id, f"{SIDES[side]} holds it twice"))
                    continue
                seen[side].add(document.id)
                if document.id not in waiting[1 - side]:
                    waiting[side].put(document)
                    continue
                partner = waiting[1 - side].take(document.id)
                gold, predicted = (partner, document) if side else (document, partner)
                if gold.text != predicted.text:
                    what = "its text in the predictions is not the gold's"
                    problems.append(Problem(document.id, what))
                else:
                    yield gold, predicted
        if problems:
            raise_problems(
                sorted(problems), InputError, hint="predict on the gold's own texts, once each"
            )
        self.without_gold = list(waiting[1])
        if self.without_gold and seen[0].isdisjoint(seen[1]):
            raise apart(*seen)
        for identity in list(waiting[0]):
            gold = waiting[0].take(identity)
            self.unanswered.append(identity)
            yield gold, gold.without_annotations()


def apart(golds: set[str], found: set[str]) -> InputError:
    """They have no document in common."""
    if not golds:
        return InputError("the gold holds no document: there is nothing to score against")
    return InputError(
        f"the gold and the predictions share no document: {abbreviate(min(golds))}, say, is only in the"
        f" gold, {abbreviate(min(found))} only in the predictions",
        hint="predict on the gold's own texts, under their ids",
    )


def together(
    sides: Sequence[tuple[str, Iterable[Document]]],
) -> Iterator[list[tuple[str, Document]]]:
    """
    Each document as all those have it who did it, by name, whichever order each has.

    A document is put aside until all have come to it, or have come to their
    end. One that somebody has twice comes twice, at once.
    """
    waiting = [Aside() for _ in sides]
    seen: list[set[str]] = [set() for _ in sides]
    there: Counter[str] = Counter()

    def taken(identity: str) -> list[tuple[str, Document]]:
        return [
            (name, aside.take(identity))
            for (name, _), aside in zip(sides, waiting, strict=True)
            if identity in aside
        ]

    try:
        for row in zip_longest(*(documents for _, documents in sides)):
            for n, document in enumerate(row):
                if document is None:
                    continue
                if document.id in seen[n]:
                    yield [(sides[n][0], document)] * 2
                    continue
                seen[n].add(document.id)
                waiting[n].put(document)
                there[document.id] += 1
                if there[document.id] == len(sides):
                    del there[document.id]
                    yield taken(document.id)
        for identity in there:
            yield taken(identity)
    finally:
        for aside in waiting:
            aside.close()
