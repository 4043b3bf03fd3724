"""Annotators who differ on documents, an adjudicators' project about these, and a workspace that pulls both."""

import json
from copy import copy
from dataclasses import replace

from deciding import decided, shown
from disputed import AGREED, annotations
from gold_samples import MODEL
from samples import SCHEMA

from curation.annotations.voters import compare_annotations
from curation.commands.pull import pull_all_lines
from curation.default_project import ADJUDICATION_PROJECT
from curation.flows.pull import PullOptions, pull
from curation.flows.pull_all import pull_all
from curation.gold.working.dataset import read_working_dataset
from curation.labelstudio.adjudication.task import to_adjudication_task
from curation.labelstudio.push.dealing import AskedDealing
from curation.labelstudio.push.push import PushOptions, push_documents
from curation.labelstudio.server.port import studio_link
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.schema.adjudication_screen import adjudication_xml
from curation.workspace import Workspace

ADA, BEN, CY, DEE = "ada", "ben", "cy", "dee"


def pull_verdicts(studio, place, schema, *, title, **options):
    """Pull the adjudicators' project of this title alone."""
    options = PullOptions(**options)
    (report,) = pull_all(studio, place, schema, options=options, adjudication=title).verdicts
    return report


class TwinHands:
    """People who work in a Label Studio in memory, by their first names."""

    def __init__(self, studio):
        self.studio = studio
        self.numbers = {name: number for number, name in enumerate((ADA, BEN, CY, DEE), 2)}
        studio.emails |= {
            number: f"{name}@example.org" for name, number in self.numbers.items()
        }

    def submit(self, task, result, *, by, parent_annotation=None):
        """Submit an annotation; its number."""
        return self.studio.submit(
            task, result, by=self.numbers[by], parent_annotation=parent_annotation
        )

    def change(self, annotation, result=None, *, by, skipped=False):
        """Update an annotation, or skip what was submitted."""
        self.studio.change(annotation, result, by=self.numbers[by], skipped=skipped)

    def delete(self, annotation):
        """Delete an annotation."""
        self.studio.delete_annotation(annotation)

    def let_pass(self, seconds):
        """Let time pass by the server's clock."""
        self.studio.let_pass(seconds)


class AdjudicatedProject:
    """Ada and Ben annotated each document; Dee adjudicates."""

    def __init__(self, folder, documents=("d1",), *, hands=None, title="news", dealing=None):
        self.folder = folder
        self.place = Workspace(folder / "gold", folder / ".curate")
        self.hands = hands or TwinHands(MemoryStudio())
        self.studio = self.hands.studio
        self.title = title
        self.desk_title = ADJUDICATION_PROJECT if title == "news" else f"{title} desk"
        # A model that suggests what nobody disputes, and nothing more.
        suggested = [
            replace(annotations(name)["ada"], entities=AGREED, relations=(), layer=MODEL)
            for name in documents
        ]
        options = PushOptions(dealing=dealing or AskedDealing())
        push_documents(self.studio, suggested, SCHEMA, title=title, options=options)
        self.news = self.tasks(title)
        self.submitted = {}
        for name in documents:
            self.annotate(name, ADA, annotations(name)["ada"])
            self.annotate(name, BEN, annotations(name)["ben"])
        self.pull_annotations()
        self.project = self.studio.create_project(self.desk_title, adjudication_xml(SCHEMA), "")
        self.asked = {}
        self.ask(*documents)
        self.hands.let_pass(60)

    def tasks(self, title):
        """The numbers of a project's tasks by document."""
        project = self.studio.find_project(title)
        return {task.doc_id: task.id for task in self.studio.tasks(project.id)}

    def annotate(self, name, by, document, **more):
        number = self.hands.submit(self.news[name], to_result(document, SCHEMA), by=by, **more)
        self.submitted[name, by] = number
        return number

    def change(self, name, by, document):
        """An annotator's Update."""
        self.hands.change(self.submitted[name, by], to_result(document, SCHEMA), by=by)

    def pull_annotations(self):
        return pull(self.studio, self.place, SCHEMA, title=self.title)

    def record(self, name):
        with self.place.read_only().working_version(SCHEMA) as working:
            return working.record(name)

    def consensus(self, name):
        with self.place.read_only().working_version(SCHEMA) as working:
            return working.consensus(name)

    def ask(self, *documents, **more):
        """Give adjudicators a task for each document; made anew where there is one already."""
        tasks = [
            to_adjudication_task(compare_annotations(self.record(name), SCHEMA), SCHEMA, **more)
            for name in documents
        ]
        self.studio.import_tasks(self.project.id, [json.dumps(one).encode() for one in tasks])
        for name, task in zip(documents, tasks, strict=True):
            self.asked[name] = json.loads(json.dumps(task))
        self.desk = self.tasks(self.desk_title)

    def readings(self, name, by=ADA):
        """At each difference the reading of one annotator, by key."""
        uid = next(
            one.uid
            for one in self.record(name).annotations
            if one.number == self.submitted[name, by]
        )
        return {
            key: next(option.alias for option in one.options if uid in option.by)
            for key, one in shown(self.asked[name]).items()
        }

    def result(self, name, by=ADA, *changes, choices=()):
        """What an adjudicator stores who chose one annotator's readings, but for *choices*."""
        result = decided(self.asked[name], self.readings(name, by) | dict(choices))
        for change in changes:
            result = change(result) or result
        return result

    def decide(self, name, result=None, *, by=DEE, **more):
        """Submit an adjudicator's work; the annotation's number."""
        result = self.result(name) if result is None else result
        return self.hands.submit(self.desk[name], result, by=by, **more)

    def pull(self, **options):
        """Pull the adjudicators' project."""
        return pull_verdicts(self.studio, self.place, SCHEMA, title=self.desk_title, **options)

    def adjudicators_link(self, name="d1"):
        """The page of an adjudicator's task."""
        return studio_link(self.studio.url, self.project.id, self.desk[name])

    def pull_all(self, **options):
        return pull_all(self.studio, self.place, SCHEMA, options=PullOptions(**options))

    def said(self, **options):
        """What `curate pull` says."""
        return "\n".join(pull_all_lines(self.pull_all(**options), self.place, dry_run=False))

    def gold(self):
        return {
            one.id: one for one in read_working_dataset(self.place.gold, SCHEMA).gold_documents
        }

    def files(self):
        """gold/next by name."""
        return {path.name: path.read_bytes() for path in self.place.next.glob("*.json")}

    def elsewhere(self):
        """The same gold on another maintainer's machine, with nothing in `.curate/`."""
        other = copy(self)
        other.place = replace(self.place, home=self.folder / ".elsewhere")
        return other
