"""A pull as one step: from Label Studio into gold/next, and what is wrong back to its annotators."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import msgspec

from curation.annotations.merge import PulledDocument, merge_pulled
from curation.annotations.record import AnnotatorKind, document_of_record
from curation.errors import GoldError, Problem, Problems, raise_problems
from curation.files import Json
from curation.gold.convert_old import kind_of_pseudonym
from curation.gold.excluded import ExcludedDocuments, find_excluded_documents
from curation.gold.working_version import MEND_FILES, AnnotationAccount, WorkingVersion
from curation.labelstudio.exported_task import annotation_uid, server_hash
from curation.labelstudio.last_editor import account_number, load_last_editors
from curation.labelstudio.port import Step, Studio
from curation.labelstudio.pull import DeliveredDocument, PullResult, pull_annotations
from curation.labelstudio.pull_cursor import PullCursor, load_cursor
from curation.labelstudio.send_back import ReturnReport, send_back
from curation.schema import Schema
from curation.state import Note, Pseudonyms
from curation.workspace import Workspace

OTHER_TEXT = (
    "the task holds another text than gold/next has under this id; give one of them a new id"
)


@dataclass(frozen=True, kw_only=True)
class PullReport:
    """
    What a pull found and made of ``gold/next``.

    *changed* are the documents in which there is something new since the last pull, a problem
    that has gone, say, each with how many sound annotations it has now.
    *deleted* are documents whose task is gone from Label Studio, but which
    stay in the gold until somebody drops them, *emptied* those whose
    annotations are. *reopened* are documents whose verdict doesn't hold any more, each with the
    number of places and whether all annotations agree now. *dropped* are those that stay out of
    the gold though somebody worked on them since the last pull. *edited* have a file that isn't as
    we left it, *bad* is wrong with files that can't be read. *gone* has the annotators whose work
    on a sound document is there no more. *links* lead to the tasks of documents. *renamed*:
    annotators have new pseudonyms, since those that the gold had before are remembered nowhere.
    """

    pulled: PullResult
    changed: Mapping[str, int]
    outside: ExcludedDocuments
    deleted: tuple[str, ...]
    emptied: tuple[str, ...]
    reopened: Mapping[str, tuple[int, bool]]
    dropped: tuple[str, ...]
    edited: tuple[str, ...]
    bad: Problems
    gone: Mapping[str, tuple[str, ...]]
    documents: int
    left: tuple[str, ...]
    renamed: bool
    sent_back: ReturnReport

    @property
    def links(self) -> Mapping[str, str]:
        """To the task of each document that has annotations."""
        return self.pulled.cursor.task_links


def pull_into(  # noqa: PLR0913 - the command's own options
    studio: Studio,
    schema: Schema,
    place: Workspace,
    *,
    title: str,
    full: bool = False,
    returning: bool = False,
    dry_run: bool = False,
) -> Iterator[Step | PullReport]:
    """
    Bring annotations from the project *title* into ``gold/next``; the last event is a PullReport.

    What is wrong goes back to its annotator if *returning*; what was mended
    since stops saying that it was returned. The cursor is kept last, so that a pull that was cut
    short is simply done again. A document whose file can't be read is passed over, and asked for
    again by the next pull.
    """
    place = place.looking() if dry_run else place
    state = place.state
    yield Step("reading gold/next", 0, None)
    with place.amended(schema) as working:
        before = load_cursor(state, studio.url, title) or PullCursor()
        # What git or a hand changed may be older than what was pulled: it is asked for once more.
        edited = {
            before.annotated[one]: one for one in working.edited if one in before.annotated
        }
        before = replace(before, ask_again={**before.ask_again, **edited})
        since = replace(before, since="") if full else before
        names = _Names(studio, title, working, state.pseudonyms(studio.url))
        merging = _Merging(working, state.noted())
        pulled = pull_annotations(
            studio,
            schema,
            title=title,
            pseudonym=names,
            kind=names.kind,
            since=since,
            editors=load_last_editors(state, studio.url, title),
            deliver=merging.take,
        )
        merging.empty(pulled, server_hash(studio.url), title)
        pulled = merging.told(pulled)
        if not dry_run:
            place.keep(working)
            if merging.notes:
                state.keep_notes(merging.notes)
        sent_back = send_back(
            studio, pulled.project, pulled.cursor, email_of=names.annotators.email,
            since=since.since, returning=returning, dry_run=dry_run,
        )  # fmt: skip
        if not dry_run:
            returned = tuple(sorted({*sent_back.still_returned, *sent_back.returned}))
            replace(pulled.cursor, returned=returned).save(state, studio.url, title)
        yield _report(
            working, merging, names, before=before, pulled=pulled, sent_back=sent_back
        )


def refuse_bad(problems: Problems, folder: Path) -> NoReturn:
    """Raises GoldError with the files that a pull passed over."""
    raise_problems(
        problems,
        GoldError,
        hint=f"{MEND_FILES.format(folder)}; then pull again, which asks for them anew",
    )


def _report(
    working: WorkingVersion,
    merging: "_Merging",
    names: "_Names",
    *,
    before: PullCursor,
    pulled: PullResult,
    sent_back: ReturnReport,
) -> PullReport:
    there = working.documents
    return PullReport(
        pulled=pulled,
        changed=merging.changed_since(before, pulled),
        outside=find_excluded_documents(working),
        deleted=tuple(one for one in pulled.cursor.deleted if one in there),
        emptied=tuple(one for one in pulled.cursor.emptied if one in there),
        reopened={
            facts.document: (facts.reopened, not facts.reason) for facts in working.reopened()
        },
        dropped=tuple(sorted(merging.new & merging.inactive)),
        edited=tuple(sorted(working.edited)),
        bad=working.problems(),
        gone={
            one: who for one, who in merging.gone.items() if one not in pulled.cursor.problems
        },
        documents=len(there),
        left=tuple(sorted(working.gold_before - there)),
        renamed=names.renamed,
        sent_back=sent_back,
    )


@dataclass
class _Merging:
    """
    What came of each document, and what became of it.

    *given* is how many sound annotations each has, *new* are those in which something is another
    than before, *inactive* those that are dropped. *gone* has whose sound work is there no more.
    *noted* are annotations with a note so far, *other_text* are documents that came with another
    text than the record's.
    """

    working: WorkingVersion
    noted: frozenset[str]
    given: dict[str, int] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    inactive: set[str] = field(default_factory=set)
    gone: dict[str, tuple[str, ...]] = field(default_factory=dict)
    other_text: set[str] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)

    def take(self, event: DeliveredDocument) -> None:
        """Merge what was given of a document into its record."""
        document, pulled = event.id, event.pulled
        self.given[document] = len(event.annotations)
        if self.working.has_unusable_file(document):
            return
        known = self.working.record(document)
        merged = merge_pulled(known, pulled)
        self.other_text.discard(document)
        if merged.has_other_text:
            self.other_text.add(document)
        self.gone.pop(document, None)
        if merged.lost_annotators:
            self.gone[document] = merged.lost_annotators
        for one in pulled.annotations:
            annotator, text = event.notes.get(one.uid, (one.annotator, ""))
            if text or one.uid in self.noted:
                note = Note(
                    server=pulled.server,
                    uid=one.uid,
                    document=document,
                    annotator=annotator,
                    text=text,
                )
                self.notes.append(note)
        record = merged.record
        if record is None:
            return
        if known is None and document in self.working.dropped:
            record = msgspec.structs.replace(
                record, state="dropped", state_reason="dropped before"
            )
            self.working.dropped.discard(document)
        if record.state != "active":
            self.inactive.add(document)
        if record != known:
            self.new.add(document)
            self.working.put(record)

    def empty(self, pulled: PullResult, server: str, project: str) -> None:
        """
        Take note of documents of which the project has no annotation any more.

        Where another project has some, these count alone; a document of this project alone stays
        as it is, until somebody drops it. What never was sound is nothing to wait for.
        """
        for document in {*pulled.cursor.emptied, *pulled.cursor.deleted}:
            known = (
                self.working.record(document)
                if not self.working.has_unusable_file(document)
                else None
            )
            if known is None:
                continue
            mine = {(server, project), ("", "")}
            others = [one for one in known.annotations if (one.server, one.project) not in mine]
            record = msgspec.structs.replace(
                known,
                annotations=tuple(
                    one
                    for one in known.annotations
                    if one in others or one.entities is not None
                ),
            )
            if others:
                gone = PulledDocument(
                    id=document,
                    server=server,
                    project=project,
                    article=document_of_record(known),
                    annotations=(),
                )
                record = merge_pulled(known, gone).record or record
            if record != known:
                self.new.add(document)
                self.working.put(record)

    def told(self, pulled: PullResult) -> PullResult:
        """The same, with what was found in merging: what has to be asked for again, and another text."""
        cursor = pulled.cursor
        again: dict[int, str] = {}
        if self.working.file_problems:
            again = {
                task: document
                for document, task in sorted(cursor.annotated.items())
                if self.working.has_unusable_file(document)
            }
        problems = dict(cursor.problems)
        for document in self.other_text:
            said = Problem(document, OTHER_TEXT, cursor.task_links.get(document, ""))
            problems[document] = tuple(dict.fromkeys((*problems.get(document, ()), said)))
        cursor = replace(cursor, ask_again={**cursor.ask_again, **again}, problems=problems)
        return replace(pulled, cursor=cursor)

    def changed_since(self, before: PullCursor, pulled: PullResult) -> dict[str, int]:
        """Those given in which there is something new, each with how many sound annotations it has."""
        was, now = before.problems, pulled.cursor.problems
        new = self.new | pulled.worked_on
        return {
            document: many
            for document, many in self.given.items()
            if document in new or was.get(document) != now.get(document)
        }


class _Names:
    """
    The pseudonyms of a server's accounts; before a new one is given, gold/next is asked.

    Of an annotator whose pseudonym gold/next has and nobody here knows, some annotation is on the
    server, with the same uid: that tells whose it is.
    """

    def __init__(
        self, studio: Studio, title: str, working: WorkingVersion, annotators: Pseudonyms
    ) -> None:
        self.annotators = annotators
        self._studio, self._title, self._working = studio, title, working
        self._asked = False

    @cached_property
    def _strangers(self) -> frozenset[str]:
        """The pseudonyms that gold/next has of Label Studio's accounts, and that are nobody's here."""
        there = {
            pseudonym
            for facts in self._working.facts.values()
            for one in facts.accounts
            if one.server is not None
            for pseudonym in (one.pseudonym, one.editor)
            if pseudonym
        }
        return frozenset(one for one in there if not self.annotators.is_used(one))

    def __call__(self, number: int, email: str) -> str:
        if not (self._asked or self.annotators.find(number, email)) and self._strangers:
            self._asked = True
            self._ask()
        return self.annotators(number, email)

    def kind(self, pseudonym: str) -> AnnotatorKind:
        """Whether a pseudonym is a person's, a program's, or nobody knows."""
        return self.annotators.kind(pseudonym)

    @property
    def renamed(self) -> bool:
        """Whether somebody got a new pseudonym while the gold has some that are nobody's here."""
        if not (self.annotators.is_first_use and self.annotators.new_count):
            return False
        here = {"", server_hash(self._studio.url)}
        return any(
            one.server in here and not self.annotators.is_used(one.pseudonym)
            for facts in self._working.facts.values()
            for one in facts.accounts
        )

    def _ask(self) -> None:
        """Look through the projects that gold/next names for annotations that it knows."""
        known = {}
        titles = {self._title}
        for facts in self._working.facts.values():
            for one in facts.accounts:
                if {one.pseudonym, one.editor} & self._strangers:
                    known[one.uid] = one
                    if one.project:
                        titles.add(one.project)
        emails = self._studio.accounts()
        for title in sorted(titles):
            project = self._studio.find_project(title)
            for task in self._studio.export(project.id) if project else ():
                for annotation in task["annotations"]:
                    found = known.get(annotation_uid(annotation, self._studio.url))
                    if found:
                        self._adopt(annotation, found, emails)

    def _adopt(
        self, annotation: Json, one: AnnotationAccount, emails: Mapping[int, str]
    ) -> None:
        """Whose an annotation is, and who changed it last, by what gold/next says of it."""
        number, last = (
            account_number(annotation.get(key)) for key in ("completed_by", "updated_by")
        )
        if number:
            self.annotators.adopt(number, emails.get(number, ""), one.pseudonym, one.kind)
        if one.editor and last not in (0, number):
            self.annotators.adopt(
                last, emails.get(last, ""), one.editor, kind_of_pseudonym(one.editor)
            )
