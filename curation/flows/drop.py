"""``curate drop``: documents out of the gold, until they are restored; superseded ones for good."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from curation.errors import GoldError, StudioError
from curation.flows.chosen_documents import refuse_bad_files_of, refuse_unknown
from curation.gold.working.file_names import file_name
from curation.gold.working.successors import find_successors, supersede
from curation.gold.working.version import WorkingVersion
from curation.labelstudio.known_tasks import known_tasks, known_titles
from curation.labelstudio.pull.annotation_uid import server_hash
from curation.labelstudio.server.port import Project, Studio
from curation.labelstudio.superseded_tasks import (
    SupersededTasks,
    delete_superseded_tasks,
    successors_in,
)
from curation.schema import Schema
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class DropReport:
    """
    What a drop took out of the gold; documents are given by their ids.

    *dropped* can be restored. *superseded* gives the document that takes each one's place.
    *unreachable* says why Label Studio wasn't asked, empty where it was, or where there is none.
    """

    dropped: tuple[str, ...]
    superseded: Mapping[str, str] = field(default_factory=dict)
    tasks: SupersededTasks = field(default_factory=SupersededTasks)
    unreachable: str = ""


def drop(
    workspace: Workspace,
    schema: Schema,
    documents: Iterable[str],
    *,
    reason: str = "",
    now: datetime | None = None,
    studio: Studio | None = None,
) -> DropReport:
    """
    Take *documents* out of the gold, whatever is pulled meanwhile; each of them once.

    Their annotations stay in ``gold/next``, which says that they are dropped, or superseded where
    another document takes their place: one of ``gold/next``, or of a project that was pushed or
    pulled from here. The task of a superseded document is deleted unless somebody has begun it.

    Raises GoldError for an id that gold/next doesn't have, unless it is a superseded task's, and for
    a document that is withdrawn.
    """
    at = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    ids = tuple(dict.fromkeys(documents))
    unreachable = ""
    projects: list[Project] = []
    tasks = SupersededTasks()
    with workspace.working_version(schema) as working:
        refuse_bad_files_of(working, ids)
        successors = find_successors(working, ids)
        try:
            if studio:
                projects = _known_projects(studio, workspace, working, ids)
                successors |= successors_in(studio, projects, ids)
        except StudioError as error:
            unreachable = str(error)
        without_file = {*working.missing.values(), *successors}
        unseen = {
            document: successor
            for document, successor in successors.items()
            if document not in {*working.known_ids, *working.missing.values(), *working.dropped}
        }
        if unseen:
            asked = [] if unreachable else projects
            _refuse_never_seen(studio, asked, workspace, unseen, unreachable=unreachable)
        refuse_unknown(working, [document for document in ids if document not in without_file])
        _refuse_out_for_good(working, ids, successors)
        for document in ids:
            _take_out(working, document, successors.get(document, ""), reason=reason, at=at)
        workspace.commit(working)
    # Where the command is cut off before this, the same command does it.
    if studio and not unreachable:
        tasks = delete_superseded_tasks(studio, projects, successors)
    return DropReport(
        dropped=tuple(document for document in ids if document not in successors),
        superseded=successors,
        tasks=tasks,
        unreachable=unreachable,
    )


def _take_out(
    working: WorkingVersion, document: str, successor: str, *, reason: str, at: str
) -> None:
    record = working.record(document)
    if record is None:
        # It has no file: what is pulled of it later is dropped as well.
        working.missing.pop(file_name(document), None)
        working.dropped.add(document)
    elif successor and record.state != "superseded":
        working.put(supersede(record, successor, reason=reason, at=at))
    elif record.state == "active":
        working.put(
            msgspec.structs.replace(record, state="dropped", state_reason=reason, state_at=at)
        )


def _refuse_never_seen(
    studio: Studio | None,
    projects: Iterable[Project],
    workspace: Workspace,
    successors: Mapping[str, str],
    *,
    unreachable: str,
) -> None:
    """Raises GoldError for superseded documents without a file that aren't tasks either: ids that others misspell."""
    unseen = {*successors} - {task.document for task in known_tasks(workspace.state)}
    if studio and unseen:
        for project in projects:
            unseen -= {task.doc_id for task in studio.tasks(project.id, doc_ids=sorted(unseen))}
    if unseen:
        named = ", ".join(
            f"no document {document!r}, though {successors[document]} supersedes it"
            for document in sorted(unseen)
        )
        where = f", and Label Studio was not asked: {unreachable}" if unreachable else ""
        raise GoldError(
            f"neither {workspace.next} nor a project that was pushed or pulled from here has {named}{where}",
            hint=f"look at supersedes in the meta of {successors[min(unseen)]}; curate drop takes the id "
            "of the document that is meant",
        )


def _known_projects(
    studio: Studio, workspace: Workspace, working: WorkingVersion, documents: Iterable[str]
) -> list[Project]:
    """The server's projects that were pushed or pulled from here, or that annotations of *documents* are of."""
    titles = set(known_titles(workspace.state, studio.url))
    here = server_hash(studio.url)
    for record in filter(None, map(working.record, documents)):
        titles |= {
            one.project for one in record.annotations if one.server == here and one.project
        }
    there = set(studio.titles().values())
    found = (studio.find_project(title) for title in sorted(titles & there))
    return [project for project in found if project]


def _refuse_out_for_good(
    working: WorkingVersion, documents: Iterable[str], successors: Collection[str]
) -> None:
    """Raises GoldError where a document is out for good; a superseded one may be named again."""
    records = filter(None, map(working.record, documents))
    out = [
        f"{record.id} is {record.state}"
        for record in records
        if record.state not in ("active", "dropped")
        and not (record.state == "superseded" and record.id in successors)
    ]
    if out:
        raise GoldError(
            f"{', '.join(out)}; only an active document can be dropped",
            hint="leave these out; curate show ID says the state of a document",
        )
