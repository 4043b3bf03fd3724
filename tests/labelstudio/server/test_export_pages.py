"""A long export comes in portions of a good size, the next one on its way while one is read."""

import threading

import pytest

from curation.errors import StudioConnectionLost
from curation.labelstudio.server.export_pages import FIRST_PAGE_TASKS, PAGE_BYTES, export_pages


def asked(bytes_each, numbers, at_most=500):
    """How many were asked for each time, where each task takes so many bytes."""
    sizes = []

    def ask(some):
        sizes.append(list(some))
        return b"x" * sum(bytes_each(number) for number in some)

    total = sum(len(answer) for answer in export_pages(ask, numbers, at_most=at_most))
    assert total == sum(map(bytes_each, numbers))
    assert [number for some in sizes for number in some] == list(numbers)
    return [len(some) for some in sizes]


def test_short_articles_come_by_the_hundred():
    assert asked(lambda _: 9_000, range(1, 1301)) == [FIRST_PAGE_TASKS, 500, 500, 250]


def test_long_ones_come_few_at_a_time():
    """2,000 entities take 1 MB, on our side and a multiple of it on the server's."""
    sizes = asked(lambda _: 1_000_000, range(60))

    assert sizes == [FIRST_PAGE_TASKS, PAGE_BYTES // 1_000_000, 2]


def test_one_beyond_all_measure_comes_alone():
    assert asked(lambda _: 2 * PAGE_BYTES, range(FIRST_PAGE_TASKS + 3)) == [
        FIRST_PAGE_TASKS,
        1,
        1,
        1,
    ]


def test_numbers_that_are_nothing_hold_nobody_up():
    assert asked(lambda _: 0, range(FIRST_PAGE_TASKS + 1000)) == [FIRST_PAGE_TASKS, 500, 500]


def test_the_next_one_is_asked_for_while_one_is_read():
    """And no more than that one: nothing piles up."""
    asked_for, second = [], threading.Event()

    def ask(some):
        asked_for.append(list(some))
        if len(asked_for) == 2:
            second.set()
        return b"x"

    answers = export_pages(ask, range(3 * FIRST_PAGE_TASKS), at_most=FIRST_PAGE_TASKS)
    next(answers)

    assert second.wait(10)
    assert len(asked_for) == 2
    assert len(list(answers)) == 2


def test_what_goes_wrong_is_told_where_it_is_waited_for():
    """What came before is read."""

    def ask(some):
        if some[0]:
            raise StudioConnectionLost("broken")
        return b"x"

    answers = export_pages(ask, range(2 * FIRST_PAGE_TASKS), at_most=FIRST_PAGE_TASKS)

    assert next(answers) == b"x"
    with pytest.raises(StudioConnectionLost, match="broken"):
        next(answers)


@pytest.mark.parametrize("status", [0, 200, 504], ids=["broken", "cut off", "too long"])
def test_what_does_not_pass_is_asked_for_in_smaller_portions(status):
    """Of 40 kB a task, by a proxy that lets 1 MB pass; all come once, in their order."""
    asked_for, answered = [], []

    def ask(some):
        asked_for.append(len(some))
        if 40_000 * len(some) > 1_000_000:
            raise StudioConnectionLost("cut", status=status)
        answered.extend(some)
        return b"x" * 40_000 * len(some)

    numbers = range(10 * FIRST_PAGE_TASKS)
    total = sum(map(len, export_pages(ask, numbers, at_most=500)))

    assert total == 40_000 * len(numbers)
    assert answered == list(numbers)
    assert len(asked_for) <= 2 + len(numbers) // 12


def test_a_page_that_is_lost_after_a_stretch_without_tasks_makes_no_page_small_for_long():
    """Numbers from 1001 are tasks of 9 kB; a proxy is restarted during the fourth page."""
    sizes = []

    def ask(some):
        sizes.append(len(some))
        if len(sizes) == 4:
            raise StudioConnectionLost("cut")
        return b"[]" + b"x" * 9_000 * sum(number > 1000 for number in some)

    answers = list(export_pages(ask, range(1, 4001), at_most=350))

    assert sum(map(len, answers)) == 9_000 * 3000 + 2 * len(answers)
    assert sizes[:6] == [50, 350, 350, 350, 175, 175]
    assert sizes[-2] == 350
    assert len(sizes) < 18


@pytest.mark.parametrize("status", [502, 503, 429])
def test_a_server_that_is_not_there_is_not_asked_for_less(status):
    asked_for = []

    def ask(some):
        asked_for.append(some)
        raise StudioConnectionLost("busy", status=status)

    with pytest.raises(StudioConnectionLost):
        list(export_pages(ask, range(FIRST_PAGE_TASKS), at_most=500))
    assert len(asked_for) == 1
