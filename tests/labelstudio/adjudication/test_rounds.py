"""Differences in the tasks of adjudication: rounds, and positions that never change."""

from itertools import chain

import pytest
from deciding import updated_task
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA

from curation.annotations.differences import ComparedAnnotations, Difference, Option
from curation.annotations.readings import PlaceReading, entities_key
from curation.documents.document import Document
from curation.labelstudio.adjudication.rounds import StoredRound, plan_rounds
from curation.labelstudio.adjudication.task import (
    read_adjudication_stamp,
    to_adjudication_task,
)

TEXT = "Somewhere. " * 60


def place(number, *labels):
    """A difference at one place, whose readings have these labels."""
    span = (10 * number, 10 * number + 5)
    key = entities_key(span)
    readings = [PlaceReading(entities=((*span, label),)) for label in labels or ("ORG", "GPE")]
    options = tuple(
        Option(f"{key} {one.entities[0][2]}", (f"u{n}",), one) for n, one in enumerate(readings)
    )
    return Difference(key=key, kind="entities", place=(span,), options=options)


def pair(one, other):
    """A difference between two places."""
    spans = tuple(sorted((place(one).place[0], place(other).place[0])))
    key = f"r{spans}"
    return Difference(
        key=key, kind="relations", place=spans, options=(Option(key, ("u0",), PlaceReading()),)
    )


class Server:
    """A document's tasks as the server has them; *changed* are those that the last run changed or made."""

    def __init__(self, most=40):
        self.most = most
        self.tasks = {}
        self.begun = set()
        self.changed = []

    def adjudicate(self, differences, *, decided=frozenset()):
        """Bring the tasks to the plan for these differences, which is returned."""
        stored = [
            StoredRound(number=number, is_begun=number in self.begun, shown=self.shown(number))
            for number in self.tasks
        ]
        plan = plan_rounds(differences, stored, decided=decided, most=self.most)
        compared = ComparedAnnotations(
            agreed=Document("d1", TEXT), differences=tuple(differences)
        )
        self.changed = []
        for one in plan.rounds:
            if one.number not in self.tasks:
                task = to_adjudication_task(
                    compared, SCHEMA, asked=one.asked, round_number=one.number
                )
                self.tasks[one.number] = task["data"]
                self.changed.append(one.number)
                continue
            now = updated_task(
                self.tasks[one.number],
                compared,
                asked=one.asked,
                holding=one.holding,
            )
            assert now.appended == one.added
            if now.is_changed:
                self.changed.append(one.number)
                self.tasks[one.number] = now.data
        return plan

    def shown(self, number=1):
        return read_adjudication_stamp(self.tasks[number]).differences

    @property
    def asked(self):
        """The keys in question, task by task."""
        return [
            [one.key for one in self.shown(number) if not one.settled] for number in self.tasks
        ]


def test_a_task_has_forty_differences_at_most_and_the_rest_go_into_further_rounds():
    differences = [place(number) for number in range(60)]
    server = Server(most=25)

    server.adjudicate(differences)

    assert [len(keys) for keys in server.asked] == [25, 25, 10]
    assert [one.n for one in server.shown(2)] == list(range(1, 26))
    assert list(chain.from_iterable(server.asked)) == [one.key for one in differences]
    (first, second) = plan_rounds(differences).rounds
    assert (len(first.asked), len(second.asked)) == (40, 20)


def test_a_relation_stands_with_its_ends_or_waits_until_they_are_settled():
    places = [place(number) for number in range(4)]
    near, far, none = pair(0, 1), pair(0, 3), pair(50, 60)
    differences = [*places, near, far, none]
    server = Server(most=3)

    plan = server.adjudicate(differences)

    assert server.asked == [[one.key for one in places[:3]], [places[3].key, none.key]]
    assert plan.waiting == (near.key, far.key)

    server.begun = {1, 2}
    after = server.adjudicate(differences, decided={one.key for one in places})

    assert server.asked[1:] == [[places[3].key, none.key, near.key], [far.key]]
    assert after.waiting == ()


