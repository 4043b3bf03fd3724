"""Every mistake on the page, document by document, as far as there is room."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from curation.document import Document
from curation.report import html
from curation.report.cases import Case, Review, cases, told
from curation.scoring.pairs import Pairs

# What the mistakes may take of a page, in bytes; charts and tables need the rest.
ROOM = 1_500_000

ADDRESS = re.compile(r"https?://[^\s\\]+", re.IGNORECASE)
# The page is in English; what is in English too needn't say so.
LANGUAGE = re.compile(r"(?!en\b)[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")

# Whether of a relation, and the kind or the type.
Choice = tuple[bool, str]


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


@dataclass
class Listing:
    """
    What is shown, and what can be chosen from it.

    Kinds and types go by numbers, so that what others wrote is in no attribute
    that the script reads. Of each of *documents* the number of *mistakes* is known.
    """

    kinds: dict[Choice, int] = field(default_factory=dict)
    types: dict[Choice, int] = field(default_factory=dict)
    arms: dict[str, int] = field(default_factory=dict)
    documents: list[str] = field(default_factory=list)
    mistakes: list[int] = field(default_factory=list)

    @property
    def shown(self) -> int:
        """How many mistakes there are in *documents*."""
        return sum(self.mistakes)

    def shorten(self, size: int) -> None:
        """Leave out the last documents, so that the page is smaller by *size* bytes."""
        while size > 0 and self.documents:
            size -= len(self.documents.pop().encode())
            self.mistakes.pop()

    @staticmethod
    def choices(numbers: Mapping[Choice, int]) -> list[tuple[bool, str, int]]:
        """For the page's form, by name."""
        return sorted((*choice, number) for choice, number in numbers.items())


def listing(sources: Sources, review: Review) -> Listing:
    """The documents go by once: *review* counts all of them, the first are shown."""
    found, room = Listing(), ROOM
    render_case, render_document = (
        html.macro("document.html", name) for name in ("case", "document")
    )
    for gold, predicted in Pairs(sources.gold, sources.predicted):
        mistakes = review.mistakes(gold, predicted)
        some, many = [], 0
        for case in cases(gold.text, mistakes) if room > 0 else ():
            lines = _lines(found, case, gold.text, sources.symmetric)
            rendered = render_case(case, lines)
            room -= len(rendered.encode())
            if room < 0:
                break
            some.append(rendered)
            many += len(case.mistakes)
        if some:
            found.mistakes.append(many)
            found.documents.append(render_document(_about(found, gold, sources), some))
    return found


def _lines(
    found: Listing, case: Case, text: str, symmetric: Collection[str]
) -> list[tuple[object, ...]]:
    """For each mistake: its kind, the numbers of kind and type, and both sides in words."""
    return [
        (
            one.kind,
            _number(found.kinds, (one.of_relation, one.kind)),
            _number(found.types, (one.of_relation, one.label)),
            *(told(side, text, symmetric, case.numbers) for side in (one.gold, one.predicted)),
        )
        for one in case.mistakes
    ]


def _about(found: Listing, gold: Document, sources: Sources) -> Mapping[str, object]:
    arm = sources.arms.get(gold.id, "")
    return {
        "id": gold.id,
        "title": gold.meta.get("title") or gold.id,
        "url": _matching(ADDRESS, gold.meta.get("url")),
        "lang": _matching(LANGUAGE, gold.meta.get("lang")),
        "arm": arm,
        "arm_number": found.arms.setdefault(arm, len(found.arms)),
        "link": _matching(ADDRESS, sources.links.get(gold.id)),
    }


def _number(numbers: dict[Choice, int], choice: Choice) -> int:
    return numbers.setdefault(choice, len(numbers))


def _matching(pattern: re.Pattern[str], value: object) -> str:
    """What is no address of the web, or no language, is nothing."""
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""
