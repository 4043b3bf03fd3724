"""The port: the calls that we need of a Label Studio server, and the values that they carry."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypedDict, Unpack

from curation.files import Json
from curation.labelstudio.task_stamp import TaskStamp
from curation.schema.labeling import RETURNED_KEY

# The beginning of every reason for which a task is returned, so that filters find it.
RETURN_PREFIX = "Returned to"

# The kinds of results: each has regions and relations.
ResultKind = Literal["annotations", "drafts", "predictions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """
    A Label Studio project.

    *model_version* is the model whose suggestions an annotator begins with, empty for none; none
    either where *shows_suggestions* is False. *tasks* and *submitted* are counts, the latter of
    annotations that weren't skipped. *overlap* is the number of annotators that each new task is
    served to. The server strips white space off both ends of config and instructions.
    """

    id: int
    title: str
    label_config: str
    instructions: str
    model_version: str
    tasks: int
    created_at: str
    submitted: int = 0
    overlap: int = 1
    description: str = ""
    shows_suggestions: bool = True


class ProjectChanges(TypedDict, total=False):
    """Settings of a project that are to be others."""

    title: str
    label_config: str
    instructions: str
    model_version: str
    overlap: int
    description: str
    shows_suggestions: bool


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """
    What the list of tasks says of a task.

    *annotations* counts annotations, the *skipped* ones too. *draft*: somebody has begun, and not
    submitted. *overlap* is the number of annotators whom the task is served to, not counting those
    who skip it; the server takes more all the same. *created_at* and *updated_at* are the server's
    times, comparable as text. *stamp* is None where the task has none; *group* is the document's, and
    its id where it has none; *returned* says why the task is returned, empty where it isn't.
    """

    id: int
    doc_id: str
    text_sha256: str
    annotations: int
    draft: bool
    created_at: str
    updated_at: str
    stamp: TaskStamp | None = None
    overlap: int = 1
    skipped: int = 0
    group: str = ""
    returned: str = ""

    @property
    def is_begun(self) -> bool:
        """Whether somebody has submitted, skipped or begun an annotation of the task."""
        return bool(self.annotations or self.draft)

    @property
    def is_finished(self) -> bool:
        """Whether as many annotations are submitted as the task is for."""
        return self.annotations - self.skipped >= self.overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One model's suggestions for one task, as Label Studio has them."""

    id: int
    task: int
    model_version: str
    result: list[Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A tab of the data manager; *filtered* are the columns by which the tab filters tasks."""

    id: int
    title: str
    filtered: tuple[str, ...]


def studio_link(url: str, project: int, task: int | None = None) -> str:
    """The page of a project, or of one of its tasks, on the server at *url*."""
    link = f"{url}/projects/{project}/data"
    return link if task is None else f"{link}?task={task}"


def text_sha256_of(text: object) -> str:
    """The hash of the text that a task holds now, whatever its data says that it was pushed with."""
    return hashlib.sha256(str(text).encode("utf-8", "replace")).hexdigest()


def group_in_task(data: Json) -> str:
    """The group of the document that a task's *data* holds, its id where it has none."""
    meta = data.get("meta")
    group = meta.get("group") if isinstance(meta, dict) else None
    return group if isinstance(group, str) and group else str(data.get("doc_id", ""))


def reason_in_task(data: Json) -> str:
    """Why the task with this *data* is returned to its annotator; empty where it isn't."""
    reason = str(data.get(RETURNED_KEY) or "")
    return reason if RETURN_PREFIX in reason else ""


class Studio(Protocol):
    """
    A Label Studio server.

    Every call raises StudioError with one sentence where the server refuses, and
    StudioConnectionLost where the connection breaks, so that nobody knows whether the server
    did what it was asked. No call that writes is ever sent twice.
    """

    @property
    def url(self) -> str:
        """The server's address."""

    def whoami(self) -> str:
        """The e-mail address of our account."""

    def accounts(self) -> dict[int, str]:
        """The e-mail address of every account, by the account's number."""

    def find_project(self, title: str) -> Project | None:
        """The project of exactly this title, None if there is none; StudioError for several."""

    def projects_named(self, title: str) -> list[Project]:
        """The projects of exactly this title."""

    def titles(self) -> dict[int, str]:
        """The title of every project, by the project's number."""

    def create_project(self, title: str, label_config: str, instructions: str) -> Project:
        """
        A new, empty project that shows suggestions to annotators.

        A busy server may create several, of which this is the last: see
        ``find_project.make_project``.
        """

    def update_project(self, project: int, **changes: Unpack[ProjectChanges]) -> None:
        """
        Change settings; the model version must be empty or one that suggested something.

        Another *overlap* than the project's becomes that of its tasks: of all tasks where it is 1,
        or where no task has more than 1, else of the tasks that have more than 1.
        """

    def totals(self, project: int) -> ProjectTotals:
        """Totals by which to see later that nothing has changed."""

    def suggestion_totals(self, project: int) -> tuple[tuple[str, int, str], ...]:
        """The suggestions of the totals alone, in fewer calls."""

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

        Of the last, *upto* leaves out those of higher numbers. No task is missed because others
        come, change or are deleted while they are listed.
        """

    def last_change(self, project: int) -> str:
        """When a task was last changed, by the server's clock; empty where there is no task."""

    def task_ids(self, project: int) -> set[int]:
        """The numbers of all tasks; the cheapest way to see which are deleted."""

    def tasks_with_drafts(self, project: int) -> set[int]:
        """The numbers of the tasks with a draft, of a new annotation or of one that was submitted."""

    def import_tasks(self, project: int, tasks: Sequence[bytes]) -> None:
        """
        Add tasks with their suggestions, each as JSON, all or none; numbered in their order.

        Where the server makes the tasks later, this returns when they are made.
        """

    def tasks_after(self, project: int, task: int) -> tuple[str, range]:
        """
        Of the tasks with higher numbers than *task*: the first one's document, and a range.

        The range begins with the first one's number and is as long as there are such tasks.
        It is their numbers if no number between them is another project's or a deleted task's.
        """

    def predictions(
        self, project: int, tasks: Sequence[int] | None = None
    ) -> Iterator[Prediction]:
        """All suggestions of the project, or those of some tasks."""

    def suggested_by(self, project: int) -> dict[int, frozenset[str]]:
        """By task, the models of its suggestions; tasks without any are left out."""

    def import_predictions(self, project: int, items: Sequence[tuple[int, Json]]) -> None:
        """Add suggestions, given as (task, prediction), to tasks that are there."""

    def delete_predictions(self, ids: Iterable[int]) -> None:
        """Delete suggestions; one that is deleted already doesn't matter."""

    def export(
        self, project: int, task_ids: Sequence[int] | None = None, *, drafts: bool = False
    ) -> Iterator[Json]:
        """
        The tasks that have annotations, or those of these numbers, in Label Studio's own JSON.

        Each is as it was at some moment during the export, with its drafts; a draft of an
        annotation names the annotation. With *drafts* every task comes, annotated or not.
        """

    def stored(self, kind: ResultKind, number: int) -> Json | None:
        """One annotation, draft or prediction as it is at this moment; None if it is deleted."""

    def rewrite(
        self, kind: ResultKind, number: int, result: Sequence[Json], *, model_version: str = ""
    ) -> None:
        """
        Give an annotation, draft or prediction another result, and a prediction another model.

        One that is deleted already doesn't matter. An annotation stays its annotator's, but was
        then last changed by our account, and loses its drafts.
        """

    def returned(self, project: int, *, since: str = "") -> dict[int, str]:
        """By task, the reason of each that is returned to its annotator and changed *since*."""

    def successors(self, project: int, documents: Sequence[str]) -> dict[str, str]:
        """For each of *documents* that a task's document supersedes, that one's id."""

    def task_data(self, task: int) -> Json | None:
        """The task's data: all that it holds besides people's work; None where it is deleted."""

    def replace_task_data(self, task: int, data: Json) -> None:
        """Replace all of the task's data, unchecked by the server; the task counts as changed."""

    def set_overlap(self, task: int, overlap: int) -> None:
        """Serve the task to so many annotators, who may be more or fewer than the project's; it counts as changed."""

    def views(self, project: int) -> list[View]:
        """The data manager's tabs, as everybody sees them."""

    def create_view(self, project: int, data: Json) -> View:
        """Add a tab, described in Label Studio's own JSON."""

    def annotate(self, task: int, result: Sequence[Json]) -> None:
        """Submit an annotation as our account."""

    def delete_task(self, task: int) -> None:
        """Delete a task with all that belongs to it."""
