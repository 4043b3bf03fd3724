"""Known annotations submitted once more, by a program, so that there is something to pull."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from curation.documents.document import Document
from curation.errors import StudioError
from curation.labelstudio.check_documents import refuse_unsound
from curation.labelstudio.find_project import project_named
from curation.labelstudio.port import Step, Studio, page
from curation.labelstudio.tasks import to_result
from curation.schema.model import Schema


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many annotations were submitted, and how many documents had one already."""

    submitted: int
    there: int


def replay(
    studio: Studio, documents: Iterable[Document], schema: Schema, *, title: str
) -> Iterator[Step | Replayed]:
    """
    Submit *documents* as annotations of their tasks; the last event is a Replayed.

    A task that has an annotation is left alone, so a second replay does nothing.
    Raises SchemaError before anything is submitted if any document is unsound.
    """
    documents = tuple(documents)
    refuse_unsound(documents, schema)
    project = project_named(studio, title)
    wanted = {document.id: document for document in documents}
    submitted = there = 0
    for task in studio.tasks(project.id, doc_ids=sorted(wanted)):
        yield Step("annotations", submitted + there, len(wanted))
        document = wanted[task.doc_id]
        if task.text_sha256 != document.text_sha256:
            raise StudioError(
                f"task {task.id} holds another text of {task.doc_id}",
                hint=f"look at it: {page(studio.url, project.id, task.id)}",
            )
        if task.annotations:
            there += 1
        else:
            studio.annotate(task.id, to_result(document, schema))
            submitted += 1
    yield Replayed(submitted, there)
