"""``curate release``: gold/next, sealed with how it was made and how well its annotators agreed."""

import hashlib

from curation import __version__
from curation.flows.agree import agreement_on, documents_in_rows
from curation.gold.dataset import StoredDataset
from curation.gold.release import ReleaseReport, seal_release
from curation.gold.seal import Provenance
from curation.progress import Watch, unwatched
from curation.report.agreement_sentences import agreement_sentences
from curation.schema import Schema
from curation.schema.guidelines import guidelines_md
from curation.workspace import Workspace

# The seed of the intervals that a version's card shows.
CARD_SEED = 7


def release(
    workspace: Workspace,
    schema: Schema,
    *,
    version: str | None = None,
    watch: Watch = unwatched,
) -> ReleaseReport:
    """Seal gold/next as *version*, or as the next version that fits its changes."""
    guideline_sha256 = hashlib.sha256(guidelines_md(schema).encode()).hexdigest()

    def provenance(rows: StoredDataset) -> Provenance:
        agreement = agreement_on(documents_in_rows(rows, watch), schema, seed=CARD_SEED)
        return Provenance(
            guideline_sha256=guideline_sha256,
            curate=__version__,
            agreement=tuple(agreement_sentences(agreement)),
            effort=rows.effort,
            taken_back=agreement.submissions.taken_back if agreement.submissions else 0,
        )

    return seal_release(
        workspace.gold,
        schema,
        version=version,
        provenance=provenance,
        lock_file=workspace.lock_file,
        excluded=workspace.exclusion_reasons,
        watch=watch,
    )
