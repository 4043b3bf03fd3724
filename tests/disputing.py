"""A project whose annotators differ, in a workspace of its own, and adjudicators of it."""

from annotated_project import MODEL, AskedStudio
from samples import SCHEMA

from curation.documents.document import Document, Entity
from curation.flows.adjudicate import AdjudicationOptions, adjudicate
from curation.flows.pull import pull
from curation.labelstudio.adjudication.task import read_adjudication_stamp
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.tasks import to_result
from curation.workspace import Workspace

TITLE = "curate: adjudication"

# Names that annotators give different labels, so many to a document.
NAMES = 60


def words(number, names=NAMES):
    """The text of a document, with so many names."""
    return f"Document {number}. " + " ".join(f"Name{n:02}." for n in range(names))


def annotation(number, labels, names=NAMES):
    """The document with the first names under these labels; "-" is none."""
    text = words(number, names)
    entities = tuple(
        Entity(start, start + len("Name00"), label)
        for n, label in enumerate(labels)
        if label != "-"
        for start in [text.index(f"Name{n:02}")]
    )
    return Document(f"d{number}", text, entities, (), {}, MODEL)


class DisputedProject:
    """A project of documents, each given to two annotators, and a workspace that pulls from it."""

    def __init__(self, folder, documents=3, studio=None, title="p", names=NAMES):
        self.names = names
        self.schema = SCHEMA
        self.title = title
        self.place = Workspace(folder / "gold", folder / ".curate")
        self.studio = studio or AskedStudio()
        self.studio.emails |= {n: f"{name}@example.org" for n, name in enumerate(("ada", "ben", "cy", "dee"), 1)}  # fmt: skip
        if self.studio.find_project(title) is None:
            some = [annotation(number, "", names) for number in range(1, documents + 1)]
            push_documents(self.studio, some, SCHEMA, title=title)
            project = self.studio.find_project(title)
            self.studio.update_project(project.id, overlap=2)
        self.numbers = {
            task.doc_id: task.id
            for task in self.studio.tasks(self.studio.find_project(title).id)
        }

    def annotate(self, number, labels, *extra, by, **options):
        """Submit the labels of the first names, one for each."""
        marked = annotation(number, [_LABELS[one] for one in labels], self.names)
        result = [*to_result(marked, SCHEMA), *extra]
        return self.studio.submit(self.numbers[f"d{number}"], result, by=by, **options)

    def change(self, annotation_number, number, labels):
        """Another result in an annotation that was submitted."""
        marked = annotation(number, [_LABELS[one] for one in labels], self.names)
        self.studio.rewrite("annotations", annotation_number, to_result(marked, SCHEMA))

    def pull(self):
        return pull(self.studio, self.place, self.schema, title=self.title)

    def adjudicate(self, *documents, **options):
        return adjudicate(
            self.studio,
            self.place,
            self.schema,
            AdjudicationOptions(documents=documents, **options),
        )

    @property
    def tasks(self):
        """The data of the tasks of adjudication, by document and round."""
        project = self.studio.find_project(TITLE)
        return {
            (one.data["doc_id"], one.data["round"]): one.data
            for one in self.studio.stored_tasks.values()
            if project and one.project == project.id
        }

    def number(self, document, round_number=1):
        """The number of a task of adjudication."""
        project = self.studio.find_project(TITLE)
        (found,) = [
            number
            for number, one in self.studio.stored_tasks.items()
            if one.project == project.id
            and (one.data["doc_id"], one.data["round"]) == (document, round_number)
        ]
        return found

    def shown(self, document, round_number=1):
        return read_adjudication_stamp(self.tasks[document, round_number]).differences

    def state(self):
        """All that the server has of tasks and predictions."""
        return {
            number: (one.project, one.data, one.predictions, one.annotations)
            for number, one in self.studio.stored_tasks.items()
        }


_LABELS = {"o": "ORG", "g": "GPE", "p": "PERSON", "f": "FAC", "-": "-"}
