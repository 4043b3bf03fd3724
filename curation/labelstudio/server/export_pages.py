"""A long export in pages of a good size; the next page is fetched while this one is read."""

from collections.abc import Callable, Iterator, Sequence
from threading import Thread
from typing import TypeVar

from curation.errors import StudioConnectionLost
from curation.labelstudio.server.portion_size import PortionSize

# What a page should hold: few enough bytes for the memory of either side, and enough that the
# calls themselves don't count.
PAGE_BYTES = 8_000_000

# The first page: nobody knows yet how large the tasks are.
FIRST_PAGE_TASKS = 50

_T = TypeVar("_T")


def batches_of(items: Sequence[_T], size: int) -> Iterator[list[_T]]:
    """The items in their order, *size* at a time."""
    for first in range(0, len(items), size):
        yield list(items[first : first + size])


def export_pages(
    ask: Callable[[Sequence[int]], bytes], numbers: Sequence[int], *, at_most: int
) -> Iterator[bytes]:
    """
    What *ask* answers for all *numbers*, some of them at a time.

    How many is worked out from the last answer's size, so that articles of 200 kB come one by
    one and short ones by the hundred, *at_most* so many. Where an answer doesn't get through,
    fewer are asked for, as `PortionSize` says.
    """
    return _prefetched(_pages(ask, numbers, at_most))


def _pages(
    ask: Callable[[Sequence[int]], bytes], numbers: Sequence[int], at_most: int
) -> Iterator[bytes]:
    portion = PortionSize(at_most)
    wanted = FIRST_PAGE_TASKS
    first = 0
    while first < len(numbers):
        some = numbers[first : first + min(wanted, portion.most)]
        try:
            answer = ask(some)
        except StudioConnectionLost as lost:
            portion.lost(len(some), lost)
            continue
        portion.passed(len(some))
        yield answer
        first += len(some)
        wanted = max(1, len(some) * PAGE_BYTES // max(1, len(answer)))


class _Fetch(Thread):
    """Gets the next item; what that raises is raised by `wait`."""

    def __init__(self, items: Iterator[bytes]) -> None:
        # A daemon: an interrupted command doesn't wait for it.
        super().__init__(daemon=True)
        self._items = items
        self._answer: bytes | None = None
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._answer = next(self._items, None)
        except BaseException as error:
            self._error = error

    def wait(self) -> bytes | None:
        """The item; None at the end."""
        self.join()
        if self._error:
            raise self._error
        return self._answer


def _prefetched(items: Iterator[bytes]) -> Iterator[bytes]:
    fetch = _Fetch(items)
    while (item := fetch.wait()) is not None:
        fetch = _Fetch(items)
        yield item
