"""``curate drop`` and ``curate restore``: documents out of the gold, and back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from curation.errors import GoldError, raise_problems
from curation.gold.excluded_reasons import FILE_MISSING, exclusion_reason
from curation.gold.file_names import file_name
from curation.gold.working_version import MEND_FILES, WorkingVersion
from curation.labelstudio.pull_cursor import task_links
from curation.schema import Schema
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """The documents that were dropped, each with the link to its task, which is empty where none is known."""

    links: dict[str, str]


def drop(
    place: Workspace,
    schema: Schema,
    documents: Iterable[str],
    *,
    reason: str = "",
    now: datetime | None = None,
) -> Dropped:
    """
    Take *documents* out of the gold until they are restored, whatever is pulled meanwhile.

    Their annotations stay in ``gold/next``, which says that they are dropped. GoldError for ids
    that aren't there.
    """
    at = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    wanted = list(dict.fromkeys(documents))
    tasks = task_links(place.state)
    with place.amended(schema) as working:
        _refuse_bad(working, wanted)
        lost = {*working.missing.values()}
        _refuse_unknown(working, [one for one in wanted if one not in lost])
        _refuse_out_for_good(working, wanted)
        for document in wanted:
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
        place.keep(working)
    return Dropped(links={document: tasks.get(document, "") for document in wanted})


def restore(place: Workspace, schema: Schema, documents: Iterable[str]) -> dict[str, str]:
    """
    Undo a drop; of each document why it is no gold even so, empty where it is.

    GoldError for a document that isn't there or isn't dropped.
    """
    wanted = list(dict.fromkeys(documents))
    with place.amended(schema) as working:
        _refuse_bad(working, wanted)
        _refuse_unknown(working, [one for one in wanted if one not in working.dropped])
        others = [
            one
            for one in wanted
            if (record := working.record(one)) and record.state != "dropped"
        ]
        if others:
            raise GoldError(
                f"not dropped: {', '.join(map(repr, others))}",
                hint="curate show ID tells the state of a document",
            )
        for document in wanted:
            working.dropped.discard(document)
            if record := working.record(document):
                working.put(
                    msgspec.structs.replace(
                        record, state="active", state_reason="", state_at=""
                    )
                )
            else:
                working.missing[file_name(document)] = document
        outside = working.excluded()
        reasons = {
            one: exclusion_reason("active", outside[one].reason) if one in outside else ""
            for one in wanted
        }
        reasons |= dict.fromkeys({*working.missing.values()} & reasons.keys(), FILE_MISSING)
        place.keep(working)
    return reasons


def _refuse_bad(working: WorkingVersion, documents: Iterable[str]) -> None:
    if any(map(working.has_unusable_file, documents)):
        raise_problems(working.problems(), GoldError, hint=MEND_FILES.format(working.folder))


def _refuse_out_for_good(working: WorkingVersion, documents: Iterable[str]) -> None:
    records = filter(None, map(working.record, documents))
    out = [
        f"{one.id} is {one.state}" for one in records if one.state not in ("active", "dropped")
    ]
    if out:
        what = f"{', '.join(out)}, which is more than dropped"
        raise GoldError(what, hint="leave it out: curate show ID tells the state of a document")


def _refuse_unknown(working: WorkingVersion, documents: Iterable[str]) -> None:
    unknown = [one for one in documents if one not in working.known]
    if unknown:
        noun = "document" if len(unknown) == 1 else "documents"
        raise GoldError(
            f"{working.folder} has no {noun} {', '.join(map(repr, unknown))}",
            hint=f"each document has a file there, with its id inside: ls {working.folder}",
        )
