"""How long work shows its progress: the worker passes its items through a `Watch`."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

_Item = TypeVar("_Item")


class Watch(Protocol):
    """
    Passes items on, one by one, and shows how many are done.

    As in ``for task in watch(tasks, "pushing", total)``. *total* is None where it is unknown.
    """

    def __call__(
        self, items: Iterable[_Item], activity: str, total: int | None, /
    ) -> Iterable[_Item]: ...


def unwatched(items: Iterable[_Item], activity: str, total: int | None, /) -> Iterable[_Item]:  # noqa: ARG001
    """The items as they are: the `Watch` that shows nothing."""
    return items
