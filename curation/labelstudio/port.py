"""The few calls that we need of Label Studio, and the values that they carry."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from curation.files import Json

# How every reason begins for which a task goes back, so that filters find it.
RETURN_PREFIX = "Returned to"


@dataclass(frozen=True, slots=True)
class Project:
    """
    A Label Studio project; *model_version* is the one whose suggestions are shown.

    *submitted* counts the annotations that weren't skipped. The server takes the
    white space off both ends of config and instructions.
    """

    id: int
    title: str
    label_config: str
    instructions: str
    model_version: str
    tasks: int
    created_at: str
    submitted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectTotals:
    """
    Totals of a project that change when anything changes that a push relies on; cheap to ask for.

    *tasks* is the number of tasks, *last_task* the highest number of a task, *last_change* the
    time of the latest change to a task that is there. *suggestions* gives, for each model
    version, how many suggestions there are and when the latest came. Drafts change no total.
    """

    tasks: int = 0
    last_task: int = 0
    last_change: str = ""
    suggestions: tuple[tuple[str, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """
    What is known of a task without its annotations.

    *draft*: somebody has begun and not submitted.

    *annotations* counts skipped ones too; *updated_at* and *created_at* are
    the server's times as it writes them, so they compare as text.
    """

    id: int
    doc_id: str
    text_sha256: str
    annotations: int
    draft: bool
    created_at: str
    updated_at: str

    @property
    def is_begun(self) -> bool:
        """Whether somebody has submitted, skipped or begun an annotation of the task."""
        return bool(self.annotations or self.draft)


@dataclass(frozen=True, slots=True)
class Prediction:
    """One model's suggestions for one task, as Label Studio keeps them."""

    id: int
    task: int
    model_version: str
    result: list[Json]


# What holds a result: regions and arrows.
ResultKind = Literal["annotations", "drafts", "predictions"]


@dataclass(frozen=True, slots=True)
class View:
    """A tab of the data manager; *filtered* are the columns by which it picks its tasks."""

    id: int
    title: str
    filtered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Long work, so far; *total* is None where nobody knows it."""

    what: str
    done: int
    total: int | None


# Between two steps that are told.
STRIDE = 50


def studio_link(url: str, project: int, task: int | None = None) -> str:
    """Where people find a project of the server at *url*, or one task of it, in their browser."""
    found = f"{url}/projects/{project}/data"
    return found if task is None else f"{found}?task={task}"


def text_sha256_of(text: object) -> str:
    """Identifies the text that a task holds now, whatever was said of it when it was pushed."""
    return hashlib.sha256(str(text).encode("utf-8", "replace")).hexdigest()


class Studio(Protocol):
    """
    A Label Studio server.

    Every call raises StudioError with one sentence when the server refuses,
    and StudioGone when the connection breaks, so that nobody knows whether the
    server did what it was asked. No call that writes is ever sent twice here.
    """

    @property
    def url(self) -> str:
        """Where people find it."""

    def whoami(self) -> str:
        """The e-mail address of the account that we are."""

    def accounts(self) -> dict[int, str]:
        """The e-mail address of every account by its number."""

    def find_project(self, title: str) -> Project | None:
        """The project of exactly this title; StudioError when there are two."""

    def projects_named(self, title: str) -> list[Project]:
        """Those of exactly this title."""

    def titles(self) -> dict[int, str]:
        """The title of every project by its number."""

    def create_project(self, title: str, label_config: str, instructions: str) -> Project:
        """
        An empty project that shows suggestions to annotators.

        A busy server may make several, of which this is the last: see ``named.make_project``.
        """

    def update_project(
        self,
        project: int,
        *,
        title: str | None = None,
        label_config: str | None = None,
        instructions: str | None = None,
        model_version: str | None = None,
    ) -> None:
        """Change what isn't None; the model version must be one that suggested something."""

    def totals(self, project: int) -> ProjectTotals:
        """Totals by which to see later that nothing has changed."""

    def tasks(
        self,
        project: int,
        *,
        doc_ids: Sequence[str] | None = None,
        numbers: Sequence[int] | None = None,
        since: str = "",
        upto: int | None = None,
    ) -> Iterator[Task]:
        """
        All tasks, or those of these documents, of these numbers, or changed at or after *since*.

        Of the last, *upto* takes only those that are numbered no higher. None is left
        out because others come, change or go while they are listed.
        """

    def last_change(self, project: int) -> str:
        """When a task was last changed, by the server's clock; empty where there is none."""

    def task_ids(self, project: int) -> set[int]:
        """Which tasks there are; the cheapest way to see which are gone."""

    def import_tasks(self, project: int, tasks: Sequence[bytes]) -> None:
        """Add tasks with their suggestions, each as JSON, all or none; they are numbered in their order."""

    def tasks_after(self, project: int, task: int) -> tuple[str, range]:
        """
        Of the tasks numbered higher than this one: the first one's document, and numbers from its own on.

        As many as there are tasks; they are the tasks' own where none is left out,
        which the last one tells.
        """

    def predictions(
        self, project: int, tasks: Sequence[int] | None = None
    ) -> Iterator[Prediction]:
        """All suggestions of the project, or those of a few tasks, which are asked for one by one."""

    def import_predictions(self, project: int, items: Sequence[tuple[int, Json]]) -> None:
        """Add suggestions, given as (task, prediction), to tasks that are there."""

    def delete_predictions(self, ids: Iterable[int]) -> None:
        """Take suggestions away; one that is gone already doesn't matter."""

    def export(
        self, project: int, task_ids: Sequence[int] | None = None, *, drafts: bool = False
    ) -> Iterator[Json]:
        """
        The tasks that have annotations, in Label Studio's own JSON, of all there are now.

        Each is as it is at a moment of its own while the export goes on, with its drafts, of
        which those of an annotation name it. With *drafts* every task, annotated or not.
        """

    def stored(self, kind: ResultKind, number: int) -> Json | None:
        """One annotation, draft or prediction as it is at this moment; None if it is gone."""

    def rewrite(
        self, kind: ResultKind, number: int, result: Sequence[Json], *, model_version: str = ""
    ) -> None:
        """
        Give it another result, and a suggestion another model if one is given.

        One that is gone already doesn't matter.

        It stays the work of whoever made it, but an annotation was then last
        changed by the account that we are, and loses its drafts.
        """

    def returned(self, project: int, *, since: str = "") -> dict[int, str]:
        """The reason on each task that went back to its annotator, of those changed since."""

    def task_data(self, task: int) -> Json | None:
        """All that a task holds besides people's work; None where it is gone."""

    def replace_task_data(self, task: int, data: Json) -> None:
        """Give it all of this instead, unseen by the server; the task counts as changed."""

    def views(self, project: int) -> list[View]:
        """The data manager's saved views, as everybody there sees them."""

    def create_view(self, project: int, data: Json) -> View:
        """Save a view, given in Label Studio's own form."""

    def annotate(self, task: int, result: Sequence[Json]) -> None:
        """Submit an annotation as the account that we are."""

    def delete_task(self, task: int) -> None:
        """Remove a task with all that belongs to it."""
