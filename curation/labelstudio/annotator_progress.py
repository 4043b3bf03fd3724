"""What each annotator did and how fast, and how much time the rest takes at that pace."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median

from curation.annotations.effort import EffortTally
from curation.annotations.record import AnnotatorKind
from curation.labelstudio.pull.annotation_facts import AnnotationFacts
from curation.labelstudio.server.server_time import to_the_second

_SECONDS_AN_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatorProgress:
    """
    What an annotator submitted and skipped, in documents; *with_problem* counts the submitted ones
    that aren't sound.

    *seconds* is the median time that a submitted document took, *seconds_per_100_words* the
    median for a text of that length; *documents_per_hour* and *words_per_hour* say the same as a
    pace. All are None if no time is known. *from_suggestion* counts the submitted documents whose
    suggestion is known, *unchanged* those of them that mark what the suggestion did,
    *unchanged_share* their share, None where there are none. *last_change* is the server's time of
    the last change of one of the annotations.
    """

    pseudonym: str
    kind: AnnotatorKind
    submitted: int
    with_problem: int
    skipped: int
    seconds: float | None
    seconds_per_100_words: float | None
    documents_per_hour: float | None
    words_per_hour: float | None
    from_suggestion: int
    unchanged: int
    unchanged_share: float | None
    last_change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemainingWork:
    """
    How many *annotations* are still to come, and in how many *seconds* of work.

    That is at the median pace of all annotators but programs, of whom so many are *timed*; None
    where no time is known. *per_day* is the median of what they submitted on a day with any, *days*
    how many more such days it takes; None where nothing was submitted.
    """

    annotations: int = 0
    seconds: float | None = None
    timed: int = 0
    per_day: float | None = None
    days: float | None = None


@dataclass
class _Tally:
    """What one annotator did so far."""

    skipped: int = 0
    with_problem: int = 0
    last_change: str = ""
    seconds: list[float] = field(default_factory=list)
    submitted: EffortTally = field(default_factory=EffortTally)

    def add(self, one: AnnotationFacts) -> None:
        self.last_change = max(self.last_change, one.updated)
        if one.is_skipped:
            self.skipped += 1
            return
        self.with_problem += one.status == "problem"
        self.submitted.add(is_unchanged=one.is_unchanged, seconds=one.seconds, words=one.words)
        if one.seconds:
            self.seconds.append(one.seconds)


def annotator_progress(
    facts: Iterable[AnnotationFacts],
    name: Callable[[AnnotationFacts], str],
    kind: Callable[[str], AnnotatorKind],
) -> tuple[AnnotatorProgress, ...]:
    """What each annotator did, in the order of their pseudonyms."""
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for one in facts:
        tallies[name(one)].add(one)
    return tuple(
        _progress(pseudonym, kind(pseudonym), tally)
        for pseudonym, tally in sorted(tallies.items())
    )


def _progress(pseudonym: str, kind: AnnotatorKind, tally: _Tally) -> AnnotatorProgress:
    effort = tally.submitted.effort
    seconds = median(tally.seconds) if tally.seconds else None
    per_100_words = effort.seconds_per_100_words
    return AnnotatorProgress(
        pseudonym=pseudonym,
        kind=kind,
        submitted=effort.annotations,
        with_problem=tally.with_problem,
        skipped=tally.skipped,
        seconds=seconds,
        seconds_per_100_words=per_100_words,
        documents_per_hour=_SECONDS_AN_HOUR / seconds if seconds else None,
        words_per_hour=100 * _SECONDS_AN_HOUR / per_100_words if per_100_words else None,
        from_suggestion=effort.from_suggestion,
        unchanged=effort.unchanged,
        unchanged_share=effort.unchanged_share,
        last_change=to_the_second(tally.last_change),
    )


def remaining_work(annotations: int, facts: Iterable[AnnotationFacts]) -> RemainingWork:
    """What so many *annotations* take at the median pace of the submitted ones."""
    submitted = [one for one in facts if not one.is_skipped]
    timed = [one for one in submitted if one.seconds]
    pace = median(one.seconds or 0 for one in timed) if timed else None
    by_day = submitted_by_day(submitted)
    per_day = median(by_day.values()) if by_day else None
    return RemainingWork(
        annotations=annotations,
        seconds=None if pace is None else annotations * pace,
        timed=len({(one.account, one.annotator) for one in timed}),
        per_day=per_day,
        days=annotations / per_day if per_day else None,
    )


def submitted_by_day(facts: Iterable[AnnotationFacts]) -> Mapping[str, int]:
    """How many submitted annotations were last changed on which day, the first day first."""
    moments = (to_the_second(one.updated) for one in facts if not one.is_skipped)
    return dict(sorted(Counter(moment[:10] for moment in moments if moment).items()))
