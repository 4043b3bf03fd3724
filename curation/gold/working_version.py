"""gold/next, the only version that changes: one readable file a document, with git as its history."""

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from curation.annotations.consensus import Consensus, ExclusionReason, find_consensus
from curation.annotations.record import AnnotatorKind, DocumentRecord, DocumentState
from curation.annotations.record_file import read_record, read_trusted_record, record_bytes
from curation.errors import Problem, Problems
from curation.files import explain_os_error, explain_os_errors, sync_folder
from curation.gold.file_names import DOCUMENT_SUFFIX, file_name
from curation.progress import Watch, unwatched
from curation.schema import Schema

NEXT = "next"

# Not the whole folder: what others of its files got since would be gone with it.
MEND_FILES = (
    "mend these files, or give them back as they were committed: git checkout -- FILE (in {})"
)

# Files that are synced one by one; of more, the whole disk is synced once.
_SYNCED_ONE_BY_ONE = 16

# Longer than the clock of a disk takes for one tick: what changes later has a later time.
CLOCK_TICK = 0.02

PART_SUFFIX = ".part"


class AnnotationAccount(NamedTuple):
    """
    Whose an annotation is: its uid, its server and project, its annotator's pseudonym and kind.

    *editor* is the pseudonym of somebody else who changed it last, empty where nobody did.
    """

    uid: str
    server: str | None
    project: str | None
    pseudonym: str
    kind: AnnotatorKind
    editor: str = ""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """By which a file is known to be what it was: its size and its times of change, in nanoseconds."""

    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, status: os.stat_result) -> "FileStamp":
        """That of a file."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """
    What a summary needs of one document's file: whose it is, and why it is no gold, if it isn't.

    *reopened* is at how many places its verdict doesn't hold any more. *sha256* identifies its
    bytes. *accounts_json* is JSON, since few commands look at it: see ``accounts``.
    """

    document: str
    state: DocumentState
    reason: ExclusionReason
    reopened: int
    sha256: str
    accounts_json: str

    @property
    def accounts(self) -> list[AnnotationAccount]:
        """The annotators of its annotations: uid, server, project, pseudonym and kind of each."""
        return [AnnotationAccount(*one) for one in json.loads(self.accounts_json)]


@dataclass(frozen=True)
class FolderIndex:
    """
    What was known of the folder when a command last looked: a cache that can be made anew.

    *files* are by name. *missing* are documents whose file was there, by name, and went in no way
    known to us; *dropped* those that were dropped before there was a file to say so.
    """

    files: Mapping[str, tuple[FileStamp, FileFacts]] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """
    A file's record and its bytes, or what is wrong with it.

    *other_document* is the document in a file of another name.
    """

    record: DocumentRecord | None
    raw: bytes = b""
    problems: tuple[Problem, ...] = ()
    other_document: str = ""


@dataclass
class WorkingVersion:
    """
    gold/next while documents are read from it and put into it; nothing changes before ``commit``.

    What was put stands in *parts*, hidden, which is the folder itself where it is to be written.

    *facts* are those of each sound file by name, *file_problems* what is wrong with the others. *edited* are
    documents whose file isn't as a command of ours left it. *gold_before* are those that were gold,
    *index* what was known before we looked.
    """

    folder: Path
    schema: Schema
    parts: Path
    stamps: dict[str, FileStamp] = field(default_factory=dict)
    facts: dict[str, FileFacts] = field(default_factory=dict)
    file_problems: dict[str, list[Problem]] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    edited: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    gold_before: frozenset[str] = frozenset()
    pending: dict[str, FileFacts] = field(default_factory=dict)
    index: FolderIndex = field(default_factory=FolderIndex)

    @property
    def documents(self) -> set[str]:
        """The documents that are gold as things stand."""
        return {one.document for one in self._now().values() if not one.reason}

    @property
    def known(self) -> set[str]:
        """The documents that have a sound file."""
        return {one.document for one in self._now().values()}

    def excluded(self) -> dict[str, FileFacts]:
        """The documents that have a sound file and are no gold."""
        return {one.document: one for one in self._now().values() if one.reason}

    def reopened(self) -> list[FileFacts]:
        """The documents whose verdict doesn't hold any more, in the order of their files."""
        now = self._now()
        return [now[name] for name in sorted(now) if now[name].reopened]

    def problems(self) -> Problems:
        """All that is wrong with files."""
        return Problems(
            problem
            for name in sorted(self.file_problems)
            for problem in self.file_problems[name]
        )

    def path(self, document: str) -> Path:
        """The file of a document, whether it is there or not."""
        return self.folder / file_name(document)

    def has_unusable_file(self, document: str) -> bool:
        """Whether the file of this document can't be read or is another's, so that nothing may take its place."""
        name = file_name(document)
        there = self.pending.get(name) or self.facts.get(name)
        if there and there.document != document:
            what = f"{document!r} and {there.document!r} would have the same file: give one a new id"
            self.file_problems.setdefault(name, [Problem(str(self.folder / name), what)])
        return document in self.blocked or name in self.file_problems

    def record(self, document: str) -> DocumentRecord | None:
        """The document's record as things stand; None where there is none that can be read."""
        name = file_name(document)
        if name in self.pending:
            raw = self._read(self._part(name))
        elif name in self.facts:
            raw = self._read(self.folder / name)
        else:
            return None
        return read_trusted_record(raw)

    def consensus(self, document: str) -> Consensus | None:
        """What the document's record establishes; None where there is none."""
        record = self.record(document)
        return find_consensus(record, self.schema) if record else None

    def put(self, record: DocumentRecord) -> None:
        """From now on this is the document's record."""
        name = file_name(record.id)
        if self.has_unusable_file(record.id):
            raise ValueError(f"{self.folder / name} can't be read, and is not overwritten")
        raw = record_bytes(record)
        facts = facts_of_record(record, raw, self.schema)
        known = self.facts.get(name)
        part = self._part(name)
        if known and known.sha256 == facts.sha256:
            if self.pending.pop(name, None):
                with explain_os_errors(part):
                    part.unlink()
            return
        with explain_os_errors(self.folder / name):
            if not self.pending:
                self.parts.mkdir(parents=True, exist_ok=True)
            # First, so that ``give_up`` takes away what a full disk has half of.
            self.pending[name] = facts
            part.write_bytes(raw)
        self.missing.pop(name, None)

    def commit(self) -> list[str]:
        """
        Write what was put, so that it lasts; the documents that changed.

        All parts are there and synced before the first takes a file's place, so that a full disk
        changes nothing. Cut off between two of them, it is set right by doing it again.
        """
        if not self.pending:
            return []
        names = sorted(self.pending)
        with explain_os_errors(self.folder):
            sync_files([self._part(name) for name in names])
            for name in names:
                self._part(name).replace(self.folder / name)
            sync_folder(self.folder)
            time.sleep(CLOCK_TICK)
            for name in names:
                self.stamps[name] = FileStamp.of((self.folder / name).stat())
        self.facts |= self.pending
        done = [self.pending[name].document for name in names]
        self.pending.clear()
        return done

    def discard(self) -> None:
        """Nothing of what was put is written."""
        for name in self.pending:
            self._part(name).unlink(missing_ok=True)
        self.pending.clear()

    def read_file(
        self, name: str, known: tuple[FileStamp, FileFacts] | None
    ) -> CheckedFile | None:
        """Note a file as it is on disk; None for one that is what is *known* of it, which isn't read."""
        path = os.path.join(self.folder, name)  # noqa: PTH118 - a Path each is half the time
        stamp = None
        with suppress(OSError):
            stamp = FileStamp.of(os.stat(path))  # noqa: PTH116
        if stamp and known and known[0] == stamp:
            self.stamps[name], self.facts[name] = known
            return None
        gated = read_checked_file(Path(path))
        if gated.record is None:
            return gated
        self.facts[name] = facts = facts_of_record(gated.record, gated.raw, self.schema)
        if known and known[1].sha256 != facts.sha256:
            self.edited.append(facts.document)
        # What changed this instant may change again without a later time: it is read next time, too.
        if stamp and stamp.changed < time.time_ns() - int(CLOCK_TICK * 1e9):
            self.stamps[name] = stamp
        return gated

    def to_index(self) -> FolderIndex:
        """What is to be known of the folder next time."""
        files = {name: (self.stamps[name], self.facts[name]) for name in self.stamps}
        return FolderIndex(files, dict(self.missing), frozenset(self.dropped))

    def _now(self) -> Mapping[str, FileFacts]:
        return {**self.facts, **self.pending} if self.pending else self.facts

    def _part(self, name: str) -> Path:
        return self.parts / f".{name}{PART_SUFFIX}"

    def _read(self, path: Path) -> bytes:
        with explain_os_errors(path):
            return path.read_bytes()


