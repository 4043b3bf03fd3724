"""All matches of many documents as columns: small, and enough for every figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from curation.scoring.counts import OutcomeCounts
from curation.scoring.match_kind import UNMATCHED, MatchKind
from curation.scoring.matching import BoolArray, IntArray, MatchColumns, taken
from curation.scoring.schemes import Outcome, Scheme

# What an outcome adds to twice the hits, by Outcome: a partial one is worth half.
_TWICE_THE_HITS = np.array([2, 0, 1, 0, 0])

_OUTCOMES = len(Outcome)


@dataclass(frozen=True, kw_only=True)
class MatchTable:
    """
    A row for each match.

    *document* counts from 0 to *documents*; *gold* and *predicted* are places in
    *labels*, UNMATCHED where that side has nothing; *kind* is a MatchKind.
    """

    documents: int
    labels: tuple[str, ...]
    document: IntArray
    gold: IntArray
    predicted: IntArray
    kind: IntArray

    def select(self, chosen: BoolArray) -> "MatchTable":
        """The rows of the *chosen* documents, which are numbered anew."""
        number = np.cumsum(chosen) - 1
        rows = chosen[self.document]
        return MatchTable(
            documents=int(chosen.sum()),
            labels=self.labels,
            document=number[self.document[rows]],
            gold=self.gold[rows],
            predicted=self.predicted[rows],
            kind=self.kind[rows],
        )

    def turned(self) -> "MatchTable":
        """The same matches with the two sides exchanged."""
        missed = self.kind == MatchKind.MISSED
        spurious = self.kind == MatchKind.SPURIOUS
        kind = np.where(missed, MatchKind.SPURIOUS, self.kind)
        return replace(
            self,
            gold=self.predicted,
            predicted=self.gold,
            kind=np.where(spurious, MatchKind.MISSED, kind),
        )

    def counts(self, scheme: Scheme) -> dict[str, OutcomeCounts]:
        """The outcomes by type, of the types that occur."""
        outcome = self._outcomes(scheme)
        in_gold = self.gold != UNMATCHED
        in_predicted = self.predicted != UNMATCHED
        size = len(self.labels) * _OUTCOMES
        golds = np.bincount(
            self.gold[in_gold] * _OUTCOMES + outcome[in_gold], minlength=size
        ).reshape(-1, _OUTCOMES)
        answers = np.bincount(
            self.predicted[in_predicted] * _OUTCOMES + outcome[in_predicted], minlength=size
        ).reshape(-1, _OUTCOMES)
        return {
            label: OutcomeCounts(
                correct=gold[Outcome.CORRECT],
                incorrect=gold[Outcome.INCORRECT],
                partial=gold[Outcome.PARTIAL],
                missed=gold[Outcome.MISSED],
                spurious=answer[Outcome.SPURIOUS],
                incorrect_predicted=answer[Outcome.INCORRECT],
            )
            for label, gold, answer in zip(
                self.labels, golds.tolist(), answers.tolist(), strict=True
            )
            if any(gold) or answer[Outcome.INCORRECT] or answer[Outcome.SPURIOUS]
        }

    def cells(self, scheme: Scheme, labels: Sequence[str]) -> npt.NDArray[np.float32]:
        """
        Document × label × (hits, predicted, gold), each doubled so that halves are whole.

        Every rate is a ratio of sums of these, over whichever documents.
        """
        outcome = self._outcomes(scheme)
        in_gold = self.gold != UNMATCHED
        in_predicted = self.predicted != UNMATCHED
        hit = (outcome == Outcome.CORRECT) | (outcome == Outcome.PARTIAL)
        # A hit counts for the gold's type, on both sides.
        answered = np.where(hit, self.gold, self.predicted)
        sums = (
            self._sums(self.gold, in_gold, _TWICE_THE_HITS[outcome]),
            2 * self._sums(answered, in_predicted),
            2 * self._sums(self.gold, in_gold),
        )
        places = [self.labels.index(label) for label in labels]
        return np.stack([table[:, places] for table in sums], axis=-1).astype(np.float32)

    def _outcomes(self, scheme: Scheme) -> IntArray:
        return np.array(scheme)[self.kind]

    def _sums(
        self, label: IntArray, rows: BoolArray, weight: IntArray | None = None
    ) -> IntArray:
        """Document × label: how many of *rows*, or the sum of their weights."""
        labels = len(self.labels)
        flat = np.bincount(
            self.document[rows] * labels + label[rows],
            None if weight is None else weight[rows],
            self.documents * labels,
        )
        table: IntArray = flat.reshape(self.documents, labels)
        return table


@dataclass
class MatchTableBuilder:
    """A MatchTable in the making: documents are numbered as they come, labels by *labels*."""

    labels: dict[str, int] = field(default_factory=dict)
    parts: list[tuple[IntArray, IntArray, IntArray, IntArray]] = field(default_factory=list)

    def number(self, label: str) -> int:
        """The label's number; the next free one for a new label."""
        return self.labels.setdefault(label, len(self.labels))

    def add(
        self, *, document: IntArray, gold: IntArray, predicted: IntArray, kind: IntArray
    ) -> None:
        """Add rows; the columns are held as small as possible."""
        small = np.int16 if len(self.labels) < 2**15 else np.int32
        self.parts.append(
            (
                document.astype(np.int32),
                gold.astype(small),
                predicted.astype(small),
                kind.astype(np.int8),
            )
        )

    def add_matches(
        self,
        matches: MatchColumns,
        documents: IntArray,
        gold: IntArray,
        predicted: IntArray,
        labels: Sequence[str],
    ) -> None:
        """Add the *matches* of items, whose places among *labels* are *gold* and *predicted*."""
        numbers = np.array([*map(self.number, labels)], np.int64)
        self.add(
            document=documents,
            gold=taken(numbers, taken(gold, matches.gold)),
            predicted=taken(numbers, taken(predicted, matches.predicted)),
            kind=matches.kind,
        )

    def table(self, order: IntArray) -> MatchTable:
        """The table with sorted labels, where the n-th document that came has the number *order[n]*."""
        names = sorted(self.labels)
        place = np.empty(len(names) + 1, np.int64)
        for n, name in enumerate(names):
            place[self.labels[name]] = n
        place[UNMATCHED] = UNMATCHED
        empty = np.empty(0, np.int8)
        document, gold, predicted, kind = (
            np.concatenate([empty, *(part[n] for part in self.parts)]) for n in range(4)
        )
        return MatchTable(
            documents=len(order),
            labels=tuple(names),
            document=order[document],
            gold=place[gold],
            predicted=place[predicted],
            kind=kind.astype(np.int64),
        )


def as_missed_and_spurious(counts: Mapping[str, OutcomeCounts]) -> dict[str, OutcomeCounts]:
    """OutcomeCounts of relations: one without a hit is missed and its answer spurious, never incorrect."""
    return {label: OutcomeCounts.binary(c.tp, c.fp, c.fn) for label, c in counts.items()}
