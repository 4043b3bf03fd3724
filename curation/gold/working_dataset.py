"""The working version as the dataset has it: gold documents and annotations, row by row."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from curation.annotations.consensus import Consensus, consensus
from curation.annotations.record import DocumentRecord
from curation.annotations.record_file import read_trusted_record
from curation.documents.document import AnnotatedDocument
from curation.errors import GoldError, Problems, raise_problems
from curation.files import explain_os_errors
from curation.gold.convert_old import has_old_files
from curation.gold.dataset import AnnotationOrigins, GoldDocument, Reiterable, StoredDataset
from curation.gold.excluded_reasons import exclusion_reason
from curation.gold.rows import row_order
from curation.gold.working_version import (
    MEND_FILES,
    NEXT,
    list_document_files,
    read_checked_file,
)
from curation.progress import Watch, unwatched
from curation.schema import Schema


def read_working_dataset(gold: Path, schema: Schema, watch: Watch = unwatched) -> StoredDataset:
    """
    The working version as gold documents and annotations, empty where there is none yet.

    Each file goes through the gate once, which *watch* shows, and is read anew at each walk.
    Raises GoldError with everything that is wrong with any of them.
    """
    folder = gold / NEXT
    if has_old_files(folder):
        what = f"{folder} is as an older curate left it, two files for all documents"
        raise GoldError(what, hint="curate pull, or curate release, brings it up to date")
    problems = Problems()
    walked = _Walked(schema)
    names = list_document_files(folder)
    for name in watch(names, f"reading {folder}", len(names)):
        gated = read_checked_file(folder / name)
        problems += gated.problems
        if gated.record:
            walked.note(gated.record, folder / name, gated.raw)
    if problems:
        raise_problems(problems, GoldError, hint=MEND_FILES.format(folder))
    walked.places.sort()
    return StoredDataset(
        Reiterable(walked.golds),
        Reiterable(walked.annotations),
        walked.origins,
        excluded=walked.absent,
    )


@dataclass
class _Walked:
    """What is known of all records, and where each stands: its place in the order, path and hash."""

    schema: Schema
    origins: AnnotationOrigins = field(default_factory=AnnotationOrigins)
    absent: dict[str, str] = field(default_factory=dict)
    places: list[tuple[str, Path, str]] = field(default_factory=list)

    def note(self, record: DocumentRecord, path: Path, raw: bytes) -> None:
        """One more record, of a file with these bytes."""
        agreed = consensus(record, self.schema)
        if one := gold_document_of(record, agreed):
            self.origins.add_gold_document(one.id, one.arm, one.annotators)
        else:
            self.absent[record.id] = exclusion_reason(record.state, agreed.reason)
        for annotation in agreed.annotations:
            self.origins.add_annotation(record.id, annotation.edited_by)
        self.places.append((row_order(record.id), path, hashlib.sha256(raw).hexdigest()))

    def golds(self) -> Iterator[GoldDocument]:
        for record, agreed in self._records():
            if one := gold_document_of(record, agreed):
                yield one

    def annotations(self) -> Iterator[AnnotatedDocument]:
        for _, agreed in self._records():
            yield from sorted(agreed.annotations, key=_annotation_order)

    def _records(self) -> Iterator[tuple[DocumentRecord, Consensus]]:
        for _, path, sha256 in self.places:
            with explain_os_errors(path):
                raw = path.read_bytes()
            if hashlib.sha256(raw).hexdigest() != sha256:
                what = f"{path} has changed while it was read"
                raise GoldError(what, hint="run the command again")
            record = read_trusted_record(raw)
            yield record, consensus(record, self.schema)


def gold_document_of(record: DocumentRecord, agreed: Consensus) -> GoldDocument | None:
    """The record's gold as the dataset has it; None where it has none."""
    if agreed.document is None:
        return None
    shown = {one.suggestion.layer for one in agreed.annotations if one.suggestion}
    return GoldDocument(
        agreed.document,
        flags=agreed.flags,
        annotators=agreed.annotators,
        n_annotations=len(agreed.annotations),
        adjudicated=agreed.adjudicated,
        arm=agreed.arm,
        preannotated_by=", ".join(sorted(str(layer) for layer in shown if layer)),
        group=record.group,
    )


def _annotation_order(annotation: AnnotatedDocument) -> tuple[object, ...]:
    document = annotation.document
    return annotation.annotator, document.entities, document.relations
