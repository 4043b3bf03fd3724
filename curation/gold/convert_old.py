"""gold/next as an older curate wrote it, two files for all documents, converted once into a file each."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import msgspec

from curation.annotations.consensus import find_consensus
from curation.annotations.differences import decisions_between
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

OLD_GOLD_FILE, OLD_ANNOTATIONS_FILE = "gold.jsonl", "annotations.jsonl"

_MEND_LINES = "mend these lines, or: git checkout {}"


@dataclass(frozen=True)
class ConversionReport:
    """
    What became of the older files.

    *converted* is how many have a file of their own now. *contradictory* are documents of which the
    two files told different things: the annotations count. *without_annotations* have no file, as they
    named annotations that weren't there. *already_converted* had a file of their own already, which stays.
    *notes* are annotators' own words, by document and uid, each with its annotator: they are
    private and in none of the new files.
    """

    converted: int
    contradictory: tuple[str, ...] = ()
    without_annotations: tuple[str, ...] = ()
    already_converted: tuple[str, ...] = ()
    notes: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)


def has_old_files(folder: Path) -> bool:
    """Whether the folder has files of the older form."""
    return any((folder / name).exists() for name in (OLD_GOLD_FILE, OLD_ANNOTATIONS_FILE))


def convert_old_files(
    folder: Path,
    target: Path,
    schema: Schema,
    sources: Mapping[str, tuple[str, str]],
    watch: Watch = unwatched,
) -> ConversionReport:
    """
    Write a file for each document of the older *folder* into *target*; the older files stay.

    *sources* has the server and the project that each document was pulled from, as far as that is
    known.
    A file that is there already is left as it is, so that a conversion that was cut off is simply
    done again. Raises GoldError, with nothing written, where a line can't be read.
    """
    problems = Problems()
    golds = _places(folder / OLD_GOLD_FILE, read_gold_row, problems, watch)
    layers = _places(folder / OLD_ANNOTATIONS_FILE, read_annotation_row, problems, watch)
    for document, places in golds.items():
        if len(places) > 1:
            where = f"{folder / OLD_GOLD_FILE}:{places[1][0]}"
            problems.append(Problem(where, f"the id {document!r} stands there twice"))
    if problems:
        raise_problems(problems, GoldError, hint=_MEND_LINES.format(folder))
    with explain_os_errors(target):
        target.mkdir(parents=True, exist_ok=True)
    done = _Conversion(target, schema, sources)
    documents = sorted({*golds, *layers})
    try:
        for document in watch(documents, "converting", len(documents)):
            gold = next(
                _rows(folder / OLD_GOLD_FILE, golds.get(document, ()), read_gold_row), None
            )
            rows = _rows(
                folder / OLD_ANNOTATIONS_FILE, layers.get(document, ()), read_annotation_row
            )
            done.take(document, gold, list(rows))
    except BaseException:
        done.give_up()
        raise
    return done.finish()


@dataclass
class _Conversion:
    """What became of each document so far; see Converted."""

    target: Path
    schema: Schema
    sources: Mapping[str, tuple[str, str]]
    written: list[Path] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    unfounded: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    notes: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def take(
        self, document: str, gold: GoldDocument | None, annotations: Sequence[AnnotatedDocument]
    ) -> None:
        """One more document, its file beside its name until all are there."""
        source = self.sources.get(document)
        record = _record(gold, annotations, source, self.schema)
        if record is None:
            self.unfounded.append(document)
            return
        if found := _notes(record, annotations):
            self.notes[document] = found
        if gold is not None and _contradicts(gold, record, self.schema):
            self.doubtful.append(document)
        path = self.target / file_name(document)
        if path.exists():
            self.kept.append(document)
            return
        self.written.append(path)
        with explain_os_errors(path):
            _part(path).write_bytes(record_bytes(record))

    def give_up(self) -> None:
        """Nothing is written: a full disk gets back what the parts take."""
        for path in self.written:
            _part(path).unlink(missing_ok=True)

    def finish(self) -> ConversionReport:
        """Give all files their names."""
        with explain_os_errors(self.target):
            sync_files(map(_part, self.written))
            for path in self.written:
                _part(path).replace(path)
            sync_folder(self.target)
        return ConversionReport(
            len(self.written),
            tuple(self.doubtful),
            tuple(self.unfounded),
            tuple(self.kept),
            self.notes,
        )


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}{PART_SUFFIX}")


# Where a line stands: its number and its place in the file, in bytes.
_Spot = tuple[int, int]


def _places(
    path: Path, read: RowReader[RowValue], problems: Problems, watch: Watch
) -> dict[str, list[_Spot]]:
    """The lines of each document; what can't be read adds to *problems*."""
    found: dict[str, list[_Spot]] = {}
    if not path.exists():
        return found
    lines = watch(read_lines_with_offsets(path), f"reading {path.name}", count_lines([path]))
    for number, at, line in lines:
        row, wrong = _read(path, number, line, read)
        problems += wrong
        if row is not None:
            document = row.id if isinstance(row, GoldDocument) else row.document.id
            found.setdefault(document, []).append((number, at))
    return found


