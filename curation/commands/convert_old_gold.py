"""What commands that write to gold/next do first: an older curate's two files become a file a document."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from curation import console
from curation.errors import pluralise

if TYPE_CHECKING:
    from curation.gold.convert_old import ConversionReport
    from curation.schema import Schema
    from curation.workspace import Workspace


def convert_old_gold(workspace: "Workspace", schema: "Schema") -> None:
    """Bring gold/next up to date, and say so where there was something to do."""
    converted = workspace.convert_old_gold(schema, console.watch)
    if converted:
        console.lines(conversion_lines(converted, workspace))


def conversion_lines(converted: "ConversionReport", workspace: "Workspace") -> Iterator[str]:
    """How many documents have a file of their own now, and what was in doubt about the older files."""
    yield (
        f"{workspace.next} has a file for each document now: "
        f"{pluralise(converted.converted, 'document')} converted; the two older files are in "
        f"{workspace.home / 'backups'}."
    )
    yield from _warning(
        converted.contradictory, "differ between the two older files: the annotations count"
    )
    yield from _warning(
        converted.without_annotations,
        "rest on annotations that are missing, and have no file: curate pull --full",
    )
    yield from _warning(
        converted.already_converted, "had a file of their own already, which stays as it is"
    )


def _warning(documents: Sequence[str], what: str) -> Iterator[str]:
    if documents:
        yield f"warning: {console.first_of(documents)}: {what}"
