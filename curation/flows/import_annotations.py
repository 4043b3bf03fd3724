"""``curate import --as-annotations``: what was annotated in another tool, into gold/next."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import msgspec

from curation.annotations.merge import make_record
from curation.annotations.record import (
    AnnotationRecord,
    AnnotatorKind,
    DocumentRecord,
    EntitiesAndRelations,
    FirstSubmission,
    entity_records,
    first_submission,
    first_submission_record,
    relation_records,
)
from curation.checks.remarks import find_remarks
from curation.documents.document import AnnotatedDocument, Document, Layer
from curation.errors import Problem, UsageError
from curation.flows.import_documents import ImportedDocument, ImportReader
from curation.flows.named_annotator import NamedAnnotator, find_named_annotator
from curation.formats.losses import NOT_SUBMITTED
from curation.gold.working.version import WorkingVersion
from curation.state import State
from curation.state.pseudonyms import PERSON, PROGRAM
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class ImportedAnnotations:
    """
    What a file made of ``gold/next``, or would make; documents are given by their ids.

    *annotators* gives each annotator's pseudonym by name, *added* the documents with an annotation
    that they hadn't, *updated* those with one that was imported before and differs, *new* those of
    *added* that ``gold/next`` hadn't. *gold* counts the documents that are gold.
    """

    annotators: Mapping[str, NamedAnnotator]
    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    new: tuple[str, ...]
    remarks: tuple[Problem, ...]
    gold: int


def import_annotations(
    workspace: Workspace,
    reader: ImportReader,
    *,
    annotator: str = "",
    program: bool = False,
    dry_run: bool = False,
) -> ImportedAnnotations:
    """
    Take all annotations of a file into ``gold/next``, or none.

    *annotator* made what names nobody in the file; all are people, unless they are *program*s.
    Nobody knows whether they saw suggestions, nor when they worked. Raises InputError with
    everything that is wrong, each at its place.
    """
    workspace = workspace.read_only() if dry_run else workspace
    with workspace.working_version(reader.schema, reader.watch) as working:
        taken = _Taken(
            reader, working, _Annotators(workspace.state, working, annotator, program=program)
        )
        for imported in reader.read(by_hand=True):
            taken.take(imported)
        if not dry_run:
            workspace.commit(working)
        return ImportedAnnotations(
            annotators=taken.annotators.found,
            added=tuple(taken.added),
            updated=tuple(taken.updated),
            unchanged=tuple(taken.unchanged),
            new=tuple(taken.new),
            remarks=tuple(taken.remarks),
            gold=len(working.gold_ids),
        )


@dataclass
class _Annotators:
    """Who annotated, by the names that the file and the command say."""

    state: State
    working: WorkingVersion
    given: str
    program: bool
    found: dict[str, NamedAnnotator] = field(default_factory=dict)

    def find(self, name: str) -> NamedAnnotator:
        """The annotator of this name; of the one that was given where the name is empty."""
        name = name or self.given
        if name not in self.found:
            self.found[name] = self._find(name)
        return self.found[name]

    def _find(self, name: str) -> NamedAnnotator:
        if not name:
            raise UsageError(
                "the file doesn't say who annotated", hint="say who did: --annotator NAME"
            )
        wanted: AnnotatorKind = PROGRAM if self.program else PERSON
        annotator = find_named_annotator(
            name, self.state, self.working, option="--annotator", kind=wanted
        )
        if self.program and annotator.kind != PROGRAM:
            raise UsageError(
                f"--program: {name} is known as {annotator.pseudonym}, which is no program's",
                hint="give the program another name",
            )
        return annotator


@dataclass
class _Taken:
    """Takes annotations one by one, and takes note of what there is to tell."""

    reader: ImportReader
    working: WorkingVersion
    annotators: _Annotators
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.withdrawn_texts = self.working.withdrawn_texts()

    def take(self, imported: ImportedDocument) -> None:
        """Put an annotation into its document's record, unless something is wrong."""
        found = imported.found
        if found.is_suggested and not self.annotators.program:
            self.reader.losses.add(NOT_SUBMITTED, found.document.id)
            return
        annotator = self.annotators.find(found.annotator)
        layer = Layer("annotator", annotator.pseudonym)
        document = replace(imported.result.document, layer=layer)
        if what := self._why_not(document, annotator, found.place):
            self.reader.problems.append(Problem(found.place, what))
            return
        record = self.working.record(document.id)
        before = record.annotations if record else ()
        annotation = _annotation(self.reader, document, annotator, imported.result.flags)
        known = next((one for one in before if _is_same(one, annotation)), None)
        if known:
            annotation = _continued(known, annotation)
        elif record and record.verdict:
            # Nobody knows when it was made.
            annotation = msgspec.structs.replace(annotation, after_verdict=True)
        if annotation == known:
            self.unchanged.append(document.id)
            return
        (self.updated if known else self.added).append(document.id)
        annotated = AnnotatedDocument(document, flags=annotation.flags)
        self.remarks += (*imported.result.doubts, *find_remarks(annotated, self.reader.schema))
        if record is None:
            self.new.append(document.id)
            record = make_record(document.without_annotations(), (), {})
        self.working.put(_with_annotation(record, annotation))

    def _why_not(self, document: Document, annotator: NamedAnnotator, place: str) -> str:
        """What keeps an annotation from being taken; empty where nothing does."""
        first = self.places.setdefault((document.id, annotator.pseudonym), place)
        if first != place:
            return f"{document.id!r} comes twice of one annotator, first in {first}"
        if self.working.has_unusable_file(document.id):
            return f"{self.working.path(document.id)} can't be read, and isn't overwritten"
        record = self.working.record(document.id)
        if record is None:
            same = self.withdrawn_texts.get(document.text_sha256)
            return (
                f"{document.id!r} has the text of {same!r}, which is withdrawn" if same else ""
            )
        if record.text_sha256 != document.text_sha256:
            return f"{document.id!r} has another text in gold/next, so that offsets mean nothing in it"
        if record.state != "active":
            return f"{document.id!r} is {record.state}"
        return ""


