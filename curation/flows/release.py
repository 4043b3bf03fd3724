"""``curate release``: gold/next, sealed with how it was made and how well its annotators agreed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from curation import __version__
from curation.documents.meta_selection import EVERY_DOCUMENT
from curation.errors import CurateError, GoldError, Problem, ThresholdNotMet
from curation.flows.agree import (
    WITHOUT_PILOT,
    agreement_on,
    documents_in_rows,
    pilot_documents,
)
from curation.flows.baseline_score import figure_entry, score_baseline
from curation.flows.doubts import count_doubts, doubt_sentences
from curation.flows.release_trial import ReleaseTrial, try_release
from curation.gold.card.files import read_own_words
from curation.gold.dataset_facts import (
    DatasetFacts,
    DatasetFactsError,
    read_dataset_facts,
    require_dataset_facts,
)
from curation.gold.release.completion import ReleaseReport, complete_release
from curation.gold.release.obstacles import refuse_low_agreement, refuse_obstacles
from curation.gold.release.plan import ReleasePlan, plan_release
from curation.gold.release.seal import Provenance, seal_version
from curation.gold.sealed.manifest import AgreementEntry, AgreementTypeEntry
from curation.progress import Watch, unwatched
from curation.report.agreement_sentences import agreement_sentences
from curation.schema import Schema
from curation.schema.build import outdated_files
from curation.schema.folder import SCHEMA_FILE
from curation.schema.guidelines import guidelines_md
from curation.scoring.min_agreement import floor_problems
from curation.workspace import Workspace

if TYPE_CHECKING:
    from curation.scoring.agreement_results import Agreement
    from curation.scoring.results import RatedCounts

# The seed of the intervals that a version's card shows.
CARD_SEED = 7


@dataclass(frozen=True, kw_only=True)
class ReleaseOptions:
    """
    What a release was asked for.

    *version* is a number, None for the next one that fits. *floors* gives the least F1 between
    annotators by kind (entities or relations). *allowed_leaks* are documents that may be near copies
    of documents in another split. *baseline* says whether the baseline is scored, *today* is the day
    that the version is sealed on, by UTC.
    """

    version: str | None = None
    floors: Mapping[str, float] = field(default_factory=dict)
    baseline: bool = True
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    allowed_leaks: tuple[str, ...] = ()


def release(
    workspace: Workspace,
    schema: Schema,
    options: ReleaseOptions = ReleaseOptions(),
    *,
    watch: Watch = unwatched,
) -> ReleaseReport:
    """
    Seal gold/next as the version asked for, announce it and put it on the card.

    Raises GoldError with everything that stands in the way, before anything is written, and
    ThresholdNotMet where only agreement does, which is below its floor.
    """
    with workspace.write_lock():
        planned = _plan(require_dataset_facts, workspace, schema, options, watch)
        return planned.carry_out(planned.plan)


def preview_release(
    workspace: Workspace,
    schema: Schema,
    options: ReleaseOptions = ReleaseOptions(),
    *,
    watch: Watch = unwatched,
) -> ReleaseTrial:
    """What ``release`` would do; nothing is written. Raises what ``release`` would."""
    place = workspace.read_only()
    planned = _plan(read_dataset_facts, place, schema, options, watch)
    return try_release(planned.plan, planned.carry_out)


@dataclass(frozen=True)
class _PlannedRelease:
    """A plan that nothing stands in the way of, and what its manifest says; None where that is sealed."""

    plan: ReleasePlan
    provenance: Provenance | None
    watch: Watch

    def carry_out(self, plan: ReleasePlan) -> ReleaseReport:
        """Seal, announce and put on the card, in the *plan*'s folder."""
        if self.provenance is not None:
            seal_version(plan.path, plan.totals, self.provenance, watch=self.watch)
        return complete_release(plan, self.watch)


