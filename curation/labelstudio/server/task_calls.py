"""Calls that make tasks, and that read and change single ones."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from pydantic_core import from_json

from curation.errors import StudioConnectionLost, StudioError
from curation.files import Json
from curation.labelstudio.server.http import RETRY_READS, NotFound
from curation.labelstudio.server.port import ResultKind
from curation.labelstudio.server.task_list_calls import TaskListCalls

# How often a server that makes tasks later is asked whether they are made, and for how long.
IMPORT_POLL_SECONDS = 1.0
IMPORT_SECONDS = 600


class TaskCalls(TaskListCalls):
    """Tasks, and single suggestions and annotations in them."""

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
        taken = done.get("prediction_count") or 0
        if taken == len(tasks):
            return
        # A server under load may take the tasks, say so, and drop some of their suggestions.
        sent = sum(len(from_json(task).get("predictions", ())) for task in tasks)
        if taken != sent:
            raise StudioConnectionLost(
                f"{self.url} says that it took {taken} of {sent} suggestions that came with tasks",
                hint="push again: a push sends what is missing",
            )

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
