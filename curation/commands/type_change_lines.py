"""What ``curate schema rename`` and ``curate schema remove`` say of what they did."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from curation import console
from curation.commands.push import RELOAD
from curation.errors import pluralise

if TYPE_CHECKING:
    from curation.flows.type_changes import TypeChangeReport
    from curation.workspace import Workspace


def type_change_lines(
    report: "TypeChangeReport", workspace: "Workspace", *, dry_run: bool
) -> Iterator[str]:
    """How much is changed, where the backup is, and what a person has to read over."""
    change = report.change
    schema_file = workspace.config / "schema.toml"
    done = "renamed" if change.new else "changed"
    verb = f"would be {done}" if dry_run else done
    becomes = f" {change.new}" if change.new else " removed"
    yield (
        f"{change.old} {'would be' if dry_run else 'is now'}{becomes} in {schema_file} "
        "and what is built from it."
    )
    if report.link:
        parts = [
            pluralise(report.results["annotations"], "annotation"),
            pluralise(report.results["drafts"], "draft"),
            pluralise(report.results["predictions"], "suggestion"),
        ]
        yield f"{', '.join(parts)} {verb} in {report.project!r}: {report.link}"
        if not dry_run and change.table == "relations":
            yield RELOAD
    else:
        what = "rename" if change.new else "change"
        yield f"Label Studio has no project {report.project!r}: nothing to {what} there."
    if report.documents:
        yield f"{pluralise(report.documents, 'document')} {verb} in {workspace.next}."
    if change.new is None and (report.spans or report.arrows):
        marks = f"{pluralise(report.spans, 'span')} and {pluralise(report.arrows, 'arrow')}"
        goes = "would go" if dry_run else "went"
        yield f"{marks} of annotations and verdicts {goes} with it."
    for title, step in report.unfinished.items():
        yield f"warning: {title!r} has {change.old} too: {step}"
    if report.backup:
        yield f"Backup of the project and schema.toml as they were: {report.backup}"
    if report.lines:
        lines = console.first_of([*map(str, report.lines)])
        says = "would still say" if dry_run else "still says"
        yield f"warning: {schema_file} {says} {change.old} in words; read over lines {lines}"
