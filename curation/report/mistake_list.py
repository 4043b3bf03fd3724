"""Every mistake on the page, document by document, as far as there is room."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from curation.documents.document import Document
from curation.report import html
from curation.report.mistakes import Case, Review, cases, told
from curation.scoring.document_pairs import DocumentPairs
from curation.scoring.mistakes import Mistake

# What the mistakes may take of a page, in bytes; charts and tables need the rest.
ROOM = 1_750_000

ADDRESS = re.compile(r"https?://[^\s\\]+", re.IGNORECASE)
# The page is in English; what is in English too needn't say so.
LANGUAGE = re.compile(r"(?!en\b)[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")

# Whether of a relation, the kind or the type, and its number.
Choice = tuple[bool, str, int]
Named = tuple[bool, str]


@dataclass(frozen=True)
class Sources:
    """
    What the mistakes are found in.

    *arms* says of a document's id whether it was annotated blind or assisted,
    *links* where its task is in Label Studio.
    """

    gold: Iterable[Document]
    predicted: Iterable[Document]
    symmetric: Collection[str] = ()
    arms: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """A document as it stands on the page, and what its *mistakes* can be chosen by."""

    html: str
    mistakes: int
    kinds: frozenset[Choice]
    types: frozenset[Choice]
    arm: tuple[int, str]


@dataclass
class Listing:
    """
    What is shown, and what can be chosen from it: nothing that would show nothing.

    Kinds and types go by numbers, so that what others wrote is in no attribute
    that the script reads.
    """

    documents: list[Shown] = field(default_factory=list)

    @property
    def shown(self) -> int:
        """How many mistakes there are in *documents*."""
        return sum(one.mistakes for one in self.documents)

    @property
    def kinds(self) -> list[Choice]:
        """For the page's form, by name."""
        return sorted({choice for one in self.documents for choice in one.kinds})

    @property
    def types(self) -> list[Choice]:
        """For the page's form, by name."""
        return sorted({choice for one in self.documents for choice in one.types})

    @property
    def arms(self) -> Mapping[str, int]:
        """For the page's form, as they come."""
        return {name: number for number, name in sorted({one.arm for one in self.documents})}

    def shorten(self, size: int) -> None:
        """Leave out the last documents, so that the page is smaller by *size* bytes."""
        while size > 0 and self.documents:
            size -= len(self.documents.pop().html.encode())


@dataclass
class _Numbers:
    """Each name's, given as it first comes."""

    kinds: dict[Named, int] = field(default_factory=dict)
    types: dict[Named, int] = field(default_factory=dict)
    arms: dict[str, int] = field(default_factory=dict)

    def kind(self, one: Mistake) -> Choice:
        return _choice(self.kinds, one.is_of_relation, one.kind)

    def type(self, one: Mistake) -> Choice:
        return _choice(self.types, one.is_of_relation, one.label)

    def arm(self, name: str) -> tuple[int, str]:
        return self.arms.setdefault(name, len(self.arms)), name


def _choice(numbers: dict[Named, int], of_relation: bool, name: str) -> Choice:
    return of_relation, name, numbers.setdefault((of_relation, name), len(numbers))


def listing(sources: Sources, review: Review) -> Listing:
    """The documents go by once: *review* counts all of them, the first are shown."""
    found, numbers, room = Listing(), _Numbers(), ROOM
    render_case, render_document = (
        html.macro("document.html", name) for name in ("case", "document")
    )
    for gold, predicted in DocumentPairs(sources.gold, sources.predicted):
        mistakes = review.mistakes(gold, predicted)
        some: list[str] = []
        there: list[Mistake] = []
        for case in cases(gold, predicted, mistakes) if room > 0 else ():
            rendered = render_case(case, _lines(numbers, case, gold.text, sources.symmetric))
            room -= len(rendered.encode())
            if room < 0:
                break
            some.append(rendered)
            there += case.mistakes
        if some:
            arm = numbers.arm(sources.arms.get(gold.id, ""))
            kinds, types = (frozenset(map(of, there)) for of in (numbers.kind, numbers.type))
            rendered = render_document(_about(gold, arm, sources), some)
            found.documents.append(Shown(rendered, len(there), kinds, types, arm))
    return found


def _lines(
    numbers: _Numbers, case: Case, text: str, symmetric: Collection[str]
) -> list[tuple[object, ...]]:
    """For each mistake: its kind, the numbers of kind and type, and both sides in words."""
    return [
        (
            one.kind,
            numbers.kind(one)[-1],
            numbers.type(one)[-1],
            *(told(side, text, symmetric, case.numbers) for side in (one.gold, one.predicted)),
        )
        for one in case.mistakes
    ]


def _about(gold: Document, arm: tuple[int, str], sources: Sources) -> Mapping[str, object]:
    number, name = arm
    return {
        "id": gold.id,
        "title": gold.meta.get("title") or gold.id,
        "url": _matching(ADDRESS, gold.meta.get("url")),
        "lang": _matching(LANGUAGE, gold.meta.get("lang")),
        "arm": name,
        "arm_number": number,
        "link": _matching(ADDRESS, sources.links.get(gold.id)),
    }


def _matching(pattern: re.Pattern[str], value: object) -> str:
    """What is no address of the web, or no language, is nothing."""
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""
