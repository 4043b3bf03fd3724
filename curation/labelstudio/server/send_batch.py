"""A batch sent to Label Studio: what the server refuses is found in it and named, the rest is sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from curation.errors import (
    Problem,
    StudioConnectionLost,
    StudioError,
    StudioRefusal,
    StudioTooLarge,
)

# Nothing arrives, so many calls in a row: the server is away.
LOSSES_IN_A_ROW = 10

# A call that is lost says that less should be sent in one, but for so few bytes only where they
# were lost twice; and so many calls that pass say that more may be sent again.
LEAST_BYTES = 100_000
GOOD_CALLS = 8

# A server that refuses so many documents, and took none before, refuses everything.
REFUSED_BEFORE_ANY = 10

# The server failed at the request. Where it fails at the same document again, it always will.
SERVER_FAULT = 500

_T = TypeVar("_T")


@dataclass
class BatchSender(Generic[_T]):
    """
    Sends batches, given by the ids of the documents, with *send*.

    *look* is called where the connection broke or the server failed, with what was sent and the
    error; it returns what has not arrived, or raises the error. *weigh* gives the bytes of an item.
    *refused* are the documents that the server refuses by themselves, *accepted* counts the others;
    *connection_broke* says whether *look* was ever called. *most_bytes* is what one call may weigh,
    None while all that was sent passed.
    """

    send: Callable[[Sequence[_T]], None]
    look: Callable[[Mapping[str, _T], StudioConnectionLost], Mapping[str, _T]]
    weigh: Callable[[_T], int]
    refused: dict[str, StudioError] = field(default_factory=dict)
    accepted: int = 0
    connection_broke: bool = False
    most_bytes: int | None = None
    _good_calls: int = 0
    _lost_in_a_row: int = 0
    _failed_alone: set[str] = field(default_factory=set)

    def __call__(self, batch: Mapping[str, _T]) -> None:
        """
        Send the batch, in halves where the server refuses it, and so on down to the document.

        Raises StudioConnectionLost where the connection breaks again and again, and StudioError
        where the server refuses whatever it is sent.
        """
        portions = [dict(batch)]
        while portions:
            portion = portions.pop()
            if self._is_too_heavy(portion):
                portions += self._light_ones(portion)
            elif portion:
                portions += self._attempt(portion)

    def _attempt(self, portion: dict[str, _T]) -> list[dict[str, _T]]:
        """Send the portion; what is to be sent of it once more, the first of it last."""
        try:
            self.send(list(portion.values()))
        except StudioRefusal as refusal:
            if isinstance(refusal, StudioTooLarge):
                self._send_less(portion)
            if len(portion) > 1:
                return self._halves(portion)
            self._refuse(portion, refusal)
            return []
        except StudioConnectionLost as lost:
            return self._after_loss(portion, lost)
        self._count_accepted(len(portion))
        self._send_more()
        return []

    def _after_loss(
        self, portion: dict[str, _T], lost: StudioConnectionLost
    ) -> list[dict[str, _T]]:
        """What is to be sent once more of a portion whose answer was lost, or that the server failed at."""
        self.connection_broke = True
        rest = dict(self.look(portion, lost))
        self._count_accepted(len(portion) - len(rest))
        has_failed = lost.status == SERVER_FAULT
        if not has_failed:
            self._lost_in_a_row += len(rest) == len(portion)
            if self._lost_in_a_row >= LOSSES_IN_A_ROW:
                raise lost
            if not lost.retry_after:
                self._send_less(portion)
        if len(rest) > 1 and has_failed:
            return self._halves(rest)
        if rest and len(portion) == 1 and (has_failed or lost.less_may_pass):
            if rest.keys() <= self._failed_alone:
                self._refuse(rest, lost)
                return []
            self._failed_alone |= rest.keys()
        return [rest]

    def _send_less(self, portion: Mapping[str, _T]) -> None:
        """Half as much in one call from now on; what can't be halved says nothing of the others."""
        self._good_calls = 0
        if len(portion) == 1:
            return
        half = self._weight(portion) // 2
        is_least = self.most_bytes is not None and self.most_bytes <= LEAST_BYTES
        self.most_bytes = half if is_least else max(half, LEAST_BYTES)

    def _send_more(self) -> None:
        """Twice as much in one call, after so many that passed."""
        self._good_calls += 1
        if self.most_bytes and self._good_calls % GOOD_CALLS == 0:
            self.most_bytes *= 2

    def _is_too_heavy(self, portion: Mapping[str, _T]) -> bool:
        if self.most_bytes is None or len(portion) == 1:
            return False
        return self._weight(portion) > self.most_bytes

    def _light_ones(self, portion: Mapping[str, _T]) -> list[dict[str, _T]]:
        """The portion in as few as weigh what one call may, or are one document, the first of them last."""
        light: list[dict[str, _T]] = []
        weight = 0
        for key, item in portion.items():
            weight += self.weigh(item)
            if not light or weight > (self.most_bytes or 0):
                light.append({})
                weight = self.weigh(item)
            light[-1][key] = item
        return light[::-1]

    def _weight(self, portion: Mapping[str, _T]) -> int:
        return sum(map(self.weigh, portion.values()))

    def _halves(self, portion: Mapping[str, _T]) -> list[dict[str, _T]]:
        """The second half of the portion's bytes and the first, each of one document at least."""
        half = self._weight(portion) / 2
        first: dict[str, _T] = {}
        second: dict[str, _T] = {}
        weight = 0
        for key, item in portion.items():
            weight += self.weigh(item)
            is_first = not first or (weight <= half and not second)
            (first if is_first else second)[key] = item
        if not second:  # the last document alone is heavier than the others
            key, item = first.popitem()
            second[key] = item
        return [second, first]

    def _count_accepted(self, number: int) -> None:
        self.accepted += number
        if number:
            self._lost_in_a_row = 0

    def _refuse(self, document: Mapping[str, _T], why: StudioError) -> None:
        """A single document is refused."""
        self.refused |= dict.fromkeys(document, why)
        if len(self.refused) == REFUSED_BEFORE_ANY and not self.accepted:
            raise StudioError(
                f"{why}; so it answered for each of {REFUSED_BEFORE_ANY} documents, "
                f"the first of which is {next(iter(self.refused))!r}",
                hint="see what the server objects to, or what its log says; then push again",
            ) from None


def refusal_problem(document: str, refusal: StudioError, link: str) -> Problem:
    """What to tell of a document that the server refuses, or whose answers were lost."""
    is_lost = isinstance(refusal, StudioConnectionLost) and refusal.status != SERVER_FAULT
    what = (
        "nobody knows whether Label Studio has the document"
        if is_lost
        else "Label Studio doesn't take the document"
    )
    return Problem(document, f"{what}: {refusal}", link)
