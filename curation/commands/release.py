"""``curate release``: gold/next, sealed as a version."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.convert_old_gold import convert_old_gold
from curation.commands.options import DryRun, ListAll
from curation.errors import pluralise
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.gold.manifest import BaselineEntry
    from curation.gold.release import ReleaseReport


def release(
    version: Annotated[
        str,
        typer.Argument(metavar="VERSION", help="X.Y.Z; picked from the changes if left out."),
    ] = "",
    min_agreement: Annotated[
        str,
        typer.Option(
            "--min-agreement",
            metavar="KIND=F1",
            help="Exit with 3 below it: entities=0.8,relations=0.6.",
        ),
    ] = "",
    no_baseline: Annotated[
        bool, typer.Option("--no-baseline", help="Leave out the baseline's score.")
    ] = False,
    dry_run: DryRun = False,
    everything: ListAll = False,
) -> None:
    """
    Seal gold/next as a version.

    A sealed version never changes again. --dry-run prints the card that it would have.

    Example: curate release
    """
    from curation.flows.release import ReleaseOptions, preview_release
    from curation.flows.release import release as seal
    from curation.schema.folder import read_schema_in
    from curation.scoring.min_agreement import read_floors
    from curation.workspace import Workspace

    list_everything(everything)
    workspace = Workspace.here()
    options = ReleaseOptions(
        version=version or None, floors=read_floors(min_agreement), baseline=not no_baseline
    )
    schema = read_schema_in(workspace.config)
    if dry_run:
        trial = preview_release(workspace, schema, options, watch=console.watch)
        console.lines(release_lines(trial.report, dry_run=True))
        console.lines(trial.changelog_entry.splitlines())
        console.out(trial.card.rstrip())
        return
    convert_old_gold(workspace, schema)
    report = seal(workspace, schema, options, watch=console.watch)
    console.lines(release_lines(report))


def release_lines(report: "ReleaseReport", *, dry_run: bool = False) -> Iterator[str]:
    """Which version has what gold/next has, and what stays out of it."""
    from curation.annotations.effort import effort_sentences
    from curation.gold.excluded import count_reasons
    from curation.gold.load_path import unloadable_warning

    yield from _sealed_lines(report, dry_run=dry_run)
    splits = report.manifest.counts.splits.items()
    yield f"Documents: {', '.join(f'{number} {split}' for split, number in splits)}."
    if report.manifest.baseline:
        yield _baseline_line(report.manifest.baseline)
    if report.excluded:
        stays = "stays" if len(report.excluded) == 1 else "stay"
        yield (
            f"{pluralise(len(report.excluded), 'document')} {stays} out: "
            f"{count_reasons(report.excluded, report.excluded)}."
        )
    if report.effort:
        for sentence in effort_sentences(report.effort):
            yield f"{sentence[:1].upper()}{sentence[1:]}."
    yield from console.orphaned_lines(report.orphaned, report.path.name)
    yield from console.not_offered_lines(report.not_offered)
    doubts = [
        f"{pluralise(number, 'document')} flagged {flag}"
        for flag, number in report.flags.items()
    ]
    if report.overlapping:
        doubts.append(f"{pluralise(report.overlapping, 'document')} with overlapping spans")
    if doubts:
        yield (
            f"warning: {report.path.name} has {', '.join(doubts)} "
            "(curate status links to what was pulled)"
        )
    if warning := unloadable_warning(report.path.parent):
        yield f"warning: {warning}"
    elif not dry_run:
        yield f'Load it with: load_dataset("{report.path.parent}", "{report.version}")'


def _sealed_lines(report: "ReleaseReport", *, dry_run: bool) -> Iterator[str]:
    """Whether a version was sealed, and which files beside it were made anew where none was."""
    digest = report.digest[:12]
    if report.is_new:
        yield f"{report.path} {'would be' if dry_run else 'is'} sealed, digest {digest}."
    else:
        yield f"Nothing new: {report.path} has all that is in gold/next, digest {digest}."
        if report.written:
            brought = "would be brought" if dry_run else "brought"
            yield f"{', '.join(report.written)}: {brought} up to date in {report.path.parent}."


def _baseline_line(baseline: "BaselineEntry") -> str:
    """How much the baseline finds in all documents."""
    from curation.report.number_format import percent

    strict = {kind: scores["strict"] for kind, scores in baseline.scores["all"].items()}
    figures = [
        f"{kind} {percent(score.f1.value if score.f1 else None)}"
        for kind, score in strict.items()
    ]
    name = f"{baseline.model.name} {baseline.model.version}"
    return f"Strict F1 of the baseline, {name}: {', '.join(figures)}."
