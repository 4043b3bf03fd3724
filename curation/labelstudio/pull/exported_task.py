"""One exported task: its document, what annotators finished, and what is in doubt."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from curation.annotations.pulled import PulledAnnotation
from curation.documents.document import AnnotatedDocument, Document
from curation.errors import Problem
from curation.files import Json
from curation.labelstudio.pull.annotation_facts import AnnotationFacts
from curation.labelstudio.pull.annotation_people import AnnotationPeople
from curation.labelstudio.pull.annotation_uid import annotation_uid
from curation.labelstudio.pull.copied_annotations import (
    AnnotationSource,
    annotation_source,
    find_originals,
)
from curation.labelstudio.pull.exported_annotation import (
    AnnotationReader,
    ReadAnnotation,
    TaskHead,
)
from curation.labelstudio.pull.imported import is_imported
from curation.labelstudio.pull.read_result import ReadResult, joined_notes
from curation.labelstudio.pull.repeated_annotations import repetition_problem
from curation.labelstudio.send_back.send_back import as_sentence
from curation.labelstudio.server.port import Prediction, Task, studio_link
from curation.labelstudio.server.server_time import is_later, was_never_updated
from curation.labelstudio.task_stamp import read_stamp
from curation.labelstudio.tasks import article_in_task
from curation.schema.labeling import RETURNED_KEY
from curation.schema.model import Schema


def listed_document_id(task: Task) -> str:
    """What a listed task's document is called: its id, or its task where it was made by hand."""
    return _document_id(task.doc_id, task.id)


def exported_document_id(task: Json) -> str:
    """What an exported task's document is called; see listed_document_id."""
    data = task.get("data")
    return _document_id(data.get("doc_id") if isinstance(data, dict) else "", int(task["id"]))


def _document_id(identity: object, task: int) -> str:
    return str(identity or f"task {task}")


@dataclass(frozen=True, kw_only=True)
class ReadTask:
    """
    One task as it was read: its document, its annotations, and everything that is in doubt.

    *article* is the document without annotations, None where the task doesn't hold the text that
    was pushed. *pulled* are all annotations, the bad and the skipped among them; *annotations* the
    sound ones of a document without problems, one for each annotator. *notes* are by uid, each with
    its annotator: they are private.

    *waiting* says why annotations were returned that nobody has updated since. *remarks* are about
    what may be meant, but is worth a look; *trimmed* about spans whose edges were tidied.
    *repetitions* counts what was said twice, *former_names* the annotations under each name that
    a type had before. *facts* are those of all annotations, the skipped ones among them.
    """

    document: str
    number: int
    updated_at: str
    article: Document | None
    annotations: tuple[AnnotatedDocument, ...]
    pulled: tuple[PulledAnnotation, ...]
    notes: Mapping[str, tuple[str, str]]
    trimmed: tuple[Problem, ...]
    repetitions: int
    former_names: Counter[str]
    skipped: int
    problems: tuple[Problem, ...]
    waiting: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    facts: tuple[AnnotationFacts, ...]


