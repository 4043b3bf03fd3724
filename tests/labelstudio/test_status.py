"""How far a project is, and how far the asking is."""

from samples import SCHEMA

from curation.documents.document import Document
from curation.labelstudio.pull.annotation_people import AnnotatorNames
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.status import project_status


def test_every_task_counts_once_and_the_watch_sees_all_of_them():
    studio = MemoryStudio()
    documents = [Document(f"doc-{n}", f"Bob came. {n}") for n in range(5)]
    push_documents(studio, documents, SCHEMA, title="p")
    studio.submit(1, [])
    studio.submit(1, [], skipped=True)
    studio.submit(2, [], skipped=True)
    studio.draft(3)
    watched = []

    def watch(items, what, total):
        items = list(items)
        watched.append((what, len(items), total))
        return items

    status = project_status(
        studio,
        SCHEMA,
        title="p",
        names=AnnotatorNames(pseudonym=lambda n, _: f"p{n}", kind=lambda _: "person"),
        watch=watch,
    )

    assert (status.tasks, status.annotated) == (5, 1)
    assert (status.begun, status.skipped, status.left) == (1, 1, 2)
    assert watched == [("reading annotations", 2, 1)]
