"""Documents of any file, scored as they are given; what is odd in them is counted and told."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path

from curation.documents.document import Document, Entity, has_blank_edge
from curation.documents.interchange import Reading
from curation.documents.stream import DocumentsFile
from curation.files import Json

_PLACES_SHOWN = 3


@dataclass(frozen=True)
class CountedPlaces:
    """How often something occurs, and the first places."""

    count: int = 0
    first: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.count > 0

    def __add__(self, other: "CountedPlaces") -> "CountedPlaces":
        both = (*self.first, *other.first)
        return CountedPlaces(self.count + other.count, both[:_PLACES_SHOWN])

    @classmethod
    def of(cls, places: Iterable[str]) -> "CountedPlaces":
        """All of these *places*."""
        listed = tuple(places)
        return cls(len(listed), listed[:_PLACES_SHOWN])


@dataclass(frozen=True, kw_only=True)
class InputOddities:
    """
    What is odd in what was scored, and was taken as it is.

    *blank_edges* are spans that begin or end with white space, *repetitions* entities that occur
    twice in a document, *text_ends* documents whose texts differ in white space at their end,
    *unknown_types* types that the schema hasn't, *not_offered* documents with types that one side was
    not offered, and that count on neither side.
    """

    blank_edges: CountedPlaces = field(default_factory=CountedPlaces)
    repetitions: CountedPlaces = field(default_factory=CountedPlaces)
    text_ends: CountedPlaces = field(default_factory=CountedPlaces)
    unknown_types: CountedPlaces = field(default_factory=CountedPlaces)
    not_offered: CountedPlaces = field(default_factory=CountedPlaces)

    def __add__(self, other: "InputOddities") -> "InputOddities":
        return InputOddities(
            blank_edges=self.blank_edges + other.blank_edges,
            repetitions=self.repetitions + other.repetitions,
            text_ends=self.text_ends + other.text_ends,
            unknown_types=self.unknown_types + other.unknown_types,
            not_offered=self.not_offered + other.not_offered,
        )


def unknown_types(found: Iterable[str], known: Collection[str]) -> InputOddities:
    """The types that were *found* and aren't *known*, as an oddity."""
    unknown = sorted(set(found).difference(known))
    return InputOddities(unknown_types=CountedPlaces.of(unknown))


def oddities_to_json(oddities: InputOddities) -> Json:
    """For each oddity the count and the first places."""
    return {
        one.name: {"count": places.count, "first": list(places.first)}
        for one in fields(oddities)
        if (places := getattr(oddities, one.name))
    }


class GivenDocuments:
    """
    The documents of a file as they are given; they can be read several times.

    *oddities* are complete once the documents were read to their end for the first time.
    """

    def __init__(self, path: Path) -> None:
        self.file = DocumentsFile(path, Reading.AS_GIVEN)
        self.oddities = InputOddities()
        self._is_counted = False

    def __iter__(self) -> Iterator[Document]:
        if self._is_counted:
            yield from self.file
            return
        self._is_counted = True
        for document in self.file:
            self._count(document)
            yield document

    def _count(self, document: Document) -> None:
        text = document.text
        entities = document.entities
        edges = "".join([text[one.start] + text[one.end - 1] for one in entities])
        starts = {one.start for one in entities}
        if len(starts) == len(entities) and (not edges or edges.split() == [edges]):
            return  # as with most documents
        blank = [entity for entity in entities if has_blank_edge(text, entity)]
        repeated = [one for one, after in pairwise(entities) if one == after]
        name = self.file.path.name

        def counted(some: list[Entity]) -> CountedPlaces:
            places = (f"{document.id}, {one.start}..{one.end} in {name}" for one in some)
            return CountedPlaces.of(places)

        self.oddities += InputOddities(
            blank_edges=counted(blank), repetitions=counted(repeated)
        )
