"""An adjudicator's work without a server: ask, choose, take, as the commands do it."""

import msgspec
from deciding import prefilled, tick

from curation.annotations.make_verdict import VerdictSource
from curation.annotations.staleness import judge_verdict
from curation.documents.document import Document
from curation.labelstudio.adjudication.counted_choices import VerdictRound
from curation.labelstudio.adjudication.read_verdict import read_verdict
from curation.labelstudio.adjudication.rounds import StoredRound, plan_rounds
from curation.labelstudio.adjudication.settle_verdict import settle_verdict
from curation.labelstudio.adjudication.task import (
    read_adjudication_stamp,
    to_adjudication_prediction,
    to_adjudication_task,
    update_adjudication_task,
)


class _Task:
    """A task with what an adjudicator stored; *result* is None where nobody has begun."""

    def __init__(self, task):
        self.data = task["data"]
        self.prediction = task["predictions"][0]
        self.result = None

    @property
    def stamp(self):
        return read_adjudication_stamp(self.data)

    @property
    def ticked(self):
        controls = {one["from_name"] for one in self.result or () if one["type"] == "choices"}
        return {one.n for one in self.stamp.differences if f"d{one.n - 1}" in controls}

    @property
    def to_tick(self):
        """The differences that the screen requires a tick at."""
        return [
            one
            for one in self.stamp.differences
            if not one.settled and one.n not in self.ticked
        ]


class MemoryDesk:
    """The tasks of one document, and its record."""

    def __init__(self, record, schema, most=40):
        self.record = record
        self.schema = schema
        self.most = most
        self.tasks = {}
        self.saved = 0
        self.problems = ()

    def ask(self):
        """As `curate adjudicate`; whether anything was asked, or is still to be ticked."""
        state = judge_verdict(self.record, self.schema)
        stored = [
            StoredRound(
                number=number, is_begun=one.result is not None, shown=one.stamp.differences
            )
            for number, one in self.tasks.items()
        ]
        plan = plan_rounds(
            state.compared.differences,
            stored,
            decided=state.decided,
            answered=state.answered,
            most=self.most,
        )
        for planned in plan.rounds:
            task = self.tasks.get(planned.number)
            if task is None:
                made = to_adjudication_task(
                    state.compared,
                    self.schema,
                    asked=planned.asked,
                    round_number=planned.number,
                )
                self.tasks[planned.number] = _Task(made)
                continue
            if task.result is None and not planned.has_questions:
                del self.tasks[planned.number]
                continue
            if planned.added or planned.fallen_away(task.stamp.differences):
                task.data = update_adjudication_task(
                    task.data,
                    state.compared,
                    self.schema,
                    asked=planned.asked,
                    holding=planned.holding,
                    answered=planned.answered,
                )
            if task.result is None:
                task.prediction = to_adjudication_prediction(
                    task.stamp, state.compared, self.schema
                )
        return any(one.to_tick for one in self.tasks.values())

    def choose(self, pick):
        """As an adjudicator who ticks what *pick* says of each difference, and submits."""
        for task in self.tasks.values():
            missing = task.to_tick
            if task.result is None:
                task.result = prefilled({"predictions": [task.prediction]})
            elif not missing:
                continue
            task.result += [tick(one.n, pick(one)) for one in missing]
            self.saved += 1

    def take(self):
        """As `curate pull`: the verdict, or problems."""
        article = Document("d1", self.record.whole_text)
        rounds = [
            VerdictRound(
                number=number,
                read=read_verdict(
                    article,
                    one.stamp.differences,
                    one.result,
                    one.prediction["result"],
                    self.schema,
                ),
            )
            for number, one in sorted(self.tasks.items())
            if one.result is not None
        ]
        if not rounds:
            return
        source = VerdictSource(by="person-9", kind="person", at=f"{self.saved:04}")
        settled = settle_verdict(
            article,
            rounds,
            source,
            judge_verdict(self.record, self.schema).compared,
            self.schema,
            has_other_tasks=lambda: len(self.tasks) > len(rounds),
        )
        known = self.record.verdict
        is_as_it_was = known is not None and known.at == source.at
        if is_as_it_was and (
            settled.verdict is None or {*settled.verdict.decisions} <= {*known.decisions}
        ):
            return
        self.problems = settled.problems
        if settled.verdict:
            self.record = msgspec.structs.replace(self.record, verdict=settled.verdict)
