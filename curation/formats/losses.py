"""What a format can't hold of documents: counted by kind, with the first place of each."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from curation.errors import pluralise


@dataclass(frozen=True, slots=True)
class LossKind:
    """One kind of loss: *noun* names what is counted, *why* says what becomes of it."""

    noun: str
    why: str


# What several formats lose.
NO_META = LossKind("document", "what is known of the article (title, licence …) is left out")
NO_IDS = LossKind("document", "its id is left out")
OTHER_IDS = LossKind(
    "document", "the id is too long for a file name, or another id differs in case only"
)
NO_SCORES = LossKind("entity", "the model's score is left out")
NO_RELATION_SCORES = LossKind("relation", "its score, and what made it, are left out")
NO_MODEL = LossKind("document", "the name of the model that suggested is left out")
NO_RELATIONS = LossKind("relation", "left out, as the format has none")
BOTH_WAYS = LossKind(
    "symmetric relation", "written both ways, as every relation has a direction"
)
NOT_ALIGNED = LossKind("entity", "left out, as it begins or ends inside of a token")
OVERLAPPING = LossKind("entity", "left out, as it overlaps a longer one")
WITH_LOST_END = LossKind("relation", "left out with an entity that it joins")
NOT_SUBMITTED = LossKind("document", "left out, as nobody annotated it")
LOST_FLAGS = LossKind("document", "its flags are left out, as suggestions have none")
SPACING = LossKind("document", "the white space between tokens is left out")


@dataclass
class Losses:
    """
    What was lost so far, or came out changed; *remarks* are about what is whole, and worth knowing.

    Both give each kind's number, *first* the place where each kind was found first.
    """

    counts: dict[LossKind, int] = field(default_factory=dict)
    remarks: dict[LossKind, int] = field(default_factory=dict)
    first: dict[LossKind, str] = field(default_factory=dict)

    def add(self, kind: LossKind, place: str, number: int = 1) -> None:
        """Take note of a *number* of things at a place, none of them perhaps."""
        self._add(self.counts, kind, place, number)

    def remark(self, kind: LossKind, place: str, number: int = 1) -> None:
        """The same of what isn't lost."""
        self._add(self.remarks, kind, place, number)

    def sentences(self) -> Iterator[str]:
        """One for each kind of loss: how many, what became of them, and the first place."""
        yield from self._sentences(self.counts)

    def remark_sentences(self) -> Iterator[str]:
        """The same for remarks."""
        yield from self._sentences(self.remarks)

    def _add(
        self, counts: dict[LossKind, int], kind: LossKind, place: str, number: int
    ) -> None:
        if number:
            counts[kind] = counts.get(kind, 0) + number
            self.first.setdefault(kind, place)

    def _sentences(self, counts: dict[LossKind, int]) -> Iterator[str]:
        for kind, number in counts.items():
            yield f"{pluralise(number, kind.noun)}: {kind.why}; first: {self.first[kind]}"
