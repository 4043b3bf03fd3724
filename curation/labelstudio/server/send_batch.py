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

# How often something is sent where the connection breaks each time and nothing arrives.
SEND_ATTEMPTS = 5

# And where it is sent in ever smaller portions, since all of them break off or take too long.
LESSER_ATTEMPTS = 10

# A server that refuses so many documents, and took none before, refuses everything.
REFUSED_BEFORE_ANY = 10

# The server failed at the request. Where it fails at the same request again, it always will.
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
    once a proxy took no more, waited no longer or broke off; later batches are sent in portions of that.
    """

    send: Callable[[Sequence[_T]], None]
    look: Callable[[Mapping[str, _T], StudioConnectionLost], Mapping[str, _T]]
    weigh: Callable[[_T], int]
    refused: dict[str, StudioError] = field(default_factory=dict)
    accepted: int = 0
    connection_broke: bool = False
    most_bytes: int | None = None
    _lost_in_a_row: int = 0

    def __call__(self, batch: Mapping[str, _T]) -> None:
        """
        Send the batch, in halves where the server refuses it, and so on down to the document.

        Raises StudioConnectionLost where the connection breaks again and again, and StudioError
        where the server refuses whatever it is sent.
        """
        portions = [dict(batch)]
        faults = 2
        while portions:
            portion = portions.pop()
            if self._is_too_heavy(portion):
                portions += self._light_ones(portion)
                continue
            rest, why = self._attempt(portion, faults=2 if len(portion) == 1 else faults)
            faults = 1
            self._count_accepted(len(portion) - len(rest))
            if len(rest) > 1:
                portions += self._halves(rest)
            elif why:
                self._refuse(rest, why)

    def _attempt(
        self, portion: Mapping[str, _T], *, faults: int
    ) -> tuple[Mapping[str, _T], StudioError | None]:
        """Send the portion; what has not arrived, and why the server refuses it, or has failed at it so many times."""
        waiting = portion
        while waiting:
            try:
                self.send(list(waiting.values()))
                break
            except StudioRefusal as refusal:
                if isinstance(refusal, StudioTooLarge):
                    self._lighten(waiting)
                return waiting, refusal
            except StudioConnectionLost as lost:
                self.connection_broke = True
                self._lost_in_a_row += lost.status != SERVER_FAULT
                attempts = LESSER_ATTEMPTS if lost.less_may_pass else SEND_ATTEMPTS
                if self._lost_in_a_row >= attempts:
                    raise
                sent = waiting
                waiting = self.look(waiting, lost)
                if lost.took_too_long and len(sent) > 1:
                    faults = 0
                else:
                    faults -= lost.status == SERVER_FAULT or lost.less_may_pass
                if lost.less_may_pass and faults <= 0:
                    self._lighten(sent)
                if waiting and faults <= 0:
                    return waiting, lost
        return {}, None

    def _lighten(self, sent: Mapping[str, _T]) -> None:
        """Send half as much in one call from now on; what can't be halved says nothing of the others."""
        if len(sent) > 1:
            self.most_bytes = self._weight(sent) // 2

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
    """What to tell of a document that the server refuses."""
    return Problem(document, f"Label Studio doesn't take the document: {refusal}", link)
