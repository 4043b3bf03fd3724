"""Less is asked for where an answer doesn't get through, and more again where answers do."""

import pytest

from curation.errors import StudioConnectionLost
from curation.labelstudio.server.portion_size import PortionSize

CUT = StudioConnectionLost("cut")


def sizes(most, passes, calls):
    """How many are asked for in each of so many calls, where *passes* says of each size whether it passes."""
    portions, asked = PortionSize(most), []
    while len(asked) < calls:
        size = portions.most
        asked.append(size)
        if passes(size, len(asked)):
            portions.passed(size)
        else:
            portions.lost(size, CUT)
    return asked


def test_a_single_loss_is_made_up_for():
    asked = sizes(1000, lambda size, call: call != 2, 8)

    assert asked == [1000, 1000, 500, 500, 500, 500, 1000, 1000]


def test_nothing_is_tried_for_long_where_nothing_gets_through():
    asked = []

    with pytest.raises(StudioConnectionLost):
        asked = sizes(1000, lambda size, call: asked.append(size), 100)

    assert asked == [1000, 125, 15, 1]


def test_what_never_passes_is_tried_ever_more_seldom():
    asked = sizes(1000, lambda size, call: size <= 100, 500)

    assert sum(size > 100 for size in asked) <= 10
    assert sum(size for size in asked if size <= 100) > 50 * len(asked)


def test_one_alone_or_a_server_that_is_too_busy_is_not_asked_for_less():
    with pytest.raises(StudioConnectionLost, match="cut"):
        PortionSize(10).lost(1, CUT)
    with pytest.raises(StudioConnectionLost, match="busy"):
        PortionSize(10).lost(10, StudioConnectionLost("busy", status=503))
