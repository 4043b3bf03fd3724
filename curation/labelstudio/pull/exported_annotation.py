"""One exported annotation: what its annotator meant, and from what it started."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from curation.annotations.effort import marks_what_was_suggested
from curation.annotations.pulled import PulledAnnotation
from curation.annotations.record import Arm, Evidence
from curation.checks.remarks import append_note, find_remarks
from curation.documents.document import AnnotatedDocument, Document, Layer
from curation.documents.word_count import count_words
from curation.errors import Problem
from curation.files import Json
from curation.labelstudio.pull.annotation_facts import AnnotationFacts
from curation.labelstudio.pull.annotation_people import AnnotationPeople
from curation.labelstudio.pull.annotation_uid import annotation_uid
from curation.labelstudio.pull.imported import former_number, is_imported
from curation.labelstudio.pull.last_editor import account_number
from curation.labelstudio.pull.read_result import ReadResult, read_result
from curation.labelstudio.pull.started_from import (
    UNKNOWN_MODEL,
    shown_suggestion,
    suggestion_with_key,
)
from curation.labelstudio.server.port import Prediction
from curation.labelstudio.server.server_time import to_the_second, was_never_updated
from curation.labelstudio.task_stamp import TaskStamp
from curation.schema.model import Schema
from curation.state.pseudonyms import NO_ACCOUNT


@dataclass(frozen=True, kw_only=True)
class TaskHead:
    """What a task says before its annotations are read; *stamp* says with what else it was pushed."""

    document: str
    number: int
    link: str
    article: Document | None
    stamp: TaskStamp | None


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
class AnnotationReader:
    """Reads exported annotations of one project; *suggestions* asks the server for those of a task."""

    people: AnnotationPeople
    schema: Schema
    suggestions: Callable[[int], Iterable[Prediction]]

    def read(self, task: TaskHead, raw: Json) -> ReadAnnotation:
        """An annotation of a task, as far as it can be read."""
        if raw.get("was_cancelled"):
            return self._read_skipped(task, raw)
        annotator = self.people.annotator(raw)
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
        pulled = self._with_start(task, task.article, raw, annotator, result)
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

    def _read_skipped(self, task: TaskHead, raw: Json) -> ReadAnnotation:
        """Flags and a note on what was skipped are no gold, but were meant to be read."""
        pulled = self._pulled(task, raw, "", status="skipped")
        if task.article is None:
            return ReadAnnotation(pulled=pulled, facts=self._facts(task, raw, pulled))
        result = read_result(
            task.article, raw.get("result") or [], Layer("annotator"), self.schema
        )
        remarks: tuple[Problem, ...] = ()
        if result.flags or result.note:
            annotator = self.people.annotator(raw)
            flagged = f", flagged {', '.join(result.flags)}" if result.flags else ""
            what = append_note(f"skipped by {annotator}{flagged}", result.note)
            remarks = (Problem(task.document, what, task.link),)
        facts = self._facts(task, raw, pulled, result)
        return ReadAnnotation(pulled=pulled, facts=facts, result=result, remarks=remarks)

    def _with_start(
        self, task: TaskHead, article: Document, raw: Json, annotator: str, result: ReadResult
    ) -> PulledAnnotation:
        """A submitted annotation with its result and what it started from, as far as anything says so."""
        suggestions = partial(self.suggestions, task.number)
        suggestion = shown_suggestion(article, raw, self.schema, suggestions)
        pulled = self._pulled(task, raw, annotator, status="submitted")
        arm: Arm = pulled.arm
        evidence: Evidence = pulled.evidence
        stamped = pulled.stamped_suggestion
        if suggestion is not None:
            arm = "assisted"
            evidence = "regions" if suggestion.layer == UNKNOWN_MODEL else "prediction"
            stamped = None
        elif arm == "assisted":
            offered = tuple(suggestions())
            if stamped:
                suggestion = suggestion_with_key(stamped, article, self.schema, offered)
            if not (offered or pulled.is_imported):
                # An import has lost the suggestions of the stamp: were they gone before this was begun?
                arm = "unknown"
                evidence = "none"
                stamped = None
        return replace(
            pulled,
            arm=arm,
            evidence=evidence,
            stamped_suggestion=stamped,
            document=result.document,
            suggestion=suggestion,
            flags=result.flags,
        )

    def _pulled(
        self,
        task: TaskHead,
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
            updated = updated if self.people.editors.editor(raw) else ""
        stamp = task.stamp
        arm = _stamped_arm(task, raw)
        seconds = raw.get("lead_time")
        return PulledAnnotation(
            uid=annotation_uid(raw, self.people.url),
            number=int(raw["id"]),
            annotator=annotator,
            kind=self.people.kind(annotator) if annotator else "unknown",
            edited_by=self.people.editor(raw, annotator) if annotator else "",
            status=status,
            created=to_the_second(created),
            updated=to_the_second(updated),
            changed_since_created=not was_never_updated(created, updated),
            seconds=None if seconds is None else round(float(seconds)),
            last_changed_by_curate=self.people.editors.is_ours(raw),
            arm=arm,
            evidence="none" if arm == "unknown" else "task",
            schema=self._offered_schema(task.stamp, raw),
            guideline=self._shown_guideline(task.stamp, raw),
            stamped_suggestion=stamp.suggestion if stamp and arm == "assisted" else None,
            is_imported=is_imported(raw),
            former_number=former_number(raw),
        )

    def _offered_schema(self, stamp: TaskStamp | None, raw: Json) -> str | None:
        """The fingerprint of the schema that the task offered to an annotation; None where nobody knows."""
        if stamp is None or (stamp.earlier and not self._tells_when_made(raw)):
            return None
        return stamp.schema_at(str(raw.get("updated_at") or "")) or None

    def _shown_guideline(self, stamp: TaskStamp | None, raw: Json) -> str | None:
        """The hash of the guideline by which an annotation was made; None where nobody knows."""
        if stamp is None or (stamp.earlier_guidelines and not self._tells_when_made(raw)):
            return None
        return stamp.guideline_at(str(raw.get("updated_at") or "")) or None

    def _tells_when_made(self, raw: Json) -> bool:
        """Whether the time of change is a person's: an import gives others, as does a renaming of ours."""
        updated = str(raw.get("updated_at") or "")
        created = str(raw.get("created_at") or "")
        is_moved = is_imported(raw) and was_never_updated(created, updated)
        return not (is_moved or self.people.is_rewritten(raw))

    def _facts(
        self,
        task: TaskHead,
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
            annotator=self.people.annotator(raw) if account == NO_ACCOUNT else pulled.annotator,
            status=pulled.status,
            updated=str(raw.get("updated_at") or ""),
            seconds=None if seconds is None else float(seconds),
            words=count_words(task.article.text) if task.article else None,
            is_unchanged=marks_what_was_suggested(pulled.document, pulled.suggestion),
            flags=result.flags if result else (),
            note=result.note if result else "",
        )


def _stamped_arm(task: TaskHead, raw: Json) -> Arm:
    """
    The arm of an annotation that doesn't say itself from what it started: what the task's stamp says.

    Whether an imported annotation was a copy is lost, so it is never blind.
    """
    if task.stamp is None:
        return "unknown"
    is_doubtful = is_imported(raw) and task.stamp.arm == "blind"
    return "unknown" if is_doubtful else task.stamp.arm
