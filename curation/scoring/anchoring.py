"""What suggestions do to annotators: how much that is wrong they keep, and how much that is right they miss."""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np

from curation.documents.document import Document, Entity, Relation
from curation.scoring.annotator_pairs import PairTables
from curation.scoring.canonical_relations import canonical_relations
from curation.scoring.intervals import (
    FEWEST_DOCUMENTS_WITH_INTERVAL,
    BootstrapIntervals,
    FloatArray,
    bootstrap_intervals,
)
from curation.scoring.match_kind import UNMATCHED, MatchKind
from curation.scoring.match_table import MatchTable
from curation.scoring.matching import BoolArray
from curation.scoring.results import ASSISTED, BLIND
from curation.scoring.verdict_results import AnchoringShares, ArmDifference, Share

# The two arms that are compared, the kinds of things that are marked, and what is measured of each.
ANCHORING_ARMS = (ASSISTED, BLIND)
ANCHORING_KINDS = ("entities", "relations")
ANCHORING_MEASURES = ("f1", "missed", "wrong_kept", "changed")

_F1, _MISSED, _WRONG_KEPT, _CHANGED = range(len(ANCHORING_MEASURES))

_Marked = Entity | Relation


@dataclass(frozen=True, kw_only=True)
class AnchoringFigures:
    """The shares of each arm by kind, and the differences between both arms by ``entities.f1`` and the like."""

    shares: Mapping[str, Mapping[str, AnchoringShares]] = field(default_factory=dict)
    differences: Mapping[str, ArmDifference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptSuggestions:
    """What became of one annotation's suggestions: of the *wrong* ones *kept*, of all *changed*."""

    wrong: int = 0
    kept: int = 0
    suggested: int = 0
    changed: int = 0

    @classmethod
    def of(
        cls, suggested: Set[_Marked], submitted: Set[_Marked], verdict: Set[_Marked]
    ) -> "KeptSuggestions":
        """The counts for what was suggested, submitted, and decided."""
        wrong = suggested - verdict
        return cls(
            wrong=len(wrong),
            kept=len(wrong & submitted),
            suggested=len(suggested),
            changed=len(suggested - submitted),
        )


def kept_suggestions(
    suggestion: Document, submission: Document, verdict: Document, symmetric: Collection[str]
) -> tuple[KeptSuggestions, KeptSuggestions]:
    """What became of the suggested entities, and of the suggested relations."""

    def relations(document: Document) -> Set[_Marked]:
        return {*canonical_relations(document, symmetric)}

    return (
        KeptSuggestions.of({*suggestion.entities}, {*submission.entities}, {*verdict.entities}),
        KeptSuggestions.of(relations(suggestion), relations(submission), relations(verdict)),
    )


class AnchoringTally:
    """
    The counts of all annotations, document by document.

    They are a table of document × arm × kind × measure × (part, whole); F1's part is twice the hits.
    """

    def __init__(self, documents: int) -> None:
        sizes = (len(ANCHORING_ARMS), len(ANCHORING_KINDS), len(ANCHORING_MEASURES))
        self._counts: FloatArray = np.zeros((documents, *sizes, 2))

    def add_matches(self, arm: str, tables: PairTables) -> None:
        """Add the matches of verdicts, which stand for the gold, with all annotations of one arm."""
        own = self._counts[:, ANCHORING_ARMS.index(arm)]
        for kind, table in enumerate((tables.entities, tables.relations)):
            in_gold = table.gold != UNMATCHED
            in_submission = table.predicted != UNMATCHED
            gold = _by_document(table, in_gold)
            own[:, kind, _F1, 0] += 2 * _by_document(table, table.kind == MatchKind.SAME)
            own[:, kind, _F1, 1] += gold + _by_document(table, in_submission)
            own[:, kind, _MISSED, 0] += _by_document(table, table.kind == MatchKind.MISSED)
            own[:, kind, _MISSED, 1] += gold

    def add_suggestions(self, arm: str, document: int, kept: Sequence[KeptSuggestions]) -> None:
        """Add what became of one annotation's suggestions: entities, then relations."""
        own = self._counts[document, ANCHORING_ARMS.index(arm)]
        for kind, one in enumerate(kept):
            own[kind, _WRONG_KEPT] += (one.kept, one.wrong)
            own[kind, _CHANGED] += (one.changed, one.suggested)

    def figures(self, *, seed: int, resamples: int) -> AnchoringFigures:
        """The shares, and the differences between the arms, with intervals from resampling documents."""
        shape = self._counts.shape[1:]
        intervals = bootstrap_intervals(
            self._counts.reshape(len(self._counts), -1),
            lambda sums: _rates_and_differences(sums.reshape(len(sums), *shape)),
            seed=seed,
            resamples=resamples,
        )
        holding = np.count_nonzero(self._counts[..., 1], axis=0)
        places = np.arange(holding.size).reshape(holding.shape)
        total = self._counts.sum(axis=0).astype(np.int64)

        def share(arm: int, kind: int, measure: int) -> Share:
            part, whole = total[arm, kind, measure].tolist()
            documents = int(holding[arm, kind, measure])
            place = int(places[arm, kind, measure])
            enough = documents >= FEWEST_DOCUMENTS_WITH_INTERVAL
            return Share(
                part=part,
                whole=whole,
                documents=documents,
                bca=intervals.bca[place] if enough else None,
                percentile=intervals.percentile[place] if enough else None,
            )

        return AnchoringFigures(
            shares={
                arm: {
                    kind: AnchoringShares(
                        missed=share(a, k, _MISSED),
                        wrong_kept=share(a, k, _WRONG_KEPT),
                        changed=share(a, k, _CHANGED),
                    )
                    for k, kind in enumerate(ANCHORING_KINDS)
                }
                for a, arm in enumerate(ANCHORING_ARMS)
            },
            differences=dict(_differences(share, intervals, holding.size)),
        )


def _differences(
    share: Callable[[int, int, int], Share], intervals: BootstrapIntervals, first: int
) -> list[tuple[str, ArmDifference]]:
    """Each figure in both arms; the intervals of the differences begin at place *first*."""
    found = []
    place = first
    for k, kind in enumerate(ANCHORING_KINDS):
        for m, measure in enumerate(ANCHORING_MEASURES):
            assisted, blind = (share(arm, k, m) for arm in range(len(ANCHORING_ARMS)))
            fewest = min(assisted.documents, blind.documents)
            enough = fewest >= FEWEST_DOCUMENTS_WITH_INTERVAL
            difference = ArmDifference(
                assisted=assisted.value,
                blind=blind.value,
                bca=intervals.bca[place] if enough else None,
                percentile=intervals.percentile[place] if enough else None,
            )
            found.append((f"{kind}.{measure}", difference))
            place += 1
    return found


def _rates_and_differences(sums: FloatArray) -> FloatArray:
    """Each rate of both arms, then assisted less blind; nan where undefined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = sums[..., 0] / sums[..., 1]
    differences = rates[:, 0] - rates[:, 1]
    flat = (rates.reshape(len(sums), -1), differences.reshape(len(sums), -1))
    return np.concatenate(flat, axis=1)


def _by_document(table: MatchTable, rows: BoolArray) -> FloatArray:
    counts = np.bincount(table.document[rows], minlength=table.documents)
    return counts.astype(np.float64)
