"""What adjudicators did in one project, beside what of it is in a document's verdict already."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import msgspec

from curation.annotations.decision_makers import (
    DecisionMaker,
    maker_of_task,
    task_of,
    without_maker,
)
from curation.annotations.record import Decision, Verdict, VerdictTask
from curation.errors import pluralise
from curation.labelstudio.adjudication.exported_verdict import AdjudicatorsWork


class MadeInProject:
    """
    The *works* in a project, each with the round of its task, and the *known* verdict.

    *tasks* are those of the known verdict that a work is, by the work's uid.
    """

    def __init__(
        self, known: Verdict | None, works: Sequence[tuple[int, AdjudicatorsWork]]
    ) -> None:
        self.known = known
        self.works = works
        self.tasks = {
            work.uid: task
            for _, work in works
            for task in (known.tasks if known else ())
            if _is_of(task, work)
        }

    @property
    def is_moved(self) -> bool:
        """Whether works of the verdict are somewhere else than they were."""
        return any(work.is_imported and work.uid in self.tasks for _, work in self.works)

    @property
    def missing(self) -> Sequence[VerdictTask]:
        """What the verdict was made of, and is none of the works."""
        found = {one.uid for one in self.tasks.values()}
        return [one for one in (self.known.tasks if self.known else ()) if one.uid not in found]

    def maker(self, work: AdjudicatorsWork) -> DecisionMaker:
        """Who did the work; an import names anybody, and has other times."""
        task = self.tasks.get(work.uid)
        if self.known and task and work.is_imported:
            known = maker_of_task(self.known, task.uid)
            at = work.at if work.is_edited else known.at
            return DecisionMaker(by=known.by, kind=known.kind, at=at)
        return DecisionMaker(by=work.by, kind=work.kind, at=work.at)

    def first_at(self, work: AdjudicatorsWork) -> str:
        """When the work was submitted first, where that is before its decisions; an import has other times."""
        if work.is_imported:
            task = self.tasks.get(work.uid)
            return task.first_at if task else ""
        return work.first_at if work.first_at < work.at else ""

    def kept(self, gone: Iterable[VerdictTask]) -> Sequence[Decision]:
        """The verdict's decisions that were made elsewhere; those of tasks that are *gone* don't stand."""
        if self.known is None:
            return ()
        ours = {one.uid for one in (*self.tasks.values(), *gone)}
        return [one for one in self.known.decisions if task_of(self.known, one) not in ours]

    def is_as_it_was(self, verdict: Verdict | None) -> bool:
        """
        Whether the works are what the known verdict was made of, or change nothing of it.

        Then the verdict stays as it is: what annotators changed since may have moved the ends of arrows,
        or made choices contradict each other that didn't.
        """
        if self.known is None:
            return False
        if verdict is not None:
            # What is asked again counts as not decided yet; until then the verdict stays as it was.
            new = {without_maker(one) for one in verdict.decisions}
            if not new <= self._decided:
                return False
        is_known = all(work.uid in self.tasks for _, work in self.works)
        if not is_known:
            return verdict is not None and self._is_another_of_the_same(verdict)
        return all(
            maker_of_task(self.known, task.uid).at == self.maker(work).at
            for _, work in self.works
            for task in (self.tasks[work.uid],)
        )

    @cached_property
    def _decided(self) -> frozenset[Decision]:
        return frozenset(map(without_maker, self.known.decisions if self.known else ()))

    def _is_another_of_the_same(self, verdict: Verdict) -> bool:
        """Whether nothing of the new verdict is a work's that the known one doesn't know."""
        unknown = {work.uid for _, work in self.works if work.uid not in self.tasks}
        return not any(one.task in unknown for one in verdict.decisions) and not (
            {*self._known_times()} - {None}
        )

    def _known_times(self) -> Iterable[str | None]:
        """The times of known works that were updated since."""
        for _, work in self.works:
            task = self.tasks.get(work.uid)
            if self.known and task:
                at = self.maker(work).at
                if maker_of_task(self.known, task.uid).at != at:
                    yield at

    def decisions_here(self) -> tuple[Decision, ...]:
        """The known decisions, those of works with the uids that these have now."""
        if self.known is None:
            return ()
        now = {task.uid: uid for uid, task in self.tasks.items()}
        known = self.known
        return tuple(
            msgspec.structs.replace(one, task=now.get(task_of(known, one), task_of(known, one)))
            for one in known.decisions
        )


def rounds_with_decisions(verdict: Verdict, tasks: Iterable[VerdictTask]) -> str:
    """The rounds of these tasks of a verdict, and how many decisions were made in each, in words."""
    uids = [task_of(verdict, one) for one in verdict.decisions]
    return ", ".join(
        f"round {one.round} ({pluralise(uids.count(one.uid), 'decision')})" for one in tasks
    )


def tasks_with_decisions(verdict: Verdict, server: str, title: str) -> Sequence[VerdictTask]:
    """The tasks of a project in which decisions were made that the verdict has."""
    uids = {task_of(verdict, one) for one in verdict.decisions}
    return [
        one
        for one in verdict.tasks
        if (one.server, one.project) == (server, title) and one.uid in uids
    ]


def _is_of(task: VerdictTask, work: AdjudicatorsWork) -> bool:
    """Whether a work is one that a verdict was made of; an import gives it another uid."""
    if task.uid == work.uid:
        return True
    return work.is_imported and task.number is not None and task.number == work.former_number
