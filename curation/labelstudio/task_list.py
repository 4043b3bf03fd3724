"""The task list of a Label Studio server, over the wire: what is asked of many tasks at once."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from curation.files import Json
from curation.labelstudio.export_format import time_text
from curation.labelstudio.export_pages import chunks
from curation.labelstudio.http import RETRY_READS, Connection, checked_list
from curation.labelstudio.port import RETURN_PREFIX, ProjectTotals, Task, text_sha256_of
from curation.labelstudio.responses import Condition, marks_of, query
from curation.schema.labeling import RETURNED_KEY

LOOKUP_TASKS = 500
PAGE_TASKS = 1000

# Not its totals: those it counts up and down beside the annotations, and may lose count.
TASK_FIELDS = "id,data,annotations_ids,draft_exists,created_at,updated_at"
_NUMBER = re.compile(r"\d+")


class TaskList:
    """The tasks of a server at *url*; *timeout* in seconds is for one call."""

    def __init__(self, url: str, token: str, *, timeout: float = 600) -> None:
        self._wire = Connection(url, token, timeout=timeout)

    @property
    def url(self) -> str:
        return self._wire.url

    def totals(self, project: int) -> ProjectTotals:
        path = f"api/projects/{project}/model-versions"
        last = self._first(project, "-tasks:id")
        newest = self._first(project, "-tasks:updated_at")
        query = {"extended": True}
        found = self._wire.ask_object("GET", path, params=query, request_options=RETRY_READS)
        try:
            return marks_of(last, newest, checked_list(found["static"]))
        except (LookupError, ValueError, TypeError):
            raise self._wire.unlike() from None

    def _first(self, project: int, order: str) -> Json:
        query: Json = {"project": project, "query": json.dumps({"ordering": [order]})}
        query |= {"fields": "task_only", "include": "id,updated_at", "page_size": 1}
        return self._wire.ask_object(
            "GET", "api/tasks", params=query, request_options=RETRY_READS
        )

    def tasks(
        self,
        project: int,
        *,
        doc_ids: Sequence[str] | None = None,
        numbers: Sequence[int] | None = None,
        since: str = "",
        upto: int | None = None,
    ) -> Iterator[Task]:
        if since:
            conditions: list[Condition] = [
                ("updated_at", "greater_or_equal", "Datetime", since)
            ]
            if upto is not None:
                conditions.append(("id", "less_or_equal", "Number", upto))
            yield from self._listed(project, *conditions)
        elif doc_ids is None and numbers is None:
            yield from self._listed(project)
        else:
            column, wanted = ("data.doc_id", doc_ids) if numbers is None else ("id", numbers)
            for chunk in chunks(wanted or (), LOOKUP_TASKS):
                yield from self._listed(project, (column, "in_list", "List", chunk))

    def _listed(self, project: int, *conditions: Condition) -> Iterator[Task]:
        for task in self._pages(project, *conditions, fields="all", include=TASK_FIELDS):
            with self._wire.speaking():
                yield Task(
                    task.id,
                    str(task.data.get("doc_id", "")),
                    text_sha256_of(task.data.get("text")),
                    len({*_NUMBER.findall(str(task.annotations_ids or ""))}),
                    bool(task.draft_exists),
                    time_text(task.created_at),
                    time_text(task.updated_at),
                )

    def _pages(self, project: int, *conditions: Condition, **what: Any) -> Iterator[Any]:
        """
        Page by page, each beginning behind the last task of the one before.

        Pages by number would skip a task where one before it is deleted meanwhile.
        """
        last: int | None = 0
        while last is not None:
            behind = ("id", "greater", "Number", last)
            items = self._page(project, "tasks:id", *conditions, behind, **what).items
            yield from items
            last = items[-1].id if len(items) == PAGE_TASKS else None
            del items  # or two pages would be held while the next one comes

    def _page(
        self,
        project: int,
        order: str,
        *conditions: Condition,
        page_size: int = PAGE_TASKS,
        **what: Any,
    ) -> Any:
        with self._wire.speaking() as sdk:
            page = sdk.tasks.list(
                project=project, query=query(*conditions, order=order), page=1,
                page_size=page_size, request_options=RETRY_READS, **what,
            )  # fmt: skip
            checked_list(page.items)
            return page

    def last_change(self, project: int) -> str:
        newest = self._end(project, "-tasks:updated_at")
        return time_text(newest.items[0].updated_at) if newest.items else ""

    def _end(
        self, project: int, order: str, *conditions: Condition, include: str = "id,updated_at"
    ) -> Any:
        """A page of one task, the first in this order."""
        what = {"fields": "task_only", "include": include}
        return self._page(project, order, *conditions, page_size=1, **what)

    def tasks_after(self, project: int, task: int) -> tuple[str, range]:
        above = ("id", "greater", "Number", task)
        page = self._end(project, "tasks:id", above, include="id,data")
        if not page.items:
            return "", range(0)
        first = page.items[0]
        numbers = range(first.id, first.id + page.response.total)
        return str(first.data.get("doc_id", "")), numbers

    def task_ids(self, project: int) -> set[int]:
        return {int(task.id) for task in self._pages(project, fields="task_only", include="id")}

    def returned(self, project: int, *, since: str = "") -> dict[int, str]:
        conditions = [(f"data.{RETURNED_KEY}", "contains", "String", RETURN_PREFIX)]
        if since:
            conditions.append(("updated_at", "greater_or_equal", "Datetime", since))
        listed = self._pages(project, *conditions, fields="task_only", include="id,data")
        return {int(task.id): str(task.data[RETURNED_KEY]) for task in listed}
