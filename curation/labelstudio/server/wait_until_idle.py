"""Waiting until a server has ended what it may still be doing for a call that broke off."""

import time
from collections.abc import Callable, Hashable
from math import ceil

from curation.errors import StudioConnectionLost
from curation.labelstudio.server.port import Studio

# How long what is looked at must stay the same, at least and at most.
MINIMUM_IDLE_SECONDS = 3
MAXIMUM_IDLE_SECONDS = 60

# For a call of a push that was interrupted or killed: nobody knows how long the call had lasted.
UNKNOWN_CALL_SECONDS = 10

# Somebody else may change what is looked at all the time.
LONGEST_WAIT_SECONDS = 180


def wait_until_idle(
    look: Callable[[], Hashable],
    *,
    wait: Callable[[float], None],
    seconds: float | None = None,
) -> None:
    """
    Return when *look* has given the same for a while, and after three minutes in any case.

    The server shows nothing of an import before all of it is committed, so the while is as long
    as the broken call had lasted, *seconds*, between 3 and 60; None where nobody knows. Raises
    StudioConnectionLost where the server doesn't answer at the end of three minutes.
    """
    seconds = UNKNOWN_CALL_SECONDS if seconds is None else seconds
    idle = max(MINIMUM_IDLE_SECONDS, min(ceil(seconds), MAXIMUM_IDLE_SECONDS))
    looks: list[Hashable] = []
    unanswered: StudioConnectionLost | None = None
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    while len(looks) < idle or len(set(looks[-idle:])) > 1:
        if len(looks) >= LONGEST_WAIT_SECONDS or time.monotonic() > until:
            if unanswered:
                raise unanswered
            return
        wait(1.0)
        try:
            looks.append(look())
            unanswered = None
        except StudioConnectionLost as lost:
            looks.append(object())  # what no other look gives
            unanswered = lost


def wait_for_last_push(studio: Studio, project: int) -> None:
    """Return when neither tasks nor suggestions have come to the project for a while."""

    def arrived() -> Hashable:
        totals = studio.totals(project)
        return totals.tasks, totals.suggestions

    wait_until_idle(arrived, wait=time.sleep)
