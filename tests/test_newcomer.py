"""What somebody new types first, where, and what they are told."""

import io
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from command_line import run
from gold_samples import annotated, read_next, working, write_dataset_facts, write_next
from samples import ROOT

from curation.documents.document import Document, Entity, Relation
from curation.documents.stream import DocumentsFile
from curation.files import json_line, write_lines
from curation.gold.tables.rows import gold_row

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


@pytest.mark.parametrize(
    "arguments",
    [
        ["demo"], ["up"], ["schema", "build"], ["schema", "check"], ["schema", "rename", "A=B"],
        ["preannotate"], ["preannotate", "letter.txt"], ["push"], ["status"], ["pull"], ["agree"],
        ["drop", "x"], ["restore", "x"], ["show", "x"], ["eval"], ["release"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_folder_that_is_none_of_ours_is_told_and_nothing_is_left_in_it(
    elsewhere, capsys, arguments
):
    code, out, err = run(capsys, *arguments)

    assert (code, out) == (1, "")
    assert err == (
        "error: label_config/schema.toml: no such file; curate works in a folder that has this file\n"
        "hint: curate init, which makes label_config/ here; or go to a folder that has one\n"
    )
    assert [path.name for path in elsewhere.iterdir()] == ["letter.txt"]


def test_files_of_documents_are_scored_in_any_folder_whatever_their_labels(elsewhere, capsys):
    """No schema is needed, no gold and no .curate; and nothing but the report is left behind."""
    bob, al = Entity(0, 3, "Mensch", "a"), Entity(8, 10, "a.b c", "b")
    gold = Document("d", "Bob met Al.", (bob, al), (Relation(bob, al, "trifft"),))
    found = replace(gold, relations=(Relation(al, bob, "trifft"),))
    for name, one in (("a", gold), ("b", found)):
        (elsewhere / f"{name}.jsonl").write_text(one.to_line() + "\n")
    files = ("eval", "--gold", "a.jsonl", "--predictions", "b.jsonl")
    both = ("--against", "a.jsonl", "--against-gold", "b.jsonl")
    said = "Without label_config/schema.toml nothing says which relations have no direction"

    code, out, err = run(capsys, *files, *both, "--report", "r.html")
    agreed, table, doubts = run(capsys, "agree", "a.jsonl", "b.jsonl")

    assert (code, agreed) == (0, 0)
    assert re.search(r"Entities by type, strict\n.*\nMensch +100\.0", out)
    assert "recipe: gold:a.jsonl|digest:" in out
    assert "schema:" not in out + table
    assert said in err
    assert said in doubts
    assert "<a href" not in (elsewhere / "r.html").read_text().partition('id="mistakes"')[2]
    assert {path.name for path in elsewhere.iterdir()} == {
        "letter.txt",
        "a.jsonl",
        "b.jsonl",
        "r.html",
    }
    code, _, err = run(capsys, "eval", "--gold", "1.0.0", "--predictions", "b.jsonl")
    assert (code, err) == (1, "error: '1.0.0' is no version of gold, and no file of documents\nhint: give a file, or go to the folder that gold/ is in\n")  # fmt: skip


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
    assert "WRONG schema: label_config/schema.toml: no such file" in out


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
        "error: no articles were given, and this folder has no seeds/\n"
        f"hint: curate {command} ARTICLES, which are .txt, .html, .jsonl, .json, .csv, .tsv or .parquet files, or folders of them\n"
    )
    assert not (desk / ".curate").exists()


def test_a_slip_in_one_of_many_paths_is_told_before_the_others_are_read(desk, capsys):
    code, out, err = run(capsys, "ingest", "letter.txt", "lettre.txt", "seed")

    assert (code, out) == (1, "")
    assert err.startswith("error: lettre.txt: no such file or folder\nseed: no such")


@pytest.mark.parametrize("command", ["ingest", "preannotate"])
def test_the_help_says_which_articles_are_read_by_default(capsys, command):
    _, out, _ = run(capsys, command, "--help")

    assert "seeds" in out.partition("Arguments:")[2]


def test_without_suggestions_push_says_how_to_make_them(desk, capsys):
    code, _, err = run(capsys, "push")

    assert code == 1
    assert "error: .curate/suggestions.jsonl: no such file\n" in err
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
    write_dataset_facts(desk / "gold")
    write_next(desk / "gold", working(annotated("d")))
    schema = desk / "label_config" / "schema.toml"
    schema.write_text(schema.read_text().replace('hotkey = "t"', 'hotkey = "y"'))

    code, _, err = run(capsys, *command)

    assert code == 1
    assert "label_config/labeling.xml" in err
    assert re.search(r"schema\.toml says(: |\nhint: )curate schema build\n", err)


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
        (["agree", "d.jsonl"], "d.jsonl: the only file; agreement takes two files or more"),
        (["agree", "d.jsonl", "e.jsonl", "d.jsonl"], "d.jsonl: given twice"),
        (["agree", "d.jsonl", "label_config/../d.jsonl"], "label_config/../d.jsonl: given twice"),
        (["agree", "--gold", "d.jsonl"], "--gold d.jsonl: a file, where --gold takes a version"),
        (["agree", "d.jsonl", "e.jsonl", "--gold", "next"], "files and --gold were both given"),
        (["eval", "--gold", "d.jsonl", "--predictions", "e.jsonl", "--model", "x"], "--model and --predictions were both"),
        (["schema", "rename", "MONEY"], "'MONEY' isn't OLD=NEW"),
        (["release", "1.0"], "'1.0' is no version: a version is three numbers"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)  # fmt: skip
def test_what_makes_no_sense_together_is_told(desk, capsys, arguments, said):
    for name in ("d.jsonl", "e.jsonl"):
        (desk / name).write_text(BOB.to_line() + "\n")
    write_dataset_facts(desk / "gold")

    code, out, err = run(capsys, *arguments)

    assert (code, out) == (2, "")
    assert err.startswith(f"error: {said}")
    assert "eval" not in err.partition("hint: ")[2]


@pytest.fixture
def gold(desk):
    """Two documents in gold/next, one of them annotated blind; and a file of the dataset's rows."""
    state = working(annotated("a"), annotated("b", suggestion=None))
    write_next(desk / "gold", state)
    write_lines(desk / "rows.jsonl", (json_line(gold_row(one)) for one in state.gold_documents))
    return "rows.jsonl"


@pytest.mark.parametrize("chosen", ["gold/next", "gold/next/", "rows.jsonl"])
def test_the_gold_is_scored_the_same_by_its_name_its_folder_and_its_rows(gold, capsys, chosen):
    def scored(name):
        code, out, _ = run(capsys, "eval", "--gold", name, "--predictions", gold, "--json")
        form = json.loads(out)
        return code, form["recipe"]["arm"], form["entities"], form["relations"]

    assert scored(chosen) == scored("next")
    assert scored("next")[:2] == (0, "blind")


def test_what_the_gold_holds_goes_through_every_command_of_documents(desk, gold, capsys):
    """So that another model, say, can be tried on the gold's own texts."""
    assert run(capsys, "agree", gold, shutil.copy(gold, "same.jsonl"))[0] == 0
    assert run(capsys, "ingest", gold, "-o", "again.jsonl")[0] == 0
    assert run(capsys, "preannotate", gold, "-o", "found.jsonl")[0] == 0
    code, _, err = run(capsys, "push", gold)

    again, found = (list(DocumentsFile(desk / f"{name}.jsonl")) for name in ("again", "found"))
    assert again == [one.document for one in read_next(desk / "gold").gold_documents]
    assert [one.meta for one in found] == [one.meta for one in again]
    assert (code, "no Label Studio is running here" in err) == (1, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": "Other words."}, "the text doesn't have the hash in 'text_sha256'"),
        ({"arm": "left"}, "'arm' must be one of assisted, blind, unknown, not 'left'"),
        ({"annotators": [1]}, "'annotators' must be a list of pseudonyms, not [1]"),
        ({"meta": "{"}, "'meta': not JSON"),
        ({"meta": 3}, "'meta': a number, not a JSON object"),
        ({"entities": 3}, "'entities' must be a list, not 3"),
        ({"colour": 3}, "unknown key 'colour'"),
        ({"entities": [{"id": "e", "start": 0, "end": 6, "label": "GPE", "text": "Rossia"}]}, "the text at 0..6 is 'Russia', not 'Rossia'"),
        ({"annotator": "person-1"}, "give whole documents with: --gold next"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
def test_a_record_of_the_gold_is_read_as_strictly_as_a_document(gold, capsys, change, said):
    row = json.loads(Path(gold).read_text().splitlines()[0])
    Path("bad.jsonl").write_text(json.dumps(row | change) + "\n")

    code, _, err = run(capsys, "eval", "--gold", "bad.jsonl", "--predictions", gold)

    assert code == 1
    assert err.startswith("error: bad.jsonl:1: ")
    assert said in err


def test_a_version_that_is_not_there_is_told_with_those_that_are(gold, capsys):
    for command in ("eval", "agree"):
        code, _, err = run(capsys, command, "--gold", "god.jsonl")

        assert code == 1
        assert (
            err
            == "error: 'god.jsonl' is no version of gold, and no file of documents\nhint: versions: next\n"
        )


def given(monkeypatch, *documents):
    lines = "".join(one.to_line() + "\n" for one in documents).encode()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(lines)))


def test_gold_comes_through_a_pipe_too(desk, capsys, monkeypatch):
    (desk / "d.jsonl").write_text(BOB.to_line() + "\n")
    given(monkeypatch, BOB)

    code, out, _ = run(capsys, "eval", "--gold", "-", "--predictions", "d.jsonl", "--json")

    assert code == 0
    assert json.loads(out)["entities"]["strict"]["micro"]["tp"] == 1


@pytest.mark.parametrize(
    "arguments",
    [["ingest", "-", "-"], ["eval", "--gold", "-", "--predictions", "-"]],
    ids=" ".join,
)
def test_standard_input_can_be_read_but_once(desk, capsys, monkeypatch, arguments):
    given(monkeypatch, BOB)

    code, _, err = run(capsys, *arguments)

    assert code == 1
    assert "error: -: standard input was read already\nhint: give - as an argument once" in err


def test_a_pipe_gets_all_of_it_or_nothing(desk, capsys):
    """Else the next command would send the half that is sound."""
    (desk / "two.jsonl").write_text(BOB.to_line() + "\n{\n")

    code, out, err = run(capsys, "ingest", "letter.txt", "two.jsonl")

    assert (code, out) == (1, "")
    assert err.startswith("error: two.jsonl:2: not JSON")


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.docx"])
def test_what_is_no_article_by_its_name_is_not_taken_for_one(desk, capsys, name):
    """A picture or a list of articles would become one article, and nobody would see it."""
    (desk / name).write_text('[{"id":"a","text":"x"}]')

    code, out, err = run(capsys, "ingest", name)

    assert (code, out) == (1, "")
    assert err.startswith(
        f"error: {name}: not a file of a kind that is read: .txt, .html, .jsonl, .json, .csv, .tsv or .parquet"
    )


def test_what_a_command_of_the_shell_gives_is_read_whatever_it_is_called(desk):
    (desk / "two.jsonl").write_text(BOB.to_line() + "\n")
    command = f"{sys.executable} -m curation ingest <(cat letter.txt) <(cat two.jsonl)"

    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)

    first, second = map(json.loads, done.stdout.splitlines())
    assert first["id"].startswith("article-")
    assert second["id"] == "d"


def test_a_name_in_capitals_is_a_name(desk, capsys):
    (desk / "in").mkdir()
    (desk / "in" / "A.TXT").write_text("Title\n\nBody.")
    (desk / "in" / "B.JSONL").write_text('{"id":"b","text":"x"}\n')

    _, out, _ = run(capsys, "ingest", "in")

    assert [json.loads(line)["id"] for line in out.splitlines()] == ["A", "b"]


@pytest.mark.parametrize(
    "arguments",
    [["push", "e.jsonl"], ["eval", "--gold", "e.jsonl"], ["agree", "e.jsonl", "d.jsonl"],
     ["eval", "--gold", "d.jsonl", "--predictions", "e.jsonl"]],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("content", ["", "\n \n"], ids=["empty", "blank"])
def test_a_file_without_documents_is_told(desk, capsys, arguments, content):
    """What made it has failed, more likely."""
    (desk / "d.jsonl").write_text(BOB.to_line() + "\n")
    (desk / "e.jsonl").write_text(content)

    code, out, err = run(capsys, *arguments)

    assert (code, out) == (1, "")
    assert err.startswith("error: e.jsonl: no documents in this file\nhint: ")


def test_a_gold_without_documents_is_no_gold_to_score(desk, capsys):
    code, out, err = run(capsys, "eval", "--gold", "next")

    assert (code, out) == (1, "")
    assert err == "error: gold/next holds no documents\nhint: curate pull\n"


def test_an_article_is_no_document_yet_and_that_is_said(desk, capsys):
    """Not that its keys are unknown: they are as they should be, for ingest."""
    (desk / "d.jsonl").write_text('{"id":"a","title":"A deal","text":"x","url":"http://a"}\n')

    for command in (["push", "d.jsonl"], ["eval", "--gold", "d.jsonl"]):
        code, _, err = run(capsys, *command)

        assert code == 1
        assert err.startswith(
            "error: d.jsonl:1: an article with 'title', not a document; make documents of articles with: curate ingest\n"
        )
    assert run(capsys, "ingest", "d.jsonl")[0] == 0


@pytest.mark.parametrize("given", ["letter.txt", "label_config"])
def test_articles_are_not_pushed_as_they_are(desk, capsys, given):
    code, _, err = run(capsys, "push", given)

    assert code == 1
    assert err == (
        f"error: {given}: articles; push takes the documents that preannotate wrote\n"
        f"hint: curate preannotate {given}, then curate push\n"
    )


@pytest.mark.parametrize("command", ["ingest", "preannotate"])
@pytest.mark.parametrize(
    "output", ["seeds/one.jsonl", "linked.jsonl", "seeds/../seeds/one.jsonl"]
)
def test_what_is_read_is_not_overwritten(desk, capsys, command, output):
    raw = '{"id": "one", "text": "Talks in Oslo."}\n'
    (desk / "seeds").mkdir(exist_ok=True)
    (desk / "seeds" / "one.jsonl").write_text(raw)
    Path("linked.jsonl").symlink_to("seeds/one.jsonl")

    code, _, err = run(capsys, command, "seeds", "-o", output)

    assert code == 1
    assert (
        err
        == f"error: {output}: is both input and output, and would be overwritten\nhint: give another file with -o\n"
    )
    assert (desk / "seeds" / "one.jsonl").read_text() == raw
