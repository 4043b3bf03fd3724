"""What becomes of batches that a proxy cuts: everything arrives once, but for what can't pass by itself."""

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curation.errors import StudioConnectionLost, StudioTooLarge
from curation.labelstudio.server.send_batch import LESSER_ATTEMPTS, BatchSender

CAPACITY = 100
GIANT = 3 * CAPACITY


class Wire:
    """Takes CAPACITY in one call; what is larger is refused, broken off, or waited for no longer, carried out or not."""

    def __init__(self, kind):
        self.kind = kind
        self.arrived = Counter()
        self.calls = 0

    def send(self, items):
        self.calls += 1
        is_larger = sum(weight for _, weight in items) > CAPACITY
        if is_larger and self.kind == "refused":
            raise StudioTooLarge("413")
        if not is_larger or self.kind == "carried out":
            self.arrived.update(name for name, _ in items)
        if is_larger:
            status = 0 if self.kind == "broken off" else 504
            raise StudioConnectionLost("lost", status=status)

    def look(self, waiting, _):
        return {name: item for name, item in waiting.items() if name not in self.arrived}


def sent(kind, *batches):
    """The wire, and what sent the batches of weights by it."""
    wire = Wire(kind)
    sender = BatchSender(wire.send, wire.look, lambda item: item[1])
    number = 0
    for weights in batches:
        batch = {}
        for weight in weights:
            number += 1
            batch[f"{number}"] = (f"{number}", weight)
        sender(batch)
    return wire, sender


KINDS = ["refused", "broken off", "carried out", "nothing comes of it"]
weights = st.lists(st.integers(1, CAPACITY), min_size=1, max_size=12)


@pytest.mark.parametrize("kind", KINDS)
@given(before=weights, after=weights, giants=st.integers(0, 1))
@example(before=[CAPACITY] * 12, after=[1], giants=1)
def test_all_that_can_pass_arrives_once(kind, before, after, giants):
    all_weights = [*before, *[GIANT] * giants, *after]

    wire, sender = sent(kind, all_weights)

    refused = {f"{len(before) + 1}"} if giants and kind != "carried out" else set()
    assert {*sender.refused} == refused
    assert wire.arrived == Counter({f"{n}" for n in range(1, len(all_weights) + 1)} - refused)
    assert sender.accepted == len(all_weights) - len(refused)


@pytest.mark.parametrize("kind", KINDS)
def test_what_passes_is_learnt_once(kind):
    """Later batches are sent in portions, of which none is refused."""
    batch = [10] * 40

    first, _ = sent(kind, batch)
    both, _ = sent(kind, batch, batch)

    assert both.arrived.total() == 80
    assert both.calls - first.calls <= 8


def test_a_server_that_answers_nothing_is_not_asked_for_ever():
    def send(_):
        raise StudioConnectionLost("504", status=504)

    calls = []
    sender = BatchSender(send, lambda waiting, _: calls.append(waiting) or waiting, weigh=len)

    with pytest.raises(StudioConnectionLost):
        sender({f"{n}": b"x" for n in range(1000)})

    assert len(calls) < LESSER_ATTEMPTS
