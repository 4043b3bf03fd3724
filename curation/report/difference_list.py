"""Differences between annotators on the page: each confusion with some of its places, in their sentences."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from curation.annotations.readings import Arrow, PlaceReading, PlaceSpan
from curation.documents.document import Document, Entity
from curation.documents.sentences import sentence_starts
from curation.report import html
from curation.report.excerpts import Mark, cut_at_marks, excerpts
from curation.report.mistake_list import MenuChoice
from curation.report.mistake_sentences import EntityWords, RelationWords, shown_words
from curation.report.safe_values import address_or_nothing, language_or_nothing
from curation.schema import Schema
from curation.scoring.confusions import (
    NOTHING_MARKED,
    Confusion,
    ConfusionCounts,
    ConfusionKind,
    DifferenceOfAnnotators,
)

# Of each confusion the page shows so many places.
EXAMPLES_SHOWN = 8

# How many bytes of a page the places may take; tables need the rest.
BYTES_FOR_EXAMPLES = 1_500_000


@dataclass(frozen=True)
class TaskLink:
    """The address of a document's task, and the title of its project."""

    project: str
    address: str


# The tasks of each document, by id.
TaskLinks = Mapping[str, Sequence[TaskLink]]


@dataclass(frozen=True, kw_only=True)
class ListedConfusion:
    """A confusion with its types, how often it occurs, who have it most often, and some places."""

    name: str
    types: tuple[MenuChoice, ...]
    times: int
    documents: int
    pair: str
    pair_times: int
    examples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ListedKind:
    """All confusions of one kind, the most frequent first; *number* is that of the kind in the menu."""

    number: int
    name: str
    is_of_relations: bool
    times: int
    confusions: tuple[ListedConfusion, ...]


@dataclass
class _Examples:
    """The first places of each confusion, as HTML."""

    links: TaskLinks
    found: dict[Confusion, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, differences: Iterable[DifferenceOfAnnotators]) -> None:
        for one in differences:
            wanting = [
                confusion
                for confusion in dict.fromkeys(one.confusions.values())
                if len(self.found[confusion]) < EXAMPLES_SHOWN
            ]
            if wanting:
                rendered = self._rendered(one)
                for confusion in wanting:
                    self.found[confusion].append(rendered)

    def _rendered(self, one: DifferenceOfAnnotators) -> str:
        render = html.template_macro("difference.html", "difference")
        document = one.document
        return render(
            {
                "id": document.id,
                "title": document.meta.get("title") or document.id,
                "lang": language_or_nothing(document.meta.get("lang")),
                "links": [
                    (link.project, address)
                    for link in self.links.get(document.id, ())
                    if (address := address_or_nothing(link.address))
                ],
            },
            _sentence(document, one.difference.place),
            list(self._lines(one)),
        )

    def _lines(self, one: DifferenceOfAnnotators) -> Iterator[tuple[list[object], list[str]]]:
        """Each reading in words, with the annotators who have it: what most have first."""
        by: dict[PlaceReading, list[str]] = defaultdict(list)
        for annotator, reading in one.readings.items():
            by[reading].append(annotator)
        for reading, annotators in sorted(
            by.items(), key=lambda item: (-len(item[1]), item[1])
        ):
            yield list(self._words(reading, one)), annotators

    def _words(self, reading: PlaceReading, one: DifferenceOfAnnotators) -> Iterator[object]:
        text = one.document.text
        for start, end, label in reading.entities:
            yield EntityWords(shown_words(text, (start, end)), label, 0)
        numbers = {span: n for n, span in enumerate(one.difference.place, 1)}
        for arrow in reading.arrows:
            yield _arrow_words(arrow, text, numbers if len(numbers) > 1 else {})


def list_confusions(
    documents: Iterable[Mapping[str, Document]],
    schema: Schema,
    counts: ConfusionCounts,
    *,
    links: TaskLinks,
) -> list[ListedKind]:
    """Everything that annotators confuse, kind by kind; *counts* counts it. Each document is read once."""
    examples = _Examples(links)
    for versions in documents:
        examples.add(counts.add(versions, schema))
    free_bytes = BYTES_FOR_EXAMPLES
    numbers: dict[tuple[bool, str], int] = {}
    listed: dict[ConfusionKind, list[ListedConfusion]] = defaultdict(list)
    for confusion in counts.most_frequent():
        shown = []
        for example in examples.found[confusion]:
            free_bytes -= len(example.encode())
            if free_bytes >= 0:
                shown.append(example)
        (pair, pair_times), *_ = counts.pairs[confusion].most_common(1)
        listed[confusion.kind].append(
            ListedConfusion(
                name=str(confusion),
                types=tuple(_types(confusion, numbers)),
                times=counts.times[confusion],
                documents=counts.documents[confusion],
                pair=" and ".join(pair),
                pair_times=pair_times,
                examples=tuple(shown),
            )
        )
    return sorted(
        (
            ListedKind(
                number=[*ConfusionKind].index(kind),
                name=kind,
                is_of_relations=kind.is_of_relations,
                times=sum(one.times for one in confusions),
                confusions=tuple(confusions),
            )
            for kind, confusions in listed.items()
        ),
        key=lambda kind: (kind.is_of_relations, -kind.times, kind.name),
    )


def _types(confusion: Confusion, numbers: dict[tuple[bool, str], int]) -> Iterator[MenuChoice]:
    """The types on both sides, numbered as they first come."""
    is_of_relation = confusion.kind.is_of_relations
    for name in sorted({name for label in confusion.labels for name in label.split(" + ")}):
        if name != NOTHING_MARKED:
            number = numbers.setdefault((is_of_relation, name), len(numbers))
            yield MenuChoice(is_of_relation, name, number)


def _sentence(document: Document, place: Sequence[PlaceSpan]) -> object:
    """The sentences of a difference with its places marked; two places are numbered."""
    text = document.text
    marks = {
        Entity(start, end, ""): Mark(n if len(place) > 1 else 0, is_wrong=True)
        for n, (start, end) in enumerate(place, 1)
    }
    edges = {edge for start, end in place for edge in (start, end - 1)}
    return cut_at_marks(text, excerpts(text, sentence_starts(text), edges), marks)


def _arrow_words(arrow: Arrow, text: str, numbers: Mapping[PlaceSpan, int]) -> RelationWords:
    ends = []
    for span, named in zip(arrow.place, arrow.ends, strict=True):
        start, end, label = named or (*span, "")
        ends.append(EntityWords(shown_words(text, (start, end)), label, numbers.get(span, 0)))
    first, second = ends if arrow.direction != "backward" else reversed(ends)
    return RelationWords(first, arrow.label, second, arrow.direction == "none")
