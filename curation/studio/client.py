"""Label Studio over the wire, by its SDK: the real side of the port."""

import json
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any

import httpx
from label_studio_sdk import LabelStudio
from label_studio_sdk.core.api_error import ApiError
from label_studio_sdk.core.parse_error import ParsingError
from pydantic_core import to_json

from curation.errors import StudioError, StudioGone
from curation.files import Json
from curation.schema.labeling import RETURNED
from curation.studio.export import read_export, time_text
from curation.studio.port import REASON, Kind, Marks, Prediction, Project, Task, View, sha256
from curation.studio.portions import batches, portions

LOOKUP = 500
PAGE = 1000

# Where the numbers between the first task and the last are so many times the tasks, few of
# them are tasks of the project.
SPARSE = 5

# A proxy set for the outside world can't reach these.
LOOPBACK = ("127.0.0.1", "localhost", "::1")

# Only what reads is asked again: a call that writes, and whose answer is lost, may
# have been carried out already.
AGAIN: Any = {"max_retries": 2}

TASK_FIELDS = (
    "id,data,total_annotations,cancelled_annotations,draft_exists,created_at,updated_at"
)

# A column, an operator, the kind of value, the value.
Condition = tuple[str, str, str, Any]

NEXT_STEP = {
    401: "the token is wrong or has expired: set LABEL_STUDIO_API_KEY anew, or run: curate up",
    403: "the account may not do this: use another account's LABEL_STUDIO_API_KEY",
    404: "is LABEL_STUDIO_URL the address of a Label Studio? check with: curate doctor",
}


