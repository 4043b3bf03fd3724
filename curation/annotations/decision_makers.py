"""Who made each decision of a verdict, when, and in which task."""

from dataclasses import dataclass

import msgspec
from msgspec import UNSET

from curation.annotations.record import AnnotatorKind, Decision, Verdict


@dataclass(frozen=True, kw_only=True)
class DecisionMaker:
    """An adjudicator, whether that is a person, and the time of the decision; None where unknown."""

    by: str | None
    kind: AnnotatorKind
    at: str | None


def maker_of(verdict: Verdict, decision: Decision) -> DecisionMaker:
    """Who made this decision of the verdict."""
    return DecisionMaker(
        by=verdict.by if decision.by is UNSET else decision.by,
        kind=verdict.kind if decision.by_kind is UNSET else decision.by_kind,
        at=verdict.at if decision.at is UNSET else decision.at,
    )


def made_by(decision: Decision, maker: DecisionMaker, whole: DecisionMaker) -> Decision:
    """The decision with its maker, as it stands in a verdict that as a *whole* is of another one, or the same."""
    return msgspec.structs.replace(
        decision,
        by=UNSET if maker.by == whole.by else maker.by,
        by_kind=UNSET if maker.kind == whole.kind else maker.kind,
        at=UNSET if maker.at == whole.at else maker.at,
    )


def without_maker(decision: Decision) -> Decision:
    """What was decided, whoever did it, wherever."""
    return msgspec.structs.replace(decision, task="", by=UNSET, by_kind=UNSET, at=UNSET)


def task_of(verdict: Verdict, decision: Decision) -> str:
    """The uid of the adjudicator's annotation that made the decision; empty where none did."""
    if decision.task or not verdict.tasks or any(one.task for one in verdict.decisions):
        return decision.task
    # An older verdict, all of whose tasks were in one project.
    same = (one.uid for one in verdict.tasks if one.round == decision.round)
    return next(same, verdict.tasks[-1].uid)


def maker_of_task(verdict: Verdict, uid: str) -> DecisionMaker:
    """Who worked in a task of the verdict, given by the annotation's uid."""
    for one in verdict.decisions:
        if task_of(verdict, one) == uid:
            return maker_of(verdict, one)
    return DecisionMaker(by=verdict.by, kind=verdict.kind, at=verdict.at)


def adjudicators_of(verdict: Verdict) -> dict[str | None, AnnotatorKind]:
    """All adjudicators of a verdict, the latest first, each with whether that is a person."""
    found: dict[str | None, AnnotatorKind] = {verdict.by: verdict.kind}
    for one in verdict.decisions:
        maker = maker_of(verdict, one)
        found.setdefault(maker.by, maker.kind)
    return found
