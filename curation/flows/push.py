"""``curate push``: documents to Label Studio, one push a project at a time."""

import shlex
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from curation.cluster.shards import SHARDS_MANIFEST
from curation.documents.interchange import Reading
from curation.documents.stream import DocumentsFile, DocumentSource
from curation.errors import InputError
from curation.files import COPY_IT_HERE, STDIN, refuse_address
from curation.flows.known_documents import KnownDocuments
from curation.flows.other_projects import OtherProject, find_other_projects
from curation.labelstudio.push.dealing import AskedDealing, dealing_in
from curation.labelstudio.push.ledger import PushLedger, load_ledger
from curation.labelstudio.push.push import PushOptions, push_documents
from curation.labelstudio.push.report import PushReport
from curation.labelstudio.server.port import Studio
from curation.labelstudio.server.wait_until_idle import wait_for_last_push
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.workspace import Workspace


def push(  # noqa: PLR0913 - the command's own options
    studio: Studio,
    workspace: Workspace,
    documents: DocumentSource,
    schema: Schema,
    *,
    title: str,
    dealing: AskedDealing | None = None,
    dry_run: bool = False,
    tell_others: Callable[[Sequence[OtherProject]], None] = lambda _: None,
    watch: Watch = unwatched,
) -> PushReport:
    """
    Send *documents* to the project *title*; two pushes to one project never run at once.

    Where the last push was cut off, Label Studio may still be carrying out what it was sent; that
    is waited for. Documents that are out of the gold get no new task. *dealing* is how documents are
    dealt out, where that isn't as the last push said. *tell_others* is given, before anything is
    sent, the other projects that have tasks of documents that get one here.
    """

    def before_sending(new: Collection[str]) -> None:
        others = find_other_projects(studio, workspace, schema, title=title, documents=new)
        if others:
            is_blind = options.dealing.blind or _is_blind(studio, title)
            tell_others(
                [
                    replace(other, is_other_arm=is_blind and not _is_blind(studio, other.title))
                    for other in others
                ]
            )

    options = PushOptions(
        dry_run=dry_run,
        dealing=dealing or AskedDealing(),
        known_here=KnownDocuments(workspace, schema),
        before_sending=before_sending,
    )

    def push_with(ledger: PushLedger | None) -> PushReport:
        return push_documents(
            studio,
            documents,
            schema,
            title=title,
            options=replace(options, ledger=ledger or PushLedger()),
            watch=watch,
        )

    if dry_run:
        return push_with(load_ledger(workspace.read_only().state, studio.url, title))
    state = workspace.state
    with state.lock_project("push", studio.url, title):
        ledger = load_ledger(state, studio.url, title)
        with state.track_unfinished(
            "push",
            studio.url,
            title,
            is_made=lambda: studio.find_project(title) is not None,
        ) as was_cut_off:
            project = studio.find_project(title) if was_cut_off else None
            if project:
                for _ in watch([None], "waiting for what the last push sent", 1):
                    wait_for_last_push(studio, project.id)
            report = push_with(ledger)
            if report.ledger:
                report.ledger.save(state, studio.url, title)
            return report


def _is_blind(studio: Studio, title: str) -> bool:
    """Whether a push made the project *title* blind as a whole."""
    return any(dealing_in(one.description).is_blind for one in studio.projects_named(title))


def documents_to_push(file: Path) -> DocumentsFile:
    """The documents in *file*; InputError with the command that makes them where there are none."""
    refuse_address(file, hint=COPY_IT_HERE)
    if (file / SHARDS_MANIFEST).exists():
        raise InputError(
            f"{file}: a folder of shards, of which push takes the lines",
            hint=f"cat {shlex.quote(str(file))}/part-*.jsonl | curate push -",
        )
    if file.is_dir() or file.suffix == ".txt":
        raise InputError(
            f"{file}: articles; push takes the documents that preannotate wrote",
            hint=f"curate preannotate {shlex.quote(str(file))}, then curate push",
        )
    if file != STDIN and not file.exists():
        raise InputError(
            f"{file}: no such file",
            hint=f"make it of your articles: curate preannotate -o {file} ARTICLES",
        )
    return DocumentsFile(file, Reading.UNTRIMMED)
