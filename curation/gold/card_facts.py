"""What the dataset card tells of all documents of a version together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from curation.articles import UNKNOWN_LICENSE
from curation.gold.dataset import GoldDocument


@dataclass
class CardFacts:
    """
    Numbers of documents, gathered in one walk.

    *by_annotation_count* counts them by how many annotations went into one, *licenses* by
    licence (``unknown`` where nobody knows), *sources* by source and licence.
    """

    documents: int = 0
    blind: int = 0
    unknown: int = 0
    adjudicated: int = 0
    annotators: set[str] = field(default_factory=set)
    by_annotation_count: Counter[int] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    languages: set[str] = field(default_factory=set)
    licenses: Counter[str] = field(default_factory=Counter)
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, golds: Iterable[GoldDocument]) -> "CardFacts":
        """Those of these golds."""
        facts = cls()
        for gold in golds:
            facts.add(gold)
        return facts

    def add(self, gold: GoldDocument) -> None:
        """One more document."""
        meta = gold.document.meta
        license_ = str(meta.get("license") or UNKNOWN_LICENSE)
        self.documents += 1
        self.blind += gold.arm == "blind"
        self.unknown += gold.arm == "unknown"
        self.adjudicated += gold.adjudicated
        self.annotators.update(gold.annotators)
        self.by_annotation_count[gold.n_annotations] += 1
        self.flags.update(gold.flags)
        self.languages.add(str(meta.get("lang") or ""))
        self.licenses[license_] += 1
        self.sources[str(meta.get("src") or "unknown"), license_] += 1
