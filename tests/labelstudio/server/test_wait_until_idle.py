"""Waiting for what a server may still be doing: as long as needed, and no longer."""

from itertools import count

import pytest

from curation.errors import StudioConnectionLost
from curation.labelstudio.server.wait_until_idle import LONGEST_WAIT_SECONDS, wait_until_idle


def waited(look, *, seconds=None):
    pauses = []
    wait_until_idle(look, seconds=seconds, wait=pauses.append)
    return sum(pauses)


@pytest.mark.parametrize(
    ("lasted", "least"),
    [
        pytest.param(0.1, 3, id="a short call"),
        pytest.param(29.5, 30, id="a long one"),
        pytest.param(600, 60, id="a very long one"),
        pytest.param(None, 10, id="nobody knows"),
    ],
)
def test_what_stays_the_same_is_looked_at_as_long_as_the_call_had_lasted(lasted, least):
    assert waited(lambda: 7, seconds=lasted) == least


def test_what_arrives_begins_the_wait_anew():
    looks = iter([1, 1, 2, 2, 2])

    assert waited(lambda: next(looks), seconds=3) == 5


def test_what_others_change_all_the_time_is_not_waited_for_for_ever():
    assert waited(count().__next__, seconds=3) == LONGEST_WAIT_SECONDS


def test_a_server_that_does_not_answer_is_told_in_the_end():
    def look():
        raise StudioConnectionLost("gone")

    with pytest.raises(StudioConnectionLost, match="gone"):
        waited(look)
