"""New tasks in Label Studio, batch by batch, each once even where the connection breaks."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from curation.documents.document import Document
from curation.errors import StudioError
from curation.labelstudio.push.check_documents import CheckedDocument, CheckedDocuments
from curation.labelstudio.push.plan import PushPlan, tasks_by_document
from curation.labelstudio.push.stories import Stories
from curation.labelstudio.server.port import Project, Studio
from curation.labelstudio.server.send_batch import BatchSender
from curation.labelstudio.server.send_once import SendOnce
from curation.labelstudio.server.upload_batches import upload_batches
from curation.labelstudio.tasks import to_task_json
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
    importing = SendOnce(
        partial(studio.import_tasks, project.id),
        arrived=lambda ids: tasks_by_document(studio, project, list(ids))[0].keys(),
        total=lambda: studio.totals(project.id).tasks,
        wait=wait,
    )
    sender = BatchSender(importing.send, importing.look, weigh=len)
    superseding: dict[str, str] = {}
    stories = Stories(new, checked.groups)

    def made(document: Document) -> tuple[str, bytes]:
        if document.supersedes:
            superseding[document.id] = document.supersedes
        is_blind = document.id in plan.blind
        return document.id, to_task_json(document, checked.schema, is_dealt_blind=is_blind)

    # No variable holds what is watched: an error would keep the progress on the screen with it.
    for batch in upload_batches(
        map(made, stories.together(watch(checked.read(new), "creating tasks", len(new)))),
        weigh=len,
    ):
        sender(batch)
    for doc_id in sender.refused:
        superseding.pop(doc_id, None)
    if not sender.connection_broke:
        in_order = stories.together(new.values())
        documents = tuple(one for one in in_order if one.id not in sender.refused)
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
