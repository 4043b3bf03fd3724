"""The in-memory side of the port: a Label Studio for tests and their faults."""

import json
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Unpack

from curation.documents.document import SUPERSEDES_KEY
from curation.errors import StudioError
from curation.files import Json
from curation.labelstudio.server.find_project import only_project
from curation.labelstudio.server.port import (
    Prediction,
    Project,
    ProjectChanges,
    ProjectTotals,
    ResultKind,
    Task,
    View,
    group_in_task,
    reason_in_task,
    text_sha256_of,
)
from curation.labelstudio.task_stamp import read_stamp


@dataclass(kw_only=True)
class StoredTask:
    """A task as the server has it, with its annotations, and predictions and drafts by number."""

    project: int
    data: Json
    created_at: str
    updated_at: str
    overlap: int = 1
    annotations: list[Json] = field(default_factory=list)
    predictions: dict[int, Json] = field(default_factory=dict)
    drafts: dict[int, Json] = field(default_factory=dict)


class MemoryStudio:
    """
    What HttpStudio does, without a server; both pass the same contract tests.

    The clock ticks one microsecond a change, so that times are ordered, and the same in every
    run. As a server does whose database was locked so many times, *extra_projects* are created
    beside each new one.
    """

    def __init__(self, *, extra_projects: int = 0) -> None:
        self.extra_projects = extra_projects
        self.projects: dict[int, Project] = {}
        self.stored_tasks: dict[int, StoredTask] = {}
        self.emails = {1: "admin@example.org"}
        self.project_views: dict[int, list[View]] = {}
        self.suggested_at: dict[int, str] = {}
        self._task_numbers = count(1)
        self._other_numbers = count(1)
        self._view_numbers = count(1)
        self._ticks = count(1)

    @property
    def url(self) -> str:
        return "http://127.0.0.1:1"

    def whoami(self) -> str:
        return self.emails[1]

    def accounts(self) -> dict[int, str]:
        return dict(self.emails)

    def find_project(self, title: str) -> Project | None:
        return only_project(title, self.projects_named(title))

    def projects_named(self, title: str) -> list[Project]:
        return [
            self._with_counts(project)
            for project in self.projects.values()
            if project.title == title
        ]

    def titles(self) -> dict[int, str]:
        return {number: project.title for number, project in self.projects.items()}

    def _with_counts(self, project: Project) -> Project:
        tasks = [task for _, task in self._tasks_of(project.id)]
        submitted = sum(
            not annotation["was_cancelled"] for task in tasks for annotation in task.annotations
        )
        return replace(project, tasks=len(tasks), submitted=submitted)

    def create_project(self, title: str, label_config: str, instructions: str) -> Project:
        for _ in range(1 + self.extra_projects):
            created = Project(
                id=next(self._other_numbers),
                title=title,
                label_config=label_config.strip(),
                instructions=instructions.strip(),
                model_version="",
                tasks=0,
                created_at=self.tick(),
            )
            self.projects[created.id] = created
        return created

    def update_project(self, project: int, **changes: Unpack[ProjectChanges]) -> None:
        settings: Any = dict(changes)
        for key in {"label_config", "instructions"} & changes.keys():
            settings[key] = settings[key].strip()
        version = changes.get("model_version")
        if version and version not in {one.model_version for one in self.predictions(project)}:
            raise StudioError(f"refused with 400: no model version {version!r}")
        overlap = changes.get("overlap", self.projects[project].overlap)
        if overlap != self.projects[project].overlap:
            self._spread_overlap(project, overlap)
        self.projects[project] = replace(self.projects[project], **settings)

    def _spread_overlap(self, project: int, overlap: int) -> None:
        tasks = [stored for _, stored in self._tasks_of(project)]
        several = [stored for stored in tasks if stored.overlap > 1]
        for stored in several if several and overlap > 1 else tasks:
            stored.overlap = overlap

    def totals(self, project: int) -> ProjectTotals:
        tasks = dict(self._tasks_of(project))
        return ProjectTotals(
            tasks=len(tasks),
            last_task=max(tasks, default=0),
            last_change=self.last_change(project),
            suggestions=self.suggestion_totals(project),
        )

    def suggestion_totals(self, project: int) -> tuple[tuple[str, int, str], ...]:
        times_by_version: dict[str, list[str]] = {}
        for one in self.predictions(project):
            times = times_by_version.setdefault(one.model_version, [])
            times.append(self.suggested_at[one.id])
        return tuple(
            (version, len(times), max(times))
            for version, times in sorted(times_by_version.items())
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
        for number, task in list(self._tasks_of(project)):
            doc_id = str(task.data.get("doc_id", ""))
            if since:
                wanted = task.updated_at >= since and (upto is None or number <= upto)
            elif numbers is not None:
                wanted = number in numbers
            else:
                wanted = doc_ids is None or doc_id in doc_ids
            if wanted:
                yield Task(
                    id=number,
                    doc_id=doc_id,
                    text_sha256=text_sha256_of(task.data.get("text")),
                    annotations=len(task.annotations),
                    draft=bool(task.drafts),
                    created_at=task.created_at,
                    updated_at=task.updated_at,
                    stamp=read_stamp(task.data),
                    overlap=task.overlap,
                    skipped=sum(one["was_cancelled"] for one in task.annotations),
                    group=group_in_task(task.data),
                    returned=reason_in_task(task.data),
                )

    def task_ids(self, project: int) -> set[int]:
        return {number for number, _ in self._tasks_of(project)}

    def tasks_with_drafts(self, project: int) -> set[int]:
        return {number for number, stored in self._tasks_of(project) if stored.drafts}

    def last_change(self, project: int) -> str:
        return max((stored.updated_at for _, stored in self._tasks_of(project)), default="")

    def import_tasks(self, project: int, tasks: Sequence[bytes]) -> None:
        overlap = self.projects[project].overlap if project in self.projects else 1
        for task in map(json.loads, tasks):
            number = next(self._task_numbers)
            now = self.tick()
            self.stored_tasks[number] = StoredTask(
                project=project,
                data=task["data"],
                created_at=now,
                updated_at=now,
                overlap=overlap,
            )
            for prediction in task.get("predictions", []):
                self._suggest(project, number, prediction)

    def tasks_after(self, project: int, task: int) -> tuple[str, range]:
        after = {number: stored for number, stored in self._tasks_of(project) if number > task}
        if not after:
            return "", range(0)
        first = min(after)
        return str(after[first].data.get("doc_id", "")), range(first, first + len(after))

    def predictions(
        self, project: int, tasks: Sequence[int] | None = None
    ) -> Iterator[Prediction]:
        for number, stored in list(self._tasks_of(project)):
            if tasks is not None and number not in tasks:
                continue
            for identity, one in list(stored.predictions.items()):
                yield Prediction(
                    id=identity,
                    task=number,
                    model_version=one["model_version"],
                    result=deepcopy(one["result"]),
                )

    def suggested_by(self, project: int) -> dict[int, frozenset[str]]:
        return {
            number: frozenset(one["model_version"] for one in stored.predictions.values())
            for number, stored in self._tasks_of(project)
            if stored.predictions
        }

    def import_predictions(self, project: int, items: Sequence[tuple[int, Json]]) -> None:
        for task, prediction in items:
            self._suggest(project, task, prediction)

    def delete_predictions(self, ids: Iterable[int]) -> None:
        for identity in ids:
            for stored in self.stored_tasks.values():
                if stored.predictions.pop(identity, None):
                    stored.updated_at = self.tick()

    def export(
        self, project: int, task_ids: Sequence[int] | None = None, *, drafts: bool = False
    ) -> Iterator[Json]:
        for number, stored in list(self._tasks_of(project)):
            if (drafts or stored.annotations) and (task_ids is None or number in task_ids):
                yield {
                    "id": number,
                    "data": deepcopy(stored.data),
                    "annotations": deepcopy(stored.annotations),
                    "drafts": deepcopy(list(stored.drafts.values())),
                    "created_at": stored.created_at,
                    "updated_at": stored.updated_at,
                }

    def stored(self, kind: ResultKind, number: int) -> Json | None:
        _, result = self._find(kind, number)
        return deepcopy(result)

    def rewrite(
        self, kind: ResultKind, number: int, result: Sequence[Json], *, model_version: str = ""
    ) -> None:
        stored, found = self._find(kind, number)
        if stored and found:
            found["result"] = deepcopy(list(result))
            if model_version:
                found["model_version"] = model_version
            if kind != "drafts":
                stored.updated_at = self.tick()
            if kind == "annotations":
                found |= {"updated_by": 1, "updated_at": stored.updated_at}
                drafts = stored.drafts.items()
                stored.drafts = {n: one for n, one in drafts if one["annotation"] != number}

    def _find(self, kind: ResultKind, number: int) -> tuple[StoredTask | None, Json | None]:
        for stored in self.stored_tasks.values():
            results: dict[ResultKind, dict[int, Json]] = {
                "annotations": {one["id"]: one for one in stored.annotations},
                "drafts": stored.drafts,
                "predictions": stored.predictions,
            }
            if number in results[kind]:
                return stored, results[kind][number]
        return None, None

    def returned(self, project: int, *, since: str = "") -> dict[int, str]:
        return {
            number: reason
            for number, stored in self._tasks_of(project)
            if (reason := reason_in_task(stored.data)) and stored.updated_at >= since
        }

    def successors(self, project: int, documents: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for _, stored in self._tasks_of(project):
            old = stored.data.get(SUPERSEDES_KEY)
            if isinstance(old, str) and old in documents:
                found.setdefault(old, str(stored.data.get("doc_id", "")))
        return found

    def task_data(self, task: int) -> Json | None:
        return deepcopy(self.stored_tasks[task].data) if task in self.stored_tasks else None

    def replace_task_data(self, task: int, data: Json) -> None:
        if task not in self.stored_tasks:
            raise StudioError(f"refused with 404: no task {task}")
        self.stored_tasks[task].data = deepcopy(data)
        self.stored_tasks[task].updated_at = self.tick()

    def set_overlap(self, task: int, overlap: int) -> None:
        if task not in self.stored_tasks:
            raise StudioError(f"refused with 404: no task {task}")
        self.stored_tasks[task].overlap = overlap
        self.stored_tasks[task].updated_at = self.tick()

    def views(self, project: int) -> list[View]:
        return list(self.project_views.get(project, []))

    def create_view(self, project: int, data: Json) -> View:
        items = data.get("filters", {}).get("items", [])
        columns = (item["filter"].removeprefix("filter:tasks:") for item in items)
        view = View(id=next(self._view_numbers), title=data["title"], filtered=tuple(columns))
        self.project_views.setdefault(project, []).append(view)
        return view

    def annotate(self, task: int, result: Sequence[Json]) -> None:
        self.submit(task, result)

    def submit(
        self,
        task: int,
        result: Sequence[Json],
        *,
        by: int = 1,
        skipped: bool = False,
        parent_annotation: int | None = None,
        parent_prediction: int | None = None,
    ) -> int:
        """
        Submit or skip as an annotator does on the screen; the annotation's number.

        *parent_annotation* is the number of the annotation that was duplicated.
        """
        stored = self.stored_tasks[task]
        shown = self.projects[stored.project].model_version
        ours = [p for p in stored.predictions.values() if p["model_version"] == shown]
        number = next(self._other_numbers)
        stored.updated_at = self.tick()
        stored.annotations.append(
            {
                "id": number,
                "unique_id": f"00000000-0000-4000-8000-{number:012}",
                "created_at": stored.updated_at,
                "updated_at": stored.updated_at,
                "completed_by": by,
                "updated_by": by,
                "result": deepcopy(list(result)),
                "was_cancelled": skipped,
                "parent_annotation": parent_annotation,
                "parent_prediction": parent_prediction,
                "prediction": deepcopy(ours[-1]) if ours else {},
            }
        )
        return number

    def change(
        self,
        annotation: int,
        result: Sequence[Json] | None = None,
        *,
        by: int = 1,
        skipped: bool = False,
    ) -> None:
        """Update an annotation as somebody does on the screen, or skip what was submitted."""
        stored, found = self._find("annotations", annotation)
        if stored is None or found is None:
            raise StudioError(f"refused with 404: no annotation {annotation}")
        if result is not None:
            found["result"] = deepcopy(list(result))
        stored.updated_at = self.tick()
        found |= {"updated_by": by, "updated_at": stored.updated_at, "was_cancelled": skipped}

    def delete_annotation(self, annotation: int) -> None:
        """Delete one annotation, as anybody may on the screen."""
        stored, found = self._find("annotations", annotation)
        if stored is None or found is None:
            raise StudioError(f"refused with 404: no annotation {annotation}")
        stored.annotations.remove(found)
        stored.updated_at = self.tick()

    def draft(
        self, task: int, result: Sequence[Json] = (), *, annotation: int | None = None
    ) -> int:
        """
        Begin as an annotator does who doesn't submit; the draft's number.

        Or change an *annotation* that was submitted, and don't press Update.
        """
        number = next(self._other_numbers)
        made = {"id": number, "annotation": annotation, "result": deepcopy(list(result))}
        self.stored_tasks[task].drafts[number] = made
        return number

    def delete_account(self, number: int) -> None:
        """Delete an account, as the administrator may: nothing says any more whose its work is."""
        del self.emails[number]
        for stored in self.stored_tasks.values():
            for annotation in stored.annotations:
                for key in ("completed_by", "updated_by"):
                    if annotation[key] == number:
                        annotation[key] = None

    def clear(self, task: int) -> None:
        """Delete all annotations of the task, as an annotator may on the screen."""
        self.stored_tasks[task].annotations.clear()
        self.stored_tasks[task].updated_at = self.tick()

    def delete_task(self, task: int) -> None:
        if task not in self.stored_tasks:
            raise StudioError(f"refused with 404: no task {task}")
        del self.stored_tasks[task]

    def _tasks_of(self, project: int) -> Iterator[tuple[int, StoredTask]]:
        if project not in self.projects:
            raise StudioError(f"refused with 404: no project {project}")
        for number, stored in self.stored_tasks.items():
            if stored.project == project:
                yield number, stored

    def _suggest(self, project: int, task: int, prediction: Json) -> None:
        number = next(self._other_numbers)
        self.stored_tasks[task].predictions[number] = deepcopy(prediction)
        self.suggested_at[number] = self.tick()
        if not self.projects[project].model_version:
            shown = prediction["model_version"]
            self.projects[project] = replace(self.projects[project], model_version=shown)

    def let_pass(self, seconds: int) -> None:
        """Let so much time pass by the server's clock."""
        self._ticks = count(next(self._ticks) + seconds * 1_000_000)

    def tick(self) -> str:
        """The next time of the clock."""
        ticks = next(self._ticks)
        return f"2026-01-01T00:{ticks // 60_000_000:02}:{ticks // 1_000_000 % 60:02}.{ticks % 1_000_000:06}Z"
