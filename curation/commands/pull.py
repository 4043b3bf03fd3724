"""``curate pull``: submitted annotations, into gold/next."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import (
    AuditFolder,
    DryRun,
    KnownProjectTitle,
    ListAll,
    ReturnNow,
)
from curation.commands.verdict_lines import stale_verdict_lines, verdict_lines
from curation.default_project import DEFAULT_PROJECT, adjudicate_in, in_project
from curation.documents.typed_ids import typed_ids
from curation.errors import Problem, StudioError, UsageError, pluralise, raise_problems
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.flows.gold_after_pull import GoldAfterPull
    from curation.flows.known_projects import GoneProject, ProjectElsewhere
    from curation.flows.pull import PullReport
    from curation.flows.pull_all import PullAllReport
    from curation.labelstudio.send_back.send_back import ReturnReport
    from curation.labelstudio.server.port import Studio
    from curation.schema import Schema
    from curation.workspace import Workspace


def pull(
    project: KnownProjectTitle = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read all annotations, not only changed ones.")
    ] = False,
    send_back: Annotated[
        bool, typer.Option("--send-back", help="Return what is wrong to its annotator.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a verdict by one of the annotators.")
    ] = False,
    now: ReturnNow = False,
    to: AuditFolder = None,
    dry_run: DryRun = False,
    everything: ListAll = False,
) -> None:
    """
    Fetch annotations and verdicts.

    From every project on the server that gold/next or .curate/ knows, or from the
    one that --project names, into gold/next. Lists what is wrong with annotations,
    with links to their tasks. With --send-back the annotator finds the reason at
    the top of the task, until a pull finds the annotation mended; unless --now is
    given, not before all who are to annotate the document have done so. --to takes
    the project of an audit into a folder of its own.

    Example: curate pull --send-back
    """
    from curation.flows.audit_project import refuse_audit_project
    from curation.flows.connect import connect
    from curation.flows.known_projects import refuse_demo_project
    from curation.flows.pull import PullOptions, refuse_bad_files
    from curation.flows.pull import pull as pull_annotations
    from curation.flows.pull_all import pull_all
    from curation.labelstudio.adjudication.project import is_adjudication
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    # Without --full, the next pull tells only what changed since this one.
    list_everything(everything, "--full --all")
    if now and not send_back:
        raise UsageError(
            "--now is for --send-back", hint="curate pull --send-back --now, or leave --now out"
        )
    if project:
        refuse_demo_project(project)
    workspace = Workspace.here()
    schema = read_schema_in(workspace.config)
    studio = connect(workspace.home, os.environ)
    if to:
        workspace = _workspace_of_audit(workspace, schema, studio, to, project, dry_run=dry_run)
    elif project:
        refuse_audit_project(workspace, studio.url, project)
    named = studio.find_project(project) if project else None
    adjudication = named.title if named and is_adjudication(named) else None
    if project is None or adjudication:
        every = pull_all(
            studio,
            workspace,
            schema,
            options=PullOptions(
                full=full, send_back=send_back, now=now, strict=strict, dry_run=dry_run
            ),
            adjudication=adjudication,
            watch=console.watch,
        )
        console.lines(pull_all_lines(every, workspace, dry_run=dry_run))
        _refuse_failed(every)
        refuse_bad_files(every.gold.bad_files, workspace.next)
        return
    report = pull_annotations(
        studio,
        workspace,
        schema,
        title=project,
        full=full,
        send_back=send_back,
        now=now,
        dry_run=dry_run,
        watch=console.watch,
    )
    console.lines(pull_lines(report, workspace, dry_run=dry_run))
    refuse_bad_files(report.bad_files, workspace.next)


def _workspace_of_audit(
    workspace: "Workspace",
    schema: "Schema",
    studio: "Studio",
    folder: Path,
    project: str | None,
    *,
    dry_run: bool,
) -> "Workspace":
    """Where the annotations of an audit go; the project is known from now on as that of the audit."""
    from curation.flows.audit_project import begin_audit

    if project is None:
        raise UsageError(
            f"--to {folder} takes one project; --project says which",
            hint=f"curate pull --project TITLE --to {folder}",
        )
    audit = begin_audit(
        workspace.read_only() if dry_run else workspace,
        schema,
        folder,
        url=studio.url,
        title=project,
    )
    return replace(workspace, audit=audit.name)


def pull_lines(report: "PullReport", workspace: "Workspace", *, dry_run: bool) -> Iterator[str]:
    """Who flagged what, what came, what is in gold/next now, and all that is wrong, with links."""
    title = report.result.project.title
    full = in_project("curate pull --full", title)
    yield from _flagged_lines(report)
    yield f"{_changed(report.changed)}; {_in_gold(report, workspace, dry_run=dry_run)}."
    yield from _pseudonym_lines(report)
    yield from _reading_lines(report)
    yield from stale_verdict_lines(report.stale, report.links)
    yield from _dropped_lines(report)
    yield from _file_lines(report, workspace, full)
    yield from _gone_lines(report)
    yield from _excluded_lines(report)
    yield from _deleted_lines(report)
    yield from _difference_lines(report)
    yield from _remark_lines(report)
    yield from console.unknown_type_lines(report.unknown_types, title)
    yield from _problems_to_mend(report)
    yield from _send_back_lines(report.sent_back, title, dry_run=dry_run)


def pull_all_lines(
    report: "PullAllReport", workspace: "Workspace", *, dry_run: bool
) -> Iterator[str]:
    """As `pull_lines`; of several projects what each is told of, then what is in gold/next now, and what is wrong there."""
    if len(report.projects) == 1 and not report.verdicts:
        yield from pull_lines(report.projects[0], workspace, dry_run=dry_run)
        yield from _gone_project_lines(report.gone)
        yield from _elsewhere_lines(report.elsewhere)
        return
    gold = report.gold
    yield from _flagged_lines(gold)
    for one in report.projects:
        title = one.result.project.title
        yield f"{title} ({one.result.cursor.link}): {_changed(one.changed)}"
        yield from _reading_lines(one)
        yield from _dropped_lines(one)
        yield from _gone_lines(one)
        yield from _deleted_lines(one)
        yield from _remark_lines(one)
        yield from _problems_to_mend(one)
        yield from _send_back_lines(one.sent_back, title, dry_run=dry_run)
    for verdicts in report.verdicts:
        yield from verdict_lines(verdicts)
    yield (
        f"{pluralise(len(report.projects) + len(report.verdicts), 'project')}: "
        f"{_changed(report.changed)}; "
        f"{_in_gold(gold, workspace, dry_run=dry_run)}."
    )
    yield from _pseudonym_lines(gold)
    at_adjudicators = dict(
        chain.from_iterable(verdicts.links.items() for verdicts in report.verdicts)
    )
    yield from stale_verdict_lines(gold.stale, {**gold.links, **at_adjudicators})
    yield from _file_lines(gold, workspace, "curate pull --full")
    yield from _excluded_lines(gold)
    yield from _difference_lines(gold, at_adjudicators)
    titles = [one.result.project.title for one in report.projects] or [DEFAULT_PROJECT]
    yield from console.unknown_type_lines(gold.unknown_types, titles[0])
    yield from _gone_project_lines(report.gone)
    yield from _elsewhere_lines(report.elsewhere)


def _elsewhere_lines(elsewhere: Sequence["ProjectElsewhere"]) -> Iterator[str]:
    """Which projects of this server weren't pulled, as they are known by another address."""
    for one in elsewhere:
        step = in_project("curate pull", one.title, default="")
        yield (
            f"warning: project {one.title!r} is known at {one.address or 'another address'} and not "
            f"at this one, and was not pulled; to take in the one of this address: {step}"
        )


