"""What a pull brings, merged into the records of gold/next document by document."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import msgspec

from curation.annotations.consensus import find_consensus
from curation.annotations.merge import MergedRecord, merge_pulled
from curation.annotations.pulled import PulledDocument
from curation.annotations.record import DocumentRecord, document_of_record
from curation.annotations.voters import EARLIER_WORK, find_voters
from curation.documents.document import Document
from curation.errors import Problem
from curation.gold.working.successors import find_successors, supersede
from curation.gold.working.version import WorkingVersion
from curation.labelstudio.pull.cursor import PullCursor
from curation.labelstudio.pull.exported_task import copy_remark
from curation.labelstudio.pull.pull import DeliveredDocument, PullResult
from curation.schema import Schema
from curation.state import Note
from curation.state.pseudonyms import UNKNOWN, pseudonym_of_lone_annotation

OTHER_TEXT = (
    "the task has another text than gold/next has under this id; give one of the two a new id"
)


class PulledRecords:
    """
    The records of *working*, as a pull changes them; documents are given by their ids.

    *sound* is how many sound annotations each document came with, *new* are documents whose record
    changed, *inactive* those that are dropped. *moved* are uids of imported annotations that took
    the place of known ones, *unmatched* of those that couldn't, each with its document; *nameless*
    are those of new annotations whose account is gone. *gone* has the annotators whose sound work
    is no longer there, *lost_voters* those of them on whose work the document's verdict rests;
    *outdated* has the annotators with several annotations that differ. *notes* are the notes to
    keep; *has_note* are the uids of annotations with a note so far. *edited* counts, by document, the
    annotations that somebody else than the annotator changed, as gold/next has it. *merged_pseudonym*
    is the one that an older ``curate`` gave to all deleted accounts, empty where it gave none. *withdrawn*
    are documents that stay as they are, whatever Label Studio still has of them.
    """

    def __init__(
        self, working: WorkingVersion, *, has_note: Iterable[str], merged_pseudonym: str = ""
    ) -> None:
        self.working = working
        self.sound: dict[str, int] = {}
        self.new: set[str] = set()
        self.inactive: set[str] = set()
        self.withdrawn: set[str] = set()
        self.gone: dict[str, tuple[str, ...]] = {}
        self.lost_voters: dict[str, tuple[str, ...]] = {}
        self.outdated: dict[str, tuple[str, ...]] = {}
        self.moved: dict[str, str] = {}
        self.nameless: dict[str, str] = {}
        self._moved_annotators: dict[int, str] = {}
        self.unmatched: dict[str, str] = {}
        self.edited: dict[str, int] = {}
        self.notes: list[Note] = []
        self._has_note = frozenset(has_note)
        self._merged_pseudonym = merged_pseudonym
        self._other_text: set[str] = set()
        self._copies: dict[str, dict[str, str]] = {}
        self._dropped_before: set[str] = set()
        self._withdrawn_texts = working.withdrawn_texts()

    def merge(self, delivered: DeliveredDocument) -> None:
        """Merge the annotations of one document into its record."""
        document = delivered.id
        self.sound[document] = len(delivered.annotations)
        if self.working.has_unusable_file(document):
            return
        known = self.working.record(document)
        if self._is_withdrawn(known, delivered.pulled.article):
            self.withdrawn.add(document)
            return
        merged = merge_pulled(self._with_lone_annotators(known), delivered.pulled)
        self._other_text.discard(document)
        if merged.has_other_text:
            self._other_text.add(document)
        self.gone.pop(document, None)
        if merged.lost_annotators:
            self.gone[document] = merged.lost_annotators
        self.moved |= dict.fromkeys(merged.moved, document)
        self._moved_annotators |= {
            one.number: merged.moved[one.uid].annotator
            for one in delivered.pulled.annotations
            if one.uid in merged.moved
        }
        self.unmatched |= dict.fromkeys(merged.unmatched, document)
        self.nameless |= dict.fromkeys(
            _new_of_accounts_gone(known, merged, delivered), document
        )
        self._copies[document] = _copies_known_before(merged.record, delivered)
        self._take_notes(delivered, merged)
        annotations = merged.record.annotations if merged.record else ()
        self.edited[document] = sum(
            bool(one.edited_by)
            for one in annotations
            if one.project == delivered.pulled.project
        )
        if merged.record is not None:
            self._put(known, merged.record)

    def _is_withdrawn(self, known: DocumentRecord | None, article: Document | None) -> bool:
        """Whether the document is out for good, or is new and has the text of one that is."""
        if known is None and article is not None:
            return article.text_sha256 in self._withdrawn_texts
        return known is not None and known.state == "withdrawn"

    def _with_lone_annotators(self, known: DocumentRecord | None) -> DocumentRecord | None:
        """The record without the one pseudonym that stood for several deleted accounts."""
        if known is None or not self._merged_pseudonym:
            return known
        annotations = (
            msgspec.structs.replace(one, annotator=pseudonym_of_lone_annotation(one.uid))
            if one.annotator == self._merged_pseudonym
            else one
            for one in known.annotations
        )
        return msgspec.structs.replace(known, annotations=tuple(annotations))

    def _take_notes(self, delivered: DeliveredDocument, merged: MergedRecord) -> None:
        """Notes that are new, changed, or empty now; the note of a moved annotation moves with it."""
        known = (
            {one.uid: one.annotator for one in merged.record.annotations}
            if merged.record
            else {}
        )
        for old in merged.moved.values():
            if old.uid in self._has_note:
                self.notes.append(
                    Note(
                        server=old.server or "",
                        uid=old.uid,
                        document=delivered.id,
                        annotator=old.annotator,
                        text="",
                    )
                )
        for annotation in delivered.pulled.annotations:
            if annotation.uid in merged.left_behind:
                continue
            annotator, text = delivered.notes.get(annotation.uid, (annotation.annotator, ""))
            annotator = known.get(annotation.uid, annotator)
            if text or annotation.uid in self._has_note:
                note = Note(
                    server=delivered.pulled.server,
                    uid=annotation.uid,
                    document=delivered.id,
                    annotator=annotator,
                    text=text,
                )
                self.notes.append(note)

    def _put(self, known: DocumentRecord | None, record: DocumentRecord) -> None:
        document = record.id
        if known is None and document in self.working.dropped:
            self._dropped_before.add(document)
            record = msgspec.structs.replace(
                record, state="dropped", state_reason="dropped before"
            )
            self.working.dropped.discard(document)
        if record.state != "active":
            self.inactive.add(document)
        if record != known:
            self.new.add(document)
            self.working.put(record)
            if known and (lost := _lost_voters(known, record)):
                self.lost_voters[document] = lost
            if twice := _annotators_of_earlier_work(record, self.working.schema):
                self.outdated[document] = twice

    def mark_superseded(self) -> None:
        """
        Say of documents that were dropped before they were pulled which ones take their places.

        To be called when all documents have come, the others among them.
        """
        if not self._dropped_before:
            return
        for document, successor in find_successors(self.working, self._dropped_before).items():
            record = self.working.record(document)
            if record is not None:
                self.working.put(supersede(record, successor))

    def remove_deleted(self, cursor: PullCursor, *, server: str, project: str) -> None:
        """
        Bring records up to date of which the project has no annotation any more.

        Where another project has annotations of a document, these alone count now. A document of this
        project alone that would lose its gold stays as it is, until somebody drops it, and so does
        one that was dropped; of any other all annotations are deleted. Annotations that never were sound go.
        """
        for document in {*cursor.emptied, *cursor.deleted}:
            known = (
                None
                if self.working.has_unusable_file(document)
                else self.working.record(document)
            )
            if known is None or known.state == "withdrawn":
                continue
            of_this_project = {(server, project), ("", "")}
            others = [
                annotation
                for annotation in known.annotations
                if (annotation.server, annotation.project) not in of_this_project
            ]
            nothing = PulledDocument(
                id=document,
                server=server,
                project=project,
                article=document_of_record(known),
                annotations=(),
            )
            merged = merge_pulled(known, nothing)
            record = merged.record or known
            loses_gold = self._has_gold(known) and not self._has_gold(record)
            if not others and (loses_gold or known.state != "active"):
                record = msgspec.structs.replace(
                    known,
                    annotations=tuple(
                        one for one in known.annotations if one.entities is not None
                    ),
                )
            elif merged.lost_annotators:
                self.gone[document] = merged.lost_annotators
            self._put(known, record)

    def _has_gold(self, record: DocumentRecord) -> bool:
        consensus = find_consensus(record, self.working.schema, with_annotations=False)
        return consensus.document is not None

    def with_problems(self, cursor: PullCursor) -> PullCursor:
        """
        The cursor with what was found in merging.

        Documents whose file can't be read are asked for again by the next pull; a task with another
        text than the record is a problem. Of withdrawn documents nothing is kept. Whose a moved annotation is was found in merging, and what
        it is a copy of, as far as Label Studio has forgotten that.
        """
        again = {
            task: document
            for document, task in sorted(cursor.annotated.items())
            if self.working.file_problems and self.working.has_unusable_file(document)
        }
        problems = dict(cursor.problems)
        for document in self._other_text:
            problem = Problem(document, OTHER_TEXT, cursor.task_links.get(document, ""))
            problems[document] = tuple(dict.fromkeys((*problems.get(document, ()), problem)))
        remarks = dict(cursor.remarks)
        for document, copies in self._copies.items():
            link = cursor.task_links.get(document, "")
            told = (copy_remark(document, who, of, link) for who, of in copies.items())
            remarks[document] = (*remarks.get(document, ()), *told)
        work = cursor.work
        if self._moved_annotators:
            work = {
                task: tuple(
                    one._replace(
                        annotator=self._moved_annotators.get(one.number, one.annotator)
                    )
                    for one in facts
                )
                for task, facts in work.items()
            }
        for found in (problems, remarks):
            for document in self.withdrawn.intersection(found):
                del found[document]
        return replace(
            cursor,
            ask_again={**cursor.ask_again, **again},
            problems=problems,
            remarks={document: some for document, some in remarks.items() if some},
            work=work,
        )

    def edited_by_others(self, found: Mapping[str, int]) -> dict[str, int]:
        """
        How many annotations of a document somebody else updated last, of those *found* so in Label Studio.

        Whoever changed nothing of what gold/next has doesn't count.
        """
        counts = {
            document: min(count, self.edited.get(document, count))
            for document, count in found.items()
        }
        return {document: count for document, count in counts.items() if count}

    def changed_since(self, last: PullCursor, result: PullResult) -> dict[str, int]:
        """The documents in which something is new, each with how many sound annotations it has."""
        new = self.new | result.worked_on
        return {
            document: count
            for document, count in self.sound.items()
            if document in new
            or last.problems.get(document) != result.cursor.problems.get(document)
        }


def _copies_known_before(
    record: DocumentRecord | None, delivered: DeliveredDocument
) -> dict[str, str]:
    """By annotator, of which annotation theirs is a copy, where the record knows that and Label Studio doesn't."""
    if record is None:
        return {}
    by_uid = {one.uid: one.annotator for one in record.annotations}
    here = {
        one.uid
        for one in delivered.pulled.annotations
        if one.status != "skipped" and one.copy_of is None
    }
    return {
        one.annotator: f"that of {by_uid[one.copy_of]}"
        if one.copy_of in by_uid
        else "another annotator's, which is gone"
        for one in record.annotations
        if one.uid in here and one.copy_of is not None
    }


