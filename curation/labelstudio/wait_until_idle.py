"""Waiting for what a server may still be doing for a call whose answer nobody heard."""

from collections.abc import Callable
from math import ceil

from curation.errors import StudioConnectionLost
from curation.labelstudio.port import Studio

STILL = 3
PATIENCE = 60
# A call that was cut off by ^C or death: nobody knows how long it had been tried.
CUT_OFF = 10


def come_to_rest(
    studio: Studio, project: int, wait: Callable[[float], None], tried: float
) -> None:
    """
    Until the number of tasks stands still, as what broke off may still be committing.

    Nothing of it is seen before all of it is there, so the stillness lasts for
    as long as the call was *tried*, within reason.
    """
    still = max(STILL, min(ceil(tried), PATIENCE))
    counts: list[int] = []
    while len(counts) < still or len(set(counts[-still:])) > 1:
        wait(1.0)
        try:
            counts.append(len(studio.task_ids(project)))
        except StudioConnectionLost:
            counts.append(-len(counts) - 1)
            if len(counts) >= 2 * PATIENCE:
                raise