def _gone_project_lines(gone: Sequence["GoneProject"]) -> Iterator[str]:
    """Which known projects the server doesn't have, or not under the known title."""
    for one in gone:
        if one.title_now:
            step = in_project("curate pull", one.title_now)
            yield (
                f"warning: project {one.title!r} has the title {one.title_now!r} on the server now, "
                f"and was not pulled: {step}"
            )
        else:
            yield (
                f"warning: project {one.title!r} is no longer on the server; "
                "gold/next keeps what was pulled from it"
            )


def _refuse_failed(report: "PullAllReport") -> None:
    """Raises StudioError where a project could not be pulled, and the others were."""
    if not report.failed:
        return
    if report.gold.bad_files:
        console.lines(console.bad_file_lines(report.gold.bad_files))
    problems = [
        Problem(f"project {title!r} was not pulled", str(error))
        for title, error in report.failed.items()
    ]
    raise_problems(problems, StudioError, hint=next(iter(report.failed.values())).hint)


def _changed(changed: Mapping[str, int]) -> str:
    """How many annotations of how many documents came."""
    if not changed:
        return "No annotation has changed"
    annotations = pluralise(sum(changed.values()), "annotation")
    return f"{annotations} of {pluralise(len(changed), 'changed document')}"


def _in_gold(gold: "GoldAfterPull", workspace: "Workspace", *, dry_run: bool) -> str:
    """How many documents are gold."""
    verb = "would be" if dry_run else "now"
    return f"{pluralise(gold.documents, 'document')} {verb} in {workspace.next}"