class HttpStudio:
    """A Label Studio server at *url*; *timeout* in seconds is for one call."""

    def __init__(self, url: str, token: str, *, timeout: float = 600) -> None:
        self._url = url.rstrip("/")
        here = httpx.URL(self._url).host in LOOPBACK
        wire = httpx.Client(timeout=timeout, follow_redirects=True, trust_env=not here)
        weakref.finalize(self, wire.close)
        with self._speaking():  # it looks into a token that says when it expires
            self._sdk = LabelStudio(
                base_url=self._url,
                api_key=token,
                timeout=timeout,
                max_retries=0,
                httpx_client=wire,
            )

    @property
    def url(self) -> str:
        return self._url

    def whoami(self) -> str:
        with self._speaking():
            return str(self._sdk.users.whoami(request_options=AGAIN).email)

    def accounts(self) -> dict[int, str]:
        with self._speaking():
            users = _listed(self._sdk.users.list(request_options=AGAIN))
            return {int(user.id): str(user.email) for user in users}

    def find_project(self, title: str) -> Project | None:
        with self._speaking():
            named = self._sdk.projects.list(title=title, request_options=AGAIN)
            found = [project.id for project in named if project.title == title]
            if len(found) > 1:
                raise StudioError(
                    f"Label Studio has {len(found)} projects named {title!r}",
                    hint="rename all but one of them there, or give another --project",
                )
            return self._project(found[0]) if found else None

    def _project(self, number: int) -> Project:
        return _project(self._sdk.projects.get(number, request_options=AGAIN))

    def create_project(self, title: str, label_config: str, instructions: str) -> Project:
        with self._speaking():
            made = self._sdk.projects.create(
                title=title,
                label_config=label_config,
                expert_instruction=instructions.strip(),
                show_instruction=True,
                show_collab_predictions=True,
                maximum_annotations=1,
            )
            return _project(made)

    def update_project(
        self,
        project: int,
        *,
        label_config: str | None = None,
        instructions: str | None = None,
        model_version: str | None = None,
    ) -> None:
        given = {
            "label_config": label_config,
            "expert_instruction": instructions,
            "model_version": model_version,
        }
        settings: Any = {key: value for key, value in given.items() if value is not None}
        with self._speaking():
            self._sdk.projects.update(project, **settings)

    def marks(self, project: int) -> Marks:
        path = f"api/projects/{project}/model-versions"
        with self._speaking():
            last = self._first(project, "-tasks:id")
            newest = self._first(project, "-tasks:updated_at")
            found = _object(
                self._asked("GET", path, params={"extended": True}, request_options=AGAIN)
            )
        try:
            return _marks(last, newest, _listed(found["static"]))
        except (LookupError, ValueError, TypeError):
            raise _unlike(self._url) from None

    def _first(self, project: int, order: str) -> Json:
        query: Json = {"project": project, "query": json.dumps({"ordering": [order]})}
        query |= {"fields": "all", "include": "id,updated_at", "page_size": 1}
        return _object(self._asked("GET", "api/tasks", params=query, request_options=AGAIN))

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
            for chunk in batches(wanted or (), LOOKUP):
                yield from self._listed(project, (column, "in_list", "List", chunk))

    def _listed(self, project: int, *conditions: Condition) -> Iterator[Task]:
        for task in self._pages(project, *conditions, fields="all", include=TASK_FIELDS):
            with self._speaking():
                yield Task(
                    task.id,
                    str(task.data.get("doc_id", "")),
                    sha256(task.data.get("text")),
                    (task.total_annotations or 0) + (task.cancelled_annotations or 0),
                    bool(task.draft_exists),
                    time_text(task.created_at),
                    time_text(task.updated_at),
                )

    def _pages(self, project: int, *conditions: Condition, **what: Any) -> Iterator[Any]:
        """
        Page by page, each beginning behind the last task of the one before.

        Pages by number would skip a task where one before it is deleted meanwhile.
        """
        last = 0
        while True:
            behind = ("id", "greater", "Number", last)
            page = self._page(project, "tasks:id", *conditions, behind, **what)
            yield from page.items
            if len(page.items) < PAGE:
                return
            last = page.items[-1].id

    def _page(
        self,
        project: int,
        order: str,
        *conditions: Condition,
        page_size: int = PAGE,
        **what: Any,
    ) -> Any:
        with self._speaking():
            page = self._sdk.tasks.list(
                project=project, query=_query(*conditions, order=order), page=1,
                page_size=page_size, request_options=AGAIN, **what,
            )  # fmt: skip
            _listed(page.items)
            return page

    def moment(self, project: int) -> str:
        newest = self._end(project, "-tasks:updated_at")
        return time_text(newest.items[0].updated_at) if newest.items else ""

    def _end(self, project: int, order: str) -> Any:
        """A page of one task, the first in this order."""
        what = {"fields": "task_only", "include": "id,updated_at"}
        return self._page(project, order, page_size=1, **what)

    def task_ids(self, project: int) -> set[int]:
        return {int(task.id) for task in self._pages(project, fields="task_only", include="id")}

    def import_tasks(self, project: int, tasks: Sequence[Json]) -> list[int]:
        body = to_json(list(tasks))
        with self._speaking():
            # The SDK takes as long to write the JSON as the server to store it.
            done = _object(
                self._asked(
                    "POST",
                    f"api/projects/{project}/import",
                    params={"return_task_ids": True},
                    content=body,
                    headers={"content-type": "application/json"},
                )
            )
            numbers = [int(number) for number in _listed(done.get("task_ids"))]
        if not done.get("task_count") == len(numbers) == len(tasks):
            raise StudioGone(
                f"{self._url} says that it took {done.get('task_count')} of {len(tasks)} tasks",
                hint="push again: it sends what is missing",
            )
        return numbers

    def predictions(
        self, project: int, tasks: Sequence[int] | None = None
    ) -> Iterator[Prediction]:
        of: list[Json] = [{"project": project}]
        if tasks is not None:
            of = [{"project": project, "task": task} for task in tasks]
        with self._speaking():
            for query in of:
                found = self._sdk.predictions.list(**query, request_options=AGAIN)
                for one in _listed(found):
                    yield Prediction(one.id, one.task, str(one.model_version or ""), one.result)

    def import_predictions(self, project: int, items: Sequence[tuple[int, Json]]) -> None:
        request: Any = [{"task": task, **prediction} for task, prediction in items]
        with self._speaking():
            done = self._sdk.projects.import_predictions(id=project, request=request)
        if done.created != len(items):
            raise StudioError(
                f"Label Studio took {done.created} of {len(items)} suggestions",
                hint="push again: it sends what is missing",
            )

    def delete_predictions(self, ids: Sequence[int]) -> None:
        for number in ids:
            try:
                with self._speaking():
                    self._sdk.predictions.delete(number)
            except _Missing:
                continue

    def export(
        self, project: int, task_ids: Sequence[int] | None = None, *, drafts: bool = False
    ) -> Iterator[Json]:
        ask = partial(self._exported, project, {"download_all_tasks": True} if drafts else {})
        wanted = self._all(project) if task_ids is None else task_ids
        for raw in portions(ask, wanted, at_most=LOOKUP):
            yield from self._read(raw)

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
        with self._speaking():
            parts = self._sdk.projects.exports.download_sync(
                id=project,
                export_type="JSON",
                request_options={"additional_query_parameters": query},
            )
            return b"".join(parts)

    def _read(self, raw: bytes) -> list[Json]:
        try:
            return read_export(raw)
        except ValueError:
            raise StudioGone(
                f"{self._url} sent an export of {len(raw)} bytes that can't be read",
                hint="it may have broken off; run the same command again",
            ) from None

    def held(self, kind: Kind, number: int) -> Json | None:
        try:
            found = self._asked("GET", f"api/{kind}/{number}/", request_options=AGAIN).json()
        except _Missing:
            return None
        except ValueError:
            raise _unlike(self._url) from None
        if not isinstance(found, dict) or not isinstance(found.get("result"), list):
            raise _unlike(self._url)
        return found

    def rewrite(self, kind: Kind, number: int, result: Sequence[Json]) -> None:
        with suppress(_Missing):
            self._asked("PATCH", f"api/{kind}/{number}/", json={"result": list(result)})

    def _asked(self, method: str, path: str, **options: Any) -> httpx.Response:
        """What the SDK does slowly or not at all; its own connection renews the token."""
        wire = self._sdk._client_wrapper.httpx_client
        with self._speaking():
            answer: httpx.Response = wire.request(path, method=method, **options)
        if answer.is_success:
            return answer
        raise _refused(self._url, answer.status_code, answer.text, answer.headers)

    def returned(self, project: int, *, since: str = "") -> dict[int, str]:
        conditions = [(f"data.{RETURNED}", "contains", "String", REASON)]
        if since:
            conditions.append(("updated_at", "greater_or_equal", "Datetime", since))
        listed = self._pages(project, *conditions, fields="task_only", include="id,data")
        return {int(task.id): str(task.data[RETURNED]) for task in listed}

    def task_data(self, task: int) -> Json | None:
        try:
            with self._speaking():
                data: Json = dict(self._sdk.tasks.get(str(task), request_options=AGAIN).data)
                return data
        except _Missing:
            return None

    def replace_task_data(self, task: int, data: Json) -> None:
        with self._speaking():
            self._sdk.tasks.update(str(task), data=data)

    def views(self, project: int) -> list[View]:
        with self._speaking():
            found = _listed(self._sdk.views.list(project=project, request_options=AGAIN))
            return [_view(view) for view in found]

    def create_view(self, project: int, data: Json) -> View:
        given: Any = data
        with self._speaking():
            return _view(self._sdk.views.create(project=project, data=given))

    def annotate(self, task: int, result: Sequence[Json]) -> None:
        with self._speaking():
            self._sdk.annotations.create(id=task, result=list(result), was_cancelled=False)

    def delete_task(self, task: int) -> None:
        with self._speaking():
            self._sdk.tasks.delete(str(task))

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """The wire's faults as sentences; an ApiError's own text holds session cookies."""
        try:
            yield
        except ApiError as error:
            raise _refused(
                self._url, error.status_code or 0, error.body, error.headers or {}
            ) from None
        except httpx.ConnectError:
            raise StudioError(
                f"no Label Studio answers at {self._url}",
                hint="start one with: curate up, or set LABEL_STUDIO_URL",
            ) from None
        except (ParsingError, AttributeError, TypeError):
            raise _unlike(self._url) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise StudioGone(
                f"the connection to {self._url} broke: {type(error).__name__}",
                hint="run the same command again: it goes on where it stopped",
            ) from None


