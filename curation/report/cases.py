"""Mistakes as they are looked at: sentence by sentence, the gold beside what was suggested."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from curation.document import Document, Entity, Relation
from curation.report.excerpts import Piece, pieces, sentence_of, windows
from curation.scoring.calibration import Calibration
from curation.scoring.matching import matched
from curation.scoring.mistakes import Item, Mistake, entity_mistakes, relation_mistakes
from curation.scoring.sentences import sentence_starts

# Of a sentence with more, the rest follows under the same sentence again.
MOST = 30
WORDS = 90

# What is wrong: whether with a relation, which kind, which type.
What = tuple[bool, str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, or some, as the gold and as the suggestion has it; and what is wrong there."""

    gold: tuple[Piece, ...]
    predicted: tuple[Piece, ...]
    mistakes: tuple[Mistake, ...]


@dataclass
class Review:
    """All that is wrong, counted as documents go by; the documents themselves aren't kept."""

    symmetric: Collection[str] = ()
    counts: Counter[What] = field(default_factory=Counter)
    steps: Counter[What] = field(default_factory=Counter)
    calibration: Calibration = field(default_factory=Calibration)
    documents: int = 0

    def mistakes(self, gold: Document, predicted: Document) -> list[Mistake]:
        """Those of one document, entities first."""
        matches = matched(gold, predicted)
        found = [
            *entity_mistakes(matches),
            *relation_mistakes(gold, predicted, self.symmetric),
        ]
        self.documents += 1
        self.calibration.add(matches)
        for mistake in found:
            what = (mistake.of_relation, mistake.kind, mistake.label)
            self.counts[what] += 1
            self.steps[what] += mistake.steps
        return found


def cases(text: str, mistakes: Iterable[Mistake]) -> Iterator[Case]:
    """The mistakes of one document, those of the same sentences together, in reading order."""
    starts = sentence_starts(text)
    groups: dict[tuple[int, int], list[Mistake]] = defaultdict(list)
    for mistake in mistakes:
        places = _places(mistake)
        first, last = (sentence_of(starts, place) for place in (min(places), max(places)))
        groups[first, last].append(mistake)
    for _, together in sorted(groups.items()):
        for n in range(0, len(together), MOST):
            yield _case(text, starts, tuple(together[n : n + MOST]))


def _case(text: str, starts: Sequence[int], mistakes: tuple[Mistake, ...]) -> Case:
    places = {place for mistake in mistakes for place in _places(mistake)}
    shown = windows(text, starts, places)
    gold = _marks(mistake.gold for mistake in mistakes)
    predicted = _marks(mistake.predicted for mistake in mistakes)
    return Case(pieces(text, shown, gold), pieces(text, shown, predicted), mistakes)


def _marks(items: Iterable[Item | None]) -> Mapping[Entity, bool]:
    """What to mark: an entity that is a mistake, and the ends of a relation that is one."""
    marks: dict[Entity, bool] = {}
    for item in items:
        if isinstance(item, Relation):
            marks |= {end: marks.get(end, False) for end in (item.head, item.tail)}
        elif item is not None:
            marks[item] = True
    return marks


def _places(mistake: Mistake) -> set[int]:
    """Where it begins and ends, on either side."""
    ends = [
        end
        for item in mistake.sides
        for end in ((item.head, item.tail) if isinstance(item, Relation) else (item,))
    ]
    return {place for end in ends for place in (end.start, end.end - 1)}


@dataclass(frozen=True, slots=True)
class Name:
    """An entity in words."""

    words: str
    label: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """A relation in words; *both* ways where it has no direction."""

    head: Name
    label: str
    tail: Name
    both: bool


def told(item: Item | None, text: str, symmetric: Collection[str]) -> Name | Arrow | None:
    """One side of a mistake in words; of very many words the first and the last."""
    if item is None:
        return None
    if isinstance(item, Relation):
        head, tail = (Name(_words(end, text), end.label) for end in (item.head, item.tail))
        return Arrow(head, item.label, tail, item.label in symmetric)
    return Name(_words(item, text), item.label)


def _words(entity: Entity, text: str) -> str:
    if entity.end - entity.start <= WORDS:
        return text[entity.start : entity.end]
    half = WORDS // 2
    return (
        f"{text[entity.start : entity.start + half]} … {text[entity.end - half : entity.end]}"
    )
