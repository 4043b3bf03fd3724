"""``curate push``: documents to Label Studio, each once."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import (
    DEFAULT_SEED,
    SUGGESTIONS,
    AuditFolder,
    DryRun,
    ListAll,
    ProjectTitle,
)
from curation.default_project import DEFAULT_PROJECT, in_project
from curation.documents.typed_ids import typed_ids
from curation.errors import CurateError, UsageError, pluralise
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.flows.other_projects import OtherProject
    from curation.labelstudio.push.report import PushReport

RELOAD = (
    "warning: every annotator who has Label Studio open has to reload the page before the next "
    "document: an open page keeps the old config and drops relation names that are new"
)

SuggestionsFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="Documents, as preannotate wrote them; - for standard input.",
        readable=False,
    ),
]


def push(
    file: SuggestionsFile = SUGGESTIONS,
    project: ProjectTitle = DEFAULT_PROJECT,
    overlap: Annotated[
        int | None,
        typer.Option(
            "--overlap", metavar="N", min=1, help="Annotators of each document; 1 at first."
        ),
    ] = None,
    overlap_share: Annotated[
        float | None,
        typer.Option(
            "--overlap-share",
            metavar="SHARE",
            min=0,
            max=1,
            help="Share of documents with overlap, such as 0.2.",
        ),
    ] = None,
    blind_share: Annotated[
        float | None,
        typer.Option(
            "--blind-share",
            metavar="SHARE",
            min=0,
            max=1,
            help="Share of new documents without suggestions.",
        ),
    ] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="No suggestions in the whole project.")
    ] = False,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample", metavar="N", min=1, help="Only so many documents, drawn by --seed."
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, help="Which documents --sample draws.")
    ] = DEFAULT_SEED,
    to: AuditFolder = None,
    dry_run: DryRun = False,
    everything: ListAll = False,
) -> None:
    """
    Send documents to Label Studio.

    Each once: push again as often as you like. A push creates what is missing,
    replaces suggestions and corrected articles where nobody has begun, and
    refuses a corrected article where somebody has. Overlap and shares that
    aren't given stay as the last push to the project said. --to makes the project that
    of an audit: its annotations never get into gold/next.

    Example: curate push suggestions.jsonl --project "Elections 2026"
    """
    from curation.flows.audit_project import AskedSample, begin_audit, sample_documents
    from curation.flows.connect import connect_to_push
    from curation.flows.push import documents_to_push
    from curation.flows.push import push as push_documents
    from curation.labelstudio.push.dealing import AskedDealing
    from curation.schema.folder import read_built_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    if blind and blind_share is not None:
        raise UsageError(
            "--blind with --blind-share: a blind project has no share with suggestions",
            hint=in_project("curate push --blind", project),
        )
    dealing = AskedDealing(
        overlap=overlap, overlap_share=overlap_share, blind_share=blind_share, blind=blind
    )
    workspace = Workspace.here()
    schema = read_built_schema_in(workspace.config)
    asked = AskedSample(number=sample, seed=seed, folder=to)
    documents = sample_documents(documents_to_push(file), asked, workspace)
    studio = connect_to_push(documents, schema, workspace.home, os.environ)
    if to:
        begin_audit(
            workspace.read_only() if dry_run else workspace,
            schema,
            to,
            url=studio.url,
            title=project,
            asked=asked,
            documents=documents,
        )
    report = push_documents(
        studio,
        workspace,
        documents,
        schema,
        title=project,
        dealing=dealing,
        dry_run=dry_run,
        # An audit annotates on purpose what others have annotated.
        tell_others=lambda others: console.lines([] if to else other_project_lines(others)),
        watch=console.watch,
    )
    console.lines(push_lines(report, dry_run=dry_run))
    if report.refused:
        raise CurateError(
            f"{pluralise(len(report.refused), 'document')} refused; why is said above",
            hint="do what is said above of each document, then push again",
        )


def other_project_lines(others: "Sequence[OtherProject]") -> Iterator[str]:
    """Which documents are tasks of another project already, said before anything is sent."""
    for other in others:
        documents = pluralise(len(other.documents), "document")
        tasks = "is a task" if len(other.documents) == 1 else "are tasks"
        where = other.link or "another server"
        if other.is_other_arm:
            yield f"{documents} of this file {tasks} of {other.title!r}, too ({where}): here the blind arm."
            continue
        yield (
            f"warning: {documents} of this file {tasks} of {other.title!r} already ({where}); "
            "annotated in both projects, a document has two annotations: a second annotator or "
            f"arm where that is meant, else work done twice: {console.first_of(other.documents)}"
        )


def push_lines(report: "PushReport", *, dry_run: bool) -> Iterator[str]:
    """Created, updated, unchanged, refused; and what annotators won't see."""
    would_be = "would be " if dry_run else ""
    yield (
        f"{report.created} {would_be}created, {report.updated} {would_be}updated, "
        f"{report.unchanged} unchanged, {len(report.refused)} refused"
        f" in {report.project!r}: {report.link}"
    )
    if report.config_changes:
        verb = "would change" if dry_run else "changed"
        yield f"The config in Label Studio {verb}: {'; '.join(report.config_changes)}."
        if not dry_run and any("relation" in change for change in report.config_changes):
            yield RELOAD
    yield from dealing_lines(report, dry_run=dry_run)
    if report.corrected:
        articles = (
            "an article was" if report.corrected == 1 else f"{report.corrected} articles were"
        )
        yield (
            f"Of the updated documents, {articles} corrected: nobody had begun, and the "
            f"{'task' if report.corrected == 1 else 'tasks'} {would_be}made anew."
        )
    yield from console.list_lines(
        [*report.superseding.items()],
        lambda pair: (
            f"{pair[0]} takes the place of {pair[1]}; to take {pair[1]} out of the gold: "
            f"curate drop {typed_ids([pair[1]])}",
        ),
    )
    yield from console.list_lines(
        [*report.superseding_unknown.items()],
        lambda pair: (
            f"warning: {pair[0]} takes the place of {pair[1]}, a document that nobody knows: "
            f"neither this file nor gold/next nor a project has it; look at supersedes in the meta "
            f"of {pair[0]}",
        ),
    )
    yield from left_out_lines(report, would_be)
    if report.begun:
        keep = "keeps its" if report.begun == 1 else "keep their"
        yield f"{pluralise(report.begun, 'task')} {keep} old suggestions: somebody has begun to annotate."
    if report.stamped:
        say = "would say" if dry_run else "now say"
        yield (
            f"{pluralise(report.stamped, 'task')} that nobody has begun {say} which types and "
            "suggestions came with them."
        )
    if report.duplicates:
        yield (
            f"{pluralise(report.duplicates, 'task')} {would_be}removed: another task has the same "
            "document, and nobody had begun."
        )
    if report.hidden:
        yield (
            f"warning: annotators no longer see the suggestions of another model on "
            f"{pluralise(report.hidden, 'other task')}; push these documents again as well"
        )
    if report.trimmed:
        yield f"{pluralise(len(report.trimmed), 'span')} {would_be}trimmed of white space:"
        yield from console.problem_lines(report.trimmed)
    yield from console.problem_lines(report.refused)


