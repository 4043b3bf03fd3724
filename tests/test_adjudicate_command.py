"""``curate adjudicate`` as somebody types it."""

import shutil

import pytest
from command_line import run
from disputing import TITLE, DisputedProject
from samples import ROOT

from curation.flows import connect


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder in which two annotators' work was pulled, and the server that it came from."""
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    monkeypatch.chdir(tmp_path)
    desk = DisputedProject(tmp_path)
    desk.annotate(1, "oo", by=1)
    desk.annotate(1, "og", by=2)
    desk.pull()
    monkeypatch.setattr(connect, "connect", lambda *_: desk.studio)
    return desk


def test_what_goes_out_is_said_with_its_link(desk, capsys):
    code, out, err = run(capsys, "adjudicate")

    number = desk.studio.find_project(TITLE).id
    assert (code, out) == (0, "")
    assert err == (
        "1 task for 1 document with 1 difference created, 0 changed, 0 unchanged in "
        f"'curate: adjudication': http://127.0.0.1:1/projects/{number}/data\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--json"], "--json goes with --list"),
        (["--list", "--majority"], "--list sends nothing"),
    ],
    ids=" ".join,
)
def test_options_that_do_not_go_together_are_refused(desk, capsys, arguments, said):
    code, out, err = run(capsys, "adjudicate", *arguments)

    assert (code, out) == (2, "")
    assert said in err
    assert "hint: curate adjudicate" in err
