"""The articles on the page with their mistakes, document by document, as far as the page has room."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import NamedTuple

from curation.documents.document import Document
from curation.report import html
from curation.report.document_table import DocumentTable
from curation.report.mistake_counts import MistakeCounts
from curation.report.mistake_sentences import (
    AlikeText,
    EntityWords,
    MistakeSentence,
    RelationWords,
    article_parts,
    in_words,
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
    """
    A document as the page shows it, and what its *mistakes* can be chosen by.

    *number* is its place among all documents. *brief* is the *html* without the text between the
    mistakes; the two are equal where that is left out.
    """

    number: int
    html: str
    brief: str
    mistakes: int
    kinds: frozenset[MenuChoice]
    types: frozenset[MenuChoice]
    suggested: frozenset[MenuChoice]
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
    def numbers(self) -> frozenset[int]:
        """Which documents are shown."""
        return frozenset(document.number for document in self.documents)

    @property
    def brief(self) -> int:
        """How many of the *documents* are shown without the text between their mistakes."""
        return sum(document.html == document.brief for document in self.documents)

    @property
    def kinds(self) -> list[MenuChoice]:
        """The kinds of mistakes, by name."""
        return sorted({choice for document in self.documents for choice in document.kinds})

    @property
    def types(self) -> list[MenuChoice]:
        """The entity and relation types of the gold, and those of what is spurious, by name."""
        return sorted({choice for document in self.documents for choice in document.types})

    @property
    def suggested(self) -> list[MenuChoice]:
        """The types that were suggested in place of the gold's, by name."""
        return sorted({choice for document in self.documents for choice in document.suggested})

    @property
    def arms(self) -> Mapping[str, int]:
        """The numbers of the arms, in the order in which they came."""
        arms = sorted({(document.arm_number, document.arm) for document in self.documents})
        return {name: number for number, name in arms}

    def shorten(self, size: int) -> None:
        """
        Leave out the last documents, so that the page is at least *size* bytes smaller.

        What goes first is the text between mistakes, again of the last documents.
        """
        for n, document in reversed([*enumerate(self.documents)]):
            if size > 0:
                size -= len(document.html.encode()) - len(document.brief.encode())
                self.documents[n] = replace(document, html=document.brief)
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

    def suggested(self, mistake: Mistake) -> MenuChoice | None:
        """The type that was suggested in place of another one."""
        if mistake.gold is None or mistake.predicted is None:
            return None
        if mistake.gold.label == mistake.predicted.label:
            return None
        return _choice(self.types, mistake.is_of_relation, mistake.predicted.label)

    def arm(self, name: str) -> int:
        return self.arms.setdefault(name, len(self.arms))


def _choice(
    numbers: dict[tuple[bool, str], int], is_of_relation: bool, name: str
) -> MenuChoice:
    number = numbers.setdefault((is_of_relation, name), len(numbers))
    return MenuChoice(is_of_relation, name, number)


class _MistakeLine(NamedTuple):
    """A mistake below its sentence: its kind, the numbers to choose it by, and both sides in words."""

    kind: str
    kind_number: int
    type_number: int
    suggested_number: int | None
    gold: EntityWords | RelationWords | None
    predicted: EntityWords | RelationWords | None


def list_mistakes(
    documents: ReportDocuments, counts: MistakeCounts, table: DocumentTable
) -> MistakeList:
    """
    The first mistakes, as many as have room, in their articles.

    *counts* counts all of them, *table* has a row for each document. Each document is read once.
    """
    found = MistakeList()
    rendering = _Rendering(documents.symmetric)
    for gold, predicted in DocumentPairs(documents.gold, documents.predicted):
        mistakes = counts.count(gold, predicted)
        about = _about(
            gold,
            number=len(table.rows),
            arm=documents.arms.get(gold.id, ""),
            link=documents.links.get(gold.id),
        )
        table.add(gold, mistakes, title=about.title, arm=about.arm, link=about.link)
        if mistakes and (listed := rendering.document(about, gold, predicted, mistakes)):
            found.documents.append(listed)
    return found


@dataclass
class _Rendering:
    """Renders documents as long as there is room."""

    symmetric: Collection[str]
    numbers: _MenuNumbers = field(default_factory=_MenuNumbers)
    free_bytes: int = field(default_factory=lambda: BYTES_FOR_MISTAKES)
    free_bytes_between: int = field(default_factory=lambda: BYTES_FOR_MISTAKES)

    def document(
        self,
        about: "_AboutDocument",
        gold: Document,
        predicted: Document,
        mistakes: Collection[Mistake],
    ) -> ListedDocument | None:
        """The document with its first mistakes; None where no more mistake has room."""
        parts: list[str] = []
        sentences: list[str] = []
        listed: list[Mistake] = []
        for part in article_parts(gold, predicted, mistakes) if self.free_bytes > 0 else ():
            if isinstance(part, AlikeText):
                parts += self._alike_text(part)
                continue
            rendered = self._sentence(part, gold.text)
            self.free_bytes -= len(rendered.encode())
            if self.free_bytes < 0:
                break
            parts.append(rendered)
            sentences.append(rendered)
            listed += part.mistakes
        if not listed:
            return None
        arm_number = self.numbers.arm(about.arm)
        render_document = html.template_macro("document.html", "document")
        return ListedDocument(
            number=about.number,
            html=render_document(about, arm_number, parts),
            brief=render_document(about, arm_number, sentences),
            mistakes=len(listed),
            kinds=frozenset(map(self.numbers.kind, listed)),
            types=frozenset(map(self.numbers.type, listed)),
            suggested=frozenset(filter(None, map(self.numbers.suggested, listed))),
            arm=about.arm,
            arm_number=arm_number,
        )

    def _sentence(self, sentence: MistakeSentence, text: str) -> str:
        render_sentence = html.template_macro("document.html", "sentence")
        return render_sentence(sentence, _lines(self.numbers, sentence, text, self.symmetric))

    def _alike_text(self, alike: AlikeText) -> list[str]:
        if self.free_bytes_between < 0:
            return []
        rendered = html.template_macro("document.html", "alike")(alike)
        self.free_bytes_between -= len(rendered.encode())
        return [rendered]


def _lines(
    numbers: _MenuNumbers, sentence: MistakeSentence, text: str, symmetric: Collection[str]
) -> list[_MistakeLine]:
    return [
        _MistakeLine(
            kind=mistake.kind,
            kind_number=numbers.kind(mistake).number,
            type_number=numbers.type(mistake).number,
            suggested_number=_number(numbers.suggested(mistake)),
            gold=in_words(mistake.gold, text, symmetric, sentence.numbers),
            predicted=in_words(mistake.predicted, text, symmetric, sentence.numbers),
        )
        for mistake in sentence.mistakes
    ]


def _number(choice: MenuChoice | None) -> int | None:
    return choice.number if choice else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _AboutDocument:
    """What the page says of a document above its mistakes."""

    number: int
    id: str
    title: str
    url: str
    lang: str
    arm: str
    link: str


def _about(gold: Document, *, number: int, arm: str, link: str | None) -> _AboutDocument:
    return _AboutDocument(
        number=number,
        id=gold.id,
        title=str(gold.meta.get("title") or gold.id),
        url=address_or_nothing(gold.meta.get("url")),
        lang=language_or_nothing(gold.meta.get("lang")),
        arm=arm,
        link=address_or_nothing(link),
    )
