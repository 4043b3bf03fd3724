"""One likely mistake of a gold, and how strongly the rest of the gold speaks against it."""

from dataclasses import dataclass
from typing import Literal

from curation.documents.document import Document
from curation.documents.quote import quote_context

InconsistencyKind = Literal[
    "two labels in the document",
    "rare label",
    "two labels",
    "not marked in the document",
    "not marked",
    "same words without the relation",
    "same words, other relation",
    "consequence missing",
]

Place = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Inconsistency:
    """
    A likely mistake in one document.

    *what* names it in its document, whatever the other documents say: an exception gives it. *place*
    has the span of a name, or the two ends of a relation, where it first occurs, *times* how often
    it does in the document. *here* counts how often the gold says the same, *elsewhere* how often it says
    something else.
    """

    document: str
    kind: InconsistencyKind
    what: str
    says: str
    place: tuple[Place, ...]
    context: str
    times: int
    here: int
    elsewhere: int

    @property
    def weight(self) -> float:
        """From 0 to 1: the share of what speaks against it, a little less where there is little of it."""
        return self.elsewhere / (self.here + self.elsewhere + 1)

    @property
    def key(self) -> str:
        """The place as lists of differences and files of verdicts name it."""
        spans = ",".join(f"{start}-{end}" for start, end in sorted(self.place))
        return f"{'e' if len(self.place) == 1 else 'r'}{spans}"


def inconsistency_order(finding: Inconsistency) -> tuple[object, ...]:
    """What speaks strongest against the gold first; then the order of documents and texts."""
    return -finding.weight, finding.document, finding.place, finding.what


def context_of(document: Document, place: tuple[Place, ...]) -> str:
    """The words around each part of the place, which stands in brackets."""
    return "; ".join(quote_context(document.text, *span) for span in place)
