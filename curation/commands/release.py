"""``curate release``: gold/next, sealed as a version."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.convert_old_gold import convert_old_gold
from curation.commands.options import ListAll
from curation.errors import pluralise
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.gold.release import ReleaseReport


def release(
    version: Annotated[
        str,
        typer.Argument(metavar="VERSION", help="X.Y.Z; picked from the changes if left out."),
    ] = "",
    everything: ListAll = False,
) -> None:
    """
    Seal gold/next as a version.

    A sealed version never changes again.

    Example: curate release
    """
    from curation.flows.release import ReleaseOptions
    from curation.flows.release import release as seal
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    workspace = Workspace.here()
    schema = read_schema_in(workspace.config)
    convert_old_gold(workspace, schema)
    options = ReleaseOptions(version=version or None)
    report = seal(workspace, schema, options, watch=console.watch)
    console.lines(release_lines(report))


def release_lines(report: "ReleaseReport") -> Iterator[str]:
    """Which version has what gold/next has, and what stays out of it."""
    from curation.annotations.effort import effort_sentences
    from curation.gold.excluded import count_reasons

    digest = report.digest[:12]
    if report.is_new:
        yield f"{report.path} is sealed, digest {digest}."
    else:
        yield f"Nothing new: {report.path} has all that is in gold/next, digest {digest}."
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
    yield f'Load it with: load_dataset("{report.path.parent}", "{report.version}")'
