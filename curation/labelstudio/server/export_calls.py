"""Calls that read what tasks hold: suggestions, annotations and drafts, page by page."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from curation.errors import StudioConnectionLost
from curation.files import Json
from curation.labelstudio.server.export_pages import export_pages
from curation.labelstudio.server.http import retry_read
from curation.labelstudio.server.port import Prediction, studio_link
from curation.labelstudio.server.responses import read_export, read_predictions
from curation.labelstudio.server.server_calls import LOOKUP_TASKS
from curation.labelstudio.server.task_list_calls import TaskListCalls
from curation.labelstudio.server.task_query import Filter, task_query

# Where the numbers from the first task to the last are more than so many times the tasks, most
# of them are no tasks of the project.
SPARSE = 5

_T = TypeVar("_T")


class ExportCalls(TaskListCalls):
    """Suggestions, and the export."""

    def predictions(
        self, project: int, tasks: Sequence[int] | None = None
    ) -> Iterator[Prediction]:
        if tasks is None:
            # The SDK would ask for all at once: too much in memory, there and here.
            ask = partial(self._predictions_from, project)
            for raw in export_pages(ask, self._task_numbers(project), at_most=LOOKUP_TASKS):
                yield from self._read(read_predictions, raw)
            return
        ask = partial(self._predictions_of, project)
        for raw in export_pages(ask, tasks, at_most=LOOKUP_TASKS):
            yield from self._read(read_predictions, raw)

    def _predictions_of(self, project: int, numbers: Sequence[int]) -> bytes:
        """The suggestions of the tasks with these *numbers*."""
        chosen: Filter = ("id", "in_list", "List", list(numbers))
        return self._prediction_page(project, numbers, chosen)

    def _predictions_from(self, project: int, numbers: Sequence[int]) -> bytes:
        """The suggestions of the tasks from the first of the *numbers* to the last."""
        return self._prediction_page(
            project,
            numbers,
            ("id", "greater_or_equal", "Number", numbers[0]),
            ("id", "less_or_equal", "Number", numbers[-1]),
        )

    def _prediction_page(self, project: int, numbers: Sequence[int], *filters: Filter) -> bytes:
        """The suggestions of the tasks that pass the filters, which have some of the *numbers*."""
        asked = {
            "project": project,
            "query": task_query(*filters, order="tasks:id"),
            "fields": "all",
            "include": "id,predictions",
            "page_size": len(numbers),
        }

        def download() -> bytes:
            answer = self._connection.request("GET", "api/tasks", params=asked)
            return self._whole(answer.content)

        return self._portion(project, numbers, download)

    def suggested_by(self, project: int) -> dict[int, frozenset[str]]:
        column = "predictions_model_versions"
        listed = self._listed(project, fields="all", include=f"id,{column}")
        versions = {
            int(task.id): frozenset(
                filter(
                    None, map(str.strip, str(task.predictions_model_versions or "").split(","))
                )
            )
            for task in listed
        }
        return {task: some for task, some in versions.items() if some}

    def export(
        self, project: int, task_ids: Sequence[int] | None = None, *, drafts: bool = False
    ) -> Iterator[Json]:
        options = {"download_all_tasks": True} if drafts else {}
        ask = partial(self._export_page, project, options)
        wanted = self._task_numbers(project) if task_ids is None else task_ids
        for raw in export_pages(ask, wanted, at_most=LOOKUP_TASKS):
            yield from self._read(read_export, raw)

    def _export_page(self, project: int, options: Json, numbers: Sequence[int]) -> bytes:
        # The SDK's own ids= is ignored by the server, which wants ids[].
        asked = options | {"ids[]": list(numbers)}

        def download() -> bytes:
            with self._connection.sdk() as sdk:
                parts = sdk.projects.exports.download_sync(
                    id=project,
                    export_type="JSON",
                    request_options={"additional_query_parameters": asked},
                )
                return self._whole(b"".join(parts))

        # Nothing of a page is used before all of it is there, so that nothing comes twice.
        return self._portion(project, numbers, download)

    def _portion(
        self, project: int, numbers: Sequence[int], download: Callable[[], bytes]
    ) -> bytes:
        """What *download* says of the tasks with these *numbers*; a single task that doesn't get through is named."""
        try:
            return retry_read(download, is_portion=len(numbers) > 1)
        except StudioConnectionLost as lost:
            is_one = len(numbers) == 1 and lost.less_may_pass
            if not (is_one and self._can_be_listed(project, numbers[0])):
                raise
            raise self._unreadable_task(project, numbers[0], lost) from None

    def _can_be_listed(self, project: int, task: int) -> bool:
        """Whether the server answers at all, and has such a *task*: else the loss isn't the task's."""
        number: Filter = ("id", "in_list", "List", [task])
        try:
            page = self._page(
                project, "tasks:id", number, fields="task_only", include="id", size=1
            )
        except StudioConnectionLost:
            return False
        return bool(page.items)

    def _unreadable_task(
        self, project: int, task: int, lost: StudioConnectionLost
    ) -> StudioConnectionLost:
        is_slow = lost.took_too_long
        what = "takes too long to read" if is_slow else "can't be read"
        need = "wait longer for it" if is_slow else "let so large an answer pass"
        return StudioConnectionLost(
            f"task {task} of project {project} {what}: {lost}",
            hint=f"look whether it opens: {studio_link(self.url, project, task)}; "
            f"a proxy before Label Studio must {need}",
            status=lost.status,
        )

    def _task_numbers(self, project: int) -> Sequence[int]:
        """
        Numbers among which all tasks of the project are: each from the first task's to the last's.

        To list the tasks takes half as long as to export them, while a number that is no task of
        the project costs next to nothing. Only where there are many such numbers, the tasks are
        listed.
        """
        first = self._first(project, "tasks:id")
        last = self._first(project, "-tasks:id")
        if not (first.items and last.items):
            return ()
        numbers = range(first.items[0].id, last.items[0].id + 1)
        if len(numbers) <= SPARSE * last.response.total:
            return numbers
        return sorted(self.task_ids(project))

    def _whole(self, raw: bytes) -> bytes:
        """The JSON of a page; StudioConnectionLost where it broke off."""
        if raw.rstrip()[-1:] not in (b"]", b"}"):
            raise self._unreadable(raw)
        return raw

    def _unreadable(self, raw: bytes) -> StudioConnectionLost:
        return StudioConnectionLost(
            f"{self.url} sent an export of {len(raw)} bytes that can't be read",
            hint="the answer may have broken off; run the same command again",
        )

    def _read(self, reader: Callable[[bytes], list[_T]], raw: bytes) -> list[_T]:
        try:
            return reader(raw)
        except (ValueError, LookupError, TypeError, AttributeError):
            raise self._unreadable(raw) from None
