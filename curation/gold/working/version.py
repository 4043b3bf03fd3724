"""gold/next, the only version that changes: a readable file for each document, with git as its history."""

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from curation.annotations.consensus import Consensus, ExclusionReason, find_consensus
from curation.annotations.decision_makers import maker_of_task
from curation.annotations.independence import remember_after_verdict
from curation.annotations.record import (
    AnnotationRecord,
    AnnotationStatus,
    AnnotatorKind,
    DocumentRecord,
    DocumentState,
    Verdict,
    contents_of_record,
)
from curation.annotations.record_file import read_record, read_trusted_record, record_bytes
from curation.errors import GoldError, Problem, Problems
from curation.files import explain_os_error, explain_os_errors, sync_folder
from curation.gold.working.file_names import DOCUMENT_SUFFIX, file_name
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.type_change import TypeTable
from curation.state.pseudonyms import pseudonym_of_lone_annotation

NEXT = "next"

# Single files, since checking out the folder would undo the changes of its other files.
MEND_FILES = "mend these files, or take their committed versions: git checkout -- FILE (in {})"

# Up to so many files are synced one by one; for more, the whole disk is synced once.
_SYNCED_ONE_BY_ONE = 16

# Seconds, longer than one tick of a disk's clock: a later change of a file has a later time.
CLOCK_TICK = 0.02

PART_SUFFIX = ".part"

# What there was before there was a file for each document.
_FILES_OF_ALL_DOCUMENTS = {"gold.jsonl", "annotations.jsonl"}


class AnnotationAccount(NamedTuple):
    """
    Where an annotation or a verdict comes from: its uid, server and project, its annotator's pseudonym and kind.

    *editor* is the pseudonym of another account that edited the annotation last, empty where none did.
    *schema* is the fingerprint of the schema that the task offered, None where nobody knows.
    """

    uid: str
    server: str | None
    project: str | None
    pseudonym: str
    kind: AnnotatorKind
    editor: str = ""
    status: AnnotationStatus | Literal["verdict"] = "submitted"
    schema: str | None = None

    @property
    def is_verdict(self) -> bool:
        """Whether it is where a verdict comes from, and no annotation."""
        return self.status == "verdict"


@dataclass(frozen=True, slots=True)
class FileStamp:
    """The size of a file and its times of change, in nanoseconds; a file with an equal stamp is unchanged."""

    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, status: os.stat_result) -> "FileStamp":
        """The stamp of a file with this status."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """
    What a summary needs to know of one document's file.

    *reason* says why the document has no gold, and is empty where the document has some. *reopened*
    is the number of places at which the verdict, if there is one, doesn't hold any more. *needs_verdict* is
    false, too, where all annotators have what the verdict says by now. *sha256* begins the hash of
    the file. *accounts_json* is parsed by ``accounts``, since few commands need the accounts.
    """

    document: str
    state: DocumentState
    reason: ExclusionReason
    reopened: int
    sha256: str
    accounts_json: str
    unknown_json: str = ""
    has_verdict: bool = False
    needs_verdict: bool = False

    @property
    def unknown_types(self) -> dict[TypeTable, dict[str, int]]:
        """The names of types that the schema doesn't have, with how many spans or arrows have them."""
        found: dict[TypeTable, dict[str, int]] = (
            json.loads(self.unknown_json) if self.unknown_json else {}
        )
        return found

    @property
    def accounts(self) -> list[AnnotationAccount]:
        """Where each of the document's annotations comes from."""
        return [AnnotationAccount(*one) for one in json.loads(self.accounts_json)]


@dataclass(frozen=True)
class FolderIndex:
    """
    What the last command knew of the folder: a cache that can be made anew.

    *files* gives stamp and facts by file name. *missing* gives, by file name, the documents whose
    file was there and disappeared without a command; *dropped* are documents that were dropped
    before they had a file.
    """

    files: Mapping[str, tuple[FileStamp, FileFacts]] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """
    The record and the bytes of a file, or what is wrong with the file.

    *other_document* is the id of the file's document where the file has another document's name.
    """

    record: DocumentRecord | None
    raw: bytes = b""
    problems: tuple[Problem, ...] = ()
    other_document: str = ""


