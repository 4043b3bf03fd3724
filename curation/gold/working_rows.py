"""The working version as the dataset has it: gold documents and annotations, row by row."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from curation.annotations.consensus import Consensus, consensus
from curation.annotations.record import DocumentRecord
from curation.annotations.record_file import read_known
from curation.documents.document import AnnotatedDocument
from curation.errors import GoldError, Problems, raise_problems
from curation.files import explain_os_errors
from curation.gold.convert_old import is_older
from curation.gold.excluded_reasons import absence
from curation.gold.model import Gold, Kept, Origins, Walk, place
from curation.gold.rows import place_of
from curation.gold.working import MEND, NEXT, json_files, read_gated
from curation.progress import Watch, unwatched
from curation.schema import Schema


def walk_next(gold: Path, schema: Schema, watch: Watch = unwatched) -> Kept:
    """
    The working version as gold documents and annotations, empty where there is none yet.

    Each file goes through the gate once, which *watch* shows, and is read anew at each walk.
    Raises GoldError with everything that is wrong with any of them.
    """
    folder = gold / NEXT
    if is_older(folder):
        what = f"{folder} is as an older curate left it, two files for all documents"
        raise GoldError(what, hint="curate pull, or curate release, brings it up to date")
    problems = Problems()
    walked = _Walked(schema)
    names = json_files(folder)
    for name in watch(names, f"reading {folder}", len(names)):
        gated = read_gated(folder / name)
        problems += gated.problems
        if gated.record:
            walked.note(gated.record, folder / name, gated.raw)
    if problems:
        raise_problems(problems, GoldError, hint=MEND.format(folder))
    walked.places.sort()
    return Kept(
        Walk(walked.golds), Walk(walked.annotations), walked.origins, absent=walked.absent
    )


@dataclass
class _Walked:
    """What is known of all records, and where each stands: its place in the order, path and hash."""

    schema: Schema
    origins: Origins = field(default_factory=Origins)
    absent: dict[str, str] = field(default_factory=dict)
    places: list[tuple[str, Path, str]] = field(default_factory=list)

    def note(self, record: DocumentRecord, path: Path, raw: bytes) -> None:
        """One more record, of a file with these bytes."""
        agreed = consensus(record, self.schema)
        if one := gold_of(record, agreed):
            self.origins.note_gold(one.id, one.arm, one.annotators)
        else:
            self.absent[record.id] = absence(record.state, agreed.reason)
        for annotation in agreed.annotations:
            self.origins.note_layer(record.id, annotation.edited_by)
        self.places.append((place_of(record.id), path, hashlib.sha256(raw).hexdigest()))

    def golds(self) -> Iterator[Gold]:
        for record, agreed in self._records():
            if one := gold_of(record, agreed):
                yield one

    def annotations(self) -> Iterator[AnnotatedDocument]:
        for _, agreed in self._records():
            yield from sorted(agreed.annotations, key=place)

    def _records(self) -> Iterator[tuple[DocumentRecord, Consensus]]:
        for _, path, sha256 in self.places:
            with explain_os_errors(path):
                raw = path.read_bytes()
            if hashlib.sha256(raw).hexdigest() != sha256:
                what = f"{path} has changed while it was read"
                raise GoldError(what, hint="run the command again")
            record = read_known(raw)
            yield record, consensus(record, self.schema)


def gold_of(record: DocumentRecord, agreed: Consensus) -> Gold | None:
    """The record's gold as the dataset has it; None where it has none."""
    if agreed.document is None:
        return None
    shown = {one.suggestion.layer for one in agreed.annotations if one.suggestion}
    return Gold(
        agreed.document,
        flags=agreed.flags,
        annotators=agreed.annotators,
        n_annotations=len(agreed.annotations),
        adjudicated=agreed.adjudicated,
        arm=agreed.arm,
        preannotated_by=", ".join(sorted(str(layer) for layer in shown if layer)),
        group=record.group,
    )
