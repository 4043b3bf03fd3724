"""``curate restore``: dropped documents, in the gold again."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from curation import console
from curation.commands.options import DocumentIds, ListAll
from curation.errors import pluralise
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.workspace import Workspace


def restore(documents: DocumentIds, everything: ListAll = False) -> None:
    """
    Undo a drop: documents are gold again.

    Example: curate restore wikinews-784626
    """
    from curation.flows.restore import restore as restore_documents
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    workspace = Workspace.here()
    schema = read_schema_in(workspace.config)
    reasons = restore_documents(workspace, schema, documents)
    console.lines(restore_lines(reasons, workspace))


def restore_lines(reasons: Mapping[str, str], workspace: "Workspace") -> Iterator[str]:
    """Which documents are back, and why some are no gold even so."""
    from curation.gold.working.excluded import reason_for_one

    yield f"{pluralise(len(reasons), 'document')} restored in {workspace.next}."
    yield from console.list_lines(
        [document for document, reason in reasons.items() if reason],
        lambda document: (
            f"warning: {document} is no gold: {reason_for_one(reasons[document])}",
        ),
    )
