"""``curate drop``: documents out of the gold."""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

from curation import console
from curation.commands.options import DocumentIds, ListAll, reason_option
from curation.documents.typed_ids import typed_ids
from curation.errors import StudioError, pluralise
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.flows.drop import DropReport
    from curation.workspace import Workspace


def drop(
    documents: DocumentIds,
    reason: Annotated[str, reason_option("Why; kept in the document's file.")] = "",
    everything: ListAll = False,
) -> None:
    """
    Take documents out of the gold.

    They stay out, whatever is pulled, until they are restored. Their annotations
    stay in gold/next. Where a corrected article names a document in its
    supersedes, the document is superseded by that article for good, and its task
    is deleted unless somebody has begun it.

    Example: curate drop wikinews-784626 --reason "no news"
    """
    from curation.flows.connect import connect
    from curation.flows.drop import drop as drop_documents
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    workspace = Workspace.here()
    schema = read_schema_in(workspace.config)
    studio = None
    with suppress(StudioError):  # there is none, or none is running
        studio = connect(workspace.home, os.environ)
    report = drop_documents(workspace, schema, documents, reason=reason, studio=studio)
    console.lines(drop_lines(report, workspace))


def drop_lines(report: "DropReport", workspace: "Workspace") -> Iterator[str]:
    """Which documents are out of the gold, how they come back, and what became of their tasks."""
    dropped = report.dropped
    if dropped:
        stay = "stays" if len(dropped) == 1 else "stay"
        yield (
            f"{pluralise(len(dropped), 'document')} dropped from {workspace.next}: "
            f"{console.first_of(dropped)}; {stay} out, whatever is pulled, until: "
            f"curate restore {typed_ids(dropped[:1])}"
        )

    def superseded_lines(document: str) -> Iterator[str]:
        task = ""
        if document in report.tasks.deleted:
            task = "; its task, which nobody had begun, is deleted"
        if document in report.tasks.kept:
            task = "; its task stays, as somebody has begun it"
        yield f"{document} is superseded by {report.superseded[document]}{task}"
        if link := report.tasks.kept.get(document):
            yield f"    {link}"

    yield from console.list_lines([*report.superseded], superseded_lines)
    if report.unreachable and report.superseded:
        again = typed_ids(report.superseded)
        yield (
            f"warning: {report.unreachable}; tasks that nobody has begun are deleted by the same "
            f"command when Label Studio answers: curate drop {again}"
        )
    elif report.unreachable:
        yield (
            f"warning: {report.unreachable}; whether a corrected article takes a document's place "
            "was looked for in gold/next alone"
        )
