"""A long export in portions, the next one on its way while this one is read."""

from collections.abc import Callable, Iterator, Sequence
from threading import Thread
from typing import TypeVar

# What one answer should hold, in bytes: little for the memory of either side, and still
# enough that the calls don't count.
PAGE_BYTES = 8_000_000
FIRST_PAGE_TASKS = 50

_T = TypeVar("_T")


def chunks(items: Sequence[_T], size: int) -> Iterator[list[_T]]:
    """The items in their order, so many at a time."""
    for first in range(0, len(items), size):
        yield list(items[first : first + size])


def export_pages(
    ask: Callable[[Sequence[int]], bytes], numbers: Sequence[int], *, at_most: int
) -> Iterator[bytes]:
    """
    What *ask* answers for all *numbers*, a part of them at a time.

    Each part is as large as the last answer says is good, so that articles of
    200 kB come one by one and short ones by the hundred, *at_most* so many.
    """
    return _ahead(_parts(ask, numbers, at_most))


def _parts(
    ask: Callable[[Sequence[int]], bytes], numbers: Sequence[int], at_most: int
) -> Iterator[bytes]:
    first, many = 0, FIRST_PAGE_TASKS
    while first < len(numbers):
        answer = ask(numbers[first : first + many])
        yield answer
        first += many
        many = min(at_most, max(1, many * PAGE_BYTES // max(1, len(answer))))


class _Fetch(Thread):
    """Gets the next one; what it raises is raised where it is waited for."""

    def __init__(self, items: Iterator[bytes]) -> None:
        # Whoever is interrupted doesn't wait for it.
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
        """None at the end."""
        self.join()
        if self._error:
            raise self._error
        return self._answer


def _ahead(items: Iterator[bytes]) -> Iterator[bytes]:
    fetch = _Fetch(items)
    while (item := fetch.wait()) is not None:
        fetch = _Fetch(items)
        yield item
