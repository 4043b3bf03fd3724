"""``withdrawn.json`` beside the manifest of a version: the documents of it that were withdrawn since it was sealed."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from curation.annotations.record import DocumentRecord
from curation.annotations.record_file import read_trusted_record
from curation.errors import GoldError
from curation.files import explain_os_errors, write_text
from curation.gold.sealed.manifest import Manifest
from curation.gold.tables.parquet import read_article_rows
from curation.gold.working.version import list_document_files

WITHDRAWN_FILE = "withdrawn.json"

# The file itself, and what a killed command left of one.
WITHDRAWN_FILES = frozenset((WITHDRAWN_FILE, f".{WITHDRAWN_FILE}.part"))

_STATE = b'"withdrawn"'
_READ_ONLY = 0o444


class WithdrawnDocument(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document that was withdrawn: by the hash of its text, with the time (UTC) and the reason."""

    id: str
    text_sha256: str
    at: str
    reason: str


class _WithdrawnFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    format: Literal[1] = 1
    withdrawn: tuple[WithdrawnDocument, ...]


def read_withdrawn(folder: Path) -> Mapping[str, WithdrawnDocument]:
    """
    The withdrawn documents that the version in *folder* still holds, by id; none where it has no such file.

    Raises GoldError where the file isn't what ``curate withdraw`` writes.
    """
    path = folder / WITHDRAWN_FILE
    if not path.exists():
        return {}
    with explain_os_errors(path):
        raw = path.read_bytes()
    try:
        found = msgspec.json.decode(raw, type=_WithdrawnFile).withdrawn
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        what = f"{path}: not what curate withdraw writes: {error}"
        raise GoldError(what, hint=f"git checkout {path}") from None
    return {one.id: one for one in found}


def write_withdrawn(folder: Path, documents: Iterable[WithdrawnDocument]) -> None:
    """Say beside the manifest in *folder* that these documents, and no others, were withdrawn."""
    text = withdrawn_text(documents)
    path = folder / WITHDRAWN_FILE
    if not path.exists() or path.read_bytes() != text.encode():
        write_text(path, text, mode=_READ_ONLY)


def withdrawn_text(documents: Iterable[WithdrawnDocument]) -> str:
    """The content of ``withdrawn.json``."""
    listed = _WithdrawnFile(withdrawn=tuple(sorted(documents, key=lambda one: one.id)))
    return msgspec.json.format(msgspec.json.encode(listed), indent=2).decode() + "\n"


def held_texts(folder: Path, manifest: Manifest) -> dict[str, str]:
    """The sha256 of each text that the version in *folder* holds, by id; documents without gold are among them."""
    rows = read_article_rows(folder, manifest.files, ("id", "text_sha256"))
    return {row["id"]: row["text_sha256"] for row in rows}


def held_text(folder: Path, manifest: Manifest, document: str) -> str:
    """The text that the version in *folder* has of a document, empty where it has none."""
    rows = read_article_rows(folder, manifest.files, ("id", "text"))
    return next((row["text"] for row in rows if row["id"] == document), "")


def all_withdrawn(folders: Iterable[Path]) -> dict[str, WithdrawnDocument]:
    """The withdrawn documents that the versions in these folders hold, by id."""
    return {name: one for folder in folders for name, one in read_withdrawn(folder).items()}


def find_withdrawal_faults(
    folder: Path, manifest: Manifest, working: Mapping[str, DocumentRecord] | None
) -> Iterator[str]:
    """
    Where the withdrawals of a version aren't those of its documents that ``gold/next`` says.

    *working* are the withdrawn records there, None in a copy without ``gold/next``.
    """
    try:
        said = read_withdrawn(folder)
    except GoldError as error:
        yield str(error).replace(str(folder / WITHDRAWN_FILE), WITHDRAWN_FILE)
        return
    if (
        said
        and (folder / WITHDRAWN_FILE).read_bytes() != withdrawn_text(said.values()).encode()
    ):
        yield f"{WITHDRAWN_FILE} isn't what curate withdraw writes"
    if working is None or not (said or working):
        return
    held = held_texts(folder, manifest)
    due = {
        document: withdrawal_of(record, held[document])
        for document, record in working.items()
        if document in held
    }
    for document in sorted({*said, *due}):
        if document not in held:
            yield f"{WITHDRAWN_FILE} names {document!r}, which the version doesn't hold"
        elif document not in said:
            yield f"{WITHDRAWN_FILE} lacks {document!r}, which is withdrawn in gold/next: curate withdraw (again)"
        elif document not in due:
            yield f"{WITHDRAWN_FILE} names {document!r}, which isn't withdrawn in gold/next"
        elif said[document] != due[document]:
            yield f"{WITHDRAWN_FILE} says something else of {document!r} than gold/next does"


def withdrawal_of(record: DocumentRecord, text_sha256: str) -> WithdrawnDocument:
    """The withdrawal that the record of a document says, for a version that has this text of it."""
    return WithdrawnDocument(
        id=record.id,
        text_sha256=text_sha256,
        at=record.state_at,
        reason=record.state_reason,
    )


def withdrawn_records(next_folder: Path) -> dict[str, DocumentRecord]:
    """The records of ``gold/next`` that are withdrawn, by id; files that can't be read are passed over."""
    found = {}
    for name in list_document_files(next_folder):
        with explain_os_errors(next_folder / name):
            raw = (next_folder / name).read_bytes()
        if _STATE not in raw:
            continue
        try:
            record = read_trusted_record(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if record.state == "withdrawn":
            found[record.id] = record
    return found
