"""``curate release``: gold/next, sealed with how it was made and how well its annotators agreed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from curation import __version__
from curation.errors import Problem
from curation.flows.agree import agreement_on, documents_in_rows
from curation.gold.dataset_facts import require_dataset_facts
from curation.gold.release import ReleaseReport, complete_release
from curation.gold.release_obstacles import refuse_obstacles
from curation.gold.release_plan import ReleasePlan, plan_release
from curation.gold.seal import Provenance, seal_version
from curation.progress import Watch, unwatched
from curation.report.agreement_sentences import agreement_sentences
from curation.schema import Schema
from curation.schema.build import outdated_files
from curation.schema.folder import SCHEMA_FILE
from curation.schema.guidelines import guidelines_md
from curation.workspace import Workspace

# The seed of the intervals that a version's card shows.
CARD_SEED = 7


@dataclass(frozen=True, kw_only=True)
class ReleaseOptions:
    """What a release was asked for: *version* is a number, None for the next one that fits."""

    version: str | None = None


def release(
    workspace: Workspace,
    schema: Schema,
    options: ReleaseOptions = ReleaseOptions(),
    *,
    watch: Watch = unwatched,
) -> ReleaseReport:
    """
    Seal gold/next as the version asked for, announce it and put it on the card.

    Raises GoldError with everything that stands in the way, before anything is written.
    """
    with workspace.write_lock():
        plan = plan_release(
            workspace.gold,
            schema,
            require_dataset_facts(workspace.gold),
            version=options.version,
            excluded=workspace.exclusion_reasons,
            watch=watch,
        )
        if not plan.is_sealed:
            refuse_obstacles(plan, _schema_problems(schema, workspace))
            provenance = _provenance(plan, schema, watch)
            seal_version(plan.path, plan.dataset, plan.totals, provenance, watch=watch)
        return complete_release(plan, watch)


def _schema_problems(schema: Schema, workspace: Workspace) -> Iterator[Problem]:
    """The generated files that aren't what schema.toml says: annotators may have had another schema."""
    for path in outdated_files(schema, workspace.config):
        what = f"not what {workspace.config / SCHEMA_FILE} says: curate schema build"
        yield Problem(str(path), what)


def _provenance(plan: ReleasePlan, schema: Schema, watch: Watch) -> Provenance:
    """What the manifest says besides what is in the rows."""
    agreement = agreement_on(documents_in_rows(plan.working, watch), schema, seed=CARD_SEED)
    return Provenance(
        guideline_sha256=hashlib.sha256(guidelines_md(schema).encode()).hexdigest(),
        curate=__version__,
        agreement=tuple(agreement_sentences(agreement)),
        effort=plan.working.effort,
        taken_back=agreement.submissions.taken_back if agreement.submissions else 0,
        released=datetime.now(UTC).date().isoformat(),
    )