def test_what_is_new_comes_to_the_end_and_what_fell_away_keeps_its_position():
    server = Server()
    server.adjudicate([place(1), place(2)])
    server.begun = {1}

    server.adjudicate([place(0), place(2), place(3)])

    assert [(one.n, one.key, one.settled) for one in server.shown()] == [
        (1, place(1).key, True),
        (2, place(2).key, False),
        (3, place(0).key, False),
        (4, place(3).key, False),
    ]


@pytest.mark.parametrize("begun", [{1}, set()], ids=["begun", "not begun"])
def test_a_new_reading_is_asked_anew_at_the_end(begun):
    server = Server()
    server.adjudicate([place(1, "ORG", "GPE"), place(2)])
    server.begun = begun

    server.adjudicate([place(1, "ORG", "GPE", "FAC"), place(2)])

    first, _, last = server.shown()
    assert (first.key, first.settled, len(first.options)) == (last.key, True, 2)
    assert (last.settled, len(last.options)) == (False, 3)


def test_adopting_an_offered_reading_changes_nothing():
    server = Server()
    server.adjudicate([place(1, "ORG", "GPE", "FAC"), place(2)])

    server.adjudicate([place(1, "ORG", "FAC"), place(2)])

    assert server.changed == []


def test_what_was_decided_elsewhere_is_asked_nowhere():
    server = Server()
    server.adjudicate([place(1), place(2)])

    server.adjudicate([place(1), place(2)], decided={place(1).key})

    assert server.asked == [[place(2).key]]
    assert plan_rounds([place(1)], decided={place(1).key}).rounds == ()


def test_a_verdict_stays_where_it_was_made():
    server = Server()
    server.adjudicate([place(1), place(2)])
    server.begun = {1}

    plan = server.adjudicate([place(1), place(2)], decided={place(1).key, place(2).key})

    assert server.changed == []
    assert plan.rounds[0].has_questions


PLACES = st.integers(0, 12)
LABELS = st.sets(st.sampled_from("ABCD"), min_size=1).map(sorted)
DIFFERENCES = st.builds(
    lambda places, pairs: [
        *(place(number, *labels) for number, labels in places.items()),
        *{one.key: one for one in (pair(*ends) for ends in pairs)}.values(),
    ],
    st.dictionaries(PLACES, LABELS, max_size=10),
    st.lists(st.tuples(PLACES, PLACES), max_size=8),
)


@given(
    before=DIFFERENCES,
    now=DIFFERENCES,
    begun=st.sets(st.integers(1, 4)),
    is_decided=st.lists(st.booleans(), min_size=18, max_size=18),
)
def test_every_open_difference_is_asked_once_and_no_position_ever_moves(
    before, now, begun, is_decided
):
    server = Server(most=4)
    server.adjudicate(before)
    server.begun = begun
    earlier = {number: server.shown(number) for number in server.tasks}
    keys = {one.key for one in now}
    decided = {one.key for one, is_it in zip(now, is_decided, strict=False) if is_it}

    plan = server.adjudicate(now, decided=decided)

    for number, shown in earlier.items():
        kept = server.shown(number)[: len(shown)]
        same = [(one.n, one.key, one.options) for one in kept]
        assert [(one.n, one.key, one.options) for one in shown] == same
        assert all(was.settled <= one.settled for was, one in zip(shown, kept, strict=True))
    for number in server.tasks:
        shown = server.shown(number)
        assert [one.n for one in shown] == list(range(1, len(shown) + 1))
        assert len(shown) <= 4
    asked = list(chain.from_iterable(server.asked))
    assert len(asked) == len({*asked})
    assert keys - decided <= {*asked, *plan.waiting}
    assert not {*asked} & {*plan.waiting}
    assert all(key.startswith("r") for key in plan.waiting)


@given(before=DIFFERENCES, now=DIFFERENCES, begun=st.sets(st.integers(1, 4)))
def test_to_adjudicate_again_changes_nothing(before, now, begun):
    server = Server(most=4)
    server.adjudicate(before)
    server.begun = begun
    plan = server.adjudicate(now)

    again = server.adjudicate(now)

    assert server.changed == []
    assert again.waiting == plan.waiting