def _annotation(
    reader: ImportReader, document: Document, annotator: NamedAnnotator, flags: tuple[str, ...]
) -> AnnotationRecord:
    """The record of an annotation of which nothing is known but what it says, and whose it is."""
    names = json.dumps([reader.file.name, document.id, annotator.pseudonym])
    return AnnotationRecord(
        uid=hashlib.sha256(names.encode()).hexdigest()[:32],
        server=None,
        project=None,
        number=None,
        annotator=annotator.pseudonym,
        kind=annotator.kind,
        edited_by=(),
        copy_of=None,
        arm="unknown",
        evidence="none",
        started_from=None,
        status="submitted",
        created=None,
        updated=None,
        seconds=None,
        schema=None,
        guideline=None,
        entities=entity_records(document),
        relations=relation_records(document),
        flags=flags,
        first=None,
        first_sure=False,
    )


def _is_same(known: AnnotationRecord, new: AnnotationRecord) -> bool:
    """Whether both are one annotator's work that was imported, from whatever file."""
    return known.uid == new.uid or (
        known.server is None and known.annotator == new.annotator and known.number is None
    )


def _continued(known: AnnotationRecord, new: AnnotationRecord) -> AnnotationRecord:
    """The *new* content of a *known* annotation, whose first submission stays."""
    return msgspec.structs.replace(
        known,
        status="submitted",
        entities=new.entities,
        relations=new.relations,
        flags=new.flags,
        first=_first(known, new),
    )


def _first(known: AnnotationRecord, new: AnnotationRecord) -> FirstSubmission | None:
    before = first_submission(known)
    if before is None:
        return None
    then, flags = before
    now = EntitiesAndRelations(new.entities or (), new.relations or ())
    return first_submission_record(
        then, now, then_flags=flags, now_flags=new.flags, updated="", says_when=True
    )


def _with_annotation(record: DocumentRecord, annotation: AnnotationRecord) -> DocumentRecord:
    others = [one for one in record.annotations if one.uid != annotation.uid]
    others.append(annotation)
    others.sort(key=lambda one: (one.created or "", one.uid))
    return msgspec.structs.replace(record, annotations=tuple(others))
