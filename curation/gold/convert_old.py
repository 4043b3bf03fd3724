"""Converting gold/next of an older curate: two files for all documents become a file for each document."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

import msgspec

from curation.annotations.compared import compare_documents, flag_difference
from curation.annotations.consensus import find_consensus
from curation.annotations.differences import ComparedAnnotations
from curation.annotations.make_verdict import decisions_on
from curation.annotations.merge import make_record
from curation.annotations.record import (
    AnnotationRecord,
    AnnotatorKind,
    DocumentRecord,
    Evidence,
    Suggestion,
    Verdict,
    entity_records,
    relation_records,
    suggestion_key,
    suggestion_of,
)
from curation.annotations.record_file import record_bytes
from curation.documents.document import AnnotatedDocument, is_program_pseudonym
from curation.errors import GoldError, Problem, Problems, raise_problems
from curation.files import (
    Json,
    count_lines,
    explain_os_errors,
    read_lines_with_offsets,
    sync_folder,
)
from curation.gold.dataset import GoldDocument
from curation.gold.file_names import file_name
from curation.gold.read_rows import RowReader, RowValue, read_annotation_row, read_gold_row
from curation.gold.working_version import PART_SUFFIX, sync_files
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.strict_json import LONGEST_LINE, parse_object

OLD_GOLD_FILE = "gold.jsonl"
OLD_ANNOTATIONS_FILE = "annotations.jsonl"

_MEND_LINES = "mend these lines, or: git checkout {}"


@dataclass(frozen=True, kw_only=True)
class ConversionReport:
    """
    What became of the old files; documents are given by id.

    *converted* is the number of documents that got a file. *contradictory* are documents whose gold
    contradicted their annotations, so that the annotations count. *without_annotations* are documents
    that got no file because their gold names annotations that the old files don't hold.
    *already_converted* had a file already, which stays as it is. *notes* are annotators' private
    notes, which no new file holds: annotator and text by uid, by document.
    """

    converted: int
    contradictory: tuple[str, ...] = ()
    without_annotations: tuple[str, ...] = ()
    already_converted: tuple[str, ...] = ()
    notes: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)


def has_old_files(folder: Path) -> bool:
    """Whether the folder holds the files of an older curate."""
    return any((folder / name).exists() for name in (OLD_GOLD_FILE, OLD_ANNOTATIONS_FILE))


def convert_old_files(
    folder: Path,
    target: Path,
    schema: Schema,
    sources: Mapping[str, tuple[str, str]],
    watch: Watch = unwatched,
) -> ConversionReport:
    """
    Write a file into *target* for each document of the old files in *folder*, which stay.

    *sources* gives the server and the project that each document was pulled from, where known. A
    document that has a file already keeps the file, so that an interrupted conversion can be done
    again. Raises GoldError, with nothing written, where a line can't be read.
    """
    problems = Problems()
    gold_lines = _find_lines(folder / OLD_GOLD_FILE, read_gold_row, problems, watch)
    annotation_lines = _find_lines(
        folder / OLD_ANNOTATIONS_FILE, read_annotation_row, problems, watch
    )
    for document, lines in gold_lines.items():
        if len(lines) > 1:
            second, _ = lines[1]
            place = f"{folder / OLD_GOLD_FILE}:{second}"
            problems.append(Problem(place, f"the id {document!r} occurs a second time"))
    if problems:
        raise_problems(problems, GoldError, hint=_MEND_LINES.format(folder))
    with explain_os_errors(target):
        target.mkdir(parents=True, exist_ok=True)
    conversion = _Conversion(target, schema, sources)
    documents = sorted({*gold_lines, *annotation_lines})
    try:
        for document in watch(documents, "converting", len(documents)):
            gold = _read_rows_at(
                folder / OLD_GOLD_FILE, gold_lines.get(document, ()), read_gold_row
            )
            annotations = _read_rows_at(
                folder / OLD_ANNOTATIONS_FILE,
                annotation_lines.get(document, ()),
                read_annotation_row,
            )
            conversion.add(document, next(gold, None), list(annotations))
    except BaseException:
        conversion.discard()
        raise
    return conversion.finish()


@dataclass
class _Conversion:
    """The conversion so far; the lists are those of ConversionReport."""

    target: Path
    schema: Schema
    sources: Mapping[str, tuple[str, str]]
    written: list[Path] = field(default_factory=list)
    contradictory: list[str] = field(default_factory=list)
    without_annotations: list[str] = field(default_factory=list)
    already_converted: list[str] = field(default_factory=list)
    notes: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def add(
        self, document: str, gold: GoldDocument | None, annotations: Sequence[AnnotatedDocument]
    ) -> None:
        """Convert one more document; its file is hidden until ``finish``."""
        record = _make_record(gold, annotations, self.sources.get(document), self.schema)
        if record is None:
            self.without_annotations.append(document)
            return
        if notes := _notes(record, annotations):
            self.notes[document] = notes
        if gold is not None and _contradicts(gold, record, self.schema):
            self.contradictory.append(document)
        path = self.target / file_name(document)
        if path.exists():
            self.already_converted.append(document)
            return
        self.written.append(path)
        with explain_os_errors(path):
            _part(path).write_bytes(record_bytes(record))

    def discard(self) -> None:
        """Remove the hidden files, so that a full disk gets its room back."""
        for path in self.written:
            _part(path).unlink(missing_ok=True)

    def finish(self) -> ConversionReport:
        """Sync all hidden files and give them their names."""
        with explain_os_errors(self.target):
            sync_files(map(_part, self.written))
            for path in self.written:
                _part(path).replace(path)
            sync_folder(self.target)
        return ConversionReport(
            converted=len(self.written),
            contradictory=tuple(self.contradictory),
            without_annotations=tuple(self.without_annotations),
            already_converted=tuple(self.already_converted),
            notes=self.notes,
        )


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}{PART_SUFFIX}")


# The number of a line, and where it begins in the file, in bytes.
_Line = tuple[int, int]


def _find_lines(
    path: Path, read: RowReader[RowValue], problems: Problems, watch: Watch
) -> dict[str, list[_Line]]:
    """The lines of each document; *problems* gets what is wrong with lines that can't be read."""
    found: dict[str, list[_Line]] = {}
    if not path.exists():
        return found
    lines = watch(read_lines_with_offsets(path), f"reading {path.name}", count_lines([path]))
    for number, offset, line in lines:
        row, row_problems = _read_line(path, number, line, read)
        problems += row_problems
        if row is not None:
            document = row.id if isinstance(row, GoldDocument) else row.document.id
            found.setdefault(document, []).append((number, offset))
    return found


