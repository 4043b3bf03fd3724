"""One exported task: its document, what annotators finished, and what is in doubt."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Literal

from curation.annotations.merge import PulledAnnotation
from curation.annotations.record import AnnotatorKind, Evidence
from curation.checks.remarks import remarks, with_note
from curation.documents.document import AnnotatedDocument, Document, Layer
from curation.errors import Problem
from curation.files import Json
from curation.labelstudio.last_editor import Hands, account
from curation.labelstudio.port import Prediction, Task, page
from curation.labelstudio.read_result import Reading, from_result, noted
from curation.labelstudio.repeated_annotations import objection
from curation.labelstudio.started_from import UNKNOWN, suggestion
from curation.labelstudio.tasks import article
from curation.schema.model import Schema

Pseudonym = Callable[[int, str], str]

# A submission and its update, as the server does both at once, lie so far apart at most.
AT_ONCE = timedelta(seconds=1)


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

    *article* is the bare document, None where the task doesn't hold the text that was pushed.
    *pulled* are all annotations, the bad and the skipped among them; *annotations* the sound ones
    of a document without problems, one for each annotator. *notes* are by uid, each with its
    annotator: they are private.

    *remarks* are of what may be meant, but is worth a look; *trims* are the spans
    whose edges were tidied, *merged* counts what was said twice, *former* the annotations under
    each name that a type or relation had before. *readings* are of all annotations, the bad
    ones among them, by annotator.
    """

    document: str
    number: int
    updated_at: str
    annotations: list[AnnotatedDocument] = field(default_factory=list)
    article: Document | None = None
    pulled: list[PulledAnnotation] = field(default_factory=list)
    notes: dict[str, tuple[str, str]] = field(default_factory=dict)
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
    kind: Callable[[str], AnnotatorKind]
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
        read.article = bare
        for given in task.get("annotations") or []:
            if given.get("was_cancelled"):
                read.skipped += 1
                self.skip(read, bare, given)
            elif bare is None:
                name = self.name(account(given.get("completed_by")))
                read.pulled.append(self.pulled(given, name, status="problem"))
            else:
                self.annotation(read, bare, given, number)
        self.one_each(read, number)
        return read

    def annotation(self, read: TaskRead, bare: Document, given: Json, number: int) -> None:
        name = self.name(account(given.get("completed_by")))
        layer = Layer("annotator", name)
        reading = from_result(bare, given.get("result") or [], layer, self.schema)
        read.readings.setdefault(name, []).append(reading)
        link = self.link(number)
        read.trims += [replace(one, link=link, annotator=name) for one in reading.trims]
        read.merged += reading.merged
        read.former.update(reading.former)
        if reading.note:
            read.notes[uid_of(given, self.url)] = name, reading.note
        if reading.problems:
            read.problems += [Problem(p.place, p.what, link, name) for p in reading.problems]
            read.pulled.append(self.pulled(given, name, status="problem"))
            return
        held = partial(self.suggestions, number)
        started = suggestion(bare, given, self.schema, held)
        pulled = self.pulled(
            given,
            name,
            status="submitted",
            document=reading.document,
            suggestion=started,
            flags=reading.flags,
        )
        read.pulled.append(pulled)
        annotation = AnnotatedDocument(
            reading.document, started, reading.flags, pulled.edited_by, reading.note
        )
        read.annotations.append(annotation)
        worth_a_look = (*reading.doubts, *remarks(annotation, self.schema))
        read.remarks += [replace(one, link=link) for one in worth_a_look]

    def pulled(
        self,
        given: Json,
        name: str,
        *,
        status: Literal["submitted", "problem", "skipped"],
        document: Document | None = None,
        suggestion: Document | None = None,
        flags: tuple[str, ...] = (),
    ) -> PulledAnnotation:
        """An exported annotation by the annotator *name*, which is empty where nobody needs one."""
        last = self.name(self.hands.editor(given)) if name else ""
        created, updated = (
            str(given.get(f"{when}_at") or "") for when in ("created", "updated")
        )
        evidence: Evidence = "none"
        if suggestion is not None:
            evidence = "regions" if suggestion.layer == UNKNOWN else "prediction"
        seconds = given.get("lead_time")
        return PulledAnnotation(
            uid=uid_of(given, self.url),
            number=int(given["id"]),
            annotator=name,
            kind=self.kind(name) if name else "unknown",
            edited_by="" if last == name else last,
            status=status,
            created=_to_the_second(created),
            updated=_to_the_second(updated),
            changed_since_created=not _at_once(created, updated),
            seconds=None if seconds is None else round(float(seconds)),
            by_us=self.hands.wrote(given),
            evidence=evidence,
            document=document,
            suggestion=suggestion,
            flags=flags,
        )

    def skip(self, read: TaskRead, bare: Document | None, given: Json) -> None:
        """Flags and a note are no gold then, but somebody meant them to be read."""
        read.pulled.append(self.pulled(given, "", status="skipped"))
        if bare is None:
            return
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
                read.pulled = [
                    replace(one, status="problem") if one.annotator == name else one
                    for one in read.pulled
                ]
        by: dict[str, list[AnnotatedDocument]] = {}
        for annotation in read.annotations:
            by.setdefault(annotation.annotator, []).append(annotation)
        merged = [
            replace(same[0], note=noted(one.note for one in same)) for same in by.values()
        ]
        read.annotations = [] if read.problems else merged


def uid_of(annotation: Json, url: str) -> str:
    """What an exported annotation is known by: Label Studio's own, else its number on this server."""
    if unique := annotation.get("unique_id"):
        return str(unique)
    number = int(annotation["id"])
    return hashlib.sha256(f"{server_of(url)} {number}".encode()).hexdigest()[:32]


def server_of(url: str) -> str:
    """The name of a server where its address isn't to be told: 12 hex digits of its hash."""
    return hashlib.sha256(url.encode()).hexdigest()[:12]


def _to_the_second(moment: str) -> str:
    """A time of the server's in UTC, as ``2026-11-03T10:02:00Z``; empty where it isn't one."""
    when = _moment(moment)
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else ""


def _at_once(created: str, updated: str) -> bool:
    """Whether nothing was changed since; False where nobody knows."""
    first, last = _moment(created), _moment(updated)
    return bool(first and last and last - first <= AT_ONCE)


def _moment(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
