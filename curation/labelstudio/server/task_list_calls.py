"""Calls that list tasks: all of them, or those of which something is asked."""

import re
from collections.abc import Iterator, Sequence

from curation.documents.document import SUPERSEDES_KEY
from curation.labelstudio.server.export_pages import batches_of
from curation.labelstudio.server.port import (
    RETURN_PREFIX,
    Task,
    group_in_task,
    reason_in_task,
    text_sha256_of,
)
from curation.labelstudio.server.responses import time_text
from curation.labelstudio.server.server_calls import LOOKUP_TASKS, ServerCalls
from curation.labelstudio.server.task_query import Filter, url_portions
from curation.labelstudio.task_stamp import read_stamp
from curation.schema.labeling import RETURNED_KEY

# To list all tasks takes the server as long as to look for a few portions of ids among them: so
# more portions than these are not asked for where they are one in MOST_TASKS of the tasks.
FEW_PORTIONS = 4
MOST_TASKS = 2

# Not the totals of annotations: the server counts these up and down, and may lose count.
TASK_FIELDS = (
    "id,data,annotations_ids,draft_exists,created_at,updated_at,overlap,cancelled_annotations"
)

_NUMBER = re.compile(r"\d+")


class TaskListCalls(ServerCalls):
    """The list of tasks, by documents, numbers or times."""

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
            filters: list[Filter] = [("updated_at", "greater_or_equal", "Datetime", since)]
            if upto is not None:
                filters.append(("id", "less_or_equal", "Number", upto))
            yield from self._tasks(project, *filters)
        elif numbers is not None:
            for chunk in batches_of(numbers, LOOKUP_TASKS):
                yield from self._tasks(project, ("id", "in_list", "List", chunk))
        elif doc_ids is not None:
            yield from self._tasks_of_documents(project, doc_ids)
        else:
            yield from self._tasks(project)

    def _tasks_of_documents(self, project: int, doc_ids: Sequence[str]) -> Iterator[Task]:
        """The tasks of these documents; where most tasks are theirs, or an id fits no URL, of all tasks."""
        wanted = {*doc_ids}
        portions = url_portions(doc_ids, at_most=LOOKUP_TASKS)
        if portions is not None and len(portions) > FEW_PORTIONS:
            total = self._first(project, "tasks:id").response.total
            portions = None if len(wanted) * MOST_TASKS >= total else portions
        for filters in _filters("data.doc_id", portions):
            listed = self._tasks(project, *filters)
            yield from (task for task in listed if task.doc_id in wanted)

    def _tasks(self, project: int, *filters: Filter) -> Iterator[Task]:
        for task in self._listed(project, *filters, fields="all", include=TASK_FIELDS):
            with self._connection.sdk():
                yield Task(
                    id=task.id,
                    doc_id=str(task.data.get("doc_id", "")),
                    text_sha256=text_sha256_of(task.data.get("text")),
                    annotations=len({*_NUMBER.findall(str(task.annotations_ids or ""))}),
                    draft=bool(task.draft_exists),
                    created_at=time_text(task.created_at),
                    updated_at=time_text(task.updated_at),
                    stamp=read_stamp(task.data),
                    overlap=int(task.overlap or 1),
                    skipped=int(task.cancelled_annotations or 0),
                    group=group_in_task(task.data),
                    returned=reason_in_task(task.data),
                )

    def last_change(self, project: int) -> str:
        newest = self._first(project, "-tasks:updated_at")
        return time_text(newest.items[0].updated_at) if newest.items else ""

    def task_ids(self, project: int) -> set[int]:
        listed = self._listed(project, fields="task_only", include="id")
        return {int(task.id) for task in listed}

    def tasks_with_drafts(self, project: int) -> set[int]:
        drafted: Filter = ("draft_exists", "equal", "Boolean", "true")
        listed = self._listed(project, drafted, fields="task_only", include="id")
        return {int(task.id) for task in listed}

    def tasks_after(self, project: int, task: int) -> tuple[str, range]:
        behind = ("id", "greater", "Number", task)
        page = self._first(project, "tasks:id", behind, include="id,data")
        if not page.items:
            return "", range(0)
        first = page.items[0]
        numbers = range(first.id, first.id + page.response.total)
        return str(first.data.get("doc_id", "")), numbers

    def returned(self, project: int, *, since: str = "") -> dict[int, str]:
        filters: list[Filter] = [(f"data.{RETURNED_KEY}", "contains", "String", RETURN_PREFIX)]
        if since:
            filters.append(("updated_at", "greater_or_equal", "Datetime", since))
        listed = self._listed(project, *filters, fields="task_only", include="id,data")
        return {int(task.id): str(task.data[RETURNED_KEY]) for task in listed}

    def successors(self, project: int, documents: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        column = f"data.{SUPERSEDES_KEY}"
        portions = url_portions(documents, at_most=LOOKUP_TASKS)
        if portions is None or len(portions) > FEW_PORTIONS:
            # Few tasks have the key at all.
            calls: list[list[Filter]] = [[(column, "contains", "String", "")]]
        else:
            calls = _filters(column, portions)
        wanted = {*documents}
        for filters in calls:
            listed = self._listed(project, *filters, fields="task_only", include="id,data")
            for task in listed:
                old = task.data.get(SUPERSEDES_KEY)
                if isinstance(old, str) and old in wanted:
                    found.setdefault(old, str(task.data.get("doc_id", "")))
        return found


def _filters(column: str, portions: list[list[str]] | None) -> list[list[Filter]]:
    """The filters of one call for each portion of values; of one call for all tasks where these are None."""
    if portions is None:
        return [[]]
    return [[(column, "in_list", "List", some)] for some in portions]
