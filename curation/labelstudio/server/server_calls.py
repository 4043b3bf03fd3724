"""What all calls to a Label Studio server share: the connection, and the pages of its list of tasks."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from curation.errors import StudioConnectionLost
from curation.labelstudio.server.http import Connection, checked_list, retry_read
from curation.labelstudio.server.portion_size import PortionSize
from curation.labelstudio.server.task_query import Filter, task_query

# How many tasks are on a page of the list, and how many are asked for by number in one call:
# their numbers, of up to nine digits, must fit a URL.
PAGE_TASKS = 1000
LOOKUP_TASKS = 350


class ServerCalls:
    """A connection; *wait* is called with seconds to wait."""

    def __init__(self, connection: Connection, wait: Callable[[float], None]) -> None:
        self._connection = connection
        self._wait = wait

    @property
    def url(self) -> str:
        return self._connection.url

    def _listed(
        self, project: int, *filters: Filter, fields: str, include: str
    ) -> Iterator[Any]:
        """
        The SDK's tasks, page by page, each page beginning behind the last task of the one before.

        Pages by number would miss a task where one before it is deleted meanwhile. How long they
        are is as `PortionSize` says.
        """
        last: int | None = 0
        portion = PortionSize(PAGE_TASKS)
        while last is not None:
            size = portion.most
            behind: Filter = ("id", "greater", "Number", last)
            ask = partial(
                self._page, project, "tasks:id", *filters, behind,
                fields=fields, include=include, size=size,
            )  # fmt: skip
            try:
                items = retry_read(ask, is_portion=size > 1).items
            except StudioConnectionLost as lost:
                portion.lost(size, lost)
                continue
            portion.passed(size)
            yield from items
            last = items[-1].id if len(items) == size else None
            del items  # or two pages would be in memory while the next one comes

    def _page(
        self,
        project: int,
        order: str,
        *filters: Filter,
        fields: str,
        include: str,
        size: int,
    ) -> Any:
        with self._connection.sdk() as sdk:
            page = sdk.tasks.list(
                project=project,
                query=task_query(*filters, order=order),
                page=1,
                page_size=size,
                fields=fields,
                include=include,
            )
            checked_list(page.items)
            return page

    def _first(
        self, project: int, order: str, *filters: Filter, include: str = "id,updated_at"
    ) -> Any:
        """The page with the first task in this *order*, by way of the SDK."""
        ask = partial(
            self._page, project, order, *filters, fields="task_only", include=include, size=1
        )
        return retry_read(ask)


def all_items(pager: Any) -> Iterator[Any]:
    """All that is listed; the SDK by itself would ask on until a page is empty."""
    for page in pager.iter_pages():
        yield from checked_list(page.items)
        if not page.response.next:
            return
