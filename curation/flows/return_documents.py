"""``curate return``: documents back to their annotators, with the reason at the top of the task."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from curation.annotations.former_hash import FormerHash
from curation.annotations.record import AnnotationRecord, DocumentRecord
from curation.default_project import in_project, in_projects
from curation.errors import GoldError, Problem, StudioError, UsageError
from curation.files import Json
from curation.flows.known_projects import known_instead, known_project_named
from curation.flows.pull_annotators import KnownAnnotators
from curation.gold.working.not_offered import find_types_not_offered
from curation.gold.working.version import WorkingVersion
from curation.labelstudio.adjudication.project import refuse_adjudication
from curation.labelstudio.config import config_differences
from curation.labelstudio.pull.annotation_uid import annotation_uid
from curation.labelstudio.pull.cursor import PullCursor, load_cursor
from curation.labelstudio.send_back.send_back import (
    link_to_returned,
    reachable_problems,
    return_reason,
    shows_reasons,
)
from curation.labelstudio.server.port import Project, Studio, text_sha256_of
from curation.labelstudio.server.server_time import is_later
from curation.labelstudio.task_stamp import (
    STAMP_KEY,
    ReturnedWork,
    TaskStamp,
    read_stamp,
)
from curation.labelstudio.unfinished_tasks import find_unfinished_tasks
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.labeling import RETURNED_KEY
from curation.workspace import Workspace

# The editor's button is grey, and its key dead, as long as nothing was changed.
UNCHANGED = (
    "set a flag, take it off again, and press Update, which is grey until something was changed"
)

LOOK_AGAIN = f"please look at this document again; where nothing is to be changed, {UNCHANGED}"


@dataclass(frozen=True, kw_only=True)
class DocumentsToReturn:
    """
    Which documents go back: those named, or those that lack a type, or those that a flag keeps out.

    *reason* is what their annotators read, for documents that are named; *reasons* gives documents with
    a reason for each, of which those that were annotated in the project go back.
    """

    documents: tuple[str, ...] = ()
    lacking: str = ""
    flagged: bool = False
    reason: str = LOOK_AGAIN
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReturnedDocuments:
    """
    What went back to its annotators, or would go.

    *returned* gives, by document, the pseudonyms of the annotators it went back to; *still_waiting*
    are documents that went back before for the same reason. *elsewhere* are documents that are
    chosen and have no annotation in this project. *held* are documents that others are still to
    annotate, who would read the reason. *unreachable* gives, by document, the annotators
    whose work would go back and who have no account any more, or none that is known; a document of
    which that is all isn't returned. *refused* have another text in their task than was
    pushed, or no task. *link* leads to the tab with the returned tasks, and is empty where nothing
    was returned. *config_too_old*: the project's config was made before there were reasons.
    """

    project: str
    returned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    still_waiting: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    unreachable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    link: str = ""
    config_too_old: bool = False


def return_documents(  # noqa: PLR0913 - the command's own options
    studio: Studio,
    workspace: Workspace,
    schema: Schema,
    chosen: DocumentsToReturn,
    *,
    title: str,
    now: bool = False,
    dry_run: bool = False,
    watch: Watch = unwatched,
) -> ReturnedDocuments:
    """
    Send *chosen* documents of the project *title* back to their annotators.

    The reason stays on a task until every annotation that went back was updated. What goes back for
    a type that came later is offered all types of today from now on; what isn't updated keeps the
    schema that it was offered. What others are still to annotate isn't returned, unless it is to be
    *now*. Broken off anywhere, the same command finishes it.

    Raises GoldError where a named document has no annotation that was pulled from the project,
    StudioError where the project doesn't offer the type that is lacking.
    """
    workspace = workspace.read_only() if dry_run else workspace
    with workspace.working_version(schema, watch) as working:
        project = known_project_named(
            studio, workspace.state, working, title, command="curate return"
        )
        refuse_adjudication(project)
        cursor = load_cursor(workspace.state, studio.url, title)
        if cursor is None:
            raise _nothing_pulled(title, known_instead(studio, workspace.state, working, title))
        if chosen.lacking:
            _refuse_unknown_type(chosen.lacking, project, schema)
        wanted = _choose(chosen, working)
        documents = [document for document in wanted if document in cursor.annotated]
        if chosen.documents:
            _refuse_unknown_documents(chosen.documents, cursor, title)
        annotators = KnownAnnotators(
            studio, title, working, workspace.state.pseudonyms(studio.url)
        )
        desk = _ReturnDesk(studio=studio, chosen=chosen, working=working, cursor=cursor)
        tasks = {cursor.annotated[document]: document for document in documents}
        unfinished = find_unfinished_tasks(studio, project, tasks)
        to_come = {tasks[task] for task in unfinished}
        held = () if now else tuple(sorted(tasks.pop(task) for task in unfinished))
        exported = studio.export(project.id, sorted(tasks)) if tasks else ()
        for task in watch(exported, "returning", len(tasks)):
            desk.send(tasks[int(task["id"])], task, annotators, dry_run=dry_run)
        link = ""
        if desk.returned and not dry_run:
            link = link_to_returned(studio, project.id)
            returned = tuple(sorted({*cursor.returned, *desk.returned}))
            early = cursor.returned_early - desk.returned.keys() | (
                to_come & desk.returned.keys()
            )
            after = replace(
                cursor,
                returned=returned,
                returned_early=early,
                waiting={**cursor.waiting, **desk.waiting},
            )
            after.save(workspace.state, studio.url, title)
    return ReturnedDocuments(
        project=title,
        returned=dict(sorted(desk.returned.items())),
        still_waiting=tuple(sorted(desk.still_waiting)),
        elsewhere=tuple(sorted({*wanted} - {*documents})),
        held=held,
        unreachable=dict(sorted(desk.unreachable.items())),
        refused=tuple(sorted(desk.refused | ({*documents} - desk.seen - {*held}))),
        link=link,
        config_too_old=bool(desk.returned) and not shows_reasons(project),
    )


def _nothing_pulled(title: str, known: tuple[str, ...]) -> GoldError:
    """That nothing can go back; a pull without a title takes only those that are *known*, if any are."""
    nothing = f"nothing was pulled from {title!r} yet"
    if not known:
        return GoldError(nothing, hint=in_project("curate pull", title))
    pull = in_project("curate pull", title, default="")
    return GoldError(
        f"{nothing}; known here: {', '.join(map(repr, known))}",
        hint=f"{in_projects('curate return', known)}; {title!r} comes in with: {pull}",
    )


@dataclass(kw_only=True)
class _ReturnDesk:
    """Sends tasks back one by one, and counts them."""

    studio: Studio
    chosen: DocumentsToReturn
    working: WorkingVersion
    cursor: PullCursor
    returned: dict[str, tuple[str, ...]] = field(default_factory=dict)
    waiting: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    still_waiting: set[str] = field(default_factory=set)
    unreachable: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)

    def send(
        self, document: str, exported: Json, annotators: KnownAnnotators, *, dry_run: bool
    ) -> None:
        """Send one task back, in one write, so that reason and stamp are never apart."""
        self.seen.add(document)
        record = self.working.record(document)
        task = int(exported["id"])
        data = self.studio.task_data(task)
        if record is None or data is None or _has_other_text(data):
            self.refused.add(document)
            return
        known = {one.uid: one for one in record.annotations}
        updated = {
            uid: str(raw.get("updated_at") or "")
            for raw in exported.get("annotations") or ()
            if not raw.get("was_cancelled")
            and (uid := annotation_uid(raw, self.studio.url)) in known
        }
        stamp = read_stamp(data) or TaskStamp(arm="unknown", schema="")
        before = {} if stamp.returned is None else _still_waiting(stamp.returned, updated)
        reasons = {
            uid: reason for uid in updated if (reason := self._reason(known[uid], record))
        }
        gone = {uid for uid in updated if not annotators.email(known[uid].annotator)}
        if nobody_reads := gone & reasons.keys():
            names = {known[uid].annotator for uid in nobody_reads}
            self.unreachable[document] = tuple(sorted(names))
        before = {uid: reason for uid, reason in before.items() if uid not in gone}
        reasons = {uid: reason for uid, reason in reasons.items() if uid not in gone}
        if not reasons or reasons.items() <= before.items():
            if reasons:
                self.still_waiting.add(document)
            return
        link = self.cursor.task_links.get(document, "")
        self.waiting[document] = tuple(
            Problem(document, reason, link, known[uid].annotator)
            for uid, reason in {**before, **reasons}.items()
        )
        self.returned[document] = tuple(sorted({known[uid].annotator for uid in reasons}))
        if not dry_run:
            until = max(updated.values())
            stamp = replace(
                stamp, returned=ReturnedWork(until=until, reasons={**before, **reasons})
            )
            if self.chosen.lacking:
                stamp = _offering_today(stamp, self.working.schema, until)
            problems = (*self.cursor.problems.get(document, ()), *self.waiting[document])
            reason = return_reason(
                reachable_problems(problems, annotators.email), annotators.email
            )
            self.studio.replace_task_data(
                task, {**data, STAMP_KEY: stamp.to_json(), RETURNED_KEY: reason}
            )

    def _reason(self, annotation: AnnotationRecord, record: DocumentRecord) -> str:
        """Why the annotation goes back; empty where it stays."""
        schema = self.working.schema
        if annotation.status not in ("submitted", "problem"):
            return ""
        if self.chosen.lacking:
            lacks = schema.types_not_offered(annotation.schema) or ()
            return _newer_types(lacks) if self.chosen.lacking in lacks else ""
        if self.chosen.flagged:
            flags = [name for name in annotation.flags if schema.keeps_out(name)]
            return _flagged(flags) if flags and record.state == "active" else ""
        return self.chosen.reasons.get(record.id, self.chosen.reason)


def _still_waiting(returned: ReturnedWork, updated: Mapping[str, str]) -> dict[str, str]:
    """The reasons of what went back before and wasn't updated since."""
    return {
        uid: reason
        for uid, reason in returned.reasons.items()
        if uid in updated and not is_later(updated[uid], returned.until)
    }


