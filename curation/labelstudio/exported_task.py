"""One exported task: its document, what annotators finished, and what is in doubt."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Literal

from curation.annotations.effort import marks_what_was_suggested
from curation.annotations.pulled import PulledAnnotation
from curation.annotations.record import AnnotatorKind, Arm, Evidence
from curation.checks.remarks import append_note, find_remarks
from curation.documents.document import AnnotatedDocument, Document, Layer
from curation.documents.word_count import count_words
from curation.errors import Problem
from curation.files import Json
from curation.labelstudio.annotation_facts import AnnotationFacts
from curation.labelstudio.copied_annotations import (
    AnnotationSource,
    annotation_source,
    find_originals,
)
from curation.labelstudio.imported import former_number, is_imported
from curation.labelstudio.last_editor import LastEditors, account_number
from curation.labelstudio.port import Prediction, Task, studio_link
from curation.labelstudio.read_result import ReadResult, joined_notes, read_result
from curation.labelstudio.repeated_annotations import repetition_problem
from curation.labelstudio.send_back import as_sentence
from curation.labelstudio.server_time import is_later, to_the_second, was_never_updated
from curation.labelstudio.started_from import (
    UNKNOWN_MODEL,
    shown_suggestion,
    suggestion_with_key,
)
from curation.labelstudio.task_stamp import TaskStamp, read_stamp
from curation.labelstudio.tasks import article_in_task
from curation.schema.labeling import RETURNED_KEY
from curation.schema.model import Schema
from curation.state.pseudonyms import NO_ACCOUNT

Pseudonym = Callable[[int, str], str]


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
class ReadAnnotation:
    """
    One annotation as it was read; *result* is None where the task's text isn't the pushed one.

    *problems* and *remarks* are about this annotation alone. *annotated* is None where it isn't sound,
    or was skipped.
    """

    pulled: PulledAnnotation
    facts: AnnotationFacts
    result: ReadResult | None = None
    annotated: AnnotatedDocument | None = None
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()


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
class _TaskHead:
    """What a task says before its annotations are read; *stamp* says with what else it was pushed."""

    document: str
    number: int
    link: str
    article: Document | None
    stamp: TaskStamp | None


@dataclass(kw_only=True)
class TaskReader:
    """
    Reads exported tasks of one project.

    *accounts* gives e-mail addresses by account number; *suggestions* asks the server for those
    of a task. *pseudonym_by_uid* names the annotator of an annotation, given by its uid, of whose
    account the server says nothing any more.
    """

    url: str
    project: int
    schema: Schema
    accounts: Mapping[int, str]
    pseudonym: Pseudonym
    pseudonym_by_uid: Callable[[str], str]
    kind: Callable[[str], AnnotatorKind]
    editors: LastEditors
    suggestions: Callable[[int], Iterable[Prediction]]

    @property
    def project_link(self) -> str:
        """The project's page in Label Studio."""
        return studio_link(self.url, self.project)

    def link(self, task: int) -> str:
        """The task's page in Label Studio."""
        return studio_link(self.url, self.project, task)

    def read(self, exported: Json) -> ReadTask:
        """What is in an exported task."""
        data = exported.get("data")
        data = data if isinstance(data, dict) else {}
        document = exported_document_id(exported)
        article, article_problems = article_in_task(data, document)
        number = int(exported["id"])
        task = _TaskHead(
            document=document,
            number=number,
            link=self.link(number),
            article=article,
            stamp=read_stamp(data),
        )
        annotations = exported.get("annotations") or []
        read = [self._read_annotation(task, raw) for raw in annotations]
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

    def _read_annotation(self, task: _TaskHead, raw: Json) -> ReadAnnotation:
        if raw.get("was_cancelled"):
            return self._read_skipped(task, raw)
        annotator = self._annotator(raw)
        if task.article is None:
            pulled = self._pulled(task, raw, annotator, status="problem")
            return ReadAnnotation(pulled=pulled, facts=self._facts(task, raw, pulled))
        layer = Layer("annotator", annotator)
        result = read_result(task.article, raw.get("result") or [], layer, self.schema)
        if result.problems:
            pulled = self._pulled(task, raw, annotator, status="problem")
            return ReadAnnotation(
                pulled=pulled,
                facts=self._facts(task, raw, pulled, result),
                result=result,
                problems=tuple(
                    replace(one, link=task.link, annotator=annotator) for one in result.problems
                ),
            )
        pulled = replace(
            self._with_start(task, task.article, raw, annotator),
            document=result.document,
            flags=result.flags,
        )
        annotated = AnnotatedDocument(
            result.document,
            suggestion=pulled.suggestion,
            flags=result.flags,
            edited_by=pulled.edited_by or "",
            note=result.note,
        )
        worth_a_look = (*result.doubts, *find_remarks(annotated, self.schema))
        return ReadAnnotation(
            pulled=pulled,
            facts=self._facts(task, raw, pulled, result),
            result=result,
            annotated=annotated,
            remarks=tuple(replace(one, link=task.link) for one in worth_a_look),
        )

    def _with_start(
        self, task: _TaskHead, article: Document, raw: Json, annotator: str
    ) -> PulledAnnotation:
        """A submitted annotation with what it started from, as far as anything says so."""
        suggestions = partial(self.suggestions, task.number)
        suggestion = shown_suggestion(article, raw, self.schema, suggestions)
        pulled = self._pulled(task, raw, annotator, status="submitted")
        if suggestion is not None:
            evidence: Evidence = (
                "regions" if suggestion.layer == UNKNOWN_MODEL else "prediction"
            )
            pulled = replace(pulled, arm="assisted", evidence=evidence, stamped_suggestion=None)
        elif pulled.arm == "assisted":
            offered = tuple(suggestions())
            if key := pulled.stamped_suggestion:
                suggestion = suggestion_with_key(key, article, self.schema, offered)
            if not (offered or pulled.is_imported):
                # An import has lost the suggestions of the stamp: were they gone before this was begun?
                pulled = replace(
                    pulled, arm="unknown", evidence="none", stamped_suggestion=None
                )
        return replace(pulled, suggestion=suggestion)

    def _pulled(
        self,
        task: _TaskHead,
        raw: Json,
        annotator: str,
        *,
        status: Literal["submitted", "problem", "skipped"],
    ) -> PulledAnnotation:
        """
        An exported annotation by *annotator*, who is empty where no pseudonym is needed.

        Its arm is what the task's stamp says, until more is known.
        """
        created = str(raw.get("created_at") or "")
        updated = str(raw.get("updated_at") or "")
        if is_imported(raw):
            # The times are those of the import, until somebody edits the annotation.
            created = ""
            updated = updated if self.editors.editor(raw) else ""
        stamp = task.stamp
        arm = _stamped_arm(task, raw)
        seconds = raw.get("lead_time")
        return PulledAnnotation(
            uid=annotation_uid(raw, self.url),
            number=int(raw["id"]),
            annotator=annotator,
            kind=self.kind(annotator) if annotator else "unknown",
            edited_by=self._editor(raw, annotator) if annotator else "",
            status=status,
            created=to_the_second(created),
            updated=to_the_second(updated),
            changed_since_created=not was_never_updated(created, updated),
            seconds=None if seconds is None else round(float(seconds)),
            last_changed_by_curate=self.editors.is_ours(raw),
            arm=arm,
            evidence="none" if arm == "unknown" else "task",
            schema=self._offered_schema(task.stamp, raw),
            stamped_suggestion=stamp.suggestion if stamp and arm == "assisted" else None,
            is_imported=is_imported(raw),
            former_number=former_number(raw),
        )

    def _offered_schema(self, stamp: TaskStamp | None, raw: Json) -> str | None:
        """The fingerprint of the schema that the task offered to an annotation; None where nobody knows."""
        if stamp is None:
            return None
        updated = str(raw.get("updated_at") or "")
        # An import gives other times, and a renaming of ours another time of change.
        is_moved = is_imported(raw) and was_never_updated(
            str(raw.get("created_at") or ""), updated
        )
        if stamp.earlier and (is_moved or self._is_rewritten(raw)):
            return None
        return stamp.schema_at(updated) or None

    def _is_rewritten(self, raw: Json) -> bool:
        """Whether a program of ours changed the annotation after its annotator's last Update."""
        annotator = account_number(raw.get("completed_by"))
        return self.editors.is_ours(raw) and account_number(raw.get("updated_by")) != annotator

    def _waiting(self, task: _TaskHead, annotations: Iterable[Json]) -> Iterator[Problem]:
        """Why annotations were returned that nobody has updated since."""
        returned = task.stamp.returned if task.stamp else None
        if returned is None:
            return
        for raw in annotations:
            reason = returned.reasons.get(annotation_uid(raw, self.url))
            is_updated = is_later(
                str(raw.get("updated_at") or ""), returned.until
            ) and not self._is_rewritten(raw)
            if reason and not is_updated and not raw.get("was_cancelled"):
                yield Problem(task.document, reason, task.link, self._annotator(raw))

    def _waiting_since_move(
        self, task: _TaskHead, annotations: Iterable[Json], shown: str
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
        here = {annotation_uid(raw, self.url) for raw in annotations}
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
                raw, uid=annotation_uid(raw, self.url), account=self._account(raw)
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
            original_uid = original.uid or annotation_uid({"id": original.number}, self.url)
            copy = replace(by_uid[uid], copy_of=original_uid)
            source = by_uid.get(original.uid)
            if copy.suggestion is None and source and source.arm == "assisted":
                copy = replace(copy, arm="assisted", evidence=source.evidence)
            elif copy.arm == "blind":
                copy = replace(copy, arm="unknown", evidence="none")
            by_uid[uid] = copy
        return [by_uid[one.uid] for one in pulled]

    def _read_skipped(self, task: _TaskHead, raw: Json) -> ReadAnnotation:
        """Flags and a note on what was skipped are no gold, but were meant to be read."""
        pulled = self._pulled(task, raw, "", status="skipped")
        if task.article is None:
            return ReadAnnotation(pulled=pulled, facts=self._facts(task, raw, pulled))
        result = read_result(
            task.article, raw.get("result") or [], Layer("annotator"), self.schema
        )
        remarks: tuple[Problem, ...] = ()
        if result.flags or result.note:
            annotator = self._annotator(raw)
            flagged = f", flagged {', '.join(result.flags)}" if result.flags else ""
            what = append_note(f"skipped by {annotator}{flagged}", result.note)
            remarks = (Problem(task.document, what, task.link),)
        facts = self._facts(task, raw, pulled, result)
        return ReadAnnotation(pulled=pulled, facts=facts, result=result, remarks=remarks)

    def _account(self, raw: Json) -> str:
        """The same for all annotations of one account; who only skipped gets no pseudonym."""
        account = account_number(raw.get("completed_by"))
        if account == NO_ACCOUNT or is_imported(raw):
            return self.pseudonym_by_uid(annotation_uid(raw, self.url))
        return str(account)

    def _annotator(self, raw: Json) -> str:
        """
        The pseudonym of an annotation's annotator.

        An import names anybody as the annotator, and nobody is named where the account was deleted:
        then gold/next may know whose the annotation is.
        """
        account = account_number(raw.get("completed_by"))
        if account == NO_ACCOUNT or is_imported(raw):
            return self.pseudonym_by_uid(annotation_uid(raw, self.url))
        return self._name(account)

    def _editor(self, raw: Json, annotator: str) -> str | None:
        """The pseudonym of who edited last, empty where the *annotator* did, None where nobody knows."""
        if not (self.editors.is_ours(raw) or account_number(raw.get("updated_by"))):
            return None
        account = self.editors.editor(raw)
        if account == NO_ACCOUNT:
            return None
        editor = self._name(account)
        return "" if editor == annotator else editor

    def _facts(
        self,
        task: _TaskHead,
        raw: Json,
        pulled: PulledAnnotation,
        result: ReadResult | None = None,
    ) -> AnnotationFacts:
        """The facts of an annotation; without a *result*, nothing in it could be read."""
        account = NO_ACCOUNT if is_imported(raw) else account_number(raw.get("completed_by"))
        seconds = raw.get("lead_time")
        return AnnotationFacts(
            number=pulled.number,
            document=task.document,
            account=account,
            annotator=self._annotator(raw) if account == NO_ACCOUNT else pulled.annotator,
            status=pulled.status,
            updated=str(raw.get("updated_at") or ""),
            seconds=None if seconds is None else float(seconds),
            words=count_words(task.article.text) if task.article else None,
            is_unchanged=marks_what_was_suggested(pulled.document, pulled.suggestion),
            flags=result.flags if result else (),
            note=result.note if result else "",
        )

    def _name(self, account: int) -> str:
        """The pseudonym of an account."""
        return self.pseudonym(account, self.accounts.get(account, ""))


def _copy_remarks(
    task: _TaskHead,
    pulled: Iterable[PulledAnnotation],
    originals: Mapping[str, AnnotationSource],
) -> Iterator[Problem]:
    """Which finished annotations are copies, and of whose."""
    by_uid = {one.uid: one for one in pulled}
    for uid, original in originals.items():
        copy, source = by_uid[uid], by_uid.get(original.uid)
        if copy.status == "skipped":
            continue
        of = f"annotation {original.number}, which is of another task"
        if source:
            of = f"that of {source.annotator or 'somebody who skipped the task'}"
        what = f"the annotation of {copy.annotator} is a copy of {of}, and doesn't count for agreement"
        yield Problem(task.document, what, task.link)


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


def _stamped_arm(task: _TaskHead, raw: Json) -> Arm:
    """
    The arm of an annotation that doesn't say itself from what it started: what the task's stamp says.

    Whether an imported annotation was a copy is lost, so it is never blind.
    """
    if task.stamp is None:
        return "unknown"
    is_doubtful = is_imported(raw) and task.stamp.arm == "blind"
    return "unknown" if is_doubtful else task.stamp.arm


def annotation_uid(annotation: Json, url: str) -> str:
    """What an exported annotation is known by: its unique id, else a hash of server and number."""
    if unique := annotation.get("unique_id"):
        return str(unique)
    number = int(annotation["id"])
    return hashlib.sha256(f"{server_hash(url)} {number}".encode()).hexdigest()[:32]


def server_hash(url: str) -> str:
    """What stands for a server whose address isn't published: 12 hex digits of the address's hash."""
    return hashlib.sha256(url.encode()).hexdigest()[:12]
