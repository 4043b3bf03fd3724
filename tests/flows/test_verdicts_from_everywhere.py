"""Decisions of several tasks, projects and files are one verdict, and only its own task takes one back."""

import json

import pytest
from adjudicated_project import ADA, CY, AdjudicatedProject
from deciding import decided
from flows.test_adjudication_loop import Loop
from samples import SCHEMA

from curation.annotations.decision_makers import adjudicators_of
from curation.annotations.voters import compare_annotations
from curation.commands.adjudicate import listed_json_lines
from curation.flows.list_differences import list_differences
from curation.flows.verdicts_from_file import verdicts_from_file
from curation.labelstudio.twin import MemoryStudio


@pytest.fixture
def loop(tmp_path):
    made = Loop(tmp_path, studio=MemoryStudio())
    made.first = made.annotate(1, "ooooo", by=1)
    made.annotate(1, "gpgpg", by=2)
    made.pull()
    return made


def by_talking(loop, *, by="eve@example.org", choose=lambda one: one["options"][0]["alias"]):
    """Verdicts from a file; the first option each."""
    listed = list_differences(loop.studio, loop.place, SCHEMA)
    lines = [json.loads(one) for one in listed_json_lines(listed)]
    file = loop.place.home / "verdicts.jsonl"
    for one in lines:
        if not (one["alias"] or one["own"]):
            one["alias"] = choose(one)
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return verdicts_from_file(loop.place, SCHEMA, file, by=by)


def chosen(loop):
    return {one.key: one.chosen for one in loop.record("d1").verdict.decisions}


def change_first_span(loop):
    """The first annotator has something new at one place; it is asked, and nothing else."""
    loop.studio.let_pass(60)
    loop.change(loop.first, 1, "foooo")
    loop.pull_all()


def test_a_new_difference_comes_to_the_decisions_of_a_file(loop):
    by_talking(loop)
    before = chosen(loop)
    loop.studio.let_pass(10**9)
    change_first_span(loop)
    assert loop.adjudicate().asked == 1
    loop.settle("d1")

    report = loop.pull_all()

    after = chosen(loop)
    assert [key for key in before if before[key] != after.get(key)] == [min(before)]
    assert after.keys() == before.keys()
    assert loop.gold("d1").adjudicated
    assert [*adjudicators_of(loop.record("d1").verdict).values()] == [
        "person",
        "person",
    ]
    said = report.verdicts[0]
    assert (said.replaced, said.remarks) == (("d1",), ())
    assert loop.adjudicate().asked == 0
    again = loop.pull_all().verdicts[0]
    assert (again.unchanged, again.remarks) == (1, ())


def test_a_new_difference_comes_to_the_decisions_of_a_task_that_is_deleted(loop):
    loop.adjudicate()
    loop.settle("d1")
    loop.pull_all()
    before = chosen(loop)
    loop.studio.delete_task(loop.number("d1"))
    change_first_span(loop)
    assert loop.adjudicate().asked == 1
    loop.pull_all()
    assert chosen(loop) == before
    loop.settle("d1")

    loop.pull_all()

    after = chosen(loop)
    assert [key for key in before if before[key] != after.get(key)] == [min(before)]
    assert loop.gold("d1").adjudicated


def test_a_file_of_what_is_open_comes_to_what_an_adjudicator_decided(loop):
    loop.adjudicate()
    loop.settle("d1")
    loop.pull_all()
    before = loop.record("d1").verdict
    change_first_span(loop)

    taken = by_talking(loop)

    after = loop.record("d1").verdict
    assert len(after.decisions) == 5
    assert {*adjudicators_of(after)} == {before.by, taken.by}
    assert [one.uid for one in after.tasks] == [one.uid for one in before.tasks]
    assert loop.gold("d1").adjudicated
    report = loop.pull_all().verdicts[0]
    assert (report.replaced, report.remarks, len(loop.record("d1").verdict.decisions)) == (
        (),
        (),
        5,
    )


def test_another_project_decides_what_is_new_and_the_older_one_stays_and_is_silent(tmp_path):
    project = AdjudicatedProject(tmp_path)
    readings = project.readings("d1")
    keys = [*readings]
    first = {key: readings[key] for key in keys[:6]}
    project.decide("d1", decided(project.asked["d1"], first))
    project.pull()
    project.hands.let_pass(60)
    differences = project.record("d1").verdict.undecided
    config = project.project.label_config
    project.project = project.studio.create_project("other desk", config, "")
    project.desk_title = "other desk"
    compared = compare_annotations(project.record("d1"), SCHEMA)
    project.ask("d1", asked=[one for one in compared.differences if one.key in differences])
    later = project.decide(
        "d1", decided(project.asked["d1"], {key: readings[key] for key in keys[6:]}), by=CY
    )

    report = project.pull()

    assert (report.replaced, report.problems) == (("d1",), ())
    verdict = project.record("d1").verdict
    assert len(verdict.decisions) == 10
    assert len(adjudicators_of(verdict)) == 2
    assert len(verdict.tasks) == 2
    assert "d1" in project.gold()
    files = project.files()
    project.pull_all()
    both = project.pull_all().verdicts
    assert [one.remarks for one in both] == [(), ()]
    assert project.files() == files

    project.hands.delete(later)
    report = project.pull()

    assert len(project.record("d1").verdict.decisions) == 6
    assert report.lessened == {"d1": "round 1 (4 decisions)"}
    assert "round 1 (4 decisions)" not in project.said()


def test_strict_refuses_what_an_earlier_pull_took(tmp_path):
    project = AdjudicatedProject(tmp_path)
    project.decide("d1", by=ADA)
    assert project.pull().taken == ("d1",)

    report = project.pull(strict=True)

    assert "annotated the document, and adjudicated it too" in report.problems[0].what
    assert report.removed == {"d1": "its adjudicator annotated the document"}
    assert project.record("d1").verdict is None
    assert project.gold() == {}
