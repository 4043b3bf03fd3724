"""What annotators do in an hour, and what the rest takes at that pace."""

import re

import pytest
from annotated_project import AnnotatedProject
from hypothesis import given
from hypothesis import strategies as st
from samples import ROOT

from curation.commands.status_json import read_now, status_json
from curation.commands.status_lines import duration, status_lines
from curation.labelstudio.annotator_progress import (
    annotator_progress,
    remaining_work,
    submitted_by_day,
)
from curation.labelstudio.pull.annotation_facts import AnnotationFacts


def facts(number, *, seconds=None, words=None, by="ada", status="submitted", day="2026-11-03"):
    return AnnotationFacts(
        number=number,
        document=f"d{number}",
        account=1,
        annotator=by,
        status=status,
        updated=f"{day}T10:00:00.123456Z",
        seconds=seconds,
        words=words,
    )


def progress_of(some):
    return annotator_progress(some, lambda one: one.annotator, lambda _: "person")


def test_a_pace_is_the_median_of_what_was_submitted():
    some = [
        facts(1, seconds=300, words=100),
        facts(2, seconds=600, words=400),
        facts(3, seconds=90_000, words=100),
        facts(4),
        facts(5, seconds=1, words=900, status="skipped"),
    ]

    (ada,) = progress_of(some)

    assert ada.documents_per_hour == pytest.approx(6)  # one in 600 seconds
    assert ada.words_per_hour == pytest.approx(1200)  # 100 words in 300 seconds
    assert ada.last_change == "2026-11-03T10:00:00Z"


def test_of_no_time_there_is_no_pace():
    (ada,) = progress_of([facts(1, words=100), facts(2, seconds=0, words=100)])

    assert (ada.documents_per_hour, ada.words_per_hour) == (None, None)
    assert remaining_work(3, [facts(1)]).seconds is None


def test_the_rest_takes_as_many_days_as_the_median_day_says():
    some = [
        facts(number, day=f"2026-11-{day:02}")
        for number, day in enumerate((1, 2, 2, 2, 2, 3, 3, 3))
    ]

    rest = remaining_work(10, some)

    assert (rest.per_day, rest.days) == (3, pytest.approx(10 / 3))
    assert remaining_work(10, []).days is None


@given(st.lists(st.floats(1, 1e5), min_size=1, max_size=5), st.integers(0, 1000))
def test_the_rest_takes_as_much_as_the_median_for_each(seconds, number):
    some = [facts(n, seconds=one) for n, one in enumerate(seconds)]

    rest = remaining_work(number, some)

    (ada,) = progress_of(some)
    assert (rest.annotations, rest.timed) == (number, 1)
    assert rest.seconds == pytest.approx(number * 3600 / ada.documents_per_hour)


def test_days_are_those_of_submitted_annotations_in_order():
    some = [
        facts(1, day="2026-11-04"),
        facts(2, day="2026-11-03"),
        facts(3, day="2026-11-04"),
        facts(4, day="2026-11-05", status="skipped"),
    ]

    assert list(submitted_by_day(some).items()) == [("2026-11-03", 1), ("2026-11-04", 2)]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(50, "50 s"), (89.6, "90 s"), (90, "2 min"), (420, "7 min"), (3599, "1 h 0 min"), (12_000, "3 h 20 min")],
)  # fmt: skip
def test_a_time_is_told_as_people_tell_it(seconds, words):
    assert duration(seconds) == words


def test_status_tells_the_pace_of_each_and_the_rest_without_what_programs_do(tmp_path):
    """Twelve documents: three were annotated, one was skipped."""
    project = AnnotatedProject(tmp_path)
    project.studio.emails[4] = "baseline@curate.invalid"
    project.submit(1, seconds=300)
    project.submit(2, by=2, seconds=500)
    project.submit(3, by=4, seconds=1)
    project.submit(4, skipped=True)
    project.pull()

    lines = list(status_lines(project.status()))
    form = status_json(project.status())

    rest = "8 annotations to come, about 53 min of work at the median pace of 2 annotators (7 min each)"
    assert rest in lines
    assert any(line.startswith("    12 documents and 48 words an hour (medians); last change 2") for line in lines)  # fmt: skip
    assert "  4 more days like the others, on which 2 came in (median)" in lines
    assert form["rest"] == {
        "annotations": 8, "seconds": 3200.0, "timed": 2, "per_day": 2, "days": 4.0,
    }  # fmt: skip
    kinds = {one["kind"]: one["documents_per_hour"] for one in form["workers"]}
    assert kinds["program"] == 3600
    assert "@" not in str(form["workers"])


def test_each_key_for_a_dashboard_is_documented(tmp_path):
    project = AnnotatedProject(tmp_path, documents=1)
    project.submit(1)

    form = read_now(status_json(project.status()))

    _, _, table = (ROOT / "docs" / "maintaining.md").read_text().partition("A dashboard finds")
    table, _, _ = table.partition("## ")
    documented = {*re.findall(r"`(\w+)`", table)}
    assert form.keys() <= documented
    assert {*form["workers"][0], *form["rest"]} <= documented


def test_documents_for_several_are_done_when_all_have_them(tmp_path):
    project = AnnotatedProject(tmp_path, documents=3)
    project.studio.update_project(1, overlap=2)
    for task in project.studio.stored_tasks.values():
        task.overlap = 2
    project.submit(1, seconds=60)
    project.submit(1, by=2, seconds=60)
    project.submit(2, seconds=60)
    project.submit(3, skipped=True)

    assert project.status().project.rest.annotations == 1