def _read_rows_at(
    path: Path, lines: Sequence[_Line], read: RowReader[RowValue]
) -> Iterator[RowValue]:
    if not lines:
        return
    with explain_os_errors(path), path.open("rb") as stream:
        for number, offset in lines:
            stream.seek(offset)
            row, _ = _read_line(path, number, stream.readline(LONGEST_LINE + 1), read)
            if row is None:
                raise GoldError(
                    f"{path} changed while this command read it", hint="run the command again"
                )
            yield row


def _read_line(
    path: Path, number: int, line: bytes, read: RowReader[RowValue]
) -> tuple[RowValue | None, list[Problem]]:
    place = f"{path}:{number}"
    try:
        form: Json = parse_object(line.rstrip(b"\r\n"))
    except ValueError as error:
        return None, [Problem(place, str(error))]
    return read(form, place)


def _make_record(
    gold: GoldDocument | None,
    annotations: Sequence[AnnotatedDocument],
    source: tuple[str, str] | None,
    schema: Schema,
) -> DocumentRecord | None:
    """The record of a document; None where its gold names annotations that the old files don't hold."""
    if not annotations and gold and (gold.annotators or gold.n_annotations):
        return None
    article = gold.document if gold else annotations[0].document
    suggestions: dict[str, Suggestion] = {}
    records: list[AnnotationRecord] = []
    ordered = sorted(annotations, key=lambda one: (one.annotator, one.document.entities))
    for _, of_one_annotator in groupby(ordered, key=lambda one: one.annotator):
        for number, annotation in enumerate(of_one_annotator):
            records.append(_annotation_record(annotation, number, source, suggestions))
    records.sort(key=lambda one: one.uid)
    bare = article.without_annotations()
    record = make_record(bare, records, suggestions)
    verdict = None
    if gold and (gold.adjudicated or not annotations):
        verdict = _verdict(gold, records, annotations, schema)
    group = gold.group if gold else record.group
    return msgspec.structs.replace(record, group=group, verdict=verdict)