def _rows(path: Path, spots: Sequence[_Spot], read: RowReader[RowValue]) -> Iterator[RowValue]:
    if not spots:
        return
    with explain_os_errors(path), path.open("rb") as stream:
        for number, at in spots:
            stream.seek(at)
            row, _ = _read(path, number, stream.readline(LONGEST_LINE + 1), read)
            if row is None:
                raise GoldError(
                    f"{path} has changed while it was read", hint="run the command again"
                )
            yield row


def _read(
    path: Path, number: int, line: bytes, read: RowReader[RowValue]
) -> tuple[RowValue | None, list[Problem]]:
    place = f"{path}:{number}"
    try:
        form: Json = parse_object(line.rstrip(b"\r\n"))
    except ValueError as error:
        return None, [Problem(place, str(error))]
    return read(form, place)


def _record(
    gold: GoldDocument | None,
    annotations: Sequence[AnnotatedDocument],
    source: tuple[str, str] | None,
    schema: Schema,
) -> DocumentRecord | None:
    """The record of a document; None where its gold names annotations and there are none."""
    if not annotations and gold and (gold.annotators or gold.n_annotations):
        return None
    article = gold.document if gold else annotations[0].document
    suggestions: dict[str, Suggestion] = {}
    records: list[AnnotationRecord] = []
    ordered = sorted(annotations, key=lambda one: (one.annotator, one.document.entities))
    for _, some in groupby(ordered, key=lambda one: one.annotator):
        for number, one in enumerate(some):
            records.append(_annotation(one, number, source, suggestions))
    records.sort(key=lambda one: one.uid)
    bare = article.without_annotations()
    record = make_record(bare, records, suggestions)
    verdict = None
    if gold and (gold.adjudicated or not annotations):
        verdict = _verdict(gold, records, annotations, schema)
    group = gold.group if gold else record.group
    return msgspec.structs.replace(record, group=group, verdict=verdict)


def _annotation(
    one: AnnotatedDocument,
    number: int,
    source: tuple[str, str] | None,
    suggestions: dict[str, Suggestion],
) -> AnnotationRecord:
    # What a program made may never have been in Label Studio; a person's work was.
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
    """What an annotator is, as far as the pseudonym tells."""
    if is_program_pseudonym(pseudonym):
        return "program"
    return "person" if pseudonym.startswith("person-") else "unknown"


def old_annotation_uid(one: AnnotatedDocument, number: int) -> str:
    """What an annotation is known by that came without a uid: a hash of document and annotator."""
    said = "\n".join((one.document.id, one.annotator, str(number)))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _verdict(
    gold: GoldDocument,
    records: Sequence[AnnotationRecord],
    annotations: Sequence[AnnotatedDocument],
    schema: Schema,
) -> Verdict:
    """The gold as the decision of somebody of whom nothing was kept."""
    settled = schema.canonical(gold.document)
    said = {
        (one.annotator, entity_records(one.document), relation_records(one.document)): one
        for one in annotations
    }
    by_uid = {
        record.uid: schema.canonical(
            said[record.annotator, record.entities or (), record.relations or ()].document
        )
        for record in records
    }
    return Verdict(
        by=None,
        kind="unknown",
        at=None,
        schema=None,
        guideline=None,
        decisions=tuple(decisions_between(by_uid, settled)),
        entities=entity_records(settled),
        relations=relation_records(settled),
        flags=gold.flags,
    )


def _contradicts(gold: GoldDocument, record: DocumentRecord, schema: Schema) -> bool:
    """Whether the older gold said something else than its annotations, or its verdict, establish."""
    agreed = find_consensus(record, schema)
    mine = schema.canonical(gold.document)
    return agreed.document is None or (
        agreed.document.entities != mine.entities
        or agreed.document.relations != mine.relations
        or agreed.flags != gold.flags
    )


def _notes(
    record: DocumentRecord, annotations: Sequence[AnnotatedDocument]
) -> dict[str, tuple[str, str]]:
    """Annotators' notes by uid, each with its annotator."""
    words = {one.annotator: one.note for one in annotations if one.note}
    return {
        one.uid: (one.annotator, words[one.annotator])
        for one in record.annotations
        if one.annotator in words
    }
