"""``curate status --watch``: what is shown again and again, and when."""

import json

import pytest
from annotated_project import FLAG, NOTE, AnnotatedProject

from curation.commands.status_watch import watch_status
from curation.errors import StudioError


class Hours:
    """What happens between two readings; then somebody presses ^C."""

    def __init__(self, *happenings):
        self.happenings = list(happenings)
        self.waited = []

    def __call__(self, seconds):
        self.waited.append(seconds)
        if not self.happenings:
            raise KeyboardInterrupt
        self.happenings.pop(0)()


def nothing():
    pass


@pytest.fixture
def project(tmp_path):
    project = AnnotatedProject(tmp_path, documents=4)
    project.submit(1, seconds=60)
    return project


def test_it_ends_with_ctrl_c_and_waits_as_long_as_was_asked(project):
    hours = Hours(nothing, nothing)

    watch_status(project.status, every=7, wait=hours)

    assert hours.waited == [7, 7, 7]


def test_without_a_terminal_only_what_changed_is_said(project, capsys):
    hours = Hours(nothing, lambda: project.submit(2, seconds=60), nothing)

    watch_status(project.status, every=1, wait=hours)

    said = capsys.readouterr().err
    assert said.count("4 tasks: ") == 2
    assert "4 tasks: 1 annotated" in said
    assert "4 tasks: 2 annotated" in said
    assert "\x1b" not in said
    assert "Ctrl-C" not in said


def test_as_json_each_change_is_a_line(project, capsys):
    hours = Hours(nothing, lambda: project.submit(2, NOTE, seconds=60))

    watch_status(project.status, every=1, as_json=True, wait=hours)

    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in out.splitlines()]
    assert [one["annotated"] for one in lines] == [1, 2]
    assert lines[0]["read_at"] <= lines[1]["read_at"]
    assert err == ""


def test_what_there_is_to_look_at_is_counted_and_no_note_is_shown(project, capsys):
    project.submit(2, NOTE)
    project.submit(3, NOTE, FLAG)
    project.pull()

    watch_status(project.status, every=1, wait=Hours())

    said = capsys.readouterr().err
    assert "To look at: 1 flagged annotation, 1 note; curate status --project p" in said
    assert "who is Al?" not in said


def test_a_server_that_comes_back_is_asked_again(project, capsys):
    def read():
        if hours.waited == [1]:
            raise StudioError("Label Studio doesn't answer")
        return project.status()

    hours = Hours(lambda: project.submit(2), nothing)
    watch_status(read, every=1, wait=hours)

    said = capsys.readouterr().err
    before, after = said.split("Label Studio doesn't answer; asked again in 1 s\n")
    assert "4 tasks: 1 annotated" in before
    assert "4 tasks: 2 annotated" in after


def test_a_server_that_never_answered_is_an_error():
    def read():
        raise StudioError("no answer")

    with pytest.raises(StudioError, match="no answer"):
        watch_status(read, every=1, wait=Hours())
