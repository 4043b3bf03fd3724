"""A project that tests annotate and pull, in a workspace of its own."""

from dataclasses import replace

import msgspec
from samples import SCHEMA

from curation.annotations.make_verdict import (
    ChoiceMark,
    MadeChoices,
    VerdictSource,
    make_verdict,
)
from curation.annotations.settle_choices import settle
from curation.annotations.voters import compare_annotations
from curation.commands.pull import pull_lines
from curation.commands.status_lines import status_lines
from curation.documents.document import Document, Entity, Layer
from curation.flows.pull import pull
from curation.flows.status import status
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
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


def annotated_studio(*documents):
    """A twin whose project has these documents, each annotated as suggested."""
    studio = MemoryStudio()
    push_documents(studio, documents, SCHEMA, title="p")
    for task, one in zip(studio.tasks(1), documents, strict=True):
        studio.submit(task.id, to_result(one, SCHEMA))
    return studio


def pulled_lines(studio, place, **options):
    """What a pull of the project says."""
    report = pull(studio, place, SCHEMA, title="p", **options)
    return "\n".join(pull_lines(report, place, dry_run=False))


def document(number):
    bob = Entity(0, 3, "PERSON", "a")
    return Document(f"d{number:02}", f"Bob met Al. {number}", (bob,), (), {}, MODEL)


ORG = to_result(replace(document(1), entities=(Entity(0, 3, "ORG", "a"),)), SCHEMA)


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

    def differ(self, *numbers):
        for number in numbers:
            self.submit(number, by=2, unchanged=False)
        self.pull()

    def record(self, number):
        with self.place.working_version(SCHEMA) as working:
            return working.record(f"d{number:02}")

    def decide(self, number, by=0):
        """A verdict that takes the reading of the annotator *by*, or the n-th option."""
        with self.place.working_version(SCHEMA) as working:
            record = working.record(f"d{number:02}")
            compared = compare_annotations(record, SCHEMA)
            choices = {one.key: one.options[by].alias for one in compared.differences}
            marks = {
                one.key: ChoiceMark(number=n, round=1)
                for n, one in enumerate(compared.differences, 1)
            }
            verdict = make_verdict(
                compared,
                settle(compared, choices, SCHEMA),
                MadeChoices(choices=choices, marks=marks),
                VerdictSource(by="person-9", kind="person", at="2026-11-29T12:00:00Z"),
                SCHEMA,
            )
            working.put(msgspec.structs.replace(record, verdict=verdict))
            self.place.commit(working)
