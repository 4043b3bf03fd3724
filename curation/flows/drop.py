"""``curate drop``: documents out of the gold, until they are restored."""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from curation.errors import GoldError
from curation.flows.chosen_documents import refuse_bad_files_of, refuse_unknown
from curation.gold.file_names import file_name
from curation.gold.working_version import WorkingVersion
from curation.schema import Schema
from curation.workspace import Workspace


def drop(
    workspace: Workspace,
    schema: Schema,
    documents: Iterable[str],
    *,
    reason: str = "",
    now: datetime | None = None,
) -> tuple[str, ...]:
    """
    Take *documents* out of the gold, whatever is pulled meanwhile; each of them once.

    Their annotations stay in ``gold/next``, which says that they are dropped. Raises GoldError for
    an id that gold/next doesn't have, and for a document that is superseded or withdrawn.
    """
    at = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    ids = tuple(dict.fromkeys(documents))
    with workspace.working_version(schema) as working:
        refuse_bad_files_of(working, ids)
        without_file = {*working.missing.values()}
        refuse_unknown(working, [document for document in ids if document not in without_file])
        _refuse_out_for_good(working, ids)
        for document in ids:
            record = working.record(document)
            if record is None:
                # Its file is gone: what is pulled of it again is dropped as well.
                working.missing.pop(file_name(document), None)
                working.dropped.add(document)
            elif record.state == "active":
                working.put(
                    msgspec.structs.replace(
                        record, state="dropped", state_reason=reason, state_at=at
                    )
                )
        workspace.commit(working)
    return ids


def _refuse_out_for_good(working: WorkingVersion, documents: Iterable[str]) -> None:
    records = filter(None, map(working.record, documents))
    out = [
        f"{record.id} is {record.state}"
        for record in records
        if record.state not in ("active", "dropped")
    ]
    if out:
        raise GoldError(
            f"{', '.join(out)}; only an active document can be dropped",
            hint="leave these out; curate show ID says the state of a document",
        )
