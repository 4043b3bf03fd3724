"""New tasks to Label Studio, batch by batch, each once even where the connection breaks."""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial

from curation.errors import StudioConnectionLost
from curation.labelstudio.check_documents import Brief, Survey
from curation.labelstudio.port import Project, Step, Studio
from curation.labelstudio.push_plan import one_each
from curation.labelstudio.tasks import to_task_json
from curation.labelstudio.upload_batches import batches
from curation.labelstudio.wait_until_idle import PATIENCE, come_to_rest
from curation.schema.model import Schema

ATTEMPTS = 5


def create(
    studio: Studio,
    project: Project,
    found: Survey,
    new: Mapping[str, Brief],
    schema: Schema,
    wait: Callable[[float], None],
) -> Generator[Step, None, Sequence[Brief]]:
    """
    Create the tasks of *new* documents; returns these in the order of their tasks.

    Returns nothing where the connection broke on the way: then they are there,
    but who made them isn't sure.
    """
    done, broken = 0, False
    for batch in batches(found.read(new), partial(to_task_json, schema=schema)) if new else ():
        yield Step("tasks", done, len(new))
        left = batch
        for attempt in range(1, ATTEMPTS + 1):
            began = time.monotonic()
            try:
                studio.import_tasks(project.id, list(left.values()))
                break
            except StudioConnectionLost as gone:
                # It may have arrived, or be arriving: look before sending again.
                broken = True
                if attempt == ATTEMPTS:
                    raise
                if gone.retry_after:
                    wait(min(gone.retry_after, PATIENCE))
                come_to_rest(studio, project.id, wait, time.monotonic() - began)
                there, _ = one_each(studio, project, list(left))
                left = {doc_id: task for doc_id, task in left.items() if doc_id not in there}
                if not left:
                    break
        done += len(batch)
    if broken:
        # What came too late to be seen then is seen now, or else by the next push.
        for number in one_each(studio, project, list(new))[1]:
            studio.delete_task(number)
    yield Step("tasks", len(new), len(new))
    return () if broken else tuple(new.values())
