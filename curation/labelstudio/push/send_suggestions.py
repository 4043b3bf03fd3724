"""Suggestions sent to tasks that are there: new ones, those that become others, and which are shown."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial

from pydantic_core import to_json

from curation.documents.document import Document
from curation.errors import StudioConnectionLost, StudioError
from curation.files import Json
from curation.labelstudio.push.check_documents import CheckedDocuments
from curation.labelstudio.push.plan import ASKED_ONE_BY_ONE, PushPlan
from curation.labelstudio.server.port import Prediction, Project, Studio
from curation.labelstudio.server.send_batch import SERVER_FAULT, BatchSender
from curation.labelstudio.server.send_once import SendOnce
from curation.labelstudio.server.upload_batches import upload_batches
from curation.labelstudio.tasks import to_prediction
from curation.progress import Watch, unwatched

# The setting with which a project shows the suggestions of every model.
ALL_MODELS = ""


def send_suggestions(  # noqa: PLR0913 - *watch* and *wait* are what tests replace
    studio: Studio,
    project: Project,
    checked: CheckedDocuments,
    plan: PushPlan,
    *,
    refused_new: Collection[str],
    watch: Watch = unwatched,
    wait: Callable[[float], None] = time.sleep,
) -> dict[str, StudioError]:
    """
    Send new suggestions, then show them, then delete old ones: no task is ever without.

    *refused_new* are new documents that the server refused. Returns the documents whose
    suggestions it refuses, each with its answer.
    """
    made = partial(to_prediction, schema=checked.schema)
    version = checked.model_version
    refused: dict[str, StudioError] = {}
    if plan.rewritten:
        if project.model_version not in (ALL_MODELS, version):
            studio.update_project(project.id, model_version=ALL_MODELS)
        read = checked.read(plan.rewritten)
        rewriting = BatchSender(partial(_rewrite, studio), _look_after_rewriting, _size)
        for document in watch(read, "replacing suggestions", len(plan.rewritten)):
            rewriting({document.id: (plan.rewritten[document.id], made(document))})
        refused |= rewriting.refused
    if plan.missing:
        refused |= _send_missing(studio, project, checked, plan.missing, watch=watch, wait=wait)
    _show_suggestions(studio, project, plan, version, refused={*refused, *refused_new})
    if plan.surplus:
        total = len(plan.surplus)
        studio.delete_predictions(watch(plan.surplus, "deleting old suggestions", total))
    return refused


def _send_missing(
    studio: Studio,
    project: Project,
    checked: CheckedDocuments,
    missing: Mapping[str, int],
    *,
    watch: Watch,
    wait: Callable[[float], None],
) -> dict[str, StudioError]:
    """Send suggestions to tasks, given by document, that have none; those that the server refuses."""
    version = checked.model_version

    def arrived(ids: Collection[str]) -> Collection[str]:
        tasks = {missing[doc_id] for doc_id in ids}
        suggested = tasks_suggested_by(version, studio, project, tasks)
        return {doc_id for doc_id in ids if missing[doc_id] in suggested}

    def total() -> int:
        models = studio.suggestion_totals(project.id)
        return sum(number for model, number, _ in models if model == version)

    once: SendOnce[tuple[int, Json]] = SendOnce(
        partial(studio.import_predictions, project.id), arrived=arrived, total=total, wait=wait
    )
    sender = BatchSender(once.send, once.look, _size)

    def made(document: Document) -> tuple[str, tuple[int, Json]]:
        return document.id, (missing[document.id], to_prediction(document, checked.schema))

    read = checked.read(missing)
    for batch in upload_batches(
        map(made, watch(read, "sending suggestions", len(missing))), weigh=_size
    ):
        sender(batch)
    if sender.connection_broke:
        _delete_doubles(studio, project, version, {*missing.values()})
    return sender.refused


def _show_suggestions(
    studio: Studio, project: Project, plan: PushPlan, version: str, *, refused: Collection[str]
) -> None:
    """Let annotators see the suggestions of this model, unless the server does so by itself."""
    have_come = any(
        document.model_version
        for doc_id, document in plan.new.items()
        if doc_id not in refused and doc_id not in plan.blind
    )
    # Label Studio itself shows the first suggestions that come with a task.
    are_shown = project.model_version == version or (have_come and not project.model_version)
    if are_shown or not (have_come or plan.shows_suggestions):
        return
    if refused and not have_come:
        totals = studio.totals(project.id)
        if version not in {one for one, _, _ in totals.suggestions}:
            return  # all of them were refused
    studio.update_project(project.id, model_version=version)


def _rewrite(studio: Studio, suggestions: Sequence[tuple[int, Json]]) -> None:
    for number, prediction in suggestions:
        studio.rewrite(
            "predictions",
            number,
            prediction["result"],
            model_version=prediction["model_version"],
        )


def _look_after_rewriting(
    waiting: Mapping[str, tuple[int, Json]], lost: StudioConnectionLost
) -> Mapping[str, tuple[int, Json]]:
    """All of it: to rewrite twice does no harm. Only a server that answered is asked again at once."""
    if lost.status != SERVER_FAULT:
        raise lost
    return waiting


def _size(item: tuple[int, Json]) -> int:
    """The bytes of what is sent of a task's suggestions."""
    _, prediction = item
    return len(to_json(prediction))


def _delete_doubles(
    studio: Studio, project: Project, version: str, tasks: Collection[int]
) -> None:
    """Delete what came twice: a call whose answer was lost may be carried out late."""
    seen: set[tuple[int, bytes]] = set()
    doubles: list[int] = []
    for one in sorted(_predictions_of(studio, project, tasks), key=lambda one: one.id):
        key = one.task, to_json(one.result)
        if one.model_version == version and one.task in tasks:
            if key in seen:
                doubles.append(one.id)
            seen.add(key)
    studio.delete_predictions(doubles)


def tasks_suggested_by(
    version: str, studio: Studio, project: Project, tasks: Collection[int]
) -> set[int]:
    """The tasks, and others where *tasks* are many, that have a suggestion of this model."""
    found = _predictions_of(studio, project, tasks)
    return {one.task for one in found if one.model_version == version}


def _predictions_of(
    studio: Studio, project: Project, tasks: Collection[int]
) -> Iterator[Prediction]:
    """The suggestions of these tasks, and of others where they are many."""
    return studio.predictions(project.id, [*tasks] if len(tasks) <= ASKED_ONE_BY_ONE else None)
