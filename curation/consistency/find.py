"""All findings of a gold, ranked."""

from collections.abc import Iterable
from dataclasses import replace

from curation.consistency.inconsistency import Inconsistency, inconsistency_order
from curation.consistency.names import find_name_findings
from curation.consistency.relations import find_missing_consequences, find_pair_findings
from curation.documents.document import Document
from curation.schema import Schema


def find_inconsistencies(documents: Iterable[Document], schema: Schema) -> list[Inconsistency]:
    """
    What one document says and the gold as a whole says otherwise, the likeliest mistakes first.

    Likely is what few mentions have and many others have not. *documents* are read several times.
    """
    found: dict[tuple[str, str], Inconsistency] = {}
    for one in (
        *find_name_findings(documents),
        *find_pair_findings(documents, schema),
        *find_missing_consequences(documents, schema),
    ):
        same = found.get((one.document, one.what))
        found[one.document, one.what] = (
            replace(same, times=same.times + one.times) if same else one
        )
    return sorted(found.values(), key=inconsistency_order)
