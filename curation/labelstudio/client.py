"""The real side of the port: a Label Studio server, asked through its API."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar, Unpack

from pydantic_core import from_json

from curation.documents.document import SUPERSEDES_KEY
from curation.errors import StudioConnectionLost, StudioError
from curation.files import Json
from curation.labelstudio.export_pages import batches_of, export_pages
from curation.labelstudio.find_project import only_project
from curation.labelstudio.http import (
    RETRY_READS,
    Connection,
    NotFound,
    checked_list,
    retry_read,
)
from curation.labelstudio.port import (
    RETURN_PREFIX,
    Prediction,
    Project,
    ProjectChanges,
    ProjectTotals,
    ResultKind,
    Task,
    View,
    group_in_task,
    text_sha256_of,
)
from curation.labelstudio.responses import (
    read_export,
    read_predictions,
    read_project,
    read_totals,
    read_view,
    time_text,
)
from curation.labelstudio.task_query import Filter, task_query, url_portions
from curation.labelstudio.task_stamp import read_stamp
from curation.labelstudio.tasks import suggestions_by_document
from curation.schema.labeling import RETURNED_KEY

# How many tasks are on a page of the list, and how many are asked for by number in one call:
# their numbers, of up to nine digits, must fit a URL.
PAGE_TASKS = 1000
LOOKUP_TASKS = 350

# To list all tasks takes the server as long as to look for a few portions of ids among them: so
# more portions than these are not asked for where they are one in MOST_TASKS of the tasks.
FEW_PORTIONS = 4
MOST_TASKS = 2

# How often a server that makes tasks later is asked whether they are made, and for how long.
IMPORT_POLL_SECONDS = 1.0
IMPORT_SECONDS = 600

# Where the numbers from the first task to the last are more than so many times the tasks, most
# of them are no tasks of the project.
SPARSE = 5

# Not the totals of annotations: the server counts these up and down, and may lose count.
TASK_FIELDS = (
    "id,data,annotations_ids,draft_exists,created_at,updated_at,overlap,cancelled_annotations"
)

# Label Studio's names of a project's settings, where they aren't ours.
_SETTINGS = {
    "instructions": "expert_instruction",
    "overlap": "maximum_annotations",
    "shows_suggestions": "show_collab_predictions",
}

_NUMBER = re.compile(r"\d+")

_T = TypeVar("_T")


class HttpStudio:
    """
    The Label Studio server at *url*; *timeout* is the seconds that one call may take.

    *wait* is called with seconds to wait.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout: float = 600,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._wait = wait
        self._connection = Connection(url, token, timeout=timeout)

    @property
    def url(self) -> str:
        return self._connection.url

    def whoami(self) -> str:
        with self._connection.sdk() as sdk:
            return str(sdk.users.whoami(request_options=RETRY_READS).email)

    def accounts(self) -> dict[int, str]:
        with self._connection.sdk() as sdk:
            users = checked_list(sdk.users.list(request_options=RETRY_READS))
            return {int(user.id): str(user.email) for user in users}

    # Projects

    def find_project(self, title: str) -> Project | None:
        return only_project(title, self.projects_named(title))

    def projects_named(self, title: str) -> list[Project]:
        with self._connection.sdk() as sdk:
            found = _all_items(sdk.projects.list(title=title, request_options=RETRY_READS))
            return [read_project(project) for project in found if project.title == title]

    def titles(self) -> dict[int, str]:
        with self._connection.sdk() as sdk:
            projects = _all_items(sdk.projects.list(request_options=RETRY_READS))
            return {int(project.id): str(project.title) for project in projects}

    def create_project(self, title: str, label_config: str, instructions: str) -> Project:
        with self._connection.sdk() as sdk:
            created = sdk.projects.create(
                title=title,
                label_config=label_config,
                expert_instruction=instructions.strip(),
                show_instruction=True,
                show_collab_predictions=True,
                maximum_annotations=1,
            )
            return read_project(created)

    def update_project(self, project: int, **changes: Unpack[ProjectChanges]) -> None:
        settings: Any = {_SETTINGS.get(key, key): value for key, value in changes.items()}
        with self._connection.sdk() as sdk:
            sdk.projects.update(project, **settings)

    def totals(self, project: int) -> ProjectTotals:
        last = self._first_task(project, "-tasks:id")
        newest = self._first_task(project, "-tasks:updated_at")
        models = self._connection.request_object(
            "GET",
            f"api/projects/{project}/model-versions",
            params={"extended": True},
            request_options=RETRY_READS,
        )
        try:
            return read_totals(last, newest, checked_list(models["static"]))
        except (LookupError, ValueError, TypeError):
            raise self._connection.unexpected_answer() from None

    def _first_task(self, project: int, order: str) -> Json:
        """The page with the first task in this *order*, and the number of all tasks."""
        asked = {
            "project": project,
            "query": task_query(order=order),
            "fields": "task_only",
            "include": "id,updated_at",
            "page_size": 1,
        }
        return self._connection.request_object(
            "GET", "api/tasks", params=asked, request_options=RETRY_READS
        )

    # The list of tasks

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
                )

    def _listed(
        self, project: int, *filters: Filter, fields: str, include: str
    ) -> Iterator[Any]:
        """
        The SDK's tasks, page by page, each page beginning behind the last task of the one before.

        Pages by number would miss a task where one before it is deleted meanwhile.
        """
        last: int | None = 0
        while last is not None:
            behind: Filter = ("id", "greater", "Number", last)
            items = self._page(
                project, "tasks:id", *filters, behind, fields=fields, include=include
            ).items
            yield from items
            last = items[-1].id if len(items) == PAGE_TASKS else None
            del items  # or two pages would be in memory while the next one comes

    def _page(
        self,
        project: int,
        order: str,
        *filters: Filter,
        fields: str,
        include: str,
        size: int | None = None,
    ) -> Any:
        with self._connection.sdk() as sdk:
            page = sdk.tasks.list(
                project=project,
                query=task_query(*filters, order=order),
                page=1,
                page_size=PAGE_TASKS if size is None else size,
                fields=fields,
                include=include,
                request_options=RETRY_READS,
            )
            checked_list(page.items)
            return page

    def _first(
        self, project: int, order: str, *filters: Filter, include: str = "id,updated_at"
    ) -> Any:
        """The page with the first task in this *order*, by way of the SDK."""
        return self._page(project, order, *filters, fields="task_only", include=include, size=1)

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

    # Tasks and their suggestions

    def import_tasks(self, project: int, tasks: Sequence[bytes]) -> None:
        # The SDK takes as long to write the JSON as the server to store it, and the SDK's call
        # makes the server read all of it once more to answer with the tasks' numbers.
        done = self._connection.request_object(
            "POST",
            f"api/projects/{project}/import",
            content=b"[" + b",".join(tasks) + b"]",
            headers={"content-type": "application/json"},
        )
        if type(done.get("import")) is int:
            done = self._finished_import(project, done["import"])
        if done.get("task_count") != len(tasks):
            raise StudioConnectionLost(
                f"{self.url} says that it took {done.get('task_count')} of {len(tasks)} tasks",
                hint="push again: a push sends what is missing",
            )
        if done.get("prediction_count"):
            return
        # A server under load may take the tasks, say so, and drop all their suggestions.
        if lost := suggestions_by_document(map(from_json, tasks)):
            numbers = {task.doc_id: task.id for task in self.tasks(project, doc_ids=list(lost))}
            items = [
                (numbers[doc_id], prediction)
                for doc_id, prediction in lost.items()
                if doc_id in numbers
            ]
            self.import_predictions(project, items)

    def _finished_import(self, project: int, number: int) -> Json:
        """What an import has done that the server makes later, once it is done."""
        waited = 0.0
        while True:
            found = self._connection.request_object(
                "GET", f"api/projects/{project}/imports/{number}", request_options=RETRY_READS
            )
            if found.get("status") == "completed":
                return found
            if found.get("status") == "failed":
                raise StudioError(
                    f"{self.url} couldn't carry out import {number}: {found.get('error')}",
                    hint="see what the server objects to, then push again",
                )
            if waited >= IMPORT_SECONDS:
                raise StudioError(
                    f"{self.url} took the tasks as import {number}, and hasn't made them after "
                    f"{IMPORT_SECONDS} seconds",
                    hint="push again when they are there: a push sends what is missing",
                )
            self._wait(IMPORT_POLL_SECONDS)
            waited += IMPORT_POLL_SECONDS

    def task_data(self, task: int) -> Json | None:
        try:
            with self._connection.sdk() as sdk:
                data: Json = dict(sdk.tasks.get(str(task), request_options=RETRY_READS).data)
                return data
        except NotFound:
            return None

    def replace_task_data(self, task: int, data: Json) -> None:
        with self._connection.sdk() as sdk:
            sdk.tasks.update(str(task), data=data)

    def set_overlap(self, task: int, overlap: int) -> None:
        # The SDK would send the task's data with it.
        place = f"api/tasks/{task}/"
        changed = self._connection.request_object("PATCH", place, json={"overlap": overlap})
        # Label Studio looks by itself only at a task's next annotation whether it is finished now.
        is_finished = int(changed.get("total_annotations") or 0) >= overlap
        if bool(changed.get("is_labeled")) != is_finished:
            self._connection.request("PATCH", place, json={"is_labeled": is_finished})

    def delete_task(self, task: int) -> None:
        with self._connection.sdk() as sdk:
            sdk.tasks.delete(str(task))

    def predictions(
        self, project: int, tasks: Sequence[int] | None = None
    ) -> Iterator[Prediction]:
        if tasks is None:
            # The SDK would ask for all at once: too much in memory, there and here.
            ask = partial(self._predictions_from, project)
            for raw in export_pages(ask, self._task_numbers(project), at_most=LOOKUP_TASKS):
                yield from self._read(read_predictions, raw)
            return
        for some in batches_of(tasks, LOOKUP_TASKS):
            page = self._prediction_page(
                project, ("id", "in_list", "List", some), size=len(some)
            )
            yield from self._read(read_predictions, page)

    def _predictions_from(self, project: int, numbers: Sequence[int]) -> bytes:
        """The suggestions of the tasks from the first of the *numbers* to the last."""
        return self._prediction_page(
            project,
            ("id", "greater_or_equal", "Number", numbers[0]),
            ("id", "less_or_equal", "Number", numbers[-1]),
            size=len(numbers),
        )

    def _prediction_page(self, project: int, *filters: Filter, size: int) -> bytes:
        """The suggestions of the tasks that pass the filters, which are *size* tasks at most."""
        asked = {
            "project": project,
            "query": task_query(*filters, order="tasks:id"),
            "fields": "all",
            "include": "id,predictions",
            "page_size": size,
        }
        return retry_read(
            lambda: self._whole(
                self._connection.request("GET", "api/tasks", params=asked).content
            )
        )

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

    def import_predictions(self, project: int, items: Sequence[tuple[int, Json]]) -> None:
        if not items:
            return
        request: Any = [{"task": task, **prediction} for task, prediction in items]
        with self._connection.sdk() as sdk:
            done = sdk.projects.import_predictions(id=project, request=request)
        if done.created != len(items):
            raise StudioError(
                f"Label Studio took {done.created} of {len(items)} suggestions",
                hint="push again: a push sends what is missing",
            )

    def delete_predictions(self, ids: Iterable[int]) -> None:
        for number in ids:
            with suppress(NotFound), self._connection.sdk() as sdk:
                sdk.predictions.delete(number)

    # Annotators' work

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
        return retry_read(download)

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

    def stored(self, kind: ResultKind, number: int) -> Json | None:
        try:
            found = self._connection.request_object(
                "GET", f"api/{kind}/{number}/", request_options=RETRY_READS
            )
        except NotFound:
            return None
        if not isinstance(found.get("result"), list):
            raise self._connection.unexpected_answer()
        return found

    def rewrite(
        self, kind: ResultKind, number: int, result: Sequence[Json], *, model_version: str = ""
    ) -> None:
        changes: Json = {"result": list(result)}
        if model_version:
            changes["model_version"] = model_version
        with suppress(NotFound):
            self._connection.request("PATCH", f"api/{kind}/{number}/", json=changes)

    def annotate(self, task: int, result: Sequence[Json]) -> None:
        with self._connection.sdk() as sdk:
            sdk.annotations.create(id=task, result=list(result), was_cancelled=False)

    # Tabs of the data manager

    def views(self, project: int) -> list[View]:
        with self._connection.sdk() as sdk:
            found = sdk.views.list(project=project, request_options=RETRY_READS)
            return [read_view(view) for view in checked_list(found)]

    def create_view(self, project: int, data: Json) -> View:
        settings: Any = data
        with self._connection.sdk() as sdk:
            return read_view(sdk.views.create(project=project, data=settings))


def _filters(column: str, portions: list[list[str]] | None) -> list[list[Filter]]:
    """The filters of one call for each portion of values; of one call for all tasks where these are None."""
    if portions is None:
        return [[]]
    return [[(column, "in_list", "List", some)] for some in portions]


def _all_items(pager: Any) -> Iterator[Any]:
    """All that is listed; the SDK by itself would ask on until a page is empty."""
    for page in pager.iter_pages():
        yield from checked_list(page.items)
        if not page.response.next:
            return
