"""What becomes of batches that a proxy cuts: everything arrives once, but for what can't pass by itself."""

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curation.errors import StudioConnectionLost, StudioTooLarge
from curation.labelstudio.server.send_batch import (
    LEAST_BYTES,
    LOSSES_IN_A_ROW,
    BatchSender,
    refusal_problem,
)

CAPACITY = LEAST_BYTES
SMALL = CAPACITY // 100
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
weights = st.lists(st.integers(1, 100).map(SMALL.__mul__), min_size=1, max_size=12)


@pytest.mark.parametrize("kind", KINDS)
@given(before=weights, after=weights, giants=st.integers(0, 1))
@example(before=[CAPACITY] * 12, after=[SMALL], giants=1)
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
    batch = [10 * SMALL] * 40

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

    assert len(calls) == LOSSES_IN_A_ROW


class HiccupWire:
    """Loses the calls of these numbers, from 1, of which *arrive* items arrive all the same."""

    def __init__(self, *lost, arrive=0, status=504):
        self.lost, self.arrive, self.status = lost, arrive, status
        self.calls = []
        self.arrived = Counter()
        self.sender = BatchSender(self.send, self.look, weigh=lambda item: item[1])

    def send(self, items):
        self.calls.append(len(items))
        is_lost = len(self.calls) in self.lost
        self.arrived.update(name for name, _ in (items[: self.arrive] if is_lost else items))
        if is_lost:
            raise StudioConnectionLost("lost", status=self.status)

    def look(self, waiting, _):
        return {name: item for name, item in waiting.items() if name not in self.arrived}


def batch_of(number, weight, first=0):
    return {f"{n}": (f"{n}", weight) for n in range(first, first + number)}


def test_a_small_portion_that_is_lost_does_not_make_all_others_small():
    wire = HiccupWire(1)

    wire.sender(batch_of(3, 3_000))
    for first in range(3, 3_003, 1_000):
        wire.sender(batch_of(1_000, 3_000, first))

    assert wire.arrived == Counter(f"{n}" for n in range(3_003))
    assert len(wire.calls) < 60


def test_portions_grow_again_after_some_good_ones():
    wire = HiccupWire(1, 2, 3)

    for first in range(0, 30_000, 1_000):
        wire.sender(batch_of(1_000, 3_000, first))

    assert wire.arrived.total() == 30_000
    assert wire.calls[-5:] == [1_000] * 5


def test_a_portion_of_the_least_size_that_is_lost_is_made_smaller_all_the_same():
    wire = HiccupWire(1, 2)

    wire.sender(batch_of(8, 1_000))

    assert wire.calls == [8, 8, 4, 4]


def test_the_last_document_of_a_lost_portion_is_sent_alone_before_it_counts_as_refused():
    wire = HiccupWire(1, arrive=2)

    wire.sender(batch_of(3, 3_000))

    assert wire.calls == [3, 1]
    assert not wire.sender.refused


@pytest.mark.parametrize("status", [500, 504])
def test_a_document_has_two_tries(status):
    once, always = HiccupWire(1, status=status), HiccupWire(1, 2, status=status)

    once.sender(batch_of(1, 3_000))
    always.sender(batch_of(1, 3_000))

    assert not once.sender.refused
    assert [*always.sender.refused] == ["0"]
    assert always.calls == [1, 1]


def test_a_server_of_which_something_arrives_each_time_is_sent_the_rest():
    wire = HiccupWire(*range(1, 100), arrive=1)

    wire.sender(batch_of(50, 3_000))

    assert wire.arrived == Counter(f"{n}" for n in range(50))


def test_a_document_of_which_nobody_knows_is_not_said_to_be_refused():
    lost = refusal_problem("doc-1", StudioConnectionLost("answered 504", status=504), "")
    failed = refusal_problem("doc-1", StudioConnectionLost("answered 500", status=500), "")

    assert lost.what == "nobody knows whether Label Studio has the document: answered 504"
    assert failed.what == "Label Studio doesn't take the document: answered 500"
