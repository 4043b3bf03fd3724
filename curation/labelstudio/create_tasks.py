"""New tasks in Label Studio, batch by batch, each once even where the connection breaks."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from curation.documents.document import Document
from curation.errors import StudioConnectionLost, StudioError
from curation.labelstudio.check_documents import CheckedDocument, CheckedDocuments
from curation.labelstudio.port import Project, Studio
from curation.labelstudio.push_plan import PushPlan, tasks_by_document
from curation.labelstudio.send_batch import SERVER_FAULT, BatchSender
from curation.labelstudio.tasks import to_task_json
from curation.labelstudio.upload_batches import upload_batches
from curation.labelstudio.wait_until_idle import MAXIMUM_IDLE_SECONDS, wait_until_idle
from curation.progress import Watch, unwatched


@dataclass(frozen=True, kw_only=True)
class CreatedTasks:
    """
    What became of new documents: *refused* by the server, by their ids, or *documents* with a task.

    The documents are in the order of their tasks, and none where the connection broke: then *tasks*
    gives their tasks, in an order that nobody knows, some of which may have lost their
    suggestions on the way. *superseding* gives, for each corrected article
    that names one, the document that it takes the place of.
    """

    documents: Sequence[CheckedDocument] = ()
    refused: Mapping[str, StudioError]
    tasks: Mapping[str, int] = field(default_factory=dict)
    superseding: Mapping[str, str] = field(default_factory=dict)


def create_tasks(
    studio: Studio,
    project: Project,
    checked: CheckedDocuments,
    plan: PushPlan,
    *,
    watch: Watch = unwatched,
    wait: Callable[[float], None] = time.sleep,
) -> CreatedTasks:
    """
    Create the tasks of the plan's new documents, but for those that the server refuses.

    Raises StudioConnectionLost where the connection breaks again and again.
    """
    new = plan.new
    if not new:
        return CreatedTasks(refused={})
    importing = TaskImport(
        studio,
        project,
        lambda ids: tasks_by_document(studio, project, list(ids))[0].keys(),
        wait,
    )
    sender = BatchSender(importing.send, importing.look)
    superseding: dict[str, str] = {}

    def made(document: Document) -> bytes:
        if document.supersedes:
            superseding[document.id] = document.supersedes
        return to_task_json(document, checked.schema, is_dealt_blind=document.id in plan.blind)

    # No variable holds what is watched: an error would keep the progress on the screen with it.
    for batch in upload_batches(watch(checked.read(new), "creating tasks", len(new)), made):
        sender(batch)
    for doc_id in sender.refused:
        superseding.pop(doc_id, None)
    if not sender.connection_broke:
        documents = tuple(one for one in new.values() if one.id not in sender.refused)
        return CreatedTasks(
            documents=documents, refused=sender.refused, superseding=superseding
        )
    # A task that arrived too late to be seen then is seen now, or else by the next push.
    known, duplicates = tasks_by_document(studio, project, list(new))
    for number in duplicates:
        studio.delete_task(number)
    return CreatedTasks(
        refused=sender.refused,
        tasks={document: task.id for document, task in known.items()},
        superseding=superseding,
    )


class TaskImport:
    """
    Sends tasks, and looks which have arrived where the answer was lost.

    *arrived* asks the server which of some keys have a task.
    """

    def __init__(
        self,
        studio: Studio,
        project: Project,
        arrived: Callable[[Collection[str]], Collection[str]],
        wait: Callable[[float], None],
    ) -> None:
        self._studio = studio
        self._project = project
        self._arrived = arrived
        self._wait = wait
        self._began = 0.0
        self._is_failing = False

    def send(self, tasks: Sequence[bytes]) -> None:
        self._began = time.monotonic()
        self._studio.import_tasks(self._project.id, tasks)

    def look(
        self, waiting: Mapping[str, bytes], lost: StudioConnectionLost
    ) -> Mapping[str, bytes]:
        """The tasks that have not arrived; they may be arriving, which is waited for."""
        if lost.retry_after:
            self._wait(min(lost.retry_after, MAXIMUM_IDLE_SECONDS))
        # A server that failed has ended; it is given time only once, to mend what made it fail.
        if lost.status != SERVER_FAULT or not self._is_failing:
            took = time.monotonic() - self._began
            wait_until_idle(self._studio, self._project.id, seconds=took, wait=self._wait)
        self._is_failing = lost.status == SERVER_FAULT
        arrived = self._arrived(waiting.keys())
        return {key: task for key, task in waiting.items() if key not in arrived}