def _annotation_record(
    one: AnnotatedDocument,
    number: int,
    source: tuple[str, str] | None,
    suggestions: dict[str, Suggestion],
) -> AnnotationRecord:
    # A program's annotations may never have been in Label Studio; a person's were.
    unknown = (None, None) if is_program_pseudonym(one.annotator) else ("", "")
    server, project = source or unknown
    started_from = None
    evidence: Evidence = "none"
    if one.suggestion is not None:
        suggestion = suggestion_of(one.suggestion)
        started_from = suggestion_key(suggestion)
        suggestions[started_from] = suggestion
        evidence = (
            "prediction" if suggestion.version or suggestion.model != "unknown" else "regions"
        )
    return AnnotationRecord(
        uid=old_annotation_uid(one, number),
        server=server,
        project=project,
        number=None,
        annotator=one.annotator,
        kind=kind_of_pseudonym(one.annotator),
        edited_by=(one.edited_by,) if one.edited_by else (),
        copy_of=None,
        arm="blind" if one.suggestion is None else "assisted",
        evidence=evidence,
        started_from=started_from,
        status="submitted",
        created=None,
        updated=None,
        seconds=None,
        schema=None,
        guideline=None,
        entities=entity_records(one.document),
        relations=relation_records(one.document),
        flags=tuple(sorted(one.flags)),
        first=None,
        first_sure=False,
    )


def kind_of_pseudonym(pseudonym: str) -> AnnotatorKind:
    """What an annotator is, as far as the pseudonym shows."""
    if is_program_pseudonym(pseudonym):
        return "program"
    return "person" if pseudonym.startswith("person-") else "unknown"


def old_annotation_uid(one: AnnotatedDocument, number: int) -> str:
    """The uid of an annotation that came without one: a hash of document and annotator."""
    identity = "\n".join((one.document.id, one.annotator, str(number)))
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def _verdict(
    gold: GoldDocument,
    records: Sequence[AnnotationRecord],
    annotations: Sequence[AnnotatedDocument],
    schema: Schema,
) -> Verdict:
    """The gold as a verdict of which only the result is known."""
    decided = schema.canonical(gold.document)
    documents = {
        (one.annotator, entity_records(one.document), relation_records(one.document)): one
        for one in annotations
    }
    by_uid = {
        record.uid: schema.canonical(
            documents[record.annotator, record.entities or (), record.relations or ()].document
        )
        for record in records
    }
    compared = ComparedAnnotations(agreed=decided)
    if by_uid:
        compared = compare_documents(by_uid, schema)
    flags = {record.uid: record.flags for record in records}
    if question := flag_difference(decided.text_sha256, flags, schema):
        compared = replace(compared, differences=(*compared.differences, question))
    return Verdict(
        by=None,
        kind="unknown",
        at=None,
        schema=None,
        guideline=None,
        decisions=decisions_on(compared, decided, schema),
        entities=entity_records(decided),
        relations=relation_records(decided),
        flags=gold.flags,
    )


def _contradicts(gold: GoldDocument, record: DocumentRecord, schema: Schema) -> bool:
    """Whether the old gold differs from what the record establishes."""
    consensus = find_consensus(record, schema)
    canonical = schema.canonical(gold.document)
    return consensus.document is None or (
        consensus.document.entities != canonical.entities
        or consensus.document.relations != canonical.relations
        or consensus.flags != gold.flags
    )


def _notes(
    record: DocumentRecord, annotations: Sequence[AnnotatedDocument]
) -> dict[str, tuple[str, str]]:
    """Annotator and text of each note, by uid."""
    texts = {one.annotator: one.note for one in annotations if one.note}
    return {
        one.uid: (one.annotator, texts[one.annotator])
        for one in record.annotations
        if one.annotator in texts
    }