def _plan(
    read: Callable[[Path], DatasetFacts],
    workspace: Workspace,
    schema: Schema,
    options: ReleaseOptions,
    watch: Watch,
) -> _PlannedRelease:
    """
    What a release would seal, by what the publisher's file says as *read*.

    Raises GoldError with everything that stands in the way: what the publisher wrote, and all that can
    be told besides.
    """
    wrong: list[CurateError] = []
    try:
        facts = read(workspace.gold)
    except DatasetFactsError as error:
        wrong.append(error)
        facts = error.usable
    try:
        read_own_words(workspace.gold)  # refuses broken markers before anything is sealed
    except GoldError as error:
        wrong.append(error)
    try:
        planned = _plan_by(facts, workspace, schema, options, watch, only_obstacles=bool(wrong))
    except (GoldError, ThresholdNotMet) as error:
        wrong.append(error)
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        hint = "; ".join(one.hint for one in reversed(wrong) if one.hint)
        raise GoldError("\n".join(map(str, wrong)), hint=hint)
    return planned


def _plan_by(
    facts: DatasetFacts,
    workspace: Workspace,
    schema: Schema,
    options: ReleaseOptions,
    watch: Watch,
    *,
    only_obstacles: bool,
) -> _PlannedRelease:
    plan = plan_release(
        workspace.gold,
        schema,
        facts,
        version=options.version,
        excluded=workspace.exclusion_reasons,
        allowed_leaks=options.allowed_leaks,
        watch=watch,
    )
    if plan.is_sealed and not options.floors:
        return _PlannedRelease(plan, None, watch)
    pilot = pilot_documents(plan.working)
    annotated = replace(
        documents_in_rows(
            plan.working, watch, where=WITHOUT_PILOT if pilot else EVERY_DOCUMENT
        ),
        digest=plan.totals.digest[:12],
    )
    agreement = agreement_on(annotated, schema, seed=CARD_SEED)
    below_floors = tuple(floor_problems(agreement, options.floors))
    if plan.is_sealed:
        refuse_low_agreement(below_floors)
        return _PlannedRelease(plan, None, watch)
    refuse_obstacles(plan, _schema_problems(schema, workspace), below_floors=below_floors)
    if only_obstacles:
        return _PlannedRelease(plan, None, watch)
    baseline = None
    if options.baseline:
        baseline = score_baseline(plan, workspace, schema, seed=CARD_SEED, watch=watch)
    provenance = Provenance(
        guideline=guidelines_md(schema),
        curate=__version__,
        agreement=tuple(agreement_sentences(agreement, pilot=len(pilot))),
        doubts=tuple(doubt_sentences(count_doubts(workspace, schema))),
        effort=plan.working.effort,
        taken_back=agreement.submissions.taken_back if agreement.submissions else 0,
        released=options.today.isoformat(),
        agreement_figures=_agreement_figures(agreement),
        baseline=baseline,
        none_share=facts.none_share,
        article_license=facts.article_license,
        groups=plan.grouping.to_entry(),
        leaks=plan.leaks,
    )
    return _PlannedRelease(plan, provenance, watch)


def _agreement_figures(agreement: "Agreement") -> dict[str, AgreementEntry]:
    """How well annotators agreed, by kind, as a manifest has it."""
    if not agreement.documents:
        return {}
    results = {
        "entities": agreement.entities["strict"],
        "relations": agreement.relations["strict"],
    }
    return {
        kind: AgreementEntry(
            f1=figure,
            documents=agreement.documents,
            by_type={
                name: _type_entry(rated)
                for name, rated in result.by_type.items()
                if rated.counts.tp + rated.counts.fp + rated.counts.fn
            },
        )
        for kind, result in results.items()
        if (figure := figure_entry(result.micro)) is not None
    }


def _type_entry(rated: "RatedCounts") -> AgreementTypeEntry:
    counts = rated.counts
    return AgreementTypeEntry(f1=figure_entry(rated), both=counts.tp, one=counts.fp + counts.fn)


def _schema_problems(schema: Schema, workspace: Workspace) -> Iterator[Problem]:
    """The generated files that aren't what schema.toml says: annotators may have had another schema."""
    for path in outdated_files(schema, workspace.config):
        what = f"not what {workspace.config / SCHEMA_FILE} says: curate schema build"
        yield Problem(str(path), what)