def read_working_version(
    folder: Path,
    schema: Schema,
    index: FolderIndex,
    *,
    parts: Path | None = None,
    watch: Watch = unwatched,
) -> WorkingVersion:
    """
    gold/next as it is on disk; a file that the *index* knows isn't read, any other goes through the gate.

    What is wrong with a file is kept beside the others, which go on. *parts* is another folder for
    whoever writes nothing here; *watch* shows how far it is.
    """
    working = WorkingVersion(
        folder, schema, parts or folder, dropped=set(index.dropped), index=index
    )
    names = list_document_files(folder)
    misnamed: set[str] = set()
    for name in watch(names, f"reading {folder}", len(names)):
        gated = working.read_file(name, index.files.get(name))
        if gated and gated.record is None:
            working.file_problems[name] = list(gated.problems)
            misnamed.add(gated.other_document)
    # One that stands in a file of another name alone must get no second file.
    working.blocked = misnamed - working.known
    there = {*working.facts, *working.file_problems}
    gone = {name: facts.document for name, (_, facts) in index.files.items()}
    working.missing = {n: doc for n, doc in {**index.missing, **gone}.items() if n not in there}
    working.gold_before = frozenset(working.documents)
    return working


def remove_parts(folder: Path) -> None:
    """Take away what a killed command left beside the files; to be called under the lock."""
    if folder.is_dir():
        with explain_os_errors(folder):
            for path in folder.glob(f".*{DOCUMENT_SUFFIX}{PART_SUFFIX}"):
                path.unlink(missing_ok=True)


