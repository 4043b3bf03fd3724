"""Documents that other adjudicators have already stay with them, unless a project is named."""

import pytest
from command_line import run
from disputing import TITLE, DisputedProject

from curation.commands.adjudicate import adjudication_lines

OTHER = "desk B"


@pytest.fixture
def desk(tmp_path):
    """Three documents on which two annotators differ, the first two at the adjudicators of OTHER."""
    desk = DisputedProject(tmp_path)
    for number in (1, 2, 3):
        desk.annotate(number, "oog", by=1)
        desk.annotate(number, "gp-", by=2)
    desk.pull()
    desk.adjudicate("d1", "d2", title=OTHER)
    return desk


def said(report):
    return "\n".join(adjudication_lines(report, dry_run=False))


def documents_in(desk, title):
    project = desk.studio.find_project(title)
    return [task.doc_id for task in desk.studio.tasks(project.id)] if project else []


def test_without_a_project_the_tasks_of_others_are_left_there_and_told_with_the_command(desk):
    report = desk.adjudicate()

    assert report.created == {"d3": 1}
    assert documents_in(desk, TITLE) == ["d3"]
    assert documents_in(desk, OTHER) == ["d1", "d2"]
    assert said(report).splitlines()[1:] == [
        "2 documents stay with the adjudicators of 'desk B' (d1, d2); to bring up to date what "
        "they have: curate adjudicate --project 'desk B'"
    ]


def test_where_all_are_at_others_no_project_is_made(desk):
    desk.adjudicate("d3", title="desk C")

    report = desk.adjudicate("d1", "d3")

    assert desk.studio.find_project(TITLE) is None
    assert report.agreed == ()
    assert report.elsewhere == {"desk B": ("d1",), "desk C": ("d3",)}
    assert "--project 'desk B'" in said(report)
    assert "--project 'desk C'" in said(report)


def test_a_project_that_is_named_gets_tasks_of_its_own(desk):
    report = desk.adjudicate(title=TITLE)

    assert report.created == {"d1": 1, "d2": 1, "d3": 1}
    assert report.elsewhere == {}


def test_a_task_that_is_in_both_is_brought_up_to_date_in_the_default_one(desk):
    desk.adjudicate("d1", title=TITLE)

    report = desk.adjudicate("d1")

    assert (report.unchanged, report.created, report.elsewhere) == (1, {}, {})


def test_a_task_of_another_text_is_no_task_of_the_document(desk):
    project = desk.studio.find_project(OTHER)
    (number,) = [task.id for task in desk.studio.tasks(project.id, doc_ids=["d1"])]
    desk.studio.replace_task_data(number, desk.studio.task_data(number) | {"text": "Another."})

    assert desk.adjudicate("d1", "d2").created == {"d1": 1}


def test_a_dry_run_tells_the_same(desk):
    told = desk.adjudicate(dry_run=True)

    assert (told.created, told.elsewhere) == ({"d3": 1}, {"desk B": ("d1", "d2")})
    assert desk.studio.find_project(TITLE) is None
    assert told.elsewhere == desk.adjudicate().elsewhere


def test_the_list_and_the_file_of_verdicts_make_no_tasks_and_take_no_project(capsys):
    for arguments in (["--list"], ["--from", "x", "--by", "ada@example.org"]):
        code, _, told = run(capsys, "adjudicate", *arguments, "--project", "desk B")

        assert code == 2
        assert f"--project says where tasks are made, and {arguments[0]} makes none" in told
