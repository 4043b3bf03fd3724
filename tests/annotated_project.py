"""A project that tests annotate and pull, in a workspace of its own."""

from samples import SCHEMA

from curation.commands.status import status_lines
from curation.documents.document import Document, Entity, Layer
from curation.flows.pull import pull
from curation.flows.status import status
from curation.labelstudio.push import push_documents
from curation.labelstudio.tasks import to_result
from curation.labelstudio.twin import MemoryStudio
from curation.schema.labeling import FLAGS_TAG, NOTE_TAG, TEXT_TAG
from curation.workspace import Workspace

MODEL = Layer("model", "m", "1", "w", "r")
FLAG = {"id": "f", "type": "choices", "from_name": FLAGS_TAG, "to_name": TEXT_TAG, "value": {"choices": ["bad_text"]}}  # fmt: skip
NOTE = {"id": "n", "type": "textarea", "from_name": NOTE_TAG, "to_name": TEXT_TAG, "value": {"text": ["who is Al?"]}}  # fmt: skip


class AskedStudio(MemoryStudio):
    """A twin that remembers which tasks were exported and listed; None stands for all."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def export(self, project, task_ids=None, *, drafts=False):
        self.asked.append(None if task_ids is None else len(task_ids))
        return super().export(project, task_ids, drafts=drafts)

    def tasks(self, project, **options):
        found = list(super().tasks(project, **options))
        self.asked.append(len(found) if any(options.values()) else None)
        return iter(found)


def document(number):
    bob = Entity(0, 3, "PERSON", "a")
    return Document(f"d{number:02}", f"Bob met Al. {number}", (bob,), (), {}, MODEL)


class AnnotatedProject:
    """A project of twelve documents, and a workspace that pulls from it."""

    def __init__(self, folder, documents=12):
        self.place = Workspace(folder / "gold", folder / ".curate")
        self.studio = AskedStudio()
        self.studio.emails |= {1: "ada@example.org", 2: "ben@example.org", 3: "cy@example.org"}
        some = [document(number) for number in range(1, documents + 1)]
        push_documents(self.studio, some, SCHEMA, title="p")

    def submit(self, number, *extra, by=1, skipped=False, seconds=None, unchanged=True):
        marks = to_result(document(number), SCHEMA) if unchanged else []
        made = self.studio.submit(number, [*marks, *extra], by=by, skipped=skipped)
        self.studio.stored_tasks[number].annotations[-1]["lead_time"] = seconds
        return made

    def pull(self, **options):
        return pull(self.studio, self.place, SCHEMA, title="p", **options)

    def status(self, **options):
        return status(self.studio, self.place, SCHEMA, title="p", **options)

    def said(self, **options):
        return "\n".join(status_lines(self.status(**options)))
