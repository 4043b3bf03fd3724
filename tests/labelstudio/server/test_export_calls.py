"""What is said of an export that doesn't get through: of a task only where it is the task."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from serving import serving, without_proxies

from curation.errors import StudioConnectionLost
from curation.labelstudio.server import http
from curation.labelstudio.server.client import HttpStudio


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    without_proxies(monkeypatch)
    monkeypatch.setattr(http, "READ_PAUSES", (0.0, 0.0))


def lost(answer, numbers=range(1, 51)):
    """What is said of the export of tasks with these *numbers*, and how many calls were made."""
    with serving(answer) as (address, calls), pytest.raises(StudioConnectionLost) as caught:
        list(HttpStudio(f"http://{address}", "t0ken", timeout=5).export(7, numbers))
    return f"{caught.value} {caught.value.hint}", calls


def fails_but_lists(status, body, *found):
    """A server that fails at exports, and lists those tasks that it finds."""

    def answer(path):
        if "/export" in path:
            return status, body
        tasks = [{"id": number} for number in found]
        page = {
            "tasks": tasks,
            "total": len(tasks),
            "total_annotations": 0,
            "total_predictions": 0,
        }
        return 200, json.dumps(page).encode()

    return answer


def test_a_server_that_takes_too_long_for_everything_is_soon_told_and_no_task_blamed():
    said, calls = lost(lambda _: (504, b""))

    assert "answered 504: a proxy gave up waiting for Label Studio" in said
    assert "task" not in said
    exports = [len(parse_qs(urlsplit(call).query)["ids[]"]) for call in calls if "ids" in call]
    assert exports == [50, 6, 1, 1, 1]
    assert len(calls) == len(exports) + 1


def test_a_number_that_is_no_task_is_not_blamed():
    said, _ = lost(fails_but_lists(504, b""))

    assert "answered 504" in said
    assert "task 1" not in said


def test_a_task_that_takes_too_long_is_told_apart_from_one_whose_answer_breaks_off():
    too_long, _ = lost(fails_but_lists(504, b"", 1))
    broken_off, _ = lost(fails_but_lists(200, b'[{"id": 1, "data"', 1))

    assert "task 1 of project 7 takes too long to read" in too_long
    assert "must wait longer for it" in too_long
    assert "task 1 of project 7 can't be read" in broken_off
    assert "must let so large an answer pass" in broken_off
