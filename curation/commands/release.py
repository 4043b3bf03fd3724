"""``curate release``: gold/next, sealed as a version."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import DryRun, ListAll
from curation.errors import pluralise
from curation.list_limit import and_more, first_items, join_first, list_everything

if TYPE_CHECKING:
    from curation.gold.release.completion import ReleaseReport
    from curation.gold.sealed.manifest import Manifest


def release(
    version: Annotated[
        str,
        typer.Argument(metavar="VERSION", help="X.Y.Z; picked from the changes if left out."),
    ] = "",
    allow_leak: Annotated[
        list[str],
        typer.Option(
            "--allow-leak",
            metavar="ID",
            help="A document that may be a near copy of one in another split.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
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
        version=version or None,
        allowed_leaks=tuple(allow_leak),
        floors=read_floors(min_agreement),
        baseline=not no_baseline,
    )
    schema = read_schema_in(workspace.config)
    if dry_run:
        trial = preview_release(workspace, schema, options, watch=console.watch)
        console.lines(release_lines(trial.report, dry_run=True))
        console.lines(trial.changelog_entry.splitlines())
        console.out(trial.card.rstrip())
        return
    report = seal(workspace, schema, options, watch=console.watch)
    console.lines(release_lines(report))


def release_lines(report: "ReleaseReport", *, dry_run: bool = False) -> Iterator[str]:
    """Which version has what gold/next has, and what stays out of it."""
    from curation.annotations.effort import effort_sentences
    from curation.gold.sealed.load_path import unloadable_warning
    from curation.gold.working.excluded import count_reasons

    yield from _sealed_lines(report, dry_run=dry_run)
    splits = report.manifest.counts.splits.items()
    yield f"Documents: {', '.join(f'{number} {split}' for split, number in splits)}."
    yield from _figure_lines(report.manifest)
    if report.excluded:
        stays = "stays" if len(report.excluded) == 1 else "stay"
        yield (
            f"{pluralise(len(report.excluded), 'document')} {stays} out: "
            f"{count_reasons(report.excluded, report.excluded)}."
        )
    if report.effort:
        for sentence in effort_sentences(report.effort):
            yield f"{sentence[:1].upper()}{sentence[1:]}."
    yield from split_lines(report)
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
    if private := report.private_addresses:
        have = "has" if len(private) == 1 else "have"
        yield (
            f"warning: {pluralise(len(private), 'document')} {have} an address with a login, or of a"
            f" private host or file: {join_first(private)} (curate publish leaves such addresses out;"
            f" the files in {report.path} have them)"
        )
    if warning := unloadable_warning(report.path.parent):
        yield f"warning: {warning}"
    elif not dry_run:
        yield f'Load it with: load_dataset("{report.path.parent}", "{report.version}")'


def _figure_lines(manifest: "Manifest") -> Iterator[str]:
    """How well annotators agreed, and how much the baseline finds, as far as that was measured."""
    from curation.gold.sealed.log import agreement_f1, baseline_f1

    if agreed := agreement_f1(manifest):
        documents = max(one.documents for one in manifest.agreement_figures.values())
        on = pluralise(documents, "document")
        yield f"Strict F1 between annotators, on {on}: {_by_kind(agreed)}."
    if manifest.baseline:
        yield f"Strict F1 of the baseline: {_by_kind(baseline_f1(manifest))}."


def _by_kind(figures: Mapping[str, float | None]) -> str:
    from curation.report.number_format import percent

    return ", ".join(f"{kind} {percent(f1)}" for kind, f1 in figures.items())


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


def split_lines(report: "ReleaseReport") -> Iterator[str]:
    """Which documents stay together, which near copies don't, and which splits are small."""
    from curation.gold.dataset_facts import DATASET_FILE

    groups = report.manifest.groups
    several = groups.several if groups else {}
    if several:
        have = "group has" if len(several) == 1 else "groups have"
        yield (
            f"{len(several):,} {have} several documents, near copies or of one story,"
            " which stay in one split:"
        )
        shown = first_items(list(several))
        for name in shown:
            yield f"  {name}: {join_first(several[name])}"
        if more := and_more(len(several) - len(shown)):
            yield f"  {more}"
    for document, (oldest, *others) in (groups.bridges if groups else {}).items():
        yield (
            f"warning: {document} belongs to several sealed groups, which never move:"
            f" it joined the oldest, {oldest}, and not {join_first(others)}"
        )
    for leak in report.manifest.leaks:
        yield (
            f"warning: {leak.document} in {leak.split} and {leak.other} in {leak.other_split}"
            f" are near copies, as allowed: they share {leak.shared:.0%} of the shorter text"
        )
    if report.small_splits:
        counts = ", ".join(f"{split} {number}" for split, number in report.small_splits.items())
        yield (
            f"warning: splits with fewer than {max(report.min_documents, 1)} documents"
            f" (min_documents in {report.path.parent / DATASET_FILE}): {counts}"
        )