@dataclass(frozen=True, kw_only=True)
class TaskReader:
    """Reads exported tasks of one project; *suggestions* asks the server for those of a task."""

    project: int
    schema: Schema
    people: AnnotationPeople
    suggestions: Callable[[int], Iterable[Prediction]]

    @property
    def project_link(self) -> str:
        """The project's page in Label Studio."""
        return studio_link(self.people.url, self.project)

    def link(self, task: int) -> str:
        """The task's page in Label Studio."""
        return studio_link(self.people.url, self.project, task)

    def read(self, exported: Json) -> ReadTask:
        """What is in an exported task."""
        data = exported.get("data")
        data = data if isinstance(data, dict) else {}
        document = exported_document_id(exported)
        article, article_problems = article_in_task(data, document)
        number = int(exported["id"])
        task = TaskHead(
            document=document,
            number=number,
            link=self.link(number),
            article=article,
            stamp=read_stamp(data),
        )
        annotations = exported.get("annotations") or []
        reader = AnnotationReader(
            people=self.people, schema=self.schema, suggestions=self.suggestions
        )
        read = [reader.read(task, raw) for raw in annotations]
        waiting = [
            *self._waiting(task, annotations),
            *self._waiting_since_move(task, annotations, str(data.get(RETURNED_KEY))),
        ]
        originals = self._originals(annotations)
        pulled = self._as_copies([one.pulled for one in read], originals)
        finished = [one for one in read if one.pulled.status != "skipped"]
        results = [one.result for one in finished if one.result]
        repeated = _repeated(finished)
        problems = (
            [replace(one, link=task.link) for one in article_problems]
            if article is None
            else []
        )
        problems += chain.from_iterable(one.problems for one in finished)
        problems += [
            Problem(document, what, task.link, annotator)
            for annotator, what in repeated.items()
        ]
        return ReadTask(
            document=document,
            number=number,
            updated_at=str(exported.get("updated_at", "")),
            article=article,
            annotations=() if problems else tuple(_one_each(finished)),
            pulled=tuple(
                replace(one, status="problem") if one.annotator in repeated else one
                for one in pulled
            ),
            notes={
                one.pulled.uid: (one.pulled.annotator, one.result.note)
                for one in finished
                if one.result and one.result.note
            },
            trimmed=tuple(
                replace(trimmed, link=task.link, annotator=one.pulled.annotator)
                for one in finished
                if one.result
                for trimmed in one.result.trimmed
            ),
            repetitions=sum(one.repetitions for one in results),
            former_names=Counter(chain.from_iterable(one.former_names for one in results)),
            skipped=len(read) - len(finished),
            problems=tuple(problems),
            waiting=tuple(waiting),
            remarks=(
                *chain.from_iterable(one.remarks for one in read),
                *_copy_remarks(task, pulled, originals),
            ),
            facts=tuple(one.facts for one in read),
        )

    def _waiting(self, task: TaskHead, annotations: Iterable[Json]) -> Iterator[Problem]:
        """Why annotations were returned that nobody has updated since."""
        returned = task.stamp.returned if task.stamp else None
        if returned is None:
            return
        for raw in annotations:
            reason = returned.reasons.get(annotation_uid(raw, self.people.url))
            is_updated = is_later(
                str(raw.get("updated_at") or ""), returned.until
            ) and not self.people.is_rewritten(raw)
            if reason and not is_updated and not raw.get("was_cancelled"):
                yield Problem(task.document, reason, task.link, self.people.annotator(raw))

    def _waiting_since_move(
        self, task: TaskHead, annotations: Iterable[Json], shown: str
    ) -> Iterator[Problem]:
        """
        Why annotations were returned before an import gave them other ids, while one waits.

        *shown* is what the task says above its text: what was mended before isn't there any more.
        """
        returned = task.stamp.returned if task.stamp else None
        waits = any(
            is_imported(raw)
            and not raw.get("was_cancelled")
            and was_never_updated(
                str(raw.get("created_at") or ""), str(raw.get("updated_at") or "")
            )
            for raw in annotations
        )
        if returned is None or not waits:
            return
        here = {annotation_uid(raw, self.people.url) for raw in annotations}
        lost = dict.fromkeys(
            reason for uid, reason in returned.reasons.items() if uid not in here
        )
        for reason in lost:
            if as_sentence(reason) in shown:
                yield Problem(task.document, reason, task.link)

    def _originals(self, annotations: Sequence[Json]) -> Mapping[str, AnnotationSource]:
        """The annotations that others are copies of, by the uids of these."""
        if len(annotations) < 2 and not any(
            raw.get("parent_annotation") for raw in annotations
        ):
            return {}
        return find_originals(
            annotation_source(
                raw, uid=annotation_uid(raw, self.people.url), account=self.people.account(raw)
            )
            for raw in annotations
        )

    def _as_copies(
        self, pulled: Sequence[PulledAnnotation], originals: Mapping[str, AnnotationSource]
    ) -> list[PulledAnnotation]:
        """What was *pulled*; copies of another annotator's annotation say so, and are never blind."""
        by_uid = {one.uid: one for one in pulled}
        # An original stands before its copies, and may be a copy itself.
        for uid, original in originals.items():
            original_uid = original.uid or annotation_uid(
                {"id": original.number}, self.people.url
            )
            copy = replace(by_uid[uid], copy_of=original_uid)
            source = by_uid.get(original.uid)
            if copy.suggestion is None and source and source.arm == "assisted":
                copy = replace(copy, arm="assisted", evidence=source.evidence)
            elif copy.arm == "blind":
                copy = replace(copy, arm="unknown", evidence="none")
            by_uid[uid] = copy
        return [by_uid[one.uid] for one in pulled]


# What a remark on a copy says, and no other.
_IS_A_COPY = " is a copy of "


def _copy_remarks(
    task: TaskHead,
    pulled: Iterable[PulledAnnotation],
    originals: Mapping[str, AnnotationSource],
) -> Iterator[Problem]:
    """Which finished annotations are copies, and of whose."""
    by_uid = {one.uid: one for one in pulled}
    for uid, original in originals.items():
        copy = by_uid[uid]
        source = by_uid.get(original.uid)
        if copy.status == "skipped":
            continue
        of = f"annotation {original.number}, which is of another task"
        if source:
            of = f"that of {source.annotator or 'somebody who skipped the task'}"
        yield copy_remark(task.document, copy.annotator, of, task.link)


def copy_remark(document: str, annotator: str, of: str, link: str) -> Problem:
    """That an annotation is a copy; *of* says of which one."""
    what = f"the annotation of {annotator}{_IS_A_COPY}{of}, and doesn't count for agreement"
    return Problem(document, what, link)


def is_copy_remark(remark: Problem) -> bool:
    """Whether the *remark* says that an annotation is a copy."""
    return _IS_A_COPY in remark.what


def _repeated(annotations: Iterable[ReadAnnotation]) -> dict[str, str]:
    """What is wrong with the annotators who annotated the document several times, and not the same."""
    by_annotator: dict[str, list[ReadResult]] = {}
    for one in annotations:
        if one.result:
            by_annotator.setdefault(one.pulled.annotator, []).append(one.result)
    wrong = {
        annotator: repetition_problem(results) for annotator, results in by_annotator.items()
    }
    return {annotator: what for annotator, what in wrong.items() if what}


def _one_each(annotations: Iterable[ReadAnnotation]) -> Iterator[AnnotatedDocument]:
    """One sound annotation for each annotator, with the notes of all of theirs."""
    by_annotator: dict[str, list[AnnotatedDocument]] = {}
    for one in annotations:
        if one.annotated:
            by_annotator.setdefault(one.annotated.annotator, []).append(one.annotated)
    for same in by_annotator.values():
        yield replace(same[0], note=joined_notes(one.note for one in same))
