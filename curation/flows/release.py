"""``curate release``: gold/next, sealed with how it was made and how well its annotators agreed."""

import hashlib
from collections.abc import Iterator

from curation import __version__
from curation.errors import pluralise
from curation.flows.agree import agreement_on, documents_in_rows
from curation.gold.dataset import StoredDataset
from curation.gold.release import ReleaseReport, seal_release
from curation.gold.seal import Provenance
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.guidelines import guidelines_md
from curation.scoring.agreement_results import Agreement
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


def agreement_sentences(agreement: Agreement) -> Iterator[str]:
    """How well those agreed who annotated the same documents; nothing where nobody did."""
    if not agreement.documents:
        return
    documents = pluralise(agreement.documents, "document")
    yield f"{documents} annotated by two or more, compared pair by pair"
    compared = agreement.submissions
    if compared:
        unsure = f" ({compared.unsure} of them may be later ones)" if compared.unsure else ""
        yield f"first submissions of annotators who worked independently{unsure}"
        for reason, count in compared.left_out.items():
            yield f"left out: {pluralise(count, 'annotation')} {reason}"
    tallies = {
        "entities (span and type)": agreement.entities["strict"],
        "relations (spans, types, label, direction)": agreement.relations["strict"],
    }
    for name, tally in tallies.items():
        counts = tally.micro.counts
        interval = tally.micro.bca.f1
        f1 = _decimal(counts.f1)
        bounds = f" [{interval.low:.3f}, {interval.high:.3f}]" if interval else ""
        by_one = counts.fp + counts.fn
        yield f"{name}: F1 {f1}{bounds}; {counts.tp} by both, {by_one} by one alone"
    if compared and compared.current:
        now = compared.current
        yield (
            f"on the annotations as they are now: entities F1 {_decimal(now.entities_f1)}, "
            f"relations F1 {_decimal(now.relations_f1)}"
        )


def _decimal(rate: float | None) -> str:
    return "undefined" if rate is None else f"{rate:.3f}"
