"""Whatever a command is started in: a sentence at most, never a traceback, and data that is whole."""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from gold_samples import files, many, working, write_next
from samples import ROOT

from curation.cli import main
from curation.documents.document import Document, Entity
from curation.files import make_private_folder

pytestmark = pytest.mark.slow

TEXT = "Bob met Al – “today”."
DOCUMENT = Document("d", TEXT, (Entity(0, 3, "PERSON", "a"),))
LONG = "a" * 5000


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a schema, an article and a document."""
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "d.jsonl").write_text(DOCUMENT.to_line() + "\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def unprivileged():
    """Root, too, may only do what a file's mode says."""
    if os.geteuid() == 0:
        drop_from_bounding_set = 24
        for override in (1, 2):
            ctypes.CDLL(None).prctl(drop_from_bounding_set, override, 0, 0, 0)


def curate(*arguments, shell="", **variables):
    """A process of its own, in an environment with these *variables*; *shell* is what it says about streams."""
    command = ["sh", "-c", f'exec "$@" {shell}', "sh", sys.executable, "-m", "curation"]
    done = subprocess.run(
        [*command, *arguments],
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        preexec_fn=unprivileged,
        timeout=600,
    )
    said = done.stderr.decode()
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    return done.returncode, done.stdout.decode(), said


EVAL = ["eval", "--gold", "d.jsonl", "--predictions", "d.jsonl"]


@pytest.mark.parametrize("arguments", [["ingest", "a.txt"], EVAL, ["--help"]], ids=" ".join)
def test_a_closed_standard_output_is_told(desk, arguments):
    code, _, said = curate(*arguments, shell=">&-")

    assert code == 1
    assert said.endswith(
        "error: standard output: is closed\nhint: redirect it to a file, or use -o FILE\n"
    )


@pytest.mark.parametrize("command", ["ingest", "push"])
def test_a_closed_standard_input_is_told(desk, command):
    code, out, said = curate(command, "-", shell="<&-")

    assert (code, out) == (1, "")
    assert said.startswith("error: -: is closed\nhint: ")


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_no_file_of_ours_takes_the_place_of_a_closed_stream(desk, closed):
    """Else what is said would be written into it."""
    code, _, _ = curate("ingest", "a.txt", "-o", "out.jsonl", shell=closed)

    assert code == 0
    assert (desk / "out.jsonl").read_text().count("\n") == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
def test_data_is_utf8_whatever_the_terminal_is(desk, encoding):
    """The next command reads nothing else."""
    code, out, _ = curate("ingest", "a.txt", PYTHONIOENCODING=encoding)

    assert code == 0
    assert TEXT in out


def test_tables_come_through_a_locale_that_knows_no_dashes(desk):
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    assert curate(*EVAL, **plain)[:2] == curate(*EVAL)[:2]


@pytest.mark.parametrize("columns", ["0", "1", "20", "-5", "x"])
def test_no_figure_of_a_table_is_lost_where_the_window_is_narrow(desk, columns):
    code, out, _ = curate(*EVAL, COLUMNS=columns)

    assert code == 0
    assert "Entities by type, strict" in out
    assert "100.0" in out


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["ingest", LONG], id="ingest"),
        pytest.param(["push", LONG], id="push"),
        pytest.param(["agree", LONG, "d.jsonl"], id="agree"),
        pytest.param(["eval", "--gold", LONG], id="eval --gold"),
        pytest.param(["eval", "--gold", "d.jsonl", "--predictions", LONG], id="--predictions"),
        pytest.param(["eval", "--gold", "d.jsonl", "--model", LONG], id="eval --model"),
        pytest.param(["preannotate", "a.txt", "--model", LONG], id="preannotate --model"),
    ],
)
def test_a_name_that_no_disk_can_hold_is_told(desk, capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 1
    assert "file name too long\nhint: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("closed", "arguments"),
    [
        (".curate", ["push"]),
        (".curate", ["status"]),
        (".curate", ["down"]),
        (".curate", ["schema", "rename", "MONEY=AMOUNT"]),
        ("gold", ["drop", "x"]),
        ("gold", ["restore", "x"]),
        ("gold", ["show", "x"]),
        ("gold", ["release"]),
        ("gold", ["eval", "--gold", "next"]),
        ("gold/0.1.0", ["eval", "--predictions", "d.jsonl"]),
        ("gold/0.1.0", ["agree"]),
        ("in", ["eval", "--gold", "in/d.jsonl"]),
    ],
)
def test_a_folder_that_may_not_be_read_is_told(desk, closed, arguments):
    (desk / closed).mkdir(parents=True)
    (desk / closed).chmod(0)

    code, _, said = curate(*arguments)

    (desk / closed).chmod(0o700)
    assert code == 1
    assert said.startswith((f"error: {closed}", f"error: {desk / closed}"))
    assert "permission denied\nhint: see the permissions: ls -ld " in said