def _pseudonym_lines(gold: "GoldAfterPull") -> Iterator[str]:
    """That annotators got new pseudonyms."""
    if gold.has_new_pseudonyms:
        yield (
            "warning: annotators have new pseudonyms, as .curate/ with the old ones is lost; "
            "sealed versions keep the old ones"
        )


def _reading_lines(report: "PullReport") -> Iterator[str]:
    """What was read otherwise than Label Studio has it, or left out, and why."""
    result = report.result
    title = result.project.title
    yield from _moved_lines(report)
    if nameless := sum(report.nameless.values()):
        yield (
            f"warning: {pluralise(nameless, 'new annotation')} by accounts that Label Studio no longer "
            "has: nobody knows whether people made them, and they never count for agreement: "
            f"{console.first_of(sorted(report.nameless))}"
        )
    if result.trimmed:
        yield f"{pluralise(len(result.trimmed), 'span')} trimmed of white space or a stray mark:"
        yield from console.problem_lines(result.trimmed)
    if result.edited_by_others:
        count = sum(result.edited_by_others.values())
        were = "annotation was" if count == 1 else "annotations were"
        yield (
            f"{count} {were} updated last by somebody other than the annotator "
            f"(edited_by in the dataset): {console.first_of(sorted(result.edited_by_others))}; where two "
            "people had the annotation open at once, only the last update counts"
        )
    for renaming, count in sorted(result.former_names.items()):
        old, _, new = renaming.partition("=")
        if not new:
            yield (
                f"{pluralise(count, 'annotation')} with the removed type {old}, which is left out; to "
                f"remove what came late in Label Studio, too: {in_project(f'curate schema remove {old}', title)}"
            )
            continue
        yield (
            f"{pluralise(count, 'annotation')} under the former name {old}, read as {new}; to rename "
            f"what came late in Label Studio, too: {in_project(f'curate schema rename {renaming}', title)}"
        )
    for key, found in sorted(result.unknown_keys.items()):
        yield (
            f"Label Studio has {key}, in {pluralise(found.annotations, 'annotation')} (first in "
            f"{found.document}); this curate doesn't know the key and keeps what it holds out of the gold"
        )
        yield f"    {found.link}"
    if result.repetitions:
        yield f"{pluralise(result.repetitions, 'repetition')} of a span or relation counted once."
    if result.skipped:
        yield f"{pluralise(result.skipped, 'skipped annotation')} left out: a skipped document is no gold."


def _moved_lines(report: "PullReport") -> Iterator[str]:
    """That annotations came by an import, and what that costs; said when they come for the first time."""
    moved = sum(report.moved.values())
    unmatched = sum(report.unmatched.values())
    if not (moved or unmatched):
        return
    count = pluralise(moved + unmatched, "annotation")
    yield (
        f"warning: {count} came by an import into Label Studio, which loses whose work they are, when "
        "they were made, and what was a copy (see docs/maintaining.md, Moving a project)"
    )
    if moved:
        verb = "is" if moved == 1 else "are"
        yield (
            f"  {moved} {verb} known from before the move, with the same number, spans and relations: "
            "annotators, times and arms stay"
        )
    if unmatched:
        whose = (
            "1 is by an unknown annotator"
            if unmatched == 1
            else f"{unmatched} are by unknown annotators, a different one for each"
        )
        yield (
            f"  {whose}, and never independent: {console.first_of(sorted(report.unmatched))}"
        )