def _marks(last: Json, newest: Json, suggestions: list[Json]) -> Marks:
    tasks = [*last["tasks"], *newest["tasks"]]
    return Marks(
        int(newest["total"]),
        max((int(task["id"]) for task in tasks), default=0),
        max((_moment(task["updated_at"]) for task in tasks), default=""),
        tuple(
            sorted(
                (str(one["model_version"] or ""), int(one["count"]), _moment(one["latest"]))
                for one in suggestions
            )
        ),
    )


def _moment(written: str | None) -> str:
    return time_text(datetime.fromisoformat(written)) if written else ""


def _project(given: Any) -> Project:
    return Project(
        int(given.id),
        str(given.title),
        str(given.label_config or ""),
        str(given.expert_instruction or ""),
        str(given.model_version or ""),
        int(given.task_number or 0),
        time_text(given.created_at),
        int(given.total_annotations_number or 0),
    )


def _object(answer: httpx.Response) -> Json:
    """The JSON object that was answered."""
    try:
        found = answer.json()
    except ValueError:  # as the SDK has it
        raise ApiError(status_code=answer.status_code, body=answer.text) from None
    if not isinstance(found, dict):
        raise TypeError
    return found


def _listed(answer: Any) -> list[Any]:
    """An object in a list's place must not pass for an empty list: nothing there is news, too."""
    if not isinstance(answer, list):
        raise TypeError
    return answer


