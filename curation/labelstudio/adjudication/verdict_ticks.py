"""What an adjudicator ticked at each difference of a task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curation.annotations.differences import Difference
from curation.annotations.readings import FLAGS_KEY
from curation.annotations.record import Preselected
from curation.annotations.shown_differences import OWN_ALIAS, ShownDifference
from curation.annotations.staleness import replaces
from curation.documents.document import Document
from curation.errors import Problem
from curation.labelstudio.adjudication.verdict_result import Tick
from curation.labelstudio.adjudication.verdict_words import (
    describe_difference,
    place_of_difference,
)


@dataclass(frozen=True, kw_only=True)
class ReadTicks:
    """
    The ticks of a verdict; all are by the key of their difference.

    *shown* are the differences that the verdict decides, *aliases* what was ticked, if anything was.
    *fallen_away* are differences that are no longer in question, *superseded* those in whose stead
    another one was asked.
    """

    shown: Mapping[str, ShownDifference]
    aliases: Mapping[str, str]
    preselected: Mapping[str, Preselected]
    fallen_away: tuple[ShownDifference, ...]
    superseded: tuple[ShownDifference, ...]
    problems: tuple[Problem, ...]

    def is_own(self, key: str) -> bool:
        """Whether the verdict is none of the readings offered."""
        return self.aliases.get(key) == OWN_ALIAS


def read_ticks(
    article: Document,
    shown: Sequence[ShownDifference],
    ticks: Mapping[int, Sequence[Tick]],
) -> ReadTicks:
    """What was ticked at the differences that a task showed, and what is wrong with it."""
    decided = _decided(shown, ticks)
    aliases: dict[str, str] = {}
    preselected: dict[str, Preselected] = {}
    problems = [
        Problem(article.id, f"a verdict on difference #{number}, which the task doesn't have")
        for number in sorted(ticks.keys() - {one.n for one in shown})
    ]
    for key, one in decided.items():
        given = {tick.alias: tick for tick in ticks.get(one.n, ())}
        if not given:
            continue
        tick, *others = given.values()
        if others:
            what = f"{describe_difference(article, one)} has {len(given)} verdicts; tick one"
        elif not _is_offered(one, tick.alias):
            what = (
                f"{describe_difference(article, one)} has the verdict {tick.alias!r}, which the"
                " task doesn't offer; tick one of its options"
            )
        else:
            aliases[key] = tick.alias
            preselected[key] = _preselected(one, tick)
            continue
        problems.append(Problem(place_of_difference(article, one), what))
    not_decided = [each for each in shown if each is not decided.get(each.key)]
    superseded = [
        each
        for each in not_decided
        if any(is_asked_anew(each, later) for later in decided.values())
    ]
    return ReadTicks(
        shown=decided,
        aliases=aliases,
        preselected=preselected,
        fallen_away=tuple(each for each in not_decided if each not in superseded),
        superseded=tuple(superseded),
        problems=tuple(problems),
    )


def _decided(
    shown: Sequence[ShownDifference], ticks: Mapping[int, Sequence[Tick]]
) -> dict[str, ShownDifference]:
    """
    By key, the differences that a verdict decides: of several with one key, the last.

    One that was settled after its option was ticked is decided, too, unless another one has come in its
    place.
    """
    found: dict[str, ShownDifference] = {}
    later: list[ShownDifference] = []
    # The last come first, as positions never move.
    for one in sorted(shown, key=lambda one: (one.settled, -one.n)):
        given = {tick.alias for tick in ticks.get(one.n, ())}
        is_ticked = len(given) == 1 and all(_is_offered(one, alias) for alias in given)
        if not one.settled or (
            is_ticked and not any(is_asked_anew(one, each) for each in later)
        ):
            found.setdefault(one.key, one)
            later.append(one)
    return {one.key: one for one in sorted(found.values(), key=lambda one: one.n)}


def is_asked_anew(earlier: ShownDifference, later: Difference) -> bool:
    """Whether a later difference has come in the place of an earlier one."""
    return earlier.key == later.key or replaces(later, earlier)


def _is_offered(difference: ShownDifference, alias: str) -> bool:
    if alias == OWN_ALIAS:
        return difference.key != FLAGS_KEY
    return difference.option(alias) is not None


def _preselected(difference: ShownDifference, tick: Tick) -> Preselected:
    if difference.preselected is None:
        return ""
    is_same = tick.alias == difference.preselected
    return "untouched" if is_same and tick.is_untouched else "changed"
