"""Which differences of a document each of its tasks of adjudication asks for."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from curation.annotations.differences import Difference
from curation.annotations.shown_differences import ShownDifference

# With more differences, Label Studio takes too long to open a task.
MOST_DIFFERENCES = 40


@dataclass(frozen=True, kw_only=True)
class StoredRound:
    """
    A task of a document as the server has it, and what its panel shows.

    *is_begun* says whether an adjudicator has begun.
    """

    number: int
    is_begun: bool
    shown: tuple[ShownDifference, ...]


@dataclass(frozen=True, kw_only=True)
class PlannedRound:
    """
    A task as it is to be.

    *asked* are the differences that it asks for, *holding* the keys of those that it asked for, and
    for which a verdict holds. *added* are the keys of those that come to its end, also where a number
    that is *answered* asks for the same: whoever answered meant what was there then.
    """

    number: int
    asked: tuple[Difference, ...]
    holding: frozenset[str]
    added: tuple[str, ...]
    answered: frozenset[int] = frozenset()

    def fallen_away(self, shown: Iterable[ShownDifference]) -> list[str]:
        """The keys of those that a task has *shown* and that are no longer in question there."""
        stays = ({one.key for one in self.asked} | self.holding) - {*self.added}
        return [one.key for one in shown if not one.settled and one.key not in stays]

    @property
    def has_questions(self) -> bool:
        """Whether anything in the task is, or was, in question and isn't settled elsewhere."""
        return bool(self.asked or self.holding)


@dataclass(frozen=True, kw_only=True)
class RoundPlan:
    """
    The tasks of a document, and the keys of its differences that wait until others are settled.

    A relation waits where an end is in question in another task.
    """

    rounds: tuple[PlannedRound, ...]
    waiting: tuple[str, ...] = ()


def plan_rounds(
    differences: Sequence[Difference],
    stored: Iterable[StoredRound] = (),
    *,
    decided: Set[str] = frozenset(),
    answered: Set[tuple[int | None, int | None]] = frozenset(),
    most: int = MOST_DIFFERENCES,
) -> RoundPlan:
    """
    Where each of *differences*, all of a document in their order, is asked.

    What a *stored* task asks with all its readings stays there; all else is added to a task that
    has room, or to a new one. *decided* are the keys for which a verdict holds: they stay where an
    adjudicator has begun, and are asked nowhere else. *answered* are the rounds and numbers of questions
    that a verdict answers; what is open all the same is asked anew.
    """
    planning = _Planning(differences, decided, answered, most)
    for one in sorted(stored, key=lambda one: one.number):
        planning.keep(one)
    for difference in differences:
        planning.place(difference)
    return planning.plan()


class _Round:
    """One task while differences are put into it; *size* counts all that its panel shows."""

    def __init__(
        self, number: int, size: int = 0, answered: frozenset[int] = frozenset()
    ) -> None:
        self.number = number
        self.answered = answered
        self.size = size
        self.asked: list[Difference] = []
        self.holding: set[str] = set()
        self.added: list[str] = []

    def add(self, difference: Difference) -> None:
        self.asked.append(difference)
        self.added.append(difference.key)
        self.size += 1

    def plan(self) -> PlannedRound:
        return PlannedRound(
            number=self.number,
            asked=tuple(self.asked),
            holding=frozenset(self.holding),
            added=tuple(self.added),
            answered=self.answered,
        )


class _Planning:
    """The tasks of a document while differences are put into them."""

    def __init__(
        self,
        differences: Sequence[Difference],
        decided: Set[str],
        answered: Set[tuple[int | None, int | None]],
        most: int,
    ) -> None:
        self._by_key: Mapping[str, Difference] = {one.key: one for one in differences}
        self._keys_by_place = {
            one.place[0]: one.key for one in differences if one.kind == "entities"
        }
        self._decided = decided
        self._answered = answered
        self._most = most
        self._rounds: list[_Round] = []
        self._round_of_key: dict[str, _Round] = {}
        self._waiting: list[str] = []

    def keep(self, stored: StoredRound) -> None:
        """Take over a stored task with what is still asked there."""
        answered = frozenset(
            one.n for one in stored.shown if (stored.number, one.n) in self._answered
        )
        here = _Round(stored.number, len(stored.shown), answered)
        self._rounds.append(here)
        for shown in stored.shown:
            difference = self._by_key.get(shown.key)
            if shown.settled or shown.key in self._round_of_key:
                continue
            if shown.key in self._decided:
                if stored.is_begun:
                    here.holding.add(shown.key)
            elif shown.n in here.answered:
                continue
            elif difference and shown.offers(difference):
                here.asked.append(difference)
                self._round_of_key[shown.key] = here

    def place(self, difference: Difference) -> None:
        """Put a difference that is asked nowhere yet at the end of a task."""
        if difference.key in self._round_of_key or difference.key in self._decided:
            return
        needed = list(dict.fromkeys(self._rounds_of_open_ends(difference)))
        rooms = [one for one in needed or self._rounds if one.size < self._most]
        if len(needed) > 1 or (needed and not rooms):
            self._waiting.append(difference.key)
            return
        here = rooms[-1] if rooms else self._new_round()
        here.add(difference)
        self._round_of_key[difference.key] = here

    def plan(self) -> RoundPlan:
        rounds = tuple(one.plan() for one in self._rounds)
        return RoundPlan(rounds=rounds, waiting=tuple(self._waiting))

    def _rounds_of_open_ends(self, difference: Difference) -> Iterable[_Round]:
        """The tasks that ask what the ends of a relation are."""
        if difference.kind == "relations":
            for span in difference.place:
                key = self._keys_by_place.get(span, "")
                if key in self._round_of_key:
                    yield self._round_of_key[key]

    def _new_round(self) -> _Round:
        number = max((one.number for one in self._rounds), default=0) + 1
        self._rounds.append(_Round(number))
        return self._rounds[-1]
