"""Label Studio in memory: the other side of the port, for speed and for faults."""

import json
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from curation.errors import StudioError
from curation.files import Json
from curation.labelstudio.find_project import only_project
from curation.labelstudio.port import (
    RETURN_PREFIX,
    Prediction,
    Project,
    ProjectTotals,
    ResultKind,
    Task,
    View,
    text_sha256_of,
)
from curation.schema.labeling import RETURNED_KEY


@dataclass
class _Kept:
    """A task as the server keeps it."""

    project: int
    data: Json
    created_at: str
    updated_at: str
    annotations: list[Json] = field(default_factory=list)
    predictions: dict[int, Json] = field(default_factory=dict)
    drafts: dict[int, Json] = field(default_factory=dict)


class MemoryStudio:
    """
    What HttpStudio does, without a server; it passes the same contract tests.

    The clock ticks one microsecond a change, so that times are ordered and
    the same in every run. A database that was *locked* so often has the server
    make a new project so many times more.
    """

    def __init__(self, *, locked: int = 0) -> None:
        self.locked = locked
        self.projects: dict[int, Project] = {}
        self.kept: dict[int, _Kept] = {}
        self.users = {1: "admin@example.org"}
        self.tabs: dict[int, list[View]] = {}
        self.suggested_at: dict[int, str] = {}
        self._tasks, self._numbers = count(1), count(1)
        self._ticks = count(1)

    @property
    def url(self) -> str:
        return "http://127.0.0.1:1"

    def whoami(self) -> str:
        return self.users[1]

    def accounts(self) -> dict[int, str]:
        return dict(self.users)

    def find_project(self, title: str) -> Project | None:
        return only_project(title, self.projects_named(title))

    def projects_named(self, title: str) -> list[Project]:
        found = [project for project in self.projects.values() if project.title == title]
        return [self._counted(project) for project in found]

    def titles(self) -> dict[int, str]:
        return {number: project.title for number, project in self.projects.items()}

    def _counted(self, project: Project) -> Project:
        kept = [kept for _, kept in self._of(project.id)]
        done = [one for task in kept for one in task.annotations if not one["was_cancelled"]]
        return replace(project, tasks=len(kept), submitted=len(done))

    def create_project(self, title: str, label_config: str, instructions: str) -> Project:
        texts = label_config.strip(), instructions.strip()
        for _ in range(1 + self.locked):
            made = Project(next(self._numbers), title, *texts, "", 0, self.tick())
            self.projects[made.id] = made
        return made

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
            "label_config": label_config and label_config.strip(),
            "instructions": instructions and instructions.strip(),
        }
        if model_version is not None:
            there = {one.model_version for one in self.predictions(project)}
            if model_version and model_version not in there:
                raise StudioError(f"refused with 400: no model version {model_version!r}")
            given["model_version"] = model_version
        settings: Any = {key: value for key, value in given.items() if value is not None}
        self.projects[project] = replace(self.projects[project], **settings)

    def totals(self, project: int) -> ProjectTotals:
        tasks = dict(self._of(project))
        counts: dict[str, list[str]] = {}
        for one in self.predictions(project):
            counts.setdefault(one.model_version, []).append(self.suggested_at[one.id])
        newest = max((kept.updated_at for kept in tasks.values()), default="")
        suggestions = (
            (version, len(times), max(times)) for version, times in sorted(counts.items())
        )
        return ProjectTotals(
            tasks=len(tasks),
            last_task=max(tasks, default=0),
            last_change=newest,
            suggestions=tuple(suggestions),
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
        for number, kept in list(self._of(project)):
            doc_id = str(kept.data.get("doc_id", ""))
            low = upto is None or number <= upto
            named = doc_ids is None or doc_id in doc_ids
            numbered = numbers is None or number in numbers
            if (kept.updated_at >= since and low) if since else (named and numbered):
                yield Task(
                    number,
                    doc_id,
                    text_sha256_of(kept.data.get("text")),
                    len(kept.annotations),
                    bool(kept.drafts),
                    kept.created_at,
                    kept.updated_at,
                )

    def task_ids(self, project: int) -> set[int]:
        return {number for number, _ in self._of(project)}

    def last_change(self, project: int) -> str:
        return max((kept.updated_at for _, kept in self._of(project)), default="")

    def import_tasks(self, project: int, tasks: Sequence[bytes]) -> None:
        for task in map(json.loads, tasks):
            number, now = next(self._tasks), self.tick()
            self.kept[number] = _Kept(project, task["data"], now, now)
            for prediction in task.get("predictions", []):
                self._suggest(project, number, prediction)

    def tasks_after(self, project: int, task: int) -> tuple[str, range]:
        found = {number: kept for number, kept in self._of(project) if number > task}
        if not found:
            return "", range(0)
        first = min(found)
        return str(found[first].data.get("doc_id", "")), range(first, first + len(found))

    def predictions(
        self, project: int, tasks: Sequence[int] | None = None
    ) -> Iterator[Prediction]:
        for number, kept in list(self._of(project)):
            if tasks is not None and number not in tasks:
                continue
            for identity, one in list(kept.predictions.items()):
                yield Prediction(
                    identity, number, one["model_version"], deepcopy(one["result"])
                )

    def import_predictions(self, project: int, items: Sequence[tuple[int, Json]]) -> None:
        for task, prediction in items:
            self._suggest(project, task, prediction)

    def delete_predictions(self, ids: Iterable[int]) -> None:
        for identity in ids:
            for kept in self.kept.values():
                if kept.predictions.pop(identity, None):
                    kept.updated_at = self.tick()

    def export(
        self, project: int, task_ids: Sequence[int] | None = None, *, drafts: bool = False
    ) -> Iterator[Json]:
        for number, kept in list(self._of(project)):
            if (drafts or kept.annotations) and (task_ids is None or number in task_ids):
                yield {
                    "id": number,
                    "data": deepcopy(kept.data),
                    "annotations": deepcopy(kept.annotations),
                    "drafts": deepcopy(list(kept.drafts.values())),
                    "created_at": kept.created_at,
                    "updated_at": kept.updated_at,
                }

    def stored(self, kind: ResultKind, number: int) -> Json | None:
        _, found = self._found(kind, number)
        return deepcopy(found)

    def rewrite(
        self, kind: ResultKind, number: int, result: Sequence[Json], *, model_version: str = ""
    ) -> None:
        kept, found = self._found(kind, number)
        if kept and found:
            found["result"] = deepcopy(list(result))
            if model_version:
                found["model_version"] = model_version
            if kind != "drafts":
                kept.updated_at = self.tick()
            if kind == "annotations":
                found |= {"updated_by": 1, "updated_at": kept.updated_at}
                drafts = kept.drafts.items()
                kept.drafts = {n: one for n, one in drafts if one["annotation"] != number}

    def _found(self, kind: ResultKind, number: int) -> tuple[_Kept | None, Json | None]:
        for kept in self.kept.values():
            of: dict[ResultKind, dict[int, Json]] = {
                "annotations": {one["id"]: one for one in kept.annotations},
                "drafts": kept.drafts,
                "predictions": kept.predictions,
            }
            if number in of[kind]:
                return kept, of[kind][number]
        return None, None

    def returned(self, project: int, *, since: str = "") -> dict[int, str]:
        return {
            number: kept.data[RETURNED_KEY]
            for number, kept in self._of(project)
            if RETURN_PREFIX in kept.data.get(RETURNED_KEY, "") and kept.updated_at >= since
        }

    def task_data(self, task: int) -> Json | None:
        return deepcopy(self.kept[task].data) if task in self.kept else None

    def replace_task_data(self, task: int, data: Json) -> None:
        if task not in self.kept:
            raise StudioError(f"refused with 404: no task {task}")
        self.kept[task].data = deepcopy(data)
        self.kept[task].updated_at = self.tick()

    def views(self, project: int) -> list[View]:
        return list(self.tabs.get(project, []))

    def create_view(self, project: int, data: Json) -> View:
        items = data.get("filters", {}).get("items", [])
        columns = (item["filter"].removeprefix("filter:tasks:") for item in items)
        made = View(next(self._numbers), data["title"], tuple(columns))
        self.tabs.setdefault(project, []).append(made)
        return made

    def annotate(self, task: int, result: Sequence[Json]) -> None:
        self.submit(task, result)

    def submit(
        self, task: int, result: Sequence[Json], *, by: int = 1, skipped: bool = False
    ) -> int:
        """What an annotator does on the screen; the annotation's number."""
        kept = self.kept[task]
        shown = self.projects[kept.project].model_version
        ours = [p for p in kept.predictions.values() if p["model_version"] == shown]
        number = next(self._numbers)
        kept.updated_at = self.tick()
        kept.annotations.append(
            {
                "id": number,
                "unique_id": f"00000000-0000-4000-8000-{number:012}",
                "created_at": kept.updated_at,
                "updated_at": kept.updated_at,
                "completed_by": by,
                "updated_by": by,
                "result": deepcopy(list(result)),
                "was_cancelled": skipped,
                "prediction": deepcopy(ours[-1]) if ours else {},
            }
        )
        return number

    def draft(
        self, task: int, result: Sequence[Json] = (), *, annotation: int | None = None
    ) -> int:
        """
        An annotator began and did not submit; the draft's number.

        Of an *annotation*: somebody changed it and did not press Update.
        """
        number = next(self._numbers)
        made = {"id": number, "annotation": annotation, "result": deepcopy(list(result))}
        self.kept[task].drafts[number] = made
        return number

    def clear(self, task: int) -> None:
        """An annotator deleted all annotations of the task."""
        self.kept[task].annotations.clear()
        self.kept[task].updated_at = self.tick()

    def delete_task(self, task: int) -> None:
        if task not in self.kept:
            raise StudioError(f"refused with 404: no task {task}")
        del self.kept[task]

    def _of(self, project: int) -> Iterator[tuple[int, _Kept]]:
        if project not in self.projects:
            raise StudioError(f"refused with 404: no project {project}")
        for number, kept in self.kept.items():
            if kept.project == project:
                yield number, kept

    def _suggest(self, project: int, task: int, prediction: Json) -> None:
        number = next(self._numbers)
        self.kept[task].predictions[number] = deepcopy(prediction)
        self.suggested_at[number] = self.tick()
        if not self.projects[project].model_version:
            shown = prediction["model_version"]
            self.projects[project] = replace(self.projects[project], model_version=shown)

    def tick(self) -> str:
        """The next moment."""
        ticks = next(self._ticks)
        return f"2026-01-01T00:{ticks // 60_000_000:02}:{ticks // 1_000_000 % 60:02}.{ticks % 1_000_000:06}Z"
