"""``curate restore``: dropped documents, in the gold again."""

from collections.abc import Iterable

import msgspec

from curation.errors import GoldError
from curation.flows.chosen_documents import refuse_bad_files_of, refuse_unknown
from curation.gold.working.excluded import FILE_MISSING, exclusion_reason
from curation.gold.working.file_names import file_name
from curation.gold.working.version import WorkingVersion
from curation.schema import Schema
from curation.workspace import Workspace


def restore(workspace: Workspace, schema: Schema, documents: Iterable[str]) -> dict[str, str]:
    """
    Undo a drop; for each document why it is no gold even so, empty where it is gold.

    Raises GoldError for a document that gold/next doesn't have, or that isn't dropped.
    """
    ids = list(dict.fromkeys(documents))
    with workspace.working_version(schema) as working:
        refuse_bad_files_of(working, ids)
        refuse_unknown(
            working, [document for document in ids if document not in working.dropped]
        )
        _refuse_not_dropped(working, ids)
        for document in ids:
            working.dropped.discard(document)
            if record := working.record(document):
                working.put(
                    msgspec.structs.replace(
                        record, state="active", state_reason="", state_at=""
                    )
                )
            else:
                working.missing[file_name(document)] = document
        reasons = _reasons(working, ids)
        workspace.commit(working)
    return reasons


def _refuse_not_dropped(working: WorkingVersion, documents: Iterable[str]) -> None:
    records = filter(None, map(working.record, documents))
    others = [record.id for record in records if record.state != "dropped"]
    if others:
        raise GoldError(
            f"{', '.join(map(repr, others))} can't be restored: only a dropped document can",
            hint="leave these out; curate show ID says the state of a document",
        )


def _reasons(working: WorkingVersion, documents: Iterable[str]) -> dict[str, str]:
    """Why each document is no gold, empty where it is."""
    without_file = {*working.missing.values()}
    outside = working.excluded()
    reasons = {}
    for document in documents:
        if document in without_file:
            reasons[document] = FILE_MISSING
        elif document in outside:
            reasons[document] = exclusion_reason("active", outside[document].reason)
        else:
            reasons[document] = ""
    return reasons