def _unlike(url: str) -> StudioError:
    return StudioError(
        f"{url} answered something that Label Studio doesn't",
        hint="is LABEL_STUDIO_URL right? check with: curate doctor",
    )


def _query(*conditions: Condition, order: str) -> str:
    """The tasks that fulfil all of these (column, operator, type, value), in this order."""
    items = [
        {"filter": f"filter:tasks:{column}", "operator": operator, "type": kind, "value": value}
        for column, operator, kind, value in conditions
    ]
    return json.dumps({"filters": {"conjunction": "and", "items": items}, "ordering": [order]})


def _view(given: Any) -> View:
    data = given.data or {}
    items = (data.get("filters") or {}).get("items") or []
    columns = (str(item["filter"]).removeprefix("filter:tasks:") for item in items)
    return View(int(given.id), str(data.get("title", "")), tuple(columns))


class _Missing(StudioError):
    """What was asked for isn't there."""


def _refused(url: str, status: int, body: object, headers: Mapping[str, str]) -> StudioError:
    # A 2xx is here only where the rest of the answer was lost.
    if status < 300 or status in (408, 425, 429, 500, 502, 503, 504):
        what = f"{url} answered {status}: {_short(body)}"
        after = headers.get("retry-after", "")
        rest = int(after) if after.isdecimal() and len(after) < 10 else 0
        hint = "wait a little and run the same command again"
        return StudioGone(what, hint=hint, rest=rest)
    kind = _Missing if status == 404 else StudioError
    hint = NEXT_STEP.get(status, "see what it objects to, then run the same command again")
    return kind(f"{url} refused with {status}: {_short(body)}", hint=hint)


def _short(body: object) -> str:
    """The body's own message, on one line; a page of HTML is only named."""
    if isinstance(body, dict):
        errors = body.get("validation_errors")
        body = errors or body.get("detail") or body
    text = " ".join(str(body).split())
    if text[:1] == "<":
        return "a web page, not Label Studio's API"
    return text[:300]
