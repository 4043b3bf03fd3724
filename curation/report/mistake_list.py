"""Every mistake on the page, document by document, as far as the page has room."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import NamedTuple

from curation.documents.document import Document
from curation.report import html
from curation.report.mistake_counts import MistakeCounts
from curation.report.mistake_sentences import (
    EntityWords,
    MistakeSentence,
    RelationWords,
    in_words,
    mistake_sentences,
)
from curation.report.safe_values import address_or_nothing, language_or_nothing
from curation.scoring.document_pairs import DocumentPairs
from curation.scoring.mistakes import Mistake

# How many bytes of a page the mistakes may take; charts and tables need the rest.
BYTES_FOR_MISTAKES = 1_750_000


@dataclass(frozen=True)
class ReportDocuments:
    """
    The documents in which the report finds the mistakes.

    *symmetric* are the labels of relations without direction, *arms* has "blind"
    or "assisted" by document id, *links* the address of the document's task in
    Label Studio.
    """

    gold: Iterable[Document]
    predicted: Iterable[Document]
    _: KW_ONLY
    symmetric: Collection[str] = ()
    arms: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)


class MenuChoice(NamedTuple):
    """A kind or a type of mistakes to choose: whether of a relation, its name and its number."""

    is_of_relation: bool
    name: str
    number: int


@dataclass(frozen=True, kw_only=True)
class ListedDocument:
    """A document as the page shows it, and what its *mistakes* can be chosen by."""

    html: str
    mistakes: int
    kinds: frozenset[MenuChoice]
    types: frozenset[MenuChoice]
    arm: str
    arm_number: int


@dataclass
class MistakeList:
    """
    The documents that the page shows, and the choices of its menus: none that would show nothing.

    Kinds, types and arms go by numbers, so that no attribute that the script
    reads holds text from others.
    """

    documents: list[ListedDocument] = field(default_factory=list)

    @property
    def shown(self) -> int:
        """How many mistakes the *documents* have."""
        return sum(document.mistakes for document in self.documents)

    @property
    def kinds(self) -> list[MenuChoice]:
        """The kinds of mistakes, by name."""
        return sorted({choice for document in self.documents for choice in document.kinds})

    @property
    def types(self) -> list[MenuChoice]:
        """The entity and relation types, by name."""
        return sorted({choice for document in self.documents for choice in document.types})

    @property
    def arms(self) -> Mapping[str, int]:
        """The numbers of the arms, in the order in which they came."""
        arms = sorted({(document.arm_number, document.arm) for document in self.documents})
        return {name: number for number, name in arms}

    def shorten(self, size: int) -> None:
        """Leave out the last documents, so that the page is at least *size* bytes smaller."""
        while size > 0 and self.documents:
            size -= len(self.documents.pop().html.encode())


@dataclass
class _MenuNumbers:
    """The numbers of kinds, types and arms, given as they first come."""

    kinds: dict[tuple[bool, str], int] = field(default_factory=dict)
    types: dict[tuple[bool, str], int] = field(default_factory=dict)
    arms: dict[str, int] = field(default_factory=dict)

    def kind(self, mistake: Mistake) -> MenuChoice:
        return _choice(self.kinds, mistake.is_of_relation, mistake.kind)

    def type(self, mistake: Mistake) -> MenuChoice:
        return _choice(self.types, mistake.is_of_relation, mistake.label)

    def arm(self, name: str) -> int:
        return self.arms.setdefault(name, len(self.arms))


def _choice(
    numbers: dict[tuple[bool, str], int], is_of_relation: bool, name: str
) -> MenuChoice:
    number = numbers.setdefault((is_of_relation, name), len(numbers))
    return MenuChoice(is_of_relation, name, number)


class _MistakeLine(NamedTuple):
    """A mistake below its sentence: its kind, the numbers of kind and type, and both sides in words."""

    kind: str
    kind_number: int
    type_number: int
    gold: EntityWords | RelationWords | None
    predicted: EntityWords | RelationWords | None


def list_mistakes(documents: ReportDocuments, counts: MistakeCounts) -> MistakeList:
    """The first mistakes, as many as have room; *counts* counts all of them. Each document is read once."""
    found = MistakeList()
    numbers = _MenuNumbers()
    free_bytes = BYTES_FOR_MISTAKES
    render_sentence = html.template_macro("document.html", "sentence")
    render_document = html.template_macro("document.html", "document")
    for gold, predicted in DocumentPairs(documents.gold, documents.predicted):
        mistakes = counts.count(gold, predicted)
        sentences: list[str] = []
        listed: list[Mistake] = []
        for sentence in mistake_sentences(gold, predicted, mistakes) if free_bytes > 0 else ():
            lines = _lines(numbers, sentence, gold.text, documents.symmetric)
            rendered = render_sentence(sentence, lines)
            free_bytes -= len(rendered.encode())
            if free_bytes < 0:
                break
            sentences.append(rendered)
            listed += sentence.mistakes
        if sentences:
            arm = documents.arms.get(gold.id, "")
            arm_number = numbers.arm(arm)
            about = _about(
                gold, arm=arm, arm_number=arm_number, link=documents.links.get(gold.id)
            )
            found.documents.append(
                ListedDocument(
                    html=render_document(about, sentences),
                    mistakes=len(listed),
                    kinds=frozenset(map(numbers.kind, listed)),
                    types=frozenset(map(numbers.type, listed)),
                    arm=arm,
                    arm_number=arm_number,
                )
            )
    return found


def _lines(
    numbers: _MenuNumbers, sentence: MistakeSentence, text: str, symmetric: Collection[str]
) -> list[_MistakeLine]:
    return [
        _MistakeLine(
            kind=mistake.kind,
            kind_number=numbers.kind(mistake).number,
            type_number=numbers.type(mistake).number,
            gold=in_words(mistake.gold, text, symmetric, sentence.numbers),
            predicted=in_words(mistake.predicted, text, symmetric, sentence.numbers),
        )
        for mistake in sentence.mistakes
    ]


def _about(
    gold: Document, *, arm: str, arm_number: int, link: str | None
) -> Mapping[str, object]:
    """What the page says of a document above its mistakes."""
    return {
        "id": gold.id,
        "title": gold.meta.get("title") or gold.id,
        "url": address_or_nothing(gold.meta.get("url")),
        "lang": language_or_nothing(gold.meta.get("lang")),
        "arm": arm,
        "arm_number": arm_number,
        "link": address_or_nothing(link),
    }
