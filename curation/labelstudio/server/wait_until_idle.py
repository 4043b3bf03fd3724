"""Waiting until a server has ended what it may still be doing for a call that broke off."""

import time
from collections.abc import Callable
from math import ceil

from curation.errors import StudioConnectionLost
from curation.labelstudio.server.port import Studio

# How long the number of tasks must stay the same, at least and at most.
MINIMUM_IDLE_SECONDS = 3
MAXIMUM_IDLE_SECONDS = 60

# For a call of a push that was interrupted or killed: nobody knows how long the call had lasted.
UNKNOWN_CALL_SECONDS = 10


def wait_until_idle(
    studio: Studio,
    project: int,
    *,
    seconds: float | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """
    Return when the numbers of the project's tasks and suggestions have stayed the same for a while.

    The server shows nothing of an import before all of it is committed, so the while is as long
    as the broken call had lasted, *seconds*, between 3 and 60; None where nobody knows. Raises
    StudioConnectionLost where the server doesn't answer for two minutes.
    """
    seconds = UNKNOWN_CALL_SECONDS if seconds is None else seconds
    idle = max(MINIMUM_IDLE_SECONDS, min(ceil(seconds), MAXIMUM_IDLE_SECONDS))
    looks: list[tuple[object, ...]] = []
    while len(looks) < idle or len(set(looks[-idle:])) > 1:
        wait(1.0)
        try:
            totals = studio.totals(project)
            looks.append((totals.tasks, totals.suggestions))
        except StudioConnectionLost:
            # What no other look gives.
            looks.append((len(looks),))
            if len(looks) >= 2 * MAXIMUM_IDLE_SECONDS:
                raise
