"""Gold and predictions brought together, document by document, as they come."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from curation.document import Document
from curation.errors import InputError, Problem, refuse
from curation.scoring.matching import Pair

SIDES = ("the gold", "the predictions")


class Pairs:
    """
    Each gold document with the predictions on it, whichever order each side has.

    A document waits only until the other side has come to it, so that two
    sides in one order are never in memory as a whole. One without predictions
    is paired, at the end, with itself bare, and counted in *unanswered*.
    Raises InputError, at the end, with all that can't be compared: predictions
    on no gold or on another text, a document that is there twice.
    """

    def __init__(self, gold: Iterable[Document], predicted: Iterable[Document]) -> None:
        self.sides = (gold, predicted)
        self.unanswered: list[str] = []

    def __iter__(self) -> Iterator[Pair]:
        waiting: tuple[dict[str, Document], dict[str, Document]] = ({}, {})
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
                waiting[side][document.id] = document
                if document.id not in waiting[1 - side]:
                    continue
                gold, predicted = (one.pop(document.id) for one in waiting)
                if gold.text != predicted.text:
                    what = "its text in the predictions is not the gold's"
                    problems.append(Problem(document.id, what))
                else:
                    yield gold, predicted
        problems += [
            Problem(identity, "there are predictions, but no gold, for it")
            for identity in waiting[1]
        ]
        if problems:
            refuse(
                sorted(problems), InputError, hint="predict on the gold's own texts, once each"
            )
        for gold in waiting[0].values():
            self.unanswered.append(gold.id)
            yield gold, gold.bare()
