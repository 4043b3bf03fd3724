"""What somebody new types first, where, and what they are told."""

import json
import shutil
import subprocess
import sys

import pytest
from samples import ROOT

from curation.cli import main
from curation.document import Document, Entity

BOB = Document("d", "Bob met Al.", (Entity(0, 3, "PERSON", "a"),))


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder that is none of curate's, and has a file of its owner's."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.txt").write_text("Dear Al,\n\nBob.")
    return tmp_path


@pytest.fixture
def desk(elsewhere):
    """A folder of one's own: the schema was copied, and nothing else."""
    shutil.copytree(ROOT / "label_config", elsewhere / "label_config")
    return elsewhere


def run(capsys, *arguments):
    code = 0
    try:
        main(list(arguments))
    except SystemExit as ended:
        code = ended.code or 0
    return code, *capsys.readouterr()


@pytest.mark.parametrize(
    "arguments",
    [
        ["demo"], ["up"], ["schema", "build"], ["schema", "check"], ["schema", "rename", "A=B"],
        ["preannotate"], ["preannotate", "letter.txt"], ["push"], ["status"], ["pull"], ["agree"],
        ["drop", "x"], ["eval"], ["release"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_folder_that_is_none_of_ours_is_told_and_nothing_is_left_in_it(
    elsewhere, capsys, arguments
):
    code, out, err = run(capsys, *arguments)

    assert (code, out) == (1, "")
    assert err == (
        "error: this is no folder of curate's: there is no label_config/schema.toml\n"
        "hint: copy label_config/ here from the source of curate, or go to a folder that has it\n"
    )
    assert [path.name for path in elsewhere.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    "arguments", [["down"], ["doctor"], ["ingest", "letter.txt"]], ids=" ".join
)
def test_what_works_anywhere_leaves_nothing_either(elsewhere, capsys, arguments):
    run(capsys, *arguments)

    assert [path.name for path in elsewhere.iterdir()] == ["letter.txt"]


def test_inside_a_folder_of_ours_the_way_out_is_told(desk, capsys, monkeypatch):
    (desk / "seeds" / "old").mkdir(parents=True)
    monkeypatch.chdir(desk / "seeds" / "old")

    code, _, err = run(capsys, "status")

    assert code == 1
    assert err.endswith("hint: cd ../..\n")


def test_the_doctor_says_it_once(elsewhere, capsys):
    code, out, _ = run(capsys, "doctor")

    assert code == 1
    assert out.count("label_config/schema.toml") == 1
    assert "WRONG schema: this is no folder of curate's" in out


def test_a_folder_without_gold_is_not_wrong(desk, capsys):
    _, out, _ = run(capsys, "doctor")

    assert (
        "OK    gold: no version is sealed yet; curate pull, then curate release, make the first"
        in out
    )


@pytest.mark.parametrize("command", ["ingest", "preannotate"])
def test_where_articles_are_looked_for_is_told_before_anything_is_made(desk, capsys, command):
    code, out, err = run(capsys, command)

    assert (code, out) == (1, "")
    assert err == (
        "error: seeds: there is no such file or folder\n"
        "hint: check the path; articles are .txt or .jsonl files, or folders of them\n"
    )
    assert not (desk / ".curate").exists()


def test_a_slip_in_one_of_many_paths_is_told_before_the_others_are_read(desk, capsys):
    code, out, err = run(capsys, "ingest", "letter.txt", "lettre.txt", "seed")

    assert (code, out) == (1, "")
    assert err.startswith(
        "error: lettre.txt: there is no such file or folder\nseed: there is no such"
    )


@pytest.mark.parametrize("command", ["ingest", "preannotate"])
def test_the_help_says_which_articles_are_read_by_default(capsys, command):
    _, out, _ = run(capsys, command, "--help")

    assert "seeds" in out.partition("Arguments:")[2]


def test_without_suggestions_push_says_how_to_make_them(desk, capsys):
    code, _, err = run(capsys, "push")

    assert code == 1
    assert "error: .curate/suggestions.jsonl: there is no such file\n" in err
    assert "curate preannotate -o .curate/suggestions.jsonl ARTICLES" in err


@pytest.mark.parametrize(
    ("there", "lacks"), [([], "seeds and no gold"), (["seeds"], "gold"), (["gold"], "seeds")]
)
def test_the_demo_says_at_once_what_it_lacks(desk, capsys, there, lacks):
    for name in there:
        shutil.copytree(ROOT / name, desk / name)

    code, out, err = run(capsys, "demo")

    assert (code, out) == (1, "")
    assert err.startswith(
        f"error: the demo needs the shipped articles and gold, and this folder has no {lacks}\n"
    )
    assert not (desk / ".curate").exists()


@pytest.mark.parametrize("port", ["0", "99999999", "-1", "http"])
def test_a_port_that_cannot_be_is_refused(desk, capsys, port):
    assert run(capsys, "up", "--port", port)[0] == 2
    assert not (desk / ".curate").exists()


@pytest.mark.parametrize("command", [["push", "d.jsonl"], ["release"]], ids=" ".join)
def test_a_schema_that_was_not_built_does_not_go_out(desk, capsys, command):
    """Else annotators would read a guideline that stands in no file."""
    (desk / "d.jsonl").write_text(BOB.to_line() + "\n")
    schema = desk / "label_config" / "schema.toml"
    schema.write_text(schema.read_text().replace('hotkey = "t"', 'hotkey = "y"'))

    code, _, err = run(capsys, *command)

    assert code == 1
    assert "label_config/labeling.xml" in err
    assert err.endswith("not what schema.toml says\nhint: curate schema build\n")


def test_documents_for_the_screen_go_nowhere_else(desk):
    done = subprocess.run(
        [sys.executable, "-m", "curation", "preannotate", "letter.txt", "-o", "-"],
        capture_output=True,
        text=True,
    )

    assert json.loads(done.stdout)["id"] == "letter"
    assert done.stderr == "1 document with suggestions.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["agree", "d.jsonl"], "d.jsonl: one file agrees with nobody"),
        (["agree", "d.jsonl", "e.jsonl", "d.jsonl"], "d.jsonl: given twice"),
        (["agree", "d.jsonl", "e.jsonl", "--gold", "next"], "files and --gold were both given"),
        (["eval", "--gold", "d.jsonl", "--predictions", "e.jsonl", "--model", "x"], "--model and --predictions were both"),
        (["agree"], "gold has no sealed version yet"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)  # fmt: skip
def test_what_makes_no_sense_together_is_told(desk, capsys, arguments, said):
    for name in ("d.jsonl", "e.jsonl"):
        (desk / name).write_text(BOB.to_line() + "\n")

    code, out, err = run(capsys, *arguments)

    assert (code, out) == (1, "")
    assert err.startswith(f"error: {said}")
    assert "eval" not in err.partition("hint: ")[2]
