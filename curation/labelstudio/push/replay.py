"""Known annotations submitted once more by a program, so that there is something to pull."""

from collections.abc import Iterable
from dataclasses import dataclass

from curation.documents.document import Document
from curation.errors import StudioError
from curation.labelstudio.push.check_documents import refuse_unsound
from curation.labelstudio.server.find_project import project_named
from curation.labelstudio.server.port import Studio, studio_link
from curation.labelstudio.tasks import to_result
from curation.progress import Watch, unwatched
from curation.schema.model import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayReport:
    """How many annotations were *submitted*, and how many tasks had some already."""

    submitted: int
    already_annotated: int


def replay(
    studio: Studio,
    documents: Iterable[Document],
    schema: Schema,
    *,
    title: str,
    watch: Watch = unwatched,
) -> ReplayReport:
    """
    Submit each of the *documents* as an annotation of its task in the project *title*.

    A task that has an annotation is left alone, so a second replay does nothing.
    Raises SchemaError before anything is submitted if any document is unsound.
    """
    documents = tuple(documents)
    refuse_unsound(documents, schema)
    by_id = {document.id: document for document in documents}
    project = project_named(studio, title)
    submitted = 0
    already_annotated = 0
    tasks = studio.tasks(project.id, doc_ids=sorted(by_id))
    for task in watch(tasks, "submitting annotations", len(by_id)):
        document = by_id[task.doc_id]
        if task.text_sha256 != document.text_sha256:
            link = studio_link(studio.url, project.id, task.id)
            raise StudioError(
                f"task {task.id} holds another text of {task.doc_id}",
                hint=f"look at it: {link}",
            )
        if task.annotations:
            already_annotated += 1
        else:
            studio.annotate(task.id, to_result(document, schema))
            submitted += 1
    return ReplayReport(submitted=submitted, already_annotated=already_annotated)
