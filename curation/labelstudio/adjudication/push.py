"""Tasks of adjudication on a server: those that are there, new ones, and those that have to change."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from pydantic_core import to_json

from curation.annotations.differences import ComparedAnnotations
from curation.annotations.shown_differences import (
    AGREED_VERSION,
    AdjudicationStamp,
    shown_under_current_names,
)
from curation.errors import Problem, StudioError
from curation.files import Json
from curation.labelstudio.adjudication.exported_verdict import NOT_OURS
from curation.labelstudio.adjudication.project import is_adjudication
from curation.labelstudio.adjudication.rounds import PlannedRound, StoredRound
from curation.labelstudio.adjudication.task import (
    read_adjudication_stamp,
    update_adjudication_task,
)
from curation.labelstudio.new_guideline import stamp_new_guideline
from curation.labelstudio.pull.exported_task import exported_document_id
from curation.labelstudio.pull.last_editor import result_sha256
from curation.labelstudio.server.find_project import make_project
from curation.labelstudio.server.port import Project, Studio, studio_link
from curation.labelstudio.server.send_batch import BatchSender, refusal_problem
from curation.labelstudio.server.send_once import SendOnce
from curation.labelstudio.server.upload_batches import upload_batches
from curation.schema.adjudication_guideline import adjudication_guideline_html
from curation.schema.adjudication_screen import adjudication_xml
from curation.schema.guidelines import guideline_sha256
from curation.schema.model import Schema


@dataclass(frozen=True, kw_only=True)
class AdjudicationTask:
    """A task of adjudication as the server has it; *has_draft*: somebody has changes there that aren't submitted."""

    number: int
    document: str
    text_sha256: str
    is_begun: bool
    has_draft: bool
    stamp: AdjudicationStamp

    def stored_round(self, schema: Schema) -> StoredRound:
        """What the task shows, under today's names of types, and whether somebody has begun."""
        return StoredRound(
            number=self.stamp.round,
            is_begun=self.is_begun,
            shown=tuple(
                shown_under_current_names(one, schema) for one in self.stamp.differences
            ),
        )


@dataclass(frozen=True, kw_only=True)
class AdjudicationTasks:
    """
    The tasks of a project, by document, each with the task of its round.

    *repeated* are tasks that nobody has begun and that repeat another one. *problems* are about
    tasks of which nobody knows which one counts, and about those that aren't ours.
    """

    by_document: Mapping[str, tuple[AdjudicationTask, ...]]
    repeated: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()


def refuse_annotations(project: Project) -> None:
    """Raises StudioError where the *project* isn't for adjudication."""
    if not is_adjudication(project):
        raise StudioError(
            f"{project.title!r} is a project of annotations, and not for adjudication",
            hint="give another title with --project; a new project is made for it",
        )


def make_or_align_project(
    studio: Studio, project: Project | None, title: str, schema: Schema
) -> Project:
    """The *project*, made where there is none, with the screen and the instructions of *schema*."""
    config = adjudication_xml(schema).strip()
    instructions = adjudication_guideline_html(schema).strip()
    if project is None:
        return make_project(studio, title, config, instructions, command="adjudicate")
    if project.label_config != config:
        studio.update_project(project.id, label_config=config)
    if project.instructions.strip() != instructions:
        stamp_new_guideline(studio, project, guideline_sha256(schema))
        studio.update_project(project.id, instructions=instructions)
    if not project.shows_suggestions:
        studio.update_project(project.id, shows_suggestions=True)
    return project


def read_adjudication_tasks(
    studio: Studio, project: Project, documents: Collection[str] | None = None
) -> AdjudicationTasks:
    """All tasks of a project, or those of these *documents*."""
    found: dict[tuple[str, int], list[AdjudicationTask]] = defaultdict(list)
    problems: list[Problem] = []
    numbers = None
    if documents is not None:
        listed = studio.tasks(project.id, doc_ids=sorted(documents)) if documents else ()
        numbers = [task.id for task in listed]
    exports = studio.export(project.id, numbers, drafts=True) if numbers != [] else ()
    for exported in exports:
        data = exported.get("data") or {}
        stamp = read_adjudication_stamp(data)
        number = int(exported["id"])
        document = exported_document_id(exported)
        if stamp is None:
            link = studio_link(studio.url, project.id, number)
            problems.append(Problem(document, NOT_OURS, link))
            continue
        task = AdjudicationTask(
            number=number,
            document=document,
            text_sha256=str(data.get("text_sha256")),
            is_begun=bool(exported.get("annotations") or exported.get("drafts")),
            has_draft=bool(exported.get("drafts")),
            stamp=stamp,
        )
        found[document, stamp.round].append(task)
    kept: dict[str, list[AdjudicationTask]] = defaultdict(list)
    repeated: list[int] = []
    for (document, number), tasks in sorted(found.items()):
        first, *others = sorted(tasks, key=lambda task: (not task.is_begun, task.number))
        kept[document].append(first)
        repeated += [task.number for task in others if not task.is_begun]
        if both := [task for task in others if task.is_begun]:
            what = (
                f"tasks {first.number} and {both[0].number} are both round {number}, and both are "
                "begun; delete the one that should not count"
            )
            link = studio_link(studio.url, project.id, both[0].number)
            problems.append(Problem(document, what, link))
    by_document = {document: tuple(tasks) for document, tasks in kept.items()}
    return AdjudicationTasks(
        by_document=by_document, repeated=tuple(repeated), problems=tuple(problems)
    )


