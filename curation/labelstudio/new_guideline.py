"""The tasks of a project told that its guideline changes, so that work says by which one it was made."""

import msgspec

from curation.annotations.former_hash import FormerHash
from curation.files import Json
from curation.labelstudio.adjudication.task import ADJUDICATION_KEY, read_adjudication_stamp
from curation.labelstudio.server.port import Project, Studio
from curation.labelstudio.task_stamp import STAMP_KEY, read_stamp
from curation.progress import Watch, unwatched


def stamp_new_guideline(
    studio: Studio, project: Project, guideline: str, watch: Watch = unwatched
) -> None:
    """
    Stamp all tasks of the project with the *guideline* that it is about to show, given by its hash.

    What was last updated before stays the work of the earlier one. Tasks without a stamp get none.
    """
    until = studio.last_change(project.id)
    listed = studio.tasks(project.id) if until else ()
    tasks = [
        task.id for task in listed if task.stamp is None or task.stamp.guideline != guideline
    ]
    for task in watch(tasks, "stamping tasks with the guideline", len(tasks)):
        data = studio.task_data(task)
        stamped = data and _stamped(data, guideline, until)
        if stamped and stamped != data:
            studio.replace_task_data(task, stamped)


def _stamped(data: Json, guideline: str, until: str) -> Json:
    """A task's *data*, by which work after *until* is done by the *guideline*."""
    if stamp := read_stamp(data):
        if stamp.guideline == guideline:
            return data
        return {**data, STAMP_KEY: stamp.with_guideline(guideline, until=until).to_json()}
    shown = read_adjudication_stamp(data)
    if shown is None or shown.guideline == guideline:
        return data
    before = FormerHash(hash=shown.guideline, until=until)
    now = msgspec.structs.replace(
        shown, guideline=guideline, earlier_guidelines=(*shown.earlier_guidelines, before)
    )
    return {**data, STAMP_KEY: {ADJUDICATION_KEY: now.to_json()}}
