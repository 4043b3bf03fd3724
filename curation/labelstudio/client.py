"""Label Studio over the wire, by its SDK: the real side of the port."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from pydantic_core import from_json

from curation.errors import StudioConnectionLost, StudioError
from curation.files import Json
from curation.labelstudio.export_format import read_export
from curation.labelstudio.export_pages import export_pages
from curation.labelstudio.find_project import only_project
from curation.labelstudio.http import RETRY_READS, NotFound, checked_list
from curation.labelstudio.port import Prediction, Project, ResultKind, View
from curation.labelstudio.responses import (
    Condition,
    project_of,
    query,
    read_suggestions,
    view_of,
)
from curation.labelstudio.task_list import LOOKUP_TASKS, TaskList
from curation.labelstudio.tasks import suggestions_by_document

# Where the numbers between the first task and the last are so many times the tasks, few of
# them are tasks of the project.
SPARSE = 5

_T = TypeVar("_T")


class HttpStudio(TaskList):
    """A Label Studio server at *url*; *timeout* in seconds is for one call."""

    def whoami(self) -> str:
        with self._wire.speaking() as sdk:
            return str(sdk.users.whoami(request_options=RETRY_READS).email)

    def accounts(self) -> dict[int, str]:
        with self._wire.speaking() as sdk:
            users = checked_list(sdk.users.list(request_options=RETRY_READS))
            return {int(user.id): str(user.email) for user in users}

    def find_project(self, title: str) -> Project | None:
        return only_project(title, self.projects_named(title))

    def projects_named(self, title: str) -> list[Project]:
        with self._wire.speaking() as sdk:
            pages = _to_the_last(sdk.projects.list(title=title, request_options=RETRY_READS))
            return [project_of(one) for one in pages if one.title == title]

    def titles(self) -> dict[int, str]:
        with self._wire.speaking() as sdk:
            projects = _to_the_last(sdk.projects.list(request_options=RETRY_READS))
            return {int(one.id): str(one.title) for one in projects}

    def create_project(self, title: str, label_config: str, instructions: str) -> Project:
        with self._wire.speaking() as sdk:
            made = sdk.projects.create(
                title=title,
                label_config=label_config,
                expert_instruction=instructions.strip(),
                show_instruction=True,
                show_collab_predictions=True,
                maximum_annotations=1,
            )
            return project_of(made)

    def update_project(
        self,
        project: int,
        *,
        title: str | None = None,
        label_config: str | None = None,
        instructions: str | None = None,
        model_version: str | None = None,
    ) -> None:
        given = {
            "title": title,
            "label_config": label_config,
            "expert_instruction": instructions,
            "model_version": model_version,
        }
        settings: Any = {key: value for key, value in given.items() if value is not None}
        with self._wire.speaking() as sdk:
            sdk.projects.update(project, **settings)

    def import_tasks(self, project: int, tasks: Sequence[bytes]) -> None:
        # The SDK takes as long to write the JSON as the server to store it, which would
        # then read all of it once more to tell the tasks' numbers.
        done = self._wire.ask_object(
            "POST",
            f"api/projects/{project}/import",
            content=b"[" + b",".join(tasks) + b"]",
            headers={"content-type": "application/json"},
        )
        if done.get("task_count") != len(tasks):
            raise StudioConnectionLost(
                f"{self.url} says that it took {done.get('task_count')} of {len(tasks)} tasks",
                hint="push again: it sends what is missing",
            )
        # A server under load may take the tasks, say so, and pass over all their suggestions.
        if not done.get("prediction_count") and (
            lost := suggestions_by_document(map(from_json, tasks))
        ):
            there = {task.doc_id: task.id for task in self.tasks(project, doc_ids=list(lost))}
            items = [(there[doc_id], one) for doc_id, one in lost.items() if doc_id in there]
            self.import_predictions(project, items)

    def predictions(
        self, project: int, tasks: Sequence[int] | None = None
    ) -> Iterator[Prediction]:
        if tasks is None:
            # All at once, as the SDK asks, would be as much as there is, there and here.
            ask = partial(self._suggested, project)
            for raw in export_pages(ask, self._all(project), at_most=LOOKUP_TASKS):
                yield from self._understood(read_suggestions, raw)
            return
        with self._wire.speaking() as sdk:
            for task in tasks:
                found = sdk.predictions.list(
                    project=project, task=task, request_options=RETRY_READS
                )
                for one in checked_list(found):
                    yield Prediction(one.id, one.task, str(one.model_version or ""), one.result)

    def _suggested(self, project: int, numbers: Sequence[int]) -> bytes:
        """The suggestions of the tasks from the first of these numbers to the last."""
        ends: list[Condition] = [
            ("id", "greater_or_equal", "Number", numbers[0]),
            ("id", "less_or_equal", "Number", numbers[-1]),
        ]
        asked: Json = {"project": project, "query": query(*ends, order="tasks:id")}
        asked |= {"fields": "all", "include": "id,predictions", "page_size": len(numbers)}
        return self._wire.ask(
            "GET", "api/tasks", params=asked, request_options=RETRY_READS
        ).content

    def import_predictions(self, project: int, items: Sequence[tuple[int, Json]]) -> None:
        if not items:
            return
        request: Any = [{"task": task, **prediction} for task, prediction in items]
        with self._wire.speaking() as sdk:
            done = sdk.projects.import_predictions(id=project, request=request)
        if done.created != len(items):
            raise StudioError(
                f"Label Studio took {done.created} of {len(items)} suggestions",
                hint="push again: it sends what is missing",
            )

    def delete_predictions(self, ids: Iterable[int]) -> None:
        for number in ids:
            try:
                with self._wire.speaking() as sdk:
                    sdk.predictions.delete(number)
            except NotFound:
                continue

    def export(
        self, project: int, task_ids: Sequence[int] | None = None, *, drafts: bool = False
    ) -> Iterator[Json]:
        ask = partial(self._exported, project, {"download_all_tasks": True} if drafts else {})
        wanted = self._all(project) if task_ids is None else task_ids
        for raw in export_pages(ask, wanted, at_most=LOOKUP_TASKS):
            yield from self._understood(read_export, raw)

    def _all(self, project: int) -> Sequence[int]:
        """
        What to ask for to be given everything: each number from the first task's to the last's.

        To list the tasks takes half as long as to export them, while a number
        that is no task of this project costs next to nothing. Only where there are
        many of these is the list the quicker way.
        """
        first, last = (self._end(project, order) for order in ("tasks:id", "-tasks:id"))
        if not (first.items and last.items):
            return ()
        numbers = range(first.items[0].id, last.items[0].id + 1)
        few = len(numbers) <= SPARSE * last.response.total
        return numbers if few else sorted(self.task_ids(project))

    def _exported(self, project: int, which: Json, numbers: Sequence[int]) -> bytes:
        # The SDK's own ids= is ignored by the server, which wants ids[].
        query = which | {"ids[]": list(numbers)}
        with self._wire.speaking() as sdk:
            parts = sdk.projects.exports.download_sync(
                id=project,
                export_type="JSON",
                request_options={"additional_query_parameters": query},
            )
            return b"".join(parts)

    def _understood(self, read: Callable[[bytes], list[_T]], raw: bytes) -> list[_T]:
        try:
            return read(raw)
        except (ValueError, LookupError, TypeError, AttributeError):
            raise StudioConnectionLost(
                f"{self.url} sent an export of {len(raw)} bytes that can't be read",
                hint="it may have broken off; run the same command again",
            ) from None

    def stored(self, kind: ResultKind, number: int) -> Json | None:
        try:
            path = f"api/{kind}/{number}/"
            found = self._wire.ask_object("GET", path, request_options=RETRY_READS)
        except NotFound:
            return None
        if not isinstance(found.get("result"), list):
            raise self._wire.unlike()
        return found

    def rewrite(
        self, kind: ResultKind, number: int, result: Sequence[Json], *, model_version: str = ""
    ) -> None:
        said: Json = {"result": list(result)}
        if model_version:
            said["model_version"] = model_version
        with suppress(NotFound):
            self._wire.ask("PATCH", f"api/{kind}/{number}/", json=said)

    def task_data(self, task: int) -> Json | None:
        try:
            with self._wire.speaking() as sdk:
                data: Json = dict(sdk.tasks.get(str(task), request_options=RETRY_READS).data)
                return data
        except NotFound:
            return None

    def replace_task_data(self, task: int, data: Json) -> None:
        with self._wire.speaking() as sdk:
            sdk.tasks.update(str(task), data=data)

    def views(self, project: int) -> list[View]:
        with self._wire.speaking() as sdk:
            found = checked_list(sdk.views.list(project=project, request_options=RETRY_READS))
            return [view_of(view) for view in found]

    def create_view(self, project: int, data: Json) -> View:
        given: Any = data
        with self._wire.speaking() as sdk:
            return view_of(sdk.views.create(project=project, data=given))

    def annotate(self, task: int, result: Sequence[Json]) -> None:
        with self._wire.speaking() as sdk:
            sdk.annotations.create(id=task, result=list(result), was_cancelled=False)

    def delete_task(self, task: int) -> None:
        with self._wire.speaking() as sdk:
            sdk.tasks.delete(str(task))


def _to_the_last(pager: Any) -> Iterator[Any]:
    """All that is listed; the SDK by itself asks on until a page is empty."""
    for page in pager.iter_pages():
        yield from checked_list(page.items)
        if not page.response.next:
            return