def change_task(
    studio: Studio,
    task: AdjudicationTask,
    planned: PlannedRound,
    compared: ComparedAnnotations,
    schema: Schema,
    *,
    preselected: Mapping[str, str],
) -> AdjudicationTask:
    """Bring the panel of a task to what is planned; the task as it is now. What was shown keeps its position."""
    data = studio.task_data(task.number)
    if data is None:
        return task
    updated = update_adjudication_task(
        data,
        compared,
        schema,
        asked=planned.asked,
        holding=planned.holding,
        answered=planned.answered,
        preselected=preselected,
    )
    studio.replace_task_data(task.number, updated)
    return replace(task, stamp=read_adjudication_stamp(updated) or task.stamp)


class StoredPredictions:
    """What the tasks of a project come with, all of them or those of these numbers, as the server has it."""

    def __init__(
        self, studio: Studio, project: Project, tasks: Sequence[int] | None = None
    ) -> None:
        self._studio = studio
        self._project = project
        self._known = {
            one.task: (one.id, one.model_version, result_sha256(one.result))
            for one in studio.predictions(project.id, tasks)
        }

    def is_current(self, task: AdjudicationTask, prediction: Json) -> bool:
        """Whether a task has exactly this prediction."""
        known = self._known.get(task.number)
        wanted = (prediction["model_version"], result_sha256(prediction["result"]))
        return known is not None and known[1:] == wanted

    def write(self, task: AdjudicationTask, prediction: Json) -> None:
        """Give a task this prediction."""
        known = self._known.get(task.number)
        if known is None:
            # Label Studio refuses ticks in predictions that are imported by themselves.
            empty = {"model_version": AGREED_VERSION, "result": []}
            self._studio.import_predictions(self._project.id, [(task.number, empty)])
            number = max(
                one.id for one in self._studio.predictions(self._project.id, [task.number])
            )
        else:
            number = known[0]
        self._studio.rewrite(
            "predictions", number, prediction["result"], model_version=AGREED_VERSION
        )


def send_adjudication_tasks(
    studio: Studio,
    project: Project,
    tasks: Iterable[Json],
) -> tuple[Problem, ...]:
    """
    Create new tasks, each once also where the connection breaks; those that the server refuses.

    Raises StudioConnectionLost where the connection breaks again and again.
    """

    def arrived(_: Collection[str]) -> Collection[str]:
        exported = studio.export(project.id, drafts=True)
        return {_key(task.get("data") or {}) for task in exported}

    importing = SendOnce(
        partial(studio.import_tasks, project.id),
        arrived=arrived,
        total=lambda: studio.totals(project.id).tasks,
    )
    sender = BatchSender(importing.send, importing.look, weigh=len)
    keyed = ((_key(task["data"]), to_json(task)) for task in tasks)
    for batch in upload_batches(keyed, weigh=len):
        sender(batch)
    link = studio_link(studio.url, project.id)
    return tuple(
        refusal_problem(key.partition(" ")[2], refusal, link)
        for key, refusal in sender.refused.items()
    )


def delete_repeated(studio: Studio, project: Project) -> tuple[Problem, ...]:
    """Delete tasks that nobody has begun and that repeat another one, as two runs at once make them; what can't be told."""
    tasks = read_adjudication_tasks(studio, project)
    for number in tasks.repeated:
        with suppress(StudioError):  # the other run has deleted it
            studio.delete_task(number)
    return tasks.problems


def _key(data: Json) -> str:
    """What no other task has: round and document."""
    stamp = read_adjudication_stamp(data)
    return f"{stamp.round if stamp else 0} {data.get('doc_id')}"
