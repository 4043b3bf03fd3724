"""The page's table of documents: what each has, how much of it is right, and what mending it takes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from curation.documents.document import Document
from curation.scoring.canonical_relations import canonical_relations
from curation.scoring.counts import OutcomeCounts
from curation.scoring.mistakes import Mistake

# Of more documents the table has those that take most edits.
DOCUMENTS_LISTED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """
    A document in the table; *entities* and *relations* are the strict counts.

    *number* is that of the document on the page, *arm* and *link* are empty where none is known.
    """

    number: int
    title: str
    arm: str
    link: str
    entities: OutcomeCounts
    relations: OutcomeCounts
    mistakes: int
    edits: int


@dataclass
class DocumentTable:
    """The rows of all documents, added one by one."""

    symmetric: Collection[str] = ()
    rows: list[DocumentRow] = field(default_factory=list)

    @property
    def listed(self) -> Sequence[DocumentRow]:
        """The rows that the page shows, those that take most edits first."""
        return sorted(self.rows, key=lambda row: (-row.edits, row.number))[:DOCUMENTS_LISTED]

    def add(
        self,
        gold: Document,
        mistakes: Sequence[Mistake],
        *,
        title: str,
        arm: str,
        link: str,
    ) -> None:
        """Add the next document with its *mistakes*."""
        self.rows.append(
            DocumentRow(
                number=len(self.rows),
                title=title,
                arm=arm,
                link=link,
                entities=_counts(
                    len(gold.entities),
                    (one for one in mistakes if not one.is_of_relation),
                ),
                relations=_counts(
                    len(canonical_relations(gold, self.symmetric)),
                    (one for one in mistakes if one.is_of_relation),
                ),
                mistakes=len(mistakes),
                edits=sum(one.edits for one in mistakes),
            )
        )


def _counts(in_gold: int, mistakes: Iterable[Mistake]) -> OutcomeCounts:
    """Strict counts: whatever of the gold has no mistake was found."""
    sides = [(one.gold is not None, one.predicted is not None) for one in mistakes]
    missed = sum(gold for gold, _ in sides)
    spurious = sum(predicted for _, predicted in sides)
    return OutcomeCounts.binary(tp=in_gold - missed, fp=spurious, fn=missed)