def _offering_today(stamp: TaskStamp, schema: Schema, until: str) -> TaskStamp:
    """The stamp of a task that offers the types of today to whoever updates an annotation after *until*."""
    if stamp.schema == schema.fingerprint:
        return stamp
    earlier = (*stamp.earlier, FormerHash(hash=stamp.schema, until=until))
    return replace(stamp, schema=schema.fingerprint, earlier=earlier)


def _has_other_text(data: Json) -> bool:
    return text_sha256_of(data.get("text")) != data.get("text_sha256")


def _newer_types(names: tuple[str, ...]) -> str:
    """What annotators read of types that came later."""
    shown = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    came = "is a type that came" if len(names) == 1 else "are types that came"
    there = "it is nowhere" if len(names) == 1 else "they are nowhere"
    return (
        f"{shown} {came} after you annotated this: mark what is missing; where {there} in the text, "
        f"{UNCHANGED}"
    )


def _flagged(flags: list[str]) -> str:
    return (
        f"flagged {', '.join(flags)}, which keeps the document out: if that was a slip, take the flag "
        f"off; else {UNCHANGED}"
    )


def _choose(chosen: DocumentsToReturn, working: WorkingVersion) -> tuple[str, ...]:
    """The ids of the chosen documents."""
    if chosen.lacking:
        return find_types_not_offered(working).by_type.get(chosen.lacking, ())
    if chosen.flagged:
        excluded = working.excluded()
        return tuple(name for name, facts in excluded.items() if facts.reason == "flagged")
    return tuple(dict.fromkeys((*chosen.documents, *chosen.reasons)))


def _refuse_unknown_type(name: str, project: Project, schema: Schema) -> None:
    """Raises UsageError for what is no type, StudioError for a project that doesn't offer the type."""
    if name not in schema.entities and name not in schema.relations:
        types = ", ".join((*schema.entities, *schema.relations))
        raise UsageError(
            f"--lacking {name}: no type; types are {types}", hint="see schema.toml"
        )
    if differences := config_differences(project, schema):
        raise StudioError(
            f"the config of {project.title!r} differs from schema.toml: {'; '.join(differences)}",
            hint=f"{in_project('curate push', project.title)} brings the config up to date; then return the documents",
        )


def _refuse_unknown_documents(
    documents: tuple[str, ...], cursor: PullCursor, title: str
) -> None:
    unknown = [document for document in documents if document not in cursor.annotated]
    if unknown:
        raise GoldError(
            f"{', '.join(unknown)}: no annotation was pulled from {title!r}",
            hint=f"{in_project('curate pull', title)}; or name another project with --project",
        )
