"""How much of a long list a command shows, and what to type to see all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

# Names, problems or differences that are listed unless --all is given.
SHOWN = 20
ENDLESS = 2**63

# Letters of names that are listed on one line unless --all is given; one name at least is.
SHOWN_ON_A_LINE = 400

_T = TypeVar("_T")


@dataclass
class _Limit:
    """What the command that runs was given; *option* is empty where the command has no --all."""

    items: int = SHOWN
    option: str = ""


_limit = _Limit()


def list_everything(everything: bool, option: str = "--all") -> None:
    """
    Show all of each list from now on, or else the beginning of it; for commands that have --all.

    *option* is what shows the rest when the command is given again.
    """
    _limit.items = ENDLESS if everything else SHOWN
    _limit.option = f": {option}"


def forget_list_limit() -> None:
    """As before any command was run."""
    _limit.items = SHOWN
    _limit.option = ""


def list_limit() -> int:
    """How many items of a list are shown."""
    return _limit.items


def first_items(items: Sequence[_T]) -> Sequence[_T]:
    """As many of the items as are shown."""
    return items[: _limit.items]


def join_first(names: Sequence[str]) -> str:
    """The first names with commas between, fewer where they are long, and how many more there are."""
    shown = first_items(names)
    if _limit.items != ENDLESS:
        ends = accumulate(len(name) + len(", ") for name in shown)
        shown = shown[: max(1, sum(end <= SHOWN_ON_A_LINE for end in ends))]
    more = and_more(len(names) - len(shown))
    return f"{', '.join(shown)}{f' {more}' if more else ''}"


def and_more(omitted: int) -> str:
    """The end of a list of which so many items aren't shown; empty where all are."""
    return f"and {omitted:,} more{_limit.option}" if omitted > 0 else ""
