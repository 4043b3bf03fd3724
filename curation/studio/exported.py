"""One exported task: its document, what annotators finished, and what is in doubt."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from curation.document import Annotation, Document, Layer
from curation.errors import Problem
from curation.files import Json
from curation.schema.model import Schema
from curation.schema.remarks import remarks, with_note
from curation.studio.doubles import objection
from curation.studio.hands import Hands, account
from curation.studio.port import Prediction, Task, page
from curation.studio.reading import Reading, from_result, noted
from curation.studio.started import suggestion
from curation.studio.tasks import article

Pseudonym = Callable[[int, str], str]


def document_of(task: Task) -> str:
    """What a listed task's document is called, also where somebody made the task by hand."""
    return _named(task.doc_id, task.id)


def document_in(task: Json) -> str:
    """The same of an exported one."""
    data = task.get("data")
    return _named(data.get("doc_id") if isinstance(data, dict) else "", int(task["id"]))


def _named(identity: object, task: int) -> str:
    return str(identity or f"task {task}")


@dataclass
class TaskRead:
    """
    One task read: its document, finished annotations, and objections.

    *remarks* are of what may be meant, but is worth a look; *trims* are the spans
    whose edges were tidied, *merged* counts what was said twice, *former* the annotations under
    each name that a type or relation had before. *readings* are of all annotations, the bad
    ones among them, by annotator.
    """

    document: str
    number: int
    updated_at: str
    annotations: list[Annotation] = field(default_factory=list)
    trims: list[Problem] = field(default_factory=list)
    merged: int = 0
    former: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    readings: dict[str, list[Reading]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)


@dataclass
class Reader:
    """
    Reads exported tasks; knows where to point people to.

    *suggestions* asks for those that a task has.
    """

    url: str
    project: int
    schema: Schema
    accounts: Mapping[int, str]
    pseudonym: Pseudonym
    hands: Hands
    suggestions: Callable[[int], Iterable[Prediction]]

    @property
    def data(self) -> str:
        """The project's page in Label Studio."""
        return page(self.url, self.project)

    def link(self, task: int) -> str:
        return page(self.url, self.project, task)

    def task(self, task: Json) -> TaskRead:
        number = int(task["id"])
        data = task.get("data")
        data = data if isinstance(data, dict) else {}
        read = TaskRead(document_in(task), number, str(task.get("updated_at", "")))
        bare, problems = article(data, read.document)
        if bare is None:
            read.problems += [Problem(p.place, p.what, self.link(number)) for p in problems]
            return read
        for given in task.get("annotations") or []:
            if given.get("was_cancelled"):
                read.skipped += 1
                self.skip(read, bare, given)
                continue
            self.annotation(read, bare, given, number)
        self.one_each(read, number)
        return read

    def annotation(self, read: TaskRead, bare: Document, given: Json, number: int) -> None:
        name = self.name(account(given.get("completed_by")))
        last = self.name(self.hands.editor(given))
        layer = Layer("annotator", name)
        reading = from_result(bare, given.get("result") or [], layer, self.schema)
        read.readings.setdefault(name, []).append(reading)
        link = self.link(number)
        read.trims += [replace(one, link=link, who=name) for one in reading.trims]
        read.merged += reading.merged
        read.former.update(reading.former)
        if reading.problems:
            read.problems += [Problem(p.place, p.what, link, name) for p in reading.problems]
            return
        held = partial(self.suggestions, number)
        started = suggestion(bare, given, self.schema, held)
        edited_by = "" if last == name else last
        annotation = Annotation(
            reading.document, started, reading.flags, edited_by, reading.note
        )
        read.annotations.append(annotation)
        worth_a_look = (*reading.doubts, *remarks(annotation, self.schema))
        read.remarks += [replace(one, link=link) for one in worth_a_look]

    def skip(self, read: TaskRead, bare: Document, given: Json) -> None:
        """Flags and a note are no gold then, but somebody meant them to be read."""
        reading = from_result(bare, given.get("result") or [], Layer("annotator"), self.schema)
        if reading.flags or reading.note:
            name = self.name(account(given.get("completed_by")))
            flagged = f", flagged {', '.join(reading.flags)}" if reading.flags else ""
            what = with_note(f"skipped by {name}{flagged}", reading.note)
            read.remarks.append(Problem(bare.id, what, self.link(read.number)))

    def name(self, number: int) -> str:
        """The pseudonym of an account."""
        return self.pseudonym(number, self.accounts.get(number, ""))

    def one_each(self, read: TaskRead, number: int) -> None:
        """Two annotations by one person: the same twice is one, different is a problem."""
        for name, readings in read.readings.items():
            if what := objection(readings):
                read.problems.append(Problem(read.document, what, self.link(number), name))
        by: dict[str, list[Annotation]] = {}
        for annotation in read.annotations:
            by.setdefault(annotation.annotator, []).append(annotation)
        merged = [
            replace(same[0], note=noted(one.note for one in same)) for same in by.values()
        ]
        read.annotations = [] if read.problems else merged
