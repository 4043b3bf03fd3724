"""Mistakes as they are looked at: sentence by sentence, the gold beside what was suggested."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from curation.documents.document import Document, Entity, Relation
from curation.report.excerpts import OTHER, Mark, Piece, pieces, sentence_of, windows
from curation.scoring.matching import match_entities
from curation.scoring.mistakes import Mistake, entity_mistakes, relation_mistakes
from curation.scoring.sentences import sentence_starts

# Of a sentence with more, the rest follows under the same sentence again.
MOST = 30
WORDS = 90

# What is wrong: whether with a relation, which kind, which type.
What = tuple[bool, str, str]
# Of the words that are marked, by where they stand.
Numbers = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Case:
    """
    A sentence, or some, as the gold and as the suggestion has it; and what is wrong there.

    *numbers* tell apart the words that the mistakes are about, in reading order;
    the same words have the same number on both sides. Other entities that stand
    there are marked too, but have none.
    """

    gold: tuple[Piece, ...]
    predicted: tuple[Piece, ...]
    mistakes: tuple[Mistake, ...]
    numbers: Numbers


@dataclass
class Review:
    """All that is wrong, counted as documents go by; the documents themselves aren't kept."""

    symmetric: Collection[str] = ()
    counts: Counter[What] = field(default_factory=Counter)
    steps: Counter[What] = field(default_factory=Counter)
    documents: int = 0

    def mistakes(self, gold: Document, predicted: Document) -> list[Mistake]:
        """Those of one document, entities first."""
        matches = match_entities(gold, predicted)
        found = [
            *entity_mistakes(matches),
            *relation_mistakes(gold, predicted, self.symmetric),
        ]
        self.documents += 1
        for mistake in found:
            what = (mistake.is_of_relation, mistake.kind, mistake.label)
            self.counts[what] += 1
            self.steps[what] += mistake.corrections
        return found


def cases(gold: Document, predicted: Document, mistakes: Iterable[Mistake]) -> Iterator[Case]:
    """The mistakes of one document, those of the same sentences together, in reading order."""
    starts = sentence_starts(gold.text)
    groups: dict[tuple[int, int], list[Mistake]] = defaultdict(list)
    for mistake in mistakes:
        places = _places(mistake)
        first, last = (sentence_of(starts, place) for place in (min(places), max(places)))
        groups[first, last].append(mistake)
    for _, together in sorted(groups.items()):
        for n in range(0, len(together), MOST):
            yield _case(gold, predicted, starts, tuple(together[n : n + MOST]))


def _case(
    gold: Document, predicted: Document, starts: Sequence[int], mistakes: tuple[Mistake, ...]
) -> Case:
    places = {place for mistake in mistakes for place in _places(mistake)}
    shown = windows(gold.text, starts, places)
    spans = {one.span for mistake in mistakes for one in _entities(mistake)}
    numbers = {span: n for n, span in enumerate(sorted(spans), 1)}
    ours = _marks(gold, (mistake.gold for mistake in mistakes), numbers)
    theirs = _marks(predicted, (mistake.predicted for mistake in mistakes), numbers)
    text = gold.text
    return Case(pieces(text, shown, ours), pieces(text, shown, theirs), mistakes, numbers)


def _marks(
    document: Document, items: Iterable[Entity | Relation | None], numbers: Numbers
) -> Mapping[Entity, Mark]:
    """What to mark: an entity that is a mistake, the ends of a relation that is one, and quietly the others."""
    wrong: dict[Entity, bool] = {}
    for item in items:
        if isinstance(item, Relation):
            wrong |= {end: wrong.get(end, False) for end in (item.head, item.tail)}
        elif item is not None:
            wrong[item] = True
    about = {one: Mark(numbers[one.span], wrong[one]) for one in wrong}
    return {**dict.fromkeys(document.entities, OTHER), **about}


def _entities(mistake: Mistake) -> list[Entity]:
    """Those of either side: itself, or a relation's ends."""
    return [
        end
        for item in mistake.sides
        for end in ((item.head, item.tail) if isinstance(item, Relation) else (item,))
    ]


def _places(mistake: Mistake) -> set[int]:
    """Where it begins and ends, on either side."""
    return {place for end in _entities(mistake) for place in (end.start, end.end - 1)}


@dataclass(frozen=True, slots=True)
class Name:
    """An entity in words; *number* is that of the same words in the sentence."""

    words: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """A relation in words; *both* ways where it has no direction."""

    head: Name
    label: str
    tail: Name
    both: bool


def told(
    item: Entity | Relation | None, text: str, symmetric: Collection[str], numbers: Numbers
) -> Name | Arrow | None:
    """One side of a mistake in words; of very many words the first and the last."""
    if item is None:
        return None
    if isinstance(item, Relation):
        head, tail = (_name(end, text, numbers) for end in (item.head, item.tail))
        return Arrow(head, item.label, tail, item.label in symmetric)
    return _name(item, text, numbers)


def _name(entity: Entity, text: str, numbers: Numbers) -> Name:
    return Name(_words(entity, text), entity.label, numbers[entity.span])


def _words(entity: Entity, text: str) -> str:
    if entity.end - entity.start <= WORDS:
        return text[entity.start : entity.end]
    half = WORDS // 2
    return (
        f"{text[entity.start : entity.start + half]} … {text[entity.end - half : entity.end]}"
    )
