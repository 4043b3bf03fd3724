"""How much annotators left as it was suggested, and how long texts took them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from curation.annotations.record import AnnotationRecord, DocumentRecord, Suggestion
from curation.documents.document import Document
from curation.documents.word_count import count_words
from curation.errors import pluralise

# The name of a model of which only what annotators left as it was is known.
UNKNOWN_MODEL_NAME = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """
    What annotators did, as counts of *annotations*.

    *from_suggestion* counts those whose suggestion is known, *unchanged* those of them that mark
    exactly what the suggestion did. *timed* counts those with a known time;
    *seconds_per_100_words* is the median of these, None where there are none.
    """

    annotations: int
    from_suggestion: int
    unchanged: int
    timed: int
    seconds_per_100_words: float | None

    @property
    def unchanged_share(self) -> float | None:
        """The share of unchanged annotations in those with a suggestion; None where there are none."""
        return self.unchanged / self.from_suggestion if self.from_suggestion else None


def effort_sentences(effort: Effort) -> Iterator[str]:
    """What all annotators together did, in words; nothing of what nobody knows."""
    if effort.unchanged_share is not None:
        began = pluralise(effort.from_suggestion, "annotation")
        mark = "marks" if effort.unchanged == 1 else "mark"
        yield (
            f"of {began} that began from a suggestion, {effort.unchanged} "
            f"({effort.unchanged_share:.0%}) {mark} exactly what the suggestion did"
        )
    if effort.seconds_per_100_words is not None:
        yield (
            f"100 words took {effort.seconds_per_100_words:.0f} s (median of "
            f"{pluralise(effort.timed, 'annotation')}; the time that the editor was open)"
        )


@dataclass
class EffortTally:
    """Counts annotations one by one."""

    annotations: int = 0
    from_suggestion: int = 0
    unchanged: int = 0
    paces: list[float] = field(default_factory=list)

    def add(
        self, *, is_unchanged: bool | None, seconds: float | None, words: int | None
    ) -> None:
        """Count an annotation; None stands for what nobody knows."""
        self.annotations += 1
        self.from_suggestion += is_unchanged is not None
        self.unchanged += bool(is_unchanged)
        if seconds and words:
            self.paces.append(100 * seconds / words)

    def add_record(self, record: DocumentRecord) -> None:
        """Count the sound annotations of people in an active document, but for copies of another one."""
        if record.state != "active":
            return
        words = count_words(record.whole_text)
        for one in record.annotations:
            is_own_work = one.kind != "program" and one.copy_of is None
            if one.status == "submitted" and one.entities is not None and is_own_work:
                suggestion = record.suggestions.get(one.started_from or "")
                self.add(
                    is_unchanged=_is_as_suggested(one, suggestion),
                    seconds=one.seconds,
                    words=words,
                )

    @property
    def effort(self) -> Effort:
        """What was counted so far."""
        return Effort(
            annotations=self.annotations,
            from_suggestion=self.from_suggestion,
            unchanged=self.unchanged,
            timed=len(self.paces),
            seconds_per_100_words=median(self.paces) if self.paces else None,
        )


def _is_as_suggested(one: AnnotationRecord, suggestion: Suggestion | None) -> bool | None:
    """The same as ``marks_what_was_suggested``, of records: nothing is sorted that is only compared."""
    if suggestion is None or suggestion.model == UNKNOWN_MODEL_NAME:
        return None
    return _marks(one) == _marks(suggestion)


def _marks(one: AnnotationRecord | Suggestion) -> set[tuple[object, object, str]]:
    """Spans and arrows with their labels."""
    spans = {(entity.start, entity.end, entity.label) for entity in one.entities or ()}
    return spans | {(arrow.head, arrow.tail, arrow.label) for arrow in one.relations or ()}


def marks_what_was_suggested(
    document: Document | None, suggestion: Document | None
) -> bool | None:
    """
    Whether an annotation marks exactly what its suggestion did.

    None where the annotation is not sound, or where the suggestion is not known as a whole.
    """
    if document is None or suggestion is None:
        return None
    if suggestion.layer and suggestion.layer.name == UNKNOWN_MODEL_NAME:
        return None
    return _are_same(document.entities, suggestion.entities) and _are_same(
        document.relations, suggestion.relations
    )


def _are_same(some: tuple[object, ...], others: tuple[object, ...]) -> bool:
    """Whether both have the same items, each any number of times; both are sorted, so mostly equal if so."""
    return some == others or {*some} == {*others}
