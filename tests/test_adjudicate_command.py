"""``curate adjudicate`` as somebody types it."""

import json
import shutil
from pathlib import Path

import msgspec
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


def test_a_list_becomes_verdicts(desk, capsys):
    _, listed, _ = run(capsys, "adjudicate", "--list", "--json", "d1")
    (line,) = map(json.loads, listed.splitlines())
    decided = json.dumps(line | {"alias": line["options"][0]["alias"]})
    Path("verdicts.jsonl").write_text(decided, encoding="utf-8")

    code, _, err = run(
        capsys, "adjudicate", "--from", "verdicts.jsonl", "--by", "judge@x.invalid"
    )

    assert code == 0
    assert "1 decision on 1 document taken, by machine-" in err
    assert "(program); 0 unchanged" in err
    _, text, err = run(capsys, "adjudicate", "--list")
    assert (text, err) == ("", "No document has a difference to settle.\n")
    _, text, _ = run(capsys, "adjudicate", "--list", "--early", "d1")
    assert text.startswith("d1: 1 difference\n  (settled) ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "x.jsonl"], "--from and --by go together"),
        (["--by", "Ada"], "--from and --by go together"),
        (["--from", "x.jsonl", "--by", " "], "--from and --by go together"),
        (["--from", "x.jsonl", "--by", "Ada", "d1"], "--from takes what the file decides"),
        (["--from", "x.jsonl", "--by", "Ada", "--list"], "--from takes what the file decides"),
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


def test_a_missing_file_is_told(desk, capsys):
    code, _, err = run(capsys, "adjudicate", "--from", "none.jsonl", "--by", "Ada")

    assert code == 1
    assert "none.jsonl: no such file" in err


def test_an_id_of_two_lines_is_shown_on_one_and_comes_back_as_it_is(desk, capsys):
    with desk.place.working_version(desk.schema) as working:
        record = working.record("d1")
        working.put(msgspec.structs.replace(record, id="a\nb \u2028 c"))
        desk.place.commit(working)

    _, text, _ = run(capsys, "adjudicate", "--list", "--early")
    _, listed, _ = run(capsys, "adjudicate", "--list", "--early", "--json")

    assert "a\\nb \\u2028 c: 1 difference\n" in text
    lines = [json.loads(line) for line in listed.split("\n") if line]
    assert [one["document"] for one in lines] == ["a\nb \u2028 c", "d1"]