def facts_of_record(record: DocumentRecord, raw: bytes, schema: Schema) -> FileFacts:
    """What a summary needs of a record that is written as *raw*."""
    agreed = find_consensus(record, schema)
    return FileFacts(
        document=record.id,
        state=record.state,
        reason=agreed.reason,
        reopened=len(agreed.reopened),
        sha256=hashlib.sha256(raw).hexdigest()[:32],
        accounts_json=json.dumps(
            [
                AnnotationAccount(
                    one.uid,
                    one.server,
                    one.project,
                    one.annotator,
                    one.kind,
                    one.edited_by[-1] if one.edited_by else "",
                )
                for one in record.annotations
            ]
        ),
    )


def list_document_files(folder: Path) -> list[str]:
    """The names that end as ours do, sorted; hidden ones are nobody's documents."""
    if not folder.is_dir():
        return []
    with explain_os_errors(folder):
        names = (entry.name for entry in os.scandir(folder))
        return sorted(n for n in names if n.endswith(DOCUMENT_SUFFIX) and not n.startswith("."))


def read_checked_file(path: Path) -> CheckedFile:
    """The record of a file that can be read, is what it should be, and is called what it should be."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        said = str(explain_os_error(error, path)).removeprefix(f"{path}: ")
        return CheckedFile(None, problems=(Problem(str(path), said),))
    record, problems = read_record(raw, str(path))
    if record and (name := file_name(record.id)) != path.name:
        what = f"it holds the document {record.id!r}, whose file is {path.with_name(name)}"
        return CheckedFile(None, problems=(Problem(str(path), what),), other_document=record.id)
    return CheckedFile(record, raw, tuple(problems))


def sync_files(paths: Iterable[Path]) -> None:
    """Make the contents of these files last; many of them by one sync of the disk."""
    paths = list(paths)
    if len(paths) > _SYNCED_ONE_BY_ONE:
        os.sync()
        return
    for path in paths:
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
