"""How long work shows its progress: whoever does it hands its items through a `Watch`."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Watch(Protocol):
    """
    Hands the items on, one by one, and shows how far the work is.

    As in ``for task in watch(tasks, "pushing", total)``. *total* is None where nobody knows it.
    """

    def __call__(
        self, items: Iterable[Item], what: str, total: int | None, /
    ) -> Iterable[Item]: ...


def unwatched(items: Iterable[Item], what: str, total: int | None, /) -> Iterable[Item]:  # noqa: ARG001
    """The items as they are, where nobody looks."""
    return items
