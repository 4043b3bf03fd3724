"""Tasks or suggestions sent so that each is made once, also where the answer was lost."""

import time
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from curation.errors import StudioConnectionLost
from curation.labelstudio.server.send_batch import SERVER_FAULT
from curation.labelstudio.server.wait_until_idle import MAXIMUM_IDLE_SECONDS, wait_until_idle

_T = TypeVar("_T")


class SendOnce(Generic[_T]):
    """
    Sends with *send*, and looks what has arrived where the answer was lost.

    *arrived* asks the server which of some keys are there, *total* for what changes while they
    arrive. *clock* gives seconds.
    """

    def __init__(
        self,
        send: Callable[[Sequence[_T]], None],
        *,
        arrived: Callable[[Collection[str]], Collection[str]],
        total: Callable[[], Hashable],
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._arrived = arrived
        self._total = total
        self._wait = wait
        self._clock = clock
        self._began = 0.0
        self._is_failing = False

    def send(self, items: Sequence[_T]) -> None:
        """Send these."""
        self._began = self._clock()
        self._send(items)

    def look(self, waiting: Mapping[str, _T], lost: StudioConnectionLost) -> Mapping[str, _T]:
        """What has not arrived; it may be arriving, which is waited for as long as the call had lasted."""
        took = self._clock() - self._began
        if lost.retry_after:
            self._wait(min(lost.retry_after, MAXIMUM_IDLE_SECONDS))
        # A server that failed has ended; it is given time only once, to mend what made it fail.
        if lost.status != SERVER_FAULT or not self._is_failing:
            wait_until_idle(self._total, seconds=took, wait=self._wait)
        self._is_failing = lost.status == SERVER_FAULT
        arrived = self._arrived(waiting.keys())
        return {key: item for key, item in waiting.items() if key not in arrived}
