"""The words of an adjudicator's options: a reading as one line, without whose it is."""

from collections import Counter
from collections.abc import Iterable, Sequence

from curation.annotations.differences import Difference
from curation.annotations.readings import Arrow, LabelledSpan, PlaceReading, PlaceSpan
from curation.labelstudio.adjudication.markdown_text import isolate_words, without_isolates

NOT_MARKED = "not marked"
NO_ARROW = "no arrow"
NEITHER = "neither"
NO_LONGER_IN_QUESTION = "no longer in question"

# The end of an arrow that is the place in question itself.
_IT = "it"

# Of longer names the middle is left out.
_LONGEST_NAME = 70
_LONGEST_END = 40


def option_words(difference: Difference, text: str) -> dict[str, str]:
    """The words of each option of the difference by its alias, no two alike."""
    spans = {span for option in difference.options for span in _spans(option.reading)}
    is_one_span = spans <= {*difference.place}
    words = {
        option.alias: _reading_words(option.reading, difference, text, only_labels=is_one_span)
        for option in difference.options
    }
    repeated = {each for each, count in Counter(words.values()).items() if count > 1}
    for option in difference.options:
        if words[option.alias] in repeated:
            words[option.alias] += f" ({_offsets(option.reading)})"
    return words


def plain_option_words(difference: Difference, text: str) -> dict[str, str]:
    """The same without characters that nobody sees, for where no word turns another."""
    words = option_words(difference, text)
    return {alias: without_isolates(one) for alias, one in words.items()}


def _reading_words(
    reading: PlaceReading, difference: Difference, text: str, *, only_labels: bool
) -> str:
    if difference.kind == "flags":
        return reading.flags
    if difference.kind == "relations":
        arrows = (_arrow_words(arrow, text) for arrow in reading.arrows)
        return " and ".join(arrows) or NO_ARROW
    named = [_entity_words(one, text, only_label=only_labels) for one in reading.entities]
    place = difference.place[0] if len(reading.entities) == 1 else None
    arrows = (_arrow_words(arrow, text, it=place) for arrow in reading.arrows)
    return ", and ".join([" + ".join(named) or NOT_MARKED, *arrows])


def _entity_words(entity: LabelledSpan, text: str, *, only_label: bool) -> str:
    start, end, label = entity
    if only_label:
        return label
    return f"{label} {isolate_words(f'“{_on_one_line(text[start:end], _LONGEST_NAME)}”')}"


def _arrow_words(arrow: Arrow, text: str, *, it: PlaceSpan | None = None) -> str:
    """The arrow from head to tail; an end at the place *it* is called so."""
    first, second = (
        _IT
        if span == it
        else isolate_words(_on_one_line(_end_text(span, named, text), _LONGEST_END))
        for span, named in zip(arrow.place, arrow.ends, strict=True)
    )
    if arrow.direction == "none":
        return f"{first} — {arrow.label} — {second}"
    if arrow.direction == "backward":
        first, second = second, first
    return f"{first} → {arrow.label} → {second}"


def _end_text(span: PlaceSpan, named: LabelledSpan | None, text: str) -> str:
    start, end = named[:2] if named else span
    return text[start:end]


def _on_one_line(words: str, longest: int) -> str:
    """The words, or their beginning and their end, cut between words where there are some."""
    line = " ".join(words.split())
    if len(line) <= longest:
        return line
    beginning = line[: longest * 2 // 3]
    end = line[-longest // 3 :]
    return f"{beginning[: beginning.rfind(' ') + 1] or beginning}…{end[end.find(' ') :] if ' ' in end else end}"


def _spans(reading: PlaceReading) -> Iterable[PlaceSpan]:
    return ((start, end) for start, end, _ in reading.entities)


def _offsets(reading: PlaceReading) -> str:
    """Where the reading's entities and ends of arrows are, to tell it from one of the same words."""
    ends: Sequence[LabelledSpan | None] = [
        end for arrow in reading.arrows for end in arrow.ends
    ]
    named = (*reading.entities, *(end for end in ends if end))
    return ", ".join(f"{label} {start}–{end}" for start, end, label in named)
