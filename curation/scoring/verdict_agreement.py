"""How well annotators agree with verdicts: each annotator, and those who saw suggestions beside those who didn't."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from curation.documents.document import Document
from curation.scoring.agreement_results import AgreementRecipe
from curation.scoring.anchoring import (
    ANCHORING_ARMS,
    AnchoringTally,
    KeptSuggestions,
    kept_suggestions,
)
from curation.scoring.annotator_pairs import (
    BYTES_AT_ONCE,
    AgreementLabels,
    PairMatches,
    numbers_of,
    part_results,
    tables_over,
)
from curation.scoring.matched_documents import sorted_places
from curation.scoring.matching import DocumentPair, IntArray, entity_columns
from curation.scoring.verdict_results import (
    Anchoring,
    AnnotatorAgainstVerdict,
    ArmAgainstVerdict,
    VerdictAgreement,
)
from curation.scoring.waiting_documents import approximate_bytes


@dataclass(frozen=True, kw_only=True)
class JudgedSubmission:
    """
    What an annotator submitted first for an adjudicated document, and the *verdict* on the document.

    *arm* says whether the annotator saw suggestions. *suggestion* is what annotators of the document
    were shown, also where this one was blind; None where nobody knows it as a whole. All three
    documents lack the types that the annotator or the adjudicator wasn't offered.
    """

    annotator: str
    submission: Document
    verdict: Document
    arm: str
    suggestion: Document | None = None


def measure_against_verdicts(
    documents: Iterable[Sequence[JudgedSubmission]],
    symmetric: Collection[str],
    *,
    recipe: AgreementRecipe,
) -> VerdictAgreement:
    """The submissions on each adjudicated document scored against its verdict, which stands for the gold."""
    judged = _JudgedSubmissions(symmetric)
    for submissions in documents:
        judged.add(submissions)
    if not judged.ids:
        return VerdictAgreement()
    judged.match_waiting()
    return VerdictAgreement(
        documents=len(judged.ids),
        annotators=tuple(judged.by_annotator(recipe)),
        anchoring=judged.anchoring(recipe),
    )


class _JudgedSubmissions:
    """All that is needed of the documents that have come."""

    def __init__(self, symmetric: Collection[str]) -> None:
        self.symmetric = symmetric
        self.ids: list[str] = []
        self.labels = AgreementLabels()
        # By annotator and arm.
        self.matches: dict[tuple[str, str], PairMatches] = defaultdict(
            lambda: PairMatches(symmetric, self.labels)
        )
        # Documents that wait, with their numbers.
        self.waiting: dict[tuple[str, str], list[tuple[int, DocumentPair]]] = defaultdict(list)
        self.free_bytes = BYTES_AT_ONCE
        self.kept: list[tuple[str, int, tuple[KeptSuggestions, KeptSuggestions]]] = []

    def add(self, submissions: Sequence[JudgedSubmission]) -> None:
        """Add one document's submissions."""
        number = len(self.ids)
        for one in submissions:
            both = (one.verdict, one.submission)
            self.waiting[one.annotator, one.arm].append((number, both))
            self.free_bytes -= sum(map(approximate_bytes, both))
            if one.suggestion and one.arm in ANCHORING_ARMS:
                kept = kept_suggestions(
                    one.suggestion, one.submission, one.verdict, self.symmetric
                )
                self.kept.append((one.arm, number, kept))
        if submissions:
            self.ids.append(submissions[0].verdict.id)
        if self.free_bytes < 0:
            self.match_waiting()

    def match_waiting(self) -> None:
        """Match the documents that wait, those of one annotator and arm together."""
        for key, documents in self.waiting.items():
            numbers = [number for number, _ in documents]
            batch = [both for _, both in documents]
            self.matches[key].add(batch, numbers, *entity_columns(batch))
        self.waiting.clear()
        self.free_bytes = BYTES_AT_ONCE

    @property
    def order(self) -> IntArray:
        """The place of each document among the sorted ids."""
        return sorted_places(self.ids)

    def by_annotator(self, recipe: AgreementRecipe) -> Iterator[AnnotatorAgainstVerdict]:
        """Each annotator, sorted."""
        own: dict[str, list[PairMatches]] = defaultdict(list)
        for (annotator, _), matches in sorted(self.matches.items()):
            own[annotator].append(matches)
        for annotator, some in own.items():
            documents = numbers_of(some, self.order)
            entities, relations = part_results(
                tables_over(some, self.order, documents), recipe, either_side=False
            )
            yield AnnotatorAgainstVerdict(
                annotator=annotator,
                documents=len(documents),
                entities=entities,
                relations=relations,
            )

    def anchoring(self, recipe: AgreementRecipe) -> Anchoring:
        """Assisted beside blind annotations."""
        tally = AnchoringTally(len(self.ids))
        by_arm: dict[str, list[PairMatches]] = defaultdict(list)
        for (_, arm), matches in sorted(self.matches.items()):
            by_arm[arm].append(matches)
        known = [arm for arm in ANCHORING_ARMS if arm in by_arm]
        everything = np.arange(len(self.ids))
        order = self.order
        for arm in known:
            tally.add_matches(arm, tables_over(by_arm[arm], order, everything))
        for arm, number, kept in self.kept:
            tally.add_suggestions(arm, int(order[number]), kept)
        figures = tally.figures(seed=recipe.seed, resamples=recipe.resamples)
        arms = {}
        for arm in known:
            documents = numbers_of(by_arm[arm], order)
            entities, relations = part_results(
                tables_over(by_arm[arm], order, documents), recipe, either_side=False
            )
            arms[arm] = ArmAgainstVerdict(
                documents=len(documents),
                annotations=sum(len(one.numbers) for one in by_arm[arm]),
                entities=entities,
                relations=relations,
                entity_shares=figures.shares[arm]["entities"],
                relation_shares=figures.shares[arm]["relations"],
            )
        unknown = [one for arm, some in by_arm.items() if arm not in known for one in some]
        return Anchoring(
            arms=arms,
            differences=figures.differences if len(arms) == len(ANCHORING_ARMS) else {},
            unknown=sum(len(one.numbers) for one in unknown),
        )
