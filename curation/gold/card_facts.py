"""The numbers on the dataset card that come from the documents of a version."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from curation.articles import UNKNOWN_LICENSE
from curation.gold.dataset import AdjudicatedDocument, GoldDocument


@dataclass
class CardFacts:
    """
    Numbers of documents, collected in one pass.

    *blind* and *unknown* count arms, *not_offered* counts the documents that lack a type, by type,
    *offer_unknown* those of which nobody knows which types they lack. *by_annotation_count* counts
    documents by the number of their annotations, *adjudicators* are pseudonyms, *decisions* counts
    the differences that verdicts decided, *own* those decided by none of the readings, *untouched*
    those where an option ticked beforehand stayed so. *licenses* counts by licence (``unknown``
    where there is none), *sources* by source and licence.
    """

    documents: int = 0
    blind: int = 0
    unknown: int = 0
    adjudicated: int = 0
    adjudicators: set[str] = field(default_factory=set)
    decisions: int = 0
    own: int = 0
    untouched: int = 0
    annotators: set[str] = field(default_factory=set)
    by_annotation_count: Counter[int] = field(default_factory=Counter)
    not_offered: Counter[str] = field(default_factory=Counter)
    offer_unknown: int = 0
    flags: Counter[str] = field(default_factory=Counter)
    languages: set[str] = field(default_factory=set)
    licenses: Counter[str] = field(default_factory=Counter)
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, gold_documents: Iterable[GoldDocument]) -> "CardFacts":
        """The numbers of these documents."""
        facts = cls()
        for gold in gold_documents:
            facts.add(gold)
        return facts

    def add_verdict(self, verdict: AdjudicatedDocument) -> None:
        """Count one more verdict."""
        self.adjudicators |= verdict.adjudicators
        # Where one reading alone was offered, the adjudicator changed what all had agreed on.
        decided = [one for one in verdict.decisions if len(one.offered) > 1]
        self.decisions += len(decided)
        self.own += sum(one.own for one in decided)
        self.untouched += sum(one.preselected == "untouched" for one in decided)

    def add(self, gold: GoldDocument) -> None:
        """Count one more document."""
        meta = gold.document.meta
        license_ = str(meta.get("license") or UNKNOWN_LICENSE)
        self.documents += 1
        self.blind += gold.arm == "blind"
        self.unknown += gold.arm == "unknown"
        self.adjudicated += gold.adjudicated
        self.annotators.update(gold.annotators)
        self.by_annotation_count[gold.n_annotations] += 1
        self.not_offered.update(gold.not_offered or ())
        self.offer_unknown += gold.not_offered is None
        self.flags.update(gold.flags)
        self.languages.add(str(meta.get("lang") or ""))
        self.licenses[license_] += 1
        self.sources[str(meta.get("src") or "unknown"), license_] += 1