def _dropped_lines(report: "PullReport") -> Iterator[str]:
    """Dropped documents on which somebody worked, and withdrawn ones that Label Studio still has."""
    yield from console.list_lines(
        report.dropped,
        lambda document: (
            f"warning: {document} is dropped and stays out of the gold, though somebody worked on "
            f"it since the last pull; to take it in: curate restore {typed_ids([document])}",
            *_link_line(report, document),
        ),
    )
    yield from console.list_lines(
        report.withdrawn,
        lambda document: (
            f"warning: {document} is withdrawn, and stays out for good; delete its task, which still "
            "has the text:",
            *_link_line(report, document),
        ),
    )


def _file_lines(gold: "GoldAfterPull", workspace: "Workspace", full: str) -> Iterator[str]:
    """Files that somebody took away or changed; *full* is the command that brings documents back."""
    if missing := gold.excluded.missing:
        yield (
            f"warning: {pluralise(len(missing), 'document')} pulled before, and no longer in "
            f"{workspace.next}: {console.first_of(missing)}; {full} brings back what "
            "is still annotated (curate drop ends this warning)"
        )
    if gold.edited_files:
        files = "the file of" if len(gold.edited_files) == 1 else "the files of"
        yield (
            f"{files} {pluralise(len(gold.edited_files), 'document')} in {workspace.next} changed "
            f"since the last command (by git, or by hand): {console.first_of(gold.edited_files)}"
        )


def _gone_lines(report: "PullReport") -> Iterator[str]:
    """Whose work is there no more."""
    yield from console.list_lines(
        [*report.gone],
        lambda document: (
            f"warning: {document}: the annotation of {' and '.join(report.gone[document])} is gone "
            "(deleted or skipped in Label Studio, or of another project)",
            *_link_line(report, document),
        ),
    )
    yield from console.list_lines(
        [*report.standing],
        lambda document: (
            f"{document}: an annotation that the verdict rests on, by "
            f"{' and '.join(report.standing[document])}, became a problem or was deleted; the verdict stands",
        ),
    )
    yield from console.list_lines(
        [*report.outdated],
        lambda document: (
            f"{document}: {' and '.join(report.outdated[document])} annotated the document more than "
            "once, and differently; the latest annotation counts",
        ),
    )


def _deleted_lines(report: "PullReport") -> Iterator[str]:
    """Documents in the gold whose annotations or task are there no more."""
    yield from console.list_lines(
        report.emptied,
        lambda document: (
            f"warning: {document} has no annotation any more, but stays in the gold "
            "(curate drop takes it out)",
        ),
    )
    yield from console.list_lines(
        report.deleted,
        lambda document: (
            f"warning: {document} has lost its task in Label Studio, but stays in the gold "
            "(curate drop takes it out)",
        ),
    )


def _remark_lines(report: "PullReport") -> Iterator[str]:
    """What is worth a look in the documents that came."""
    cursor = report.result.cursor
    yield from console.remark_lines(cursor.remarks_on(report.result.delivered))


def _excluded_lines(report: "GoldAfterPull") -> Iterator[str]:
    """Documents that left the gold with this pull."""
    explained = {*report.excluded.disagreements, *report.excluded.flagged}
    yield from console.list_lines(
        [document for document in report.left_gold if document not in explained],
        lambda document: (
            f"warning: {document} is out of the gold until its problems are mended",
        ),
    )


def _flagged_lines(report: "GoldAfterPull") -> Iterator[str]:
    """Who flagged which document, so that it is kept out of the gold."""
    flagged = report.excluded.flagged

    def lines_of(document: str) -> Iterator[str]:
        flags = flagged[document].flags
        verdict = ["a verdict"] if flagged[document].adjudicated else []
        who = [
            one.annotator for one in flagged[document].annotations if {*one.flags} & {*flags}
        ]
        yield (
            f"warning: {document} is flagged {', '.join(flags)}: kept out of the gold"
            f"{report.excluded_places[document].in_other_project} "
            f"(by {' and '.join(dict.fromkeys([*who, *verdict]))})"
        )
        yield from _excluded_link_line(report, document)

    yield from console.list_lines([*flagged], lines_of)


