"""``curate drop``: documents out of the gold."""

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.convert_old_gold import convert_old_gold
from curation.commands.options import DocumentIds, ListAll, writable_text
from curation.errors import pluralise
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.workspace import Workspace


def drop(
    documents: DocumentIds,
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            metavar="TEXT",
            help="Why; kept in the document's file.",
            callback=writable_text,
        ),
    ] = "",
    everything: ListAll = False,
) -> None:
    """
    Take documents out of the gold.

    They stay out, whatever is pulled, until they are restored. Their annotations
    stay in gold/next.

    Example: curate drop wikinews-784626 --reason "no news"
    """
    from curation.flows.drop import drop as drop_documents
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    workspace = Workspace.here()
    schema = read_schema_in(workspace.config)
    convert_old_gold(workspace, schema)
    dropped = drop_documents(workspace, schema, documents, reason=reason)
    console.lines([drop_line(dropped, workspace)])


def drop_line(dropped: Sequence[str], workspace: "Workspace") -> str:
    """How many documents are out of the gold, and how they come back."""
    stay = "stays" if len(dropped) == 1 else "stay"
    return (
        f"{pluralise(len(dropped), 'document')} dropped from {workspace.next}: "
        f"{console.first_of(dropped)}; {stay} out, whatever is pulled, until: "
        f"curate restore {shlex.quote(dropped[0])}"
    )
