"""New tasks in Label Studio, batch by batch, each once even where the connection breaks."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from curation.errors import StudioConnectionLost
from curation.labelstudio.check_documents import CheckedDocument, CheckedDocuments
from curation.labelstudio.port import Project, Studio
from curation.labelstudio.push_plan import tasks_by_document
from curation.labelstudio.tasks import to_task_json
from curation.labelstudio.upload_batches import upload_batches
from curation.labelstudio.wait_until_idle import MAXIMUM_IDLE_SECONDS, wait_until_idle
from curation.progress import Watch, unwatched

IMPORT_ATTEMPTS = 5


def create_tasks(
    studio: Studio,
    project: Project,
    checked: CheckedDocuments,
    new: Mapping[str, CheckedDocument],
    *,
    watch: Watch = unwatched,
    wait: Callable[[float], None] = time.sleep,
) -> Sequence[CheckedDocument]:
    """
    Create the tasks of the *new* documents, and return these in the order of their tasks.

    Returns nothing where the connection broke on the way: the tasks are there then, but in an
    order that nobody knows. Raises StudioConnectionLost where the connection breaks again and again.
    """
    if not new:
        return ()
    connection_broke = False
    made = partial(to_task_json, schema=checked.schema)
    # No variable holds what is watched: an error would keep the progress on the screen with it.
    for batch in upload_batches(watch(checked.read(new), "creating tasks", len(new)), made):
        waiting = batch
        for attempt in range(1, IMPORT_ATTEMPTS + 1):
            began = time.monotonic()
            try:
                studio.import_tasks(project.id, list(waiting.values()))
                break
            except StudioConnectionLost as gone:
                # The tasks may have arrived, or be arriving: look before sending them again.
                connection_broke = True
                if attempt == IMPORT_ATTEMPTS:
                    raise
                if gone.retry_after:
                    wait(min(gone.retry_after, MAXIMUM_IDLE_SECONDS))
                took = time.monotonic() - began
                wait_until_idle(studio, project.id, seconds=took, wait=wait)
                arrived, _ = tasks_by_document(studio, project, list(waiting))
                waiting = {
                    doc_id: task for doc_id, task in waiting.items() if doc_id not in arrived
                }
                if not waiting:
                    break
    if connection_broke:
        # A task that arrived too late to be seen then is seen now, or else by the next push.
        _, duplicates = tasks_by_document(studio, project, list(new))
        for number in duplicates:
            studio.delete_task(number)
    return () if connection_broke else tuple(new.values())