@pytest.mark.parametrize(
    ("shut", "arguments"),
    [
        ("gold", ["release"]),
        ("gold/next", ["drop", "d0"]),
        (".curate", ["drop", "d0"]),
        (".curate", ["push", "d.jsonl"]),
        ("label_config", ["schema", "build"]),
        (".", ["ingest", "a.txt", "-o", "out.jsonl"]),
    ],
)
def test_a_folder_that_may_only_be_read_is_told_and_stays_as_it_was(desk, shut, arguments):
    """Whichever a command writes to."""
    write_next(desk / "gold", working(*many(3)))
    make_private_folder(desk / ".curate")
    before = files(desk)
    (desk / shut).chmod(0o500)
    server = {"LABEL_STUDIO_URL": "http://127.0.0.1:9", "LABEL_STUDIO_API_KEY": "x"}

    code, _, said = curate(*arguments, **server)

    (desk / shut).chmod(0o700)
    assert code == 1
    assert "permission denied\nhint: see the permissions: ls -ld " in said
    assert {n: c for n, c in files(desk).items() if not n.endswith(".lock")} == before


def test_the_doctor_goes_on_where_a_check_may_not_look(desk):
    for name in (".curate", "gold"):
        (desk / name).mkdir()
        (desk / name).chmod(0)

    code, out, _ = curate("doctor")

    for name in (".curate", "gold"):
        (desk / name).chmod(0o700)
    assert code == 1
    assert "WRONG Label Studio: .curate/server/login.json: permission denied" in out
    assert "WRONG gold: gold: permission denied" in out


def test_no_article_of_a_folder_is_passed_over_in_silence(desk):
    """A folder inside that may not be read, one whose files may not be, a link to nothing."""
    for name in ("shut", "blind"):
        (desk / "in" / name).mkdir(parents=True)
        shutil.copy("a.txt", desk / "in" / name)
    (desk / "in" / "shut").chmod(0)
    (desk / "in" / "blind").chmod(0o400)
    (desk / "in" / "gone.txt").symlink_to("nowhere")
    shutil.copy("a.txt", desk / "in" / "sound.txt")

    code, out, said = curate("ingest", "in", "-o", "out.jsonl")

    for name in ("shut", "blind"):
        (desk / "in" / name).chmod(0o700)
    assert (code, out) == (1, "")
    assert sorted(said.splitlines()[:3]) == [
        "error: in/shut: permission denied",
        "in/blind/a.txt: permission denied",
        "in/gone.txt: no such file",
    ]
    assert not (desk / "out.jsonl").exists()


@pytest.mark.parametrize(
    "arguments", [["drop", "x"], ["doctor"], ["down"], ["status"]], ids=" ".join
)
def test_a_folder_that_was_removed_around_us_is_told(tmp_path, arguments):
    folder = tmp_path / "gone"
    folder.mkdir()
    code = "import os, sys; os.rmdir(os.getcwd()); from curation.cli import main; main(sys.argv[1:])"

    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_gold_folder_that_is_a_link_to_itself_is_told(desk, capsys):
    Path("gold").symlink_to("gold")

    with pytest.raises(SystemExit) as ended:
        main(["release"])

    assert ended.value.code == 1