def _new_of_accounts_gone(
    known: DocumentRecord | None, merged: MergedRecord, delivered: DeliveredDocument
) -> Iterator[str]:
    """The uids of annotations that gold/next hadn't, and whose accounts Label Studio has no more."""
    before = {one.uid for one in known.annotations} if known else set()
    kinds = {one.uid: one.kind for one in merged.record.annotations} if merged.record else {}
    for one in delivered.pulled.annotations:
        if one.uid not in before and not one.is_imported and kinds.get(one.uid) == UNKNOWN:
            yield one.uid


def _annotators_of_earlier_work(record: DocumentRecord, schema: Schema) -> tuple[str, ...]:
    """The annotators with several annotations of the document that differ, so that only the latest has a vote."""
    if record.state != "active" or len(record.annotations) < 2:
        return ()
    without_vote = find_voters(record, schema).without_vote
    names = {
        one.annotator for one in record.annotations if without_vote.get(one.uid) == EARLIER_WORK
    }
    return tuple(sorted(names))


def _lost_voters(known: DocumentRecord, record: DocumentRecord) -> tuple[str, ...]:
    """The annotators on whose work a verdict rests, and whose work became a problem, or is gone."""
    if record.verdict is None:
        return ()
    rests_on = {
        uid
        for decision in record.verdict.decisions
        for reading in decision.offered
        for uid in reading.by
    }
    now = {one.uid for one in record.annotations if one.status == "submitted"}
    lost = {
        one.annotator
        for one in known.annotations
        if one.status == "submitted" and one.uid in rests_on - now
    }
    return tuple(sorted(lost))
