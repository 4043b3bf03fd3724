"""Verdicts that rest on annotations that have changed since: what of them is open again, and what holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.annotations.consensus import Consensus, find_consensus
from curation.annotations.record import Decision, DocumentRecord
from curation.annotations.shown_differences import difference_number
from curation.annotations.staleness import VerdictState, replaces
from curation.documents.quote import quote_words
from curation.gold.working.version import WorkingVersion

_RELATION = "the relation between"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleVerdict:
    """
    A verdict that doesn't hold any more.

    *changed* are the differences that are open again, by their numbers, or by their words where the
    adjudicator had no such difference; *holding* is how many other decisions hold. *is_needed* is false
    where all annotations agree now.
    """

    document: str
    changed: tuple[str, ...]
    holding: int
    is_needed: bool

    def __str__(self) -> str:
        """The sentence that commands say of it."""
        if not self.is_needed:
            return f"{self.document}: {self.what}"
        return self.what.replace("the verdict", f"the verdict on {self.document}", 1)

    @property
    def what(self) -> str:
        """The same where the document is named already."""
        if not self.is_needed:
            return "all annotations agree now: the verdict is no longer needed"
        others = ""
        if self.holding:
            others = f"; {self.holding} {'other holds' if self.holding == 1 else 'others hold'}"
        return (
            "the verdict rests on annotations that changed since: "
            f"{_listed(self.changed)}{others}"
        )


def find_stale_verdicts(working: WorkingVersion) -> Iterator[StaleVerdict]:
    """The verdicts that don't hold any more, in the order of their documents' files."""
    for facts in working.reopened():
        record = working.record(facts.document)
        if record is not None:
            stale = stale_verdict_of(record, find_consensus(record, working.schema))
            if stale is not None:
                yield stale


def stale_verdict_of(record: DocumentRecord, consensus: Consensus) -> StaleVerdict | None:
    """The record's verdict where it doesn't hold any more, else None."""
    state = consensus.verdict
    if state is None or not consensus.reopened_places:
        return None
    return StaleVerdict(
        document=record.id,
        changed=tuple(dict.fromkeys(_changed(record, state))),
        holding=state.holding,
        is_needed=state.is_needed,
    )


def _changed(record: DocumentRecord, state: VerdictState) -> Iterator[str]:
    for decision in sorted(state.changed, key=_position):
        yield _name(record, decision)
    for one in state.reopened:
        if not any(replaces(one, decision) for decision in state.changed):
            yield _words(record, one.place)


def _position(decision: Decision) -> tuple[object, ...]:
    return decision.round or 0, decision.number or 0, decision.place


def _name(record: DocumentRecord, decision: Decision) -> str:
    if decision.number is None:
        return _words(record, decision.place)
    return difference_number(decision.number, decision.round)


def _words(record: DocumentRecord, place: tuple[tuple[int, int], ...]) -> str:
    words = " and ".join(quote_words(record.whole_text, *span) for span in place)
    if len(place) > 1:
        return f"{_RELATION} {words}"
    return words or "the flags"


def _listed(changed: Sequence[str]) -> str:
    """All that changed; the ends of a relation aren't taken for two more places."""
    *others, last = changed
    if others and last.startswith(_RELATION):
        return f"{', '.join(others)}, and {last}"
    return ", ".join(changed)