@dataclass
class WorkingVersion:
    """
    gold/next while documents are read from it and put into it; no file changes before ``commit``.

    Records that were put are hidden files in *parts_folder*, which is the folder itself where the
    records are to be committed. *facts* are those of each sound file by name, *file_problems* the
    problems of the other files by name. *blocked* are ids of documents in files of wrong names.
    *edited* are ids of documents whose file was changed since the last command. *index* is the
    index at the beginning.
    """

    folder: Path
    schema: Schema
    parts_folder: Path
    stamps: dict[str, FileStamp] = field(default_factory=dict)
    facts: dict[str, FileFacts] = field(default_factory=dict)
    file_problems: dict[str, list[Problem]] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    edited: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    pending: dict[str, FileFacts] = field(default_factory=dict)
    index: FolderIndex = field(default_factory=FolderIndex)

    @property
    def gold_ids(self) -> set[str]:
        """The ids of the documents that are gold, records that were put included."""
        return {one.document for one in self._now().values() if not one.reason}

    @property
    def known_ids(self) -> set[str]:
        """The ids of the documents that have a sound file."""
        return {one.document for one in self._now().values()}

    def all_facts(self) -> Iterable[FileFacts]:
        """The facts of all documents that have a sound file, records that were put included."""
        return self._now().values()

    def excluded(self) -> dict[str, FileFacts]:
        """The facts of the documents that have a sound file and no gold, by id."""
        return {one.document: one for one in self._now().values() if one.reason}

    def reopened(self) -> list[FileFacts]:
        """The facts of the documents whose verdict doesn't hold any more, in the order of their files."""
        now = self._now()
        return [now[name] for name in sorted(now) if now[name].reopened]

    def problems(self) -> Problems:
        """Everything that is wrong with files."""
        return Problems(
            problem
            for name in sorted(self.file_problems)
            for problem in self.file_problems[name]
        )

    def path(self, document: str) -> Path:
        """The path of a document's file, whether the file exists or not."""
        return self.folder / file_name(document)

    def has_unusable_file(self, document: str) -> bool:
        """Whether the file of this document can't be read or is another document's, and so isn't overwritten."""
        name = file_name(document)
        facts = self.pending.get(name) or self.facts.get(name)
        if facts and facts.document != document:
            what = f"{document!r} and {facts.document!r} would have the same file: give one of them a new id"
            self.file_problems.setdefault(name, [Problem(str(self.folder / name), what)])
        return document in self.blocked or name in self.file_problems

    def record(self, document: str) -> DocumentRecord | None:
        """The document's record, as last put or as in the file; None where there is no sound one."""
        name = file_name(document)
        if name in self.pending:
            raw = self._read(self._part(name))
        elif name in self.facts:
            raw = self._read(self.folder / name)
        else:
            return None
        return read_trusted_record(raw)

    def withdrawn_texts(self) -> dict[str, str]:
        """The withdrawn document, by the sha256 of its text."""
        withdrawn = [one.document for one in self.all_facts() if one.state == "withdrawn"]
        return {
            record.text_sha256: record.id
            for record in filter(None, map(self.record, withdrawn))
        }

    def consensus(self, document: str) -> Consensus | None:
        """What the document's record establishes; None where there is no sound record."""
        record = self.record(document)
        return find_consensus(record, self.schema) if record else None

    def put(self, record: DocumentRecord) -> None:
        """
        Make this the document's record; ValueError where its file can't be read, and isn't overwritten.

        Which annotations came after the verdict is remembered in it, whatever becomes of the verdict.
        """
        record = remember_after_verdict(record)
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
                self.parts_folder.mkdir(parents=True, exist_ok=True)
            # Noted first, so that ``discard`` removes a part that a full disk cut short.
            self.pending[name] = facts
            part.write_bytes(raw)
        self.missing.pop(name, None)

    def commit(self) -> list[str]:
        """
        Write the records that were put; the ids of the documents that changed.

        All new files are written and synced before the first replaces an old one, so that a full
        disk changes nothing. After an interruption between two files, the same command completes
        the work.
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
        """Forget the records that were put and weren't committed."""
        for name in self.pending:
            self._part(name).unlink(missing_ok=True)
        self.pending.clear()

    @contextmanager
    def forgetting_failures(self) -> Iterator[None]:
        """Where the block raises, all records that weren't committed are forgotten, as if never put."""
        missing = dict(self.missing)
        dropped = set(self.dropped)
        try:
            yield
        except BaseException:
            self.discard()
            self.missing = missing
            self.dropped = dropped
            raise

    def read_file(
        self, name: str, known: tuple[FileStamp, FileFacts] | None
    ) -> CheckedFile | None:
        """Read a file and take note of its facts; None for a file with a *known* stamp, which isn't read."""
        path = f"{self.folder}{os.sep}{name}"  # a Path each would be half the time
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
        # A file changed this instant may change again at the same time of the clock, so it gets no stamp.
        if stamp and stamp.changed < time.time_ns() - int(CLOCK_TICK * 1e9):
            self.stamps[name] = stamp
        return gated

    def to_index(self) -> FolderIndex:
        """The index of the folder as it is now."""
        files = {name: (self.stamps[name], self.facts[name]) for name in self.stamps}
        return FolderIndex(files, dict(self.missing), frozenset(self.dropped))

    def _now(self) -> Mapping[str, FileFacts]:
        return {**self.facts, **self.pending} if self.pending else self.facts

    def _part(self, name: str) -> Path:
        return self.parts_folder / f".{name}{PART_SUFFIX}"

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
    gold/next as it is on disk; files whose stamp is in the *index* aren't read, all others are checked.

    A file with problems doesn't keep the others from being read. *parts* is the folder for records
    that are put and never committed, None where records are to be committed; *watch* shows how many
    files are read.
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
    # A document that is only in a file of a wrong name must get no second file.
    working.blocked = misnamed - working.known_ids
    present = {*working.facts, *working.file_problems}
    indexed = {name: facts.document for name, (_, facts) in index.files.items()}
    working.missing = {
        n: doc for n, doc in {**index.missing, **indexed}.items() if n not in present
    }
    return working