def dealing_lines(report: "PushReport", *, dry_run: bool) -> Iterator[str]:
    """How documents are dealt out in the project, and what becomes of the tasks that were there."""
    dealing = report.dealing
    if report.blind:
        are = _are(report.blind, dry_run)
        share = f" (a share of {dealing.blind_share:.4g})" if dealing.blind_share else ""
        share = " (every one)" if dealing.is_blind else share
        yield (
            f"{report.blind} of the new documents {are} blind{share}: without suggestions, "
            "whatever is pushed later."
        )
    if dealing.overlap is not None and dealing.overlap > 1 and dealing.overlap_share:
        some = dealing.overlap_share != 1
        chosen = (
            f"A share of {dealing.overlap_share:.4g} of the documents is"
            if some
            else "Each document is"
        )
        yield (
            f"{chosen} for {dealing.overlap} annotators, who don't see each other's work while they "
            "use Label All Tasks only."
        )
    changes = report.overlap
    if changes.raised:
        yield (
            f"{pluralise(changes.raised, 'task')} {_are(changes.raised, dry_run)} for more annotators than before; "
            f"{changes.reopened} of them, finished until now, {_are(changes.reopened, dry_run)} open again for others."
        )
    if returned := len(changes.returned):
        yield (
            f"{pluralise(returned, 'returned task')} {_are(returned, dry_run)} among them: the reason comes "
            "off, as others would read it, and goes back with the pull that finds all annotations in."
        )
    if changes.lowered:
        yield (
            f"{pluralise(changes.lowered, 'task')} {_are(changes.lowered, dry_run)} for fewer annotators than before; "
            f"{changes.finished} of them {_are(changes.finished, dry_run)} finished by that. All annotations stay, and count."
        )


def _are(number: int, dry_run: bool) -> str:
    if dry_run:
        return "would be"
    return "is" if number == 1 else "are"


def left_out_lines(report: "PushReport", would_be: str) -> Iterator[str]:
    """Which documents get no task, as they are out of the gold, and how a dropped one comes back."""
    left_out = report.left_out
    if not left_out:
        return
    states = Counter(one.state for one in left_out.values())
    counted = ", ".join(f"{states[state]:,} {state}" for state in sorted(states))
    get = "which gets" if len(left_out) == 1 else "which get"
    yield f"{pluralise(len(left_out), 'document')} {would_be}left out, {get} no task: {counted}"

    def reason_line(document: str) -> Iterator[str]:
        why = left_out[document]
        if why.state == "superseded":
            yield f"  {document} is superseded {why.reason}".rstrip()
            return
        reason = f" ({why.reason})" if why.reason else ""
        back = (
            f"; to push: curate restore {typed_ids([document])}"
            if why.state == "dropped"
            else ""
        )
        yield f"  {document} is {why.state}{reason}{back}"

    yield from console.list_lines([*left_out], reason_line)
