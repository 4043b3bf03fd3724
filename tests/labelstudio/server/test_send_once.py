"""What is sent again after a lost answer: only what has not arrived, after long enough a wait."""

import pytest

from curation.errors import StudioConnectionLost
from curation.labelstudio.server.send_once import SendOnce


class SlowServer:
    """Carries a call out so many seconds after it began; a proxy gives up at *gives_up*."""

    def __init__(self, *, needs, gives_up=60, retry_after=0):
        self.now = 0.0
        self.needs, self.gives_up, self.retry_after = needs, gives_up, retry_after
        self.done_at = {}
        self.once = SendOnce(
            self.send,
            arrived=lambda keys: [key for key in keys if key in self.arrived()],
            total=lambda: len(self.arrived()),
            wait=self.pass_time,
            clock=lambda: self.now,
        )

    def pass_time(self, seconds):
        self.now += seconds

    def arrived(self):
        return {key for key, at in self.done_at.items() if at <= self.now}

    def send(self, keys):
        self.done_at |= dict.fromkeys(keys, self.now + self.needs)
        self.pass_time(self.gives_up)
        raise StudioConnectionLost("504", status=504, retry_after=self.retry_after)


@pytest.mark.parametrize("needs", [61, 90, 119])
def test_what_a_proxy_no_longer_waits_for_is_waited_for_as_long_again(needs):
    server = SlowServer(needs=needs)
    items = {"a": "a", "b": "b"}

    with pytest.raises(StudioConnectionLost) as lost:
        server.once.send(list(items))

    assert server.once.look(items, lost.value) == {}


def test_a_server_that_says_when_to_come_again_is_left_alone_until_then():
    server = SlowServer(needs=45, gives_up=1, retry_after=45)

    with pytest.raises(StudioConnectionLost) as lost:
        server.once.send(["a"])

    assert server.once.look({"a": "a"}, lost.value) == {}
    assert server.now >= 46
