"""The record of a document that is out for good: who looks for its text finds none."""

import msgspec

from curation.annotations.record import DocumentRecord


def withdraw_record(record: DocumentRecord, *, reason: str, at: str) -> DocumentRecord:
    """
    The record of a withdrawn document: its id, group, and the hash of its text, by which it stays out.

    Text, metadata and everything that anybody marked are gone; git remembers them.
    """
    return msgspec.structs.replace(
        record,
        state="withdrawn",
        state_reason=reason,
        state_at=at,
        meta={},
        text=(),
        suggestions={},
        annotations=(),
        verdict=None,
    )


def is_emptied(record: DocumentRecord) -> bool:
    """Whether the document is withdrawn, and its text is gone; a hand edit may have left the text."""
    return record.state == "withdrawn" and not record.text
