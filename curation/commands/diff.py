"""``curate diff``: what is different between two versions of the gold."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import AsJson, ListAll
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.gold.changes.diff import VersionDifference
    from curation.gold.changes.document_changes import DocumentChange


def diff(
    old: Annotated[
        str,
        typer.Argument(metavar="OLD", help="A version; the newest if left out."),
    ] = "",
    new: Annotated[
        str,
        typer.Argument(metavar="NEW", help="A version; next if left out."),
    ] = "next",
    as_json: AsJson = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the changelog's entry.")
    ] = False,
    everything: ListAll = False,
) -> None:
    """
    Tell how two versions of the gold differ.

    Documents, and in them entities and relations: added, removed, relabelled, moved.

    Example: curate diff 0.1.0 next
    """
    from curation.flows.diff import diff as find_difference
    from curation.gold.changes.diff_json import difference_to_json
    from curation.gold.changes.diff_words import changelog_lines
    from curation.report.diff_tables import difference_tables
    from curation.workspace import Workspace

    list_everything(everything)
    workspace = Workspace.here()
    difference = find_difference(workspace, old, new, watch=console.watch)
    if as_json:
        console.out_json(difference_to_json(difference))
    elif markdown:
        for line in changelog_lines(difference):
            console.out(console.safe(line))
    else:
        for line in difference_lines(difference):
            console.out(console.safe(line))
        tables = list(difference_tables(difference))
        if tables or difference.changed:
            console.out("")
        console.tables(tables)
        for line in change_lines(difference):
            console.out(console.safe(line))


def difference_lines(difference: "VersionDifference") -> Iterator[str]:
    """Which documents came and went, and what is different of the schema."""
    from curation.gold.changes.diff_words import count_changed_documents, describe_types

    yield f"{difference.old} → {difference.new}: {count_changed_documents(difference)}"
    yield from describe_types(difference)
    if difference.added:
        yield f"documents added: {console.first_of(difference.added)}"
    if difference.removed:
        yield f"documents removed: {console.first_of(difference.removed)}"


def change_lines(difference: "VersionDifference") -> Iterator[str]:
    """What changed in each of the first documents."""
    from curation.gold.changes.diff_words import describe_change, describe_marks

    def lines_of(change: "DocumentChange") -> Iterator[str]:
        yield f"{change.id}: {describe_change(change)}"
        marks = [*describe_marks(change)]
        yield from console.list_lines(marks, lambda mark: [f"  {mark}"])

    yield from console.list_lines(difference.changed, lines_of)
