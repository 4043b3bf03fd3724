"""Which choices count, of those made in the tasks of a document and of decisions from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from curation.annotations.decision_makers import DecisionMaker
from curation.annotations.differences import ComparedAnnotations, Difference
from curation.annotations.make_verdict import ChoiceMark
from curation.annotations.record import Decision
from curation.annotations.settle_choices import Choice
from curation.annotations.staleness import replaces
from curation.annotations.standing_decisions import StandingDecisions
from curation.labelstudio.adjudication.read_verdict import ReadVerdict
from curation.labelstudio.adjudication.rounds import MOST_DIFFERENCES
from curation.labelstudio.adjudication.verdict_ticks import is_asked_anew
from curation.labelstudio.adjudication.verdict_words import AskedDifference


@dataclass(frozen=True, kw_only=True)
class VerdictRound:
    """
    What was read of one task of a document; *number* is the task's round.

    *task* is the uid of the adjudicator's annotation, *link* leads to it; *maker* is who made it, None
    for the verdict's source.
    """

    number: int
    read: ReadVerdict
    task: str = ""
    link: str = ""
    maker: DecisionMaker | None = None

    @property
    def is_full(self) -> bool:
        """Whether no more differences fit into the task."""
        read = self.read
        size = len(read.shown) + len(read.fallen_away) + len(read.superseded)
        return size >= MOST_DIFFERENCES


class CountedChoices:
    """
    What counts of all *rounds* of a document and of the decisions *standing*, from elsewhere: the later one.

    *asked*, *choices* and *marks* are of the differences that tasks ask for, by key; *stands* are those
    decided elsewhere. *in_question* are the differences that each round asks for, *superseded* those in whose
    stead others were asked. *rounds_by_place* says which round decides on a place, 0 for those decided elsewhere.
    *voters* are the uids of the annotations that all of these were made of. *overruled*, *replaced*
    and *replaced_in* are as in the settled verdict.
    """

    def __init__(
        self,
        rounds: Sequence[VerdictRound],
        annotations: ComparedAnnotations,
        maker: DecisionMaker,
        standing: StandingDecisions | None,
    ) -> None:
        self.rounds = sorted(rounds, key=lambda one: one.number)
        self.maker = maker
        self.standing = standing
        self.overruled: list[str] = []
        self.replaced: dict[str, str | None] = {}
        self.replaced_in: dict[str, int] = {}
        self.annotations = annotations
        self.asked: dict[str, AskedDifference] = {}
        self.choices: dict[str, Choice] = {}
        self.marks: dict[str, ChoiceMark] = {}
        self.in_question = [
            (one.number, shown)
            for one in self.rounds
            for shown in one.read.shown.values()
            if not shown.settled
        ]
        # In whose stead others were asked.
        self.superseded = [each for one in self.rounds for each in one.read.superseded]
        self._take_answers()
        self._give_way()
        self.stands = self.standing.differences if self.standing else {}
        # The annotations that the tasks were made of.
        self.voters = tuple(
            sorted(
                {
                    uid
                    for one in (
                        *(asked.shown for asked in self.asked.values()),
                        *self.stands.values(),
                    )
                    for option in one.options
                    for uid in option.by
                }
            )
        )
        self.rounds_by_place = {
            asked.shown.place[0]: asked.round
            for asked in self.asked.values()
            if asked.shown.kind == "entities"
        }
        if self.standing:
            # As if they were all of one round more.
            self.rounds_by_place |= dict.fromkeys(self.standing.places, 0)

    def _take_answers(self) -> None:
        """Take what the rounds ask for, and what was chosen there."""
        for one in self.rounds:
            for key, shown in one.read.shown.items():
                if shown.settled and any(
                    is_asked_anew(shown, other) for _, other in self.in_question
                ):
                    # Another round has asked in the stead of this.
                    self.superseded.append(shown)
                    continue
                self.asked[key] = AskedDifference(one.number, shown)
                if shown.n:
                    self.marks[key] = ChoiceMark(
                        number=shown.n,
                        round=one.number,
                        preselected=one.read.preselected.get(key, ""),
                    )
                if key in one.read.choices:
                    self.choices[key] = one.read.choices[key]

    def _give_way(self) -> None:
        """Of decisions on the same, leave the later one."""
        if self.standing is None:
            return
        annotations = self.annotations
        standing = self.standing
        gone: list[Decision] = []
        for decision in standing.decisions:
            same = [
                key
                for key, asked in self.asked.items()
                if key == decision.key or replaces(asked.shown, decision, annotations)
            ]
            gone += (decision for key in same if self._takes_the_place(key, decision, standing))
        self.standing = standing.without(gone)
        for decision in self.standing.decisions:
            for key, asked in [*self.asked.items()]:
                if key == decision.key or replaces(asked.shown, decision, annotations):
                    choice = self.choices.pop(key, None)
                    if choice not in (None, self.standing.choices[decision.key]):
                        self.overruled.append(key)
                    self.superseded.append(asked.shown)
                    del self.asked[key]

    def _takes_the_place(
        self, key: str, decision: Decision, standing: StandingDecisions
    ) -> bool:
        """Whether what a task asks under this key counts, and not the decision from elsewhere; takes note of that."""
        asked = self.asked[key]
        if decision.key in standing.opened and self._asks_for_what_is_there_now(key):
            return True
        choice = self.choices.get(key)
        if choice is None or asked.shown.settled:
            return False
        task = next(one for one in self.rounds if one.number == asked.round)
        maker = standing.maker(decision)
        ours = ((task.maker or self.maker).at or "", task.task)
        theirs = (maker.at or "", decision.task)
        is_same = choice == standing.choices[decision.key]
        is_later = ours[0] > theirs[0] or (ours > theirs and not is_same)
        if is_later and not is_same:
            self.replaced[asked.name] = maker.by
            self.replaced_in[asked.name] = asked.round
        return is_later

    def _asks_for_what_is_there_now(self, key: str) -> bool:
        shown = self.asked[key].shown
        now = self.annotations.by_key.get(key)
        return now is not None and not shown.settled and shown.offers(now)

    @property
    def missing(self) -> tuple[AskedDifference, ...]:
        """The differences that tasks ask for and that have no answer."""
        return tuple(one for key, one in self.asked.items() if key not in self.choices)

    def has_asked(self, difference: Difference) -> bool:
        """Whether a task asks for it, or it is decided already."""
        key = difference.key
        return key in self.asked or any(
            key == one.key
            or replaces(difference, one, self.annotations)
            or replaces(one, difference, self.annotations)
            for one in (self.standing.decisions if self.standing else ())
        )

    def waits_for_its_ends(self, difference: Difference) -> bool:
        """Whether a relation could be asked in no task, until its ends were settled."""
        ends = {
            self.rounds_by_place[one] for one in difference.place if one in self.rounds_by_place
        }
        is_full = any(one.number in ends and one.is_full for one in self.rounds)
        return difference.kind == "relations" and (len(ends) > 1 or is_full)
