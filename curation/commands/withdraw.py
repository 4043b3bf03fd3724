"""``curate withdraw``: documents out for good."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from curation import console
from curation.commands.options import AsJson, DocumentIds, DryRun, ListAll, reason_option
from curation.errors import UsageError, pluralise
from curation.list_limit import join_first, list_everything

if TYPE_CHECKING:
    from curation.flows.text_holders import TextHolders
    from curation.flows.withdraw import WithdrawReport

PAGE = "docs/publishing.md#withdrawal"


def withdraw(
    documents: DocumentIds,
    reason: Annotated[str, reason_option("Why; published with the next version.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
    everything: ListAll = False,
) -> None:
    """
    Take documents out for good.

    Their texts and annotations leave gold/next and never come back, whatever is
    pulled, pushed or ingested. Sealed versions stay as they are; withdrawn.json
    beside the manifest of each that holds one says so. What still holds the text
    is listed.

    Example: curate withdraw wikinews-784626 --reason "the publisher withdrew it"
    """
    from curation.flows.withdraw import withdraw as withdraw_documents
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    if not reason.strip():
        raise UsageError("--reason is empty", hint="say why, in words that readers may read")
    workspace = Workspace.here()
    schema = read_schema_in(workspace.config)
    report = withdraw_documents(
        workspace, schema, documents, reason=reason, dry_run=dry_run, watch=console.watch
    )
    if as_json:
        console.out_json(report.to_json())
    else:
        console.lines(withdraw_lines(report, workspace.next, dry_run=dry_run))


def withdraw_lines(
    report: "WithdrawReport", next_folder: Path, *, dry_run: bool
) -> Iterator[str]:
    """Which documents are withdrawn, what still holds their texts, and what to do about that."""
    several = len(report.documents) > 1
    are = "would be" if dry_run else "are" if several else "is"
    yield (
        f"{pluralise(len(report.documents), 'document')} {are} withdrawn from {next_folder}: "
        f"{console.first_of(report.documents)}; {'their texts never come' if several else 'its text never comes'} back."
    )

    def lines_of(document: str) -> Iterator[str]:
        held = [*_holder_lines(report.holders[document])]
        yield (
            f"{document}: its text is still in"
            if held
            else f"{document}: nothing is known here that has its text"
            if report.holders[document].is_unknown
            else f"{document}: its text is nowhere else"
        )
        yield from (f"  {line}" for line in held)
        if report.holders[document].is_unknown:
            yield "  files weren't looked through: of the text, only the hash is left here"

    yield from console.list_lines(report.documents, lines_of)
    versions = sorted({one for held in report.holders.values() for one in held.versions})
    if versions:
        stay = "stays as it is" if len(versions) == 1 else "stay as they are"
        gone = "them" if several else "it"
        yield f"The next release is without {gone}, and says why; {', '.join(versions)} {stay}."
    if report.card_error:
        yield f"warning: the card doesn't say so yet: {report.card_error}; then: curate release"
    if any(held.is_anywhere for held in report.holders.values()):
        yield f"Where the law demands that the text be gone, that is yours to do: {PAGE}"


def _holder_lines(held: "TextHolders") -> Iterator[str]:
    """What holds a text, and what removes it from there."""
    for version in held.versions:
        yield (
            f"version {version}, and its tag v{version} on the Hub, if it was published: "
            "withdrawn.json says so; curate publish sends that"
        )
    if git := held.git:
        where = [
            f"{noun} {join_first(names)}"
            for noun, names in (("branches", git.branches), ("tags", git.tags))
            if names
        ]
        yield (
            f"git: {pluralise(len(git.commits), 'commit')}, in the history of {'; '.join(where)}: "
            f"git log --all --oneline -- {shlex.join(git.paths)}"
        )
    for path in held.files:
        yield f"the file {path}"
    for link in held.tasks:
        yield f"its task, to delete there: {link}"
