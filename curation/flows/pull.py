"""``curate pull``: from Label Studio into gold/next, and what is wrong back to its annotators."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from curation.errors import GoldError, Problem, Problems, raise_problems
from curation.flows.gold_after_pull import GoldAfterPull, gold_after_pull
from curation.flows.known_projects import find_known_projects, is_known_for_adjudication
from curation.flows.pull_annotators import KnownAnnotators
from curation.flows.pull_records import PulledRecords
from curation.gold.working.unknown_types import without_unknown_types
from curation.gold.working.version import MEND_FILES, WorkingVersion
from curation.labelstudio.pull.annotation_uid import server_hash
from curation.labelstudio.pull.cursor import PullCursor, load_cursor
from curation.labelstudio.pull.pull import PullResult, pull_annotations
from curation.labelstudio.send_back.send_back import ReturnReport
from curation.labelstudio.send_back.send_back import send_back as return_to_annotators
from curation.labelstudio.server.find_project import adjudication_project_named
from curation.labelstudio.server.port import Studio
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class PullReport(GoldAfterPull):
    """
    What a pull of one project found and made of ``gold/next``; documents are given by their ids.

    *changed* are the documents in which something is new since the last pull (a problem that is
    solved, say), each with how many sound annotations it has now. *deleted* are documents whose
    task is gone from Label Studio, *emptied* those whose annotations are; both stay in the gold
    until somebody drops them. *gone* gives the annotators whose work on a sound document is no
    longer there, *standing* those whose work the gold's verdict rests on, and which isn't sound any
    more, *outdated* those with several annotations that differ, of which the latest counts.
    *dropped* are those that stay out of the gold though somebody worked on them since the last
    pull, *withdrawn* those that are out for good, and of which the project still has work. *moved* counts, by document, the annotations that came by an import for the first time and
    are known from the project that they were exported from, *unmatched* those that aren't;
    *nameless* counts new ones by accounts that Label Studio has no more.
    """

    result: PullResult
    changed: Mapping[str, int]
    deleted: tuple[str, ...]
    emptied: tuple[str, ...]
    dropped: tuple[str, ...]
    withdrawn: tuple[str, ...]
    gone: Mapping[str, tuple[str, ...]]
    standing: Mapping[str, tuple[str, ...]]
    outdated: Mapping[str, tuple[str, ...]]
    moved: Mapping[str, int]
    unmatched: Mapping[str, int]
    nameless: Mapping[str, int]
    sent_back: ReturnReport

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong, but for types that the schema doesn't have."""
        problems = self.result.cursor.all_problems(self.sent_back.still_returned)
        return without_unknown_types(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullOptions:
    """
    How a pull is done.

    With *full*, all annotations are read, not only those that changed since the last pull. With
    *send_back*, what is wrong goes back to its annotator, once all who are to annotate the document
    have done so, or *now*; what was mended since stops saying that it was returned. With *strict*, no
    verdict counts that one of a document's annotators made. With *dry_run* nothing is written.
    """

    full: bool = False
    send_back: bool = False
    now: bool = False
    strict: bool = False
    dry_run: bool = False


def pull(  # noqa: PLR0913 - the command's own options
    studio: Studio,
    workspace: Workspace,
    schema: Schema,
    *,
    title: str,
    full: bool = False,
    send_back: bool = False,
    now: bool = False,
    dry_run: bool = False,
    watch: Watch = unwatched,
) -> PullReport:
    """
    Bring annotations from the project *title* into ``gold/next``; the options are those of `PullOptions`.

    The cursor is kept last, so that a pull that was cut short is simply done again. A document
    whose file can't be read is passed over, and asked for again by the next pull.
    """
    options = PullOptions(full=full, send_back=send_back, now=now, dry_run=dry_run)
    workspace = workspace.read_only() if dry_run else workspace
    state = workspace.state
    with workspace.working_version(schema, watch) as working:
        if is_known_for_adjudication(studio.url, state, working, title):
            adjudication_project_named(studio, title)
        report = pull_into(
            working, studio, workspace, title=title, options=options, watch=watch
        )
        if report.excluded.disagreements:
            known = find_known_projects(studio, state, working)
            report = replace(report, adjudicated=known.adjudicated)
        return report


def pull_into(
    working: WorkingVersion,
    studio: Studio,
    workspace: Workspace,
    *,
    title: str,
    options: PullOptions,
    watch: Watch,
) -> PullReport:
    """As `pull`, into a working version that is open already and may be pulled into again."""
    state = workspace.state
    schema = working.schema
    gold_before = working.gold_ids
    last = _last_pull(load_cursor(state, studio.url, title) or PullCursor(), working)
    since = replace(last, since="") if options.full else last
    annotators = KnownAnnotators(studio, title, working, state.pseudonyms(studio.url))
    records = PulledRecords(
        working,
        has_note=state.uids_with_note(),
        merged_pseudonym=annotators.merged_pseudonym,
    )
    result = pull_annotations(
        studio,
        schema,
        title=title,
        names=annotators.names(state),
        since=since,
        deliver=records.merge,
        watch=watch,
    )
    records.mark_superseded()
    records.remove_deleted(result.cursor, server=server_hash(studio.url), project=title)
    result = replace(
        result,
        cursor=records.with_problems(result.cursor),
        edited_by_others=records.edited_by_others(result.edited_by_others),
    )
    if not options.dry_run:
        workspace.commit(working)
        if records.notes:
            state.keep_notes(records.notes)
    sent_back = return_to_annotators(
        studio,
        result.project,
        result.cursor,
        email_of=annotators.email,
        since=since.since,
        returning=options.send_back,
        listed=result.reasons_since,
        before=last.work,
        now=options.now,
        dry_run=options.dry_run,
    )
    if not options.dry_run:
        returned = replace(
            result.cursor, returned=sent_back.all_returned, returned_early=sent_back.early
        )
        returned.save(state, studio.url, title)
    gold = gold_after_pull(
        working,
        state,
        url=studio.url,
        title=title,
        links=result.cursor.task_links,
        problems=result.cursor.all_problems(),
        gold_before=gold_before,
        has_new_pseudonyms=annotators.has_new_pseudonyms,
    )
    return _report(records, gold, last=last, result=result, sent_back=sent_back)


def refuse_bad_files(problems: Problems, folder: Path) -> None:
    """Raises GoldError where the pull passed over files of *folder* that can't be read."""
    if problems:
        hint = f"{MEND_FILES.format(folder)}; then pull again, which asks for them anew"
        raise_problems(problems, GoldError, hint=hint)


def _last_pull(cursor: PullCursor, working: WorkingVersion) -> PullCursor:
    """The cursor; documents whose file git or a hand changed may be older than it, and are asked for again."""
    edited = {
        cursor.annotated[document]: document
        for document in working.edited
        if document in cursor.annotated
    }
    return replace(cursor, ask_again={**cursor.ask_again, **edited})


def _report(
    records: PulledRecords,
    gold: GoldAfterPull,
    *,
    last: PullCursor,
    result: PullResult,
    sent_back: ReturnReport,
) -> PullReport:
    cursor = result.cursor
    gold_ids = records.working.gold_ids
    return PullReport(
        **vars(gold),
        result=result,
        changed=records.changed_since(last, result),
        deleted=tuple(document for document in cursor.deleted if document in gold_ids),
        emptied=tuple(document for document in cursor.emptied if document in gold_ids),
        dropped=tuple(sorted(records.new & records.inactive)),
        withdrawn=tuple(sorted(records.withdrawn)),
        gone={
            document: names
            for document, names in records.gone.items()
            if document not in cursor.problems
        },
        standing={
            document: names
            for document, names in records.lost_voters.items()
            if document in gold_ids
        },
        outdated=dict(records.outdated),
        moved=Counter(records.moved.values()),
        unmatched=Counter(records.unmatched.values()),
        nameless=Counter(records.nameless.values()),
        sent_back=sent_back,
    )
