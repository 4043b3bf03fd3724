"""Which documents of gold/next take the place of others: corrected articles."""

from collections.abc import Collection

import msgspec

from curation.annotations.record import DocumentRecord
from curation.annotations.record_file import read_trusted_record
from curation.documents.document import SUPERSEDES_KEY
from curation.files import explain_os_errors
from curation.gold.working.version import WorkingVersion

_KEY = f'"{SUPERSEDES_KEY}"'.encode()


def find_successors(working: WorkingVersion, documents: Collection[str]) -> dict[str, str]:
    """For each of *documents* that an active document supersedes, that one's id."""
    found: dict[str, str] = {}
    for document in sorted(working.known_ids):
        record = _superseding_record(working, document)
        old = record.meta.get(SUPERSEDES_KEY) if record else None
        if record and record.state == "active" and isinstance(old, str) and old in documents:
            found.setdefault(old, document)
    return found


def supersede(
    record: DocumentRecord, successor: str, *, reason: str = "", at: str = ""
) -> DocumentRecord:
    """The record of a document whose place *successor* takes, for the *reason* that somebody gave."""
    why = f"by {successor}: {reason}" if reason else f"by {successor}"
    return msgspec.structs.replace(record, state="superseded", state_reason=why, state_at=at)


def _superseding_record(working: WorkingVersion, document: str) -> DocumentRecord | None:
    """The document's record, None where it takes nobody's place; most files aren't parsed."""
    path = working.path(document)
    if path.name in working.pending:
        return working.record(document)
    with explain_os_errors(path):
        raw = path.read_bytes()
    return read_trusted_record(raw) if _KEY in raw else None
