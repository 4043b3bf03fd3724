"""What the dataset card and the files beside it are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from curation.gold.audit.judgements import JudgedAudit
from curation.gold.card.numbers import CardNumbers
from curation.gold.dataset_facts import DatasetFacts
from curation.gold.sealed.manifest import Manifest


@dataclass(frozen=True, kw_only=True)
class CardSource:
    """
    The newest version in the folder *gold*, and what the publisher says of the dataset.

    *manifests* are those of all versions, the newest first. *numbers* come from the rows of the newest
    version, *publisher* from ``dataset.toml``; *changelog* is the text of ``CHANGELOG.md``, *own_words*
    what stands between the markers of the card. *withdrawn* has, by version, the ids of documents that
    it holds though they were withdrawn since, and *audits* are those of its documents
    that are judged in full, the newest first.
    """

    gold: Path
    manifests: Sequence[Manifest]
    numbers: CardNumbers
    publisher: DatasetFacts
    changelog: str = ""
    own_words: str = ""
    withdrawn: Mapping[str, Sequence[str]] = field(default_factory=dict)
    audits: Sequence[JudgedAudit] = ()

    @property
    def manifest(self) -> Manifest:
        """The newest version's."""
        return self.manifests[0]

    @property
    def version(self) -> str:
        """The newest version."""
        return self.manifest.version

    @property
    def entities(self) -> int:
        """How many entities the newest version has."""
        return sum(self.manifest.counts.entities.values())

    @property
    def relations(self) -> int:
        """How many relations the newest version has."""
        return sum(self.manifest.counts.relations.values())