def remove_parts(folder: Path) -> None:
    """Remove hidden files that a killed command left; to be called under the lock."""
    if folder.is_dir():
        with explain_os_errors(folder):
            for path in folder.glob(f".*{DOCUMENT_SUFFIX}{PART_SUFFIX}"):
                path.unlink(missing_ok=True)


def facts_of_record(record: DocumentRecord, raw: bytes, schema: Schema) -> FileFacts:
    """The facts of a record whose file holds the bytes *raw*."""
    consensus = find_consensus(record, schema, with_annotations=False)
    return FileFacts(
        document=record.id,
        state=record.state,
        reason=consensus.reason,
        reopened=consensus.reopened_places,
        sha256=hashlib.sha256(raw).hexdigest()[:32],
        accounts_json=json.dumps(
            [
                *(one for each in record.annotations for one in _accounts(each)),
                *_adjudicators(record.verdict),
            ]
        ),
        unknown_json=_unknown_types_json(record, schema),
        has_verdict=record.verdict is not None,
        needs_verdict=consensus.verdict is not None and not consensus.is_verdict_repeated,
    )


def _accounts(annotation: AnnotationRecord) -> Iterator[AnnotationAccount]:
    """Where an annotation comes from, and came from before it was moved."""
    account = AnnotationAccount(
        annotation.uid,
        annotation.server,
        annotation.project,
        annotation.annotator,
        annotation.kind,
        annotation.edited_by[-1] if annotation.edited_by else "",
        annotation.status,
        annotation.schema,
    )
    if annotation.moved_from or annotation.annotator == pseudonym_of_lone_annotation(
        annotation.uid
    ):
        # The account that a server names after an import is anybody's.
        yield account._replace(server=None)
    else:
        yield account
    for place in annotation.moved_from:
        yield account._replace(
            uid=place.uid, server=place.server, project=place.project, status="deleted"
        )


def _adjudicators(verdict: Verdict | None) -> Iterator[AnnotationAccount]:
    """Where a verdict comes from."""
    if verdict is None:
        return
    for task in verdict.tasks:
        maker = maker_of_task(verdict, task.uid)
        if maker.by is not None:
            yield AnnotationAccount(
                task.uid, task.server, task.project, maker.by, maker.kind, status="verdict"
            )


def _unknown_types_json(record: DocumentRecord, schema: Schema) -> str:
    """The types of annotations and the verdict that the schema neither has nor had, counted; empty where there are none."""
    entities: Counter[str] = Counter()
    relations: Counter[str] = Counter()
    for content in contents_of_record(record):
        entities.update([entity.label for entity in content.entities])
        relations.update([relation.label for relation in content.relations])
    for name in entities.keys() & {*schema.entities, *schema.former_entity_names}:
        del entities[name]
    for name in relations.keys() & {*schema.relations, *schema.former_relation_names}:
        del relations[name]
    if not (entities or relations):
        return ""
    return json.dumps({"entities": entities, "relations": relations}, sort_keys=True)


def list_document_files(folder: Path) -> list[str]:
    """
    The names of the folder's documents, sorted; hidden files are no documents.

    Raises GoldError where the folder has documents that would be overlooked.
    """
    if not folder.is_dir():
        return []
    with explain_os_errors(folder):
        names = {entry.name for entry in os.scandir(folder)}
    for name in sorted(names & _FILES_OF_ALL_DOCUMENTS):
        raise GoldError(
            f"{folder / name} is a file for all documents;"
            f" {folder} has a {DOCUMENT_SUFFIX} file for each",
            hint=f"mv {folder}/*.jsonl .. && curate pull --full",
        )
    return sorted(n for n in names if n.endswith(DOCUMENT_SUFFIX) and not n.startswith("."))


def read_checked_file(path: Path) -> CheckedFile:
    """The record of a file, or what is wrong with the file, its name included."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        message = str(explain_os_error(error, path)).removeprefix(f"{path}: ")
        return CheckedFile(None, problems=(Problem(str(path), message),))
    record, problems = read_record(raw, str(path))
    if record and (name := file_name(record.id)) != path.name:
        what = f"holds the document {record.id!r}, whose file is {path.with_name(name)}"
        return CheckedFile(None, problems=(Problem(str(path), what),), other_document=record.id)
    return CheckedFile(record, raw, tuple(problems))


def sync_files(paths: Iterable[Path]) -> None:
    """Wait until the disk has the contents of these files."""
    paths = list(paths)
    if len(paths) > _SYNCED_ONE_BY_ONE:
        os.sync()
        return
    for path in paths:
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
