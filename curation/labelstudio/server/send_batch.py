"""A batch sent to Label Studio: what the server refuses is found in it and named, the rest is sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from curation.errors import Problem, StudioConnectionLost, StudioError, StudioRefusal

# How often a batch is sent where the connection breaks each time.
SEND_ATTEMPTS = 5

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
    error; it returns what has not arrived, or raises the error. *refused* are the documents that
    the server refuses by themselves, *accepted* counts the others; *connection_broke* says whether
    *look* was ever called.
    """

    send: Callable[[Sequence[_T]], None]
    look: Callable[[Mapping[str, _T], StudioConnectionLost], Mapping[str, _T]]
    refused: dict[str, StudioError] = field(default_factory=dict)
    accepted: int = 0
    connection_broke: bool = False

    def __call__(self, batch: Mapping[str, _T]) -> None:
        """
        Send the batch, in halves where the server refuses it, and so on down to the document.

        Raises StudioConnectionLost where the connection breaks again and again, and StudioError
        where the server refuses whatever it is sent.
        """
        refusal = self._refusal(batch, faults=2)
        if refusal is None:
            return
        portions = self._halves(batch, refusal)
        while portions:
            portion = portions.pop()
            refusal = self._refusal(portion, faults=2 if len(portion) == 1 else 1)
            if refusal:
                portions += self._halves(portion, refusal)

    def _refusal(self, batch: Mapping[str, _T], *, faults: int) -> StudioError | None:
        """Send the batch; why the server refuses it, or has failed at it so many times."""
        waiting = batch
        attempt = 0
        while waiting:
            try:
                self.send(list(waiting.values()))
                break
            except StudioRefusal as refusal:
                return refusal
            except StudioConnectionLost as lost:
                self.connection_broke = True
                attempt += 1
                if attempt == SEND_ATTEMPTS:
                    raise
                waiting = self.look(waiting, lost)
                faults -= lost.status == SERVER_FAULT
                if waiting and not faults:
                    return lost
        self.accepted += len(batch)
        return None

    def _halves(self, batch: Mapping[str, _T], refusal: StudioError) -> list[dict[str, _T]]:
        """The second half of the batch and the first; a single document is refused."""
        items = list(batch.items())
        if len(items) > 1:
            half = len(items) // 2
            return [dict(items[half:]), dict(items[:half])]
        self.refused |= dict.fromkeys(batch, refusal)
        if len(self.refused) == REFUSED_BEFORE_ANY and not self.accepted:
            raise StudioError(
                f"{refusal}; so it answered for each of {REFUSED_BEFORE_ANY} documents, "
                f"the first of which is {next(iter(self.refused))!r}",
                hint="see what the server objects to, or what its log says; then push again",
            ) from None
        return []


def refusal_problem(document: str, refusal: StudioError, link: str) -> Problem:
    """What to tell of a document that the server refuses."""
    return Problem(document, f"Label Studio doesn't take the document: {refusal}", link)