def _difference_lines(
    report: "GoldAfterPull", at_adjudicators: Mapping[str, str] | None = None
) -> Iterator[str]:
    """
    Documents on which annotators differ, and where, but for what a verdict settles.

    *at_adjudicators* are links to adjudicators' tasks, which are given before those of annotators.
    """

    def lines_of(document: str) -> Iterator[str]:
        agreed = report.excluded.disagreements[document]
        where = report.excluded_places[document].in_other_project
        yield f"warning: {document}: {' and '.join(agreed.voting)} differ{where}:"
        if link := (at_adjudicators or {}).get(document):
            yield f"    {link}"
        else:
            yield from _excluded_link_line(report, document)
        differences = agreed.describe_open_differences()
        yield from console.list_lines(differences, lambda one: (f"  {one}",))

    yield from console.list_lines([*report.excluded.disagreements], lines_of)
    if report.excluded.disagreements:
        adjudicate = adjudicate_in(report.adjudicated)
        yield f"To have differences settled by an adjudicator: {adjudicate}"


def _problems_to_mend(report: "PullReport") -> Iterator[str]:
    """What is wrong, and whether it waits for us or for its annotators."""
    cursor = report.result.cursor
    sent_back = report.sent_back
    problems = report.problems
    if not problems:
        return
    yield f"warning: {pluralise(len(problems), 'problem')} to mend in Label Studio, then pull again:"
    yield from console.problem_lines(problems)
    not_returned = cursor.problems.keys() - {*sent_back.all_returned} - {*sent_back.unreachable}
    if not_returned and not (sent_back.returned or sent_back.link):
        step = in_project("curate pull --send-back", report.result.project.title)
        yield f"Return what is wrong to its annotators with: {step}"


def _send_back_lines(sent_back: "ReturnReport", title: str, *, dry_run: bool) -> Iterator[str]:
    """Which tasks went back to their annotators, and which are mended."""
    returned = console.first_of(sent_back.returned)
    if sent_back.returned and (sent_back.link or dry_run):
        verb = "would be returned" if dry_run else "returned"
        yield f"{pluralise(len(sent_back.returned), 'document')} {verb}: {returned}"
    elif sent_back.returned:
        yield (
            f"{pluralise(len(sent_back.returned), 'returned document')} with something else wrong now; "
            f"the task says what: {returned}"
        )
    now = in_project("curate pull --send-back --now", title)
    yield from console.held_lines(sent_back.held, now)
    if aside := [document for document in sent_back.aside if document not in sent_back.held]:
        are = "is" if len(aside) == 1 else "are"
        yield (
            f"{pluralise(len(aside), 'returned document')} {are} open for others again, who would read "
            f"the reason: their task shows it again when all are in: {console.first_of(aside)}"
        )
    if sent_back.given_back:
        given = console.first_of(sent_back.given_back)
        documents = pluralise(len(sent_back.given_back), "returned document")
        yield f"{documents} with all annotations in: the reason is back on the task: {given}"
    yield from console.unreachable_lines(sent_back.unreachable)
    if sent_back.link:
        yield f"Annotators find what was returned to them in a view of its own: {sent_back.link}"
    if sent_back.config_too_old:
        yield (
            "warning: the project's config is too old to show the reasons; "
            f"bring the config up to date with: {in_project('curate push', title)}"
        )
    if sent_back.mended:
        mended = console.first_of(sent_back.mended)
        yield (
            f"{pluralise(len(sent_back.mended), 'returned document')} with nothing wrong any more; the "
            f"reason is taken off the task: {mended}"
        )
    yield from console.list_lines(
        sent_back.refused,
        lambda document: (
            f"warning: {document} can't be returned: its task has another text than was pushed",
        ),
    )


def _excluded_link_line(report: "GoldAfterPull", document: str) -> Iterator[str]:
    if link := report.excluded_places[document].link:
        yield f"    {link}"


def _link_line(report: "GoldAfterPull", document: str) -> Iterator[str]:
    if link := report.links.get(document):
        yield f"    {link}"
