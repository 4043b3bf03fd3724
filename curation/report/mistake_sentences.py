"""An article as gold and suggestions have it: sentences with mistakes on two sides, the text between them once."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from curation.documents.document import Document, Entity, Relation
from curation.documents.sentences import sentence_starts
from curation.report.excerpts import (
    OTHER_ENTITY,
    Excerpt,
    Mark,
    TextPiece,
    cut_at_marks,
    excerpts,
    sentence_number,
)
from curation.scoring.mistakes import Mistake

# Where a sentence has more mistakes, the sentence is shown again with the next ones.
MOST_MISTAKES = 30
# Of longer words of an entity only the beginning and the end are shown.
LONGEST_WORDS = 90

# A number for each span that the mistakes of a sentence are about.
SpanNumbers = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeSentence:
    """
    A sentence, or several, as the gold and as the suggestion has it, and its mistakes.

    *numbers* tell the spans apart that the mistakes are about, in reading order;
    the same span has the same number on both sides. Other entities of the
    sentence are marked too, without a number.
    """

    gold: tuple[TextPiece, ...]
    predicted: tuple[TextPiece, ...]
    mistakes: tuple[Mistake, ...]
    numbers: SpanNumbers


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeText:
    """So many *sentences* on end without a mistake: both sides have the same entities there."""

    pieces: tuple[TextPiece, ...]
    sentences: int


def article_parts(
    gold: Document, predicted: Document, mistakes: Iterable[Mistake]
) -> Iterator[MistakeSentence | AlikeText]:
    """
    One document from its beginning to its end, the mistakes of the same sentences together.

    A mistake across sentences comes after the last of them, which are then shown again.
    """
    starts = _starts(gold, predicted)
    by_last: dict[int, dict[int, list[Mistake]]] = defaultdict(lambda: defaultdict(list))
    for mistake in mistakes:
        places = _places(mistake)
        first = sentence_number(starts, min(places))
        by_last[sentence_number(starts, max(places))][first].append(mistake)
    alike: list[int] = []
    for number in range(len(starts) + 1):
        of_sentence = by_last.get(number, {})
        if number not in of_sentence:
            alike.append(number)
        if of_sentence:
            yield from _alike_text(gold, starts, alike)
            alike = []
        for _, some in sorted(of_sentence.items(), reverse=True):
            for n in range(0, len(some), MOST_MISTAKES):
                yield _sentence(gold, predicted, starts, tuple(some[n : n + MOST_MISTAKES]))
    yield from _alike_text(gold, starts, alike)


def _starts(gold: Document, predicted: Document) -> list[int]:
    """Where sentences begin; none does within an entity."""
    starts = sentence_starts(gold.text)
    inside: set[int] = set()
    for entity in {*gold.entities, *predicted.entities}:
        first = bisect_right(starts, entity.start)
        inside.update(starts[first : bisect_left(starts, entity.end)])
    return [start for start in starts if start not in inside]


def _alike_text(
    gold: Document, starts: Sequence[int], numbers: Sequence[int]
) -> Iterator[AlikeText]:
    """The sentences of these *numbers*, which follow each other; nothing where they are blank."""
    if not numbers:
        return
    bounds = [0, *starts, len(gold.text)]
    first = bounds[numbers[0]]
    last = bounds[numbers[-1] + 1]
    words = gold.text[first:last]
    start = first + len(words) - len(words.lstrip())
    end = start + len(words.strip())
    if start >= end:
        return
    shown = [one for one in gold.entities if start <= one.start < end]
    marks = dict.fromkeys(shown, OTHER_ENTITY)
    yield AlikeText(
        pieces=cut_at_marks(gold.text, [Excerpt(start, end)], marks), sentences=len(numbers)
    )


def _sentence(
    gold: Document, predicted: Document, starts: Sequence[int], mistakes: tuple[Mistake, ...]
) -> MistakeSentence:
    places = {place for mistake in mistakes for place in _places(mistake)}
    shown = excerpts(gold.text, starts, places)
    spans = {entity.span for mistake in mistakes for entity in _entities(mistake)}
    numbers = {span: n for n, span in enumerate(sorted(spans), 1)}
    gold_marks = _marks(gold, (mistake.gold for mistake in mistakes), numbers)
    predicted_marks = _marks(predicted, (mistake.predicted for mistake in mistakes), numbers)
    return MistakeSentence(
        gold=cut_at_marks(gold.text, shown, gold_marks),
        predicted=cut_at_marks(gold.text, shown, predicted_marks),
        mistakes=mistakes,
        numbers=numbers,
    )


def _marks(
    document: Document, items: Iterable[Entity | Relation | None], numbers: SpanNumbers
) -> Mapping[Entity, Mark]:
    """Marks for the entities that are mistakes, for the ends of wrong relations, and for all others."""
    is_wrong: dict[Entity, bool] = {}
    for item in items:
        if isinstance(item, Relation):
            for end in (item.head, item.tail):
                is_wrong.setdefault(end, False)
        elif item is not None:
            is_wrong[item] = True
    about = {entity: Mark(numbers[entity.span], wrong) for entity, wrong in is_wrong.items()}
    return {**dict.fromkeys(document.entities, OTHER_ENTITY), **about}


def _entities(mistake: Mistake) -> list[Entity]:
    """The entities of either side: the wrong one itself, or the ends of a wrong relation."""
    return [
        end
        for item in mistake.sides
        for end in ((item.head, item.tail) if isinstance(item, Relation) else (item,))
    ]


def _places(mistake: Mistake) -> set[int]:
    """The first and the last character of each entity of either side."""
    return {place for end in _entities(mistake) for place in (end.start, end.end - 1)}


@dataclass(frozen=True, slots=True)
class EntityWords:
    """An entity in words; *number* is that of its span in the sentence."""

    words: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class RelationWords:
    """A relation in words."""

    head: EntityWords
    label: str
    tail: EntityWords
    is_symmetric: bool


def in_words(
    item: Entity | Relation | None,
    text: str,
    symmetric: Collection[str],
    numbers: SpanNumbers,
) -> EntityWords | RelationWords | None:
    """One side of a mistake in words; None where that side has nothing."""
    if item is None:
        return None
    if isinstance(item, Relation):
        head = _entity_words(item.head, text, numbers)
        tail = _entity_words(item.tail, text, numbers)
        return RelationWords(head, item.label, tail, item.label in symmetric)
    return _entity_words(item, text, numbers)


def _entity_words(entity: Entity, text: str, numbers: SpanNumbers) -> EntityWords:
    return EntityWords(shown_words(text, entity.span), entity.label, numbers[entity.span])


def shown_words(text: str, span: tuple[int, int]) -> str:
    """The words of a span; of long ones the beginning and the end."""
    start, end = span
    if end - start <= LONGEST_WORDS:
        return text[start:end]
    half = LONGEST_WORDS // 2
    return f"{text[start : start + half]} … {text[end - half : end]}"
