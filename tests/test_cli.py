"""The terminal: data out, talk beside it, a sentence and a next step for every mistake."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
import typer
from adjudicated_project import AdjudicatedProject
from command_line import run
from gold_samples import DATASET_TOML
from samples import ROOT
from scoring_samples import RECIPE

from curation import cli, console
from curation.commands.evaluate import print_scores
from curation.commands.push import push_lines
from curation.documents.document import Document, Entity, Layer, Relation
from curation.labelstudio.push.dealing import Dealing
from curation.labelstudio.push.overlap import OverlapChanges
from curation.labelstudio.push.report import PushReport
from curation.scoring.counts import Interval, OutcomeCounts
from curation.scoring.results import (
    ArmScores,
    ConfusionMatrix,
    MacroF1,
    RatedCounts,
    RateIntervals,
    SchemeResult,
    Scores,
)

BOB, AL = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
MODEL = Layer("model", "m", "1", "w", "r")


def document(number, *, label="PERSON"):
    bob = Entity(0, 3, label, "a")
    relations = (Relation(bob, AL, "meets_with"),)
    return Document(f"doc-{number}", f"Bob met Al. {number}", (bob, AL), relations, {}, MODEL)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a schema and nothing else, to stand in."""
    (tmp_path / "label_config").mkdir()
    for name in ("schema.toml", "labeling.xml", "guidelines.md", "schemas.json"):
        shutil.copy(ROOT / "label_config" / name, tmp_path / "label_config" / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    return tmp_path


def commands() -> Iterator[tuple[str, ...]]:
    def inside(group, path):
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from inside(command, (*path, name))
            else:
                yield (*path, name)

    yield from inside(typer.main.get_command(cli.app), ())


ALL = list(commands())


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_every_command_has_an_example_in_its_help(capsys, command):
    code, out, _ = run(capsys, *command, "--help")

    assert code == 0
    assert f"Example: curate {' '.join(command)}" in out


@pytest.mark.parametrize("group", [(), ("schema",)], ids=["curate", "curate schema"])
def test_the_list_of_commands_is_whole_at_60_columns(capsys, monkeypatch, group):
    monkeypatch.setenv("COLUMNS", "60")
    code, out, _ = run(capsys, *group, "--help")

    assert code == 0
    assert "..." not in out.split("Commands:")[1]
    assert max(map(len, out.splitlines())) <= 60


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_the_short_option_shows_the_same_help(capsys, command):
    assert run(capsys, *command, "-h") == run(capsys, *command, "--help")


def test_no_argument_shows_the_help(capsys):
    code, _, _ = run(capsys)

    assert code == 2


@pytest.mark.parametrize("title", ["ab", " ab ", "x" * 51], ids=len)
@pytest.mark.parametrize("command", ["push", "pull", "status"])
def test_a_title_that_no_project_can_have_is_told_before_anything_is_read(
    desk, capsys, command, title
):
    code, out, err = run(capsys, command, "--project", title)

    assert (code, out) == (2, "")
    length = len(title.strip())
    assert f"{title!r} has {length} letters; Label Studio takes titles of 3 to 50 letters" in (
        " ".join(err.split("\n"))
    )


@pytest.mark.parametrize(
    "arguments",
    [
        *(["push", "s.jsonl"], ["pull"], ["status"]),
        ["drop", "d", "--reason"],
    ],
    ids=lambda given: given[0],
)
def test_bytes_that_no_database_takes_are_told_before_anything_is_done(capsys, arguments):
    """In a title and in a reason, as a shell of another encoding passes them."""
    option = [] if arguments[-1] == "--reason" else ["--project"]

    code, _, err = run(capsys, *arguments, *option, "Wahl\udcff")

    assert code == 2
    assert "is not UTF-8" in err


@pytest.mark.parametrize(
    ("arguments", "files", "said", "hint"),
    [
        pytest.param(
            ["ingest", "none.txt"], {}, "none.txt: no such file", "check the path",
            id="a missing file",
        ),
        pytest.param(
            ["push"], {}, "no such file", "curate preannotate -o", id="nothing to push"
        ),
        pytest.param(
            ["push", "a.jsonl"], {"a.jsonl": "{\n"}, "a.jsonl:1: not JSON", "mend these lines",
            id="not JSON",
        ),
        pytest.param(
            ["push", "a.jsonl"],
            {"a.jsonl": '{"id":"a","text":"Bob","entities":[{"id":"e","start":2,"end":9,"label":"PERSON"}]}\n'},
            "a.jsonl:1: a, 2..9: the span is empty, reversed or outside the text (0..3)", "mend these lines",
            id="a bad span",
        ),
        pytest.param(
            ["preannotate", "a.txt", "--model", "no_such_model"], {"a.txt": "Title\n\nBody."},
            "no_such_model", "spacy download", id="a missing model",
        ),
        pytest.param(
            ["push", "a.jsonl"], {"a.jsonl": '{"id":"a","text":"x"}\n'},
            "no Label Studio is running here", "curate up", id="no server",
        ),
        pytest.param(["pull"], {}, "no Label Studio is running here", "curate up", id="no server to pull"),
        pytest.param(["eval"], {}, "gold has no sealed version yet", "curate release", id="no gold"),
        pytest.param(["agree"], {}, "gold has no sealed version yet", "curate release", id="nobody to agree"),
        pytest.param(["eval", "--gold", "9.9.9"], {}, "9.9.9", "", id="no such version"),
        pytest.param(["drop", "x"], {}, "gold/next has no document 'x'", "ls gold/next", id="nothing to drop"),
        pytest.param(["restore", "x"], {}, "gold/next has no document 'x'", "ls gold/next", id="nothing to restore"),
        pytest.param(["show", "x"], {}, "gold/next has no document 'x'", "ls gold/next", id="nothing to show"),
        pytest.param(
            ["schema", "rename", "LAW=STATUTE"], {}, "no Label Studio is running here", "curate up",
            id="no server to rename in",
        ),
        pytest.param(
            ["schema", "build"], {"label_config/schema.toml": "[entities"}, "schema.toml:1:10: not TOML",
            "mend", id="a broken schema",
        ),
    ],
)  # fmt: skip
def test_a_mistake_ends_in_a_sentence_and_a_next_step(
    desk, capsys, arguments, files, said, hint
):
    """No traceback, nothing on standard output, exit code 1."""
    for name, text in files.items():
        (desk / name).write_text(text)

    code, out, err = run(capsys, *arguments)

    assert (code, out) == (1, "")
    assert err.startswith("error: ")
    assert said in err
    assert f"hint: {hint}" in err or hint in err.partition("hint: ")[2]
    assert not (desk / "gold").exists()


def test_where_nothing_can_be_sealed_a_pull_comes_first(desk, capsys):
    (desk / "gold").mkdir()
    (desk / "gold" / "dataset.toml").write_text(DATASET_TOML)

    code, out, err = run(capsys, "release")

    assert (code, out) == (1, "")
    assert "hint: curate pull" in err


@pytest.mark.parametrize(
    ("url", "token", "said", "hint"),
    [
        ("http://127.0.0.1:9", "x" * 40, "no Label Studio answers at http://127.0.0.1:9", "curate up"),
        ("", "x" * 40, "LABEL_STUDIO_API_KEY is set, LABEL_STUDIO_URL is not", "set LABEL_STUDIO_URL"),
    ],
    ids=["a server that is down", "half of the settings"],
)  # fmt: skip
def test_a_server_that_cannot_be_reached_is_told(
    desk, capsys, monkeypatch, url, token, said, hint
):
    monkeypatch.setenv("LABEL_STUDIO_URL", url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", token)

    code, _, err = run(capsys, "pull")

    assert code == 1
    assert said in err
    assert hint in err


def test_hostile_words_do_nothing_in_the_terminal(desk, capsys):
    (desk / "a.jsonl").write_text('{"id":"\\u001b[31m[bold]\\u202e","text":"x","entities":1}\n')

    _, _, err = run(capsys, "push", "a.jsonl")
    (desk / "b.jsonl").write_text(
        '{"id":"a","text":"x","meta":{},"\\u001b[2J[bold]x\\u202e":1}\n'
    )
    _, _, more = run(capsys, "ingest", "b.jsonl")

    assert not set(err + more) & {"\x1b", "\u202e"}
    assert "[bold]x" in more


def test_hostile_words_in_data_do_nothing_either_and_stay_what_they_are(desk, capsys):
    """JSON may write them as escapes, too."""
    text = "Title\n\nBob \x9b31m\x7f met \u202eAl\u2069 [bold] 👨‍👩‍👧."
    (desk / "a.txt").write_text(text)

    _, out, _ = run(capsys, "ingest", "a.txt")

    assert not set(out) & {"\x9b", "\x7f", "\u202e", "\u2069"}
    assert json.loads(out)["text"] == text


def test_articles_flow_through_a_pipe(desk, capsys):
    (desk / "a.txt").write_text("A title\n\nBob met Al.\n\nMost Popular\n")

    code, out, err = run(capsys, "ingest", "a.txt")

    (line,) = out.splitlines()
    assert code == 0
    assert json.loads(line)["text"] == "A title\n\nBob met Al."
    assert err == "1 document.\n"


@pytest.mark.parametrize("command", [["schema", "check"], ["doctor"]], ids=" ".join)
def test_a_generated_file_that_cant_be_read_is_told(desk, capsys, command):
    (desk / "label_config" / "guidelines.md").unlink()
    (desk / "label_config" / "guidelines.md").mkdir()

    code, out, err = run(capsys, *command)

    assert code == 1
    assert "label_config/guidelines.md: is a folder" in out + err


def test_a_mistake_in_the_schema_is_shown_as_a_compiler_does(desk, capsys):
    path = desk / "label_config" / "schema.toml"
    path.write_text(
        path.read_text().replace('head = ["PERSON"]', 'head = ["PERSON", "PRESON"]', 1)
    )
    line = path.read_text().split('"PRESON"')[0].count("\n") + 1

    code, out, err = run(capsys, "schema", "check")

    assert (code, out) == (1, "")
    problem, shown, mark, hint = err.splitlines()
    assert problem.startswith(
        f"error: label_config/schema.toml:{line}:19: relation 'holds_position' joins 'PRESON', which is no"
    )
    assert "entity types are PERSON, NORP, " in problem
    assert shown == f'{line:5} | head = ["PERSON", "PRESON"]'
    assert mark == "      |                   ^^^^^^^^"
    assert hint == "hint: mend label_config/schema.toml, then: curate schema build"


def test_a_stale_generated_file_is_exit_code_3(desk, capsys):
    assert run(capsys, "schema", "check")[0] == 0
    (desk / "label_config" / "labeling.xml").write_text("<View/>")

    code, _, err = run(capsys, "schema", "check")
    assert code == 3
    assert "labeling.xml: not what schema.toml says" in err

    assert run(capsys, "schema", "build")[0] == 0
    assert run(capsys, "schema", "check")[0] == 0


def test_two_files_are_scored_whatever_made_them(desk, capsys):
    (desk / "gold.jsonl").write_text(document(0).to_line() + "\n")
    (desk / "found.jsonl").write_text(document(0, label="ORG").to_line() + "\n")

    files = ("--gold", "gold.jsonl", "--predictions", "found.jsonl")
    code, out, _ = run(capsys, "eval", *files, "--json")
    form = json.loads(out)
    assert code == 0
    assert form["entities"]["strict"]["micro"]["f1"] == 0.5
    assert form["entities"]["exact"]["micro"]["f1"] == 1.0
    assert form["relations"]["boundaries"]["micro"]["f1"] == 1.0
    assert form["recipe"]["model"] == str(MODEL)

    _, table, err = run(capsys, "eval", *files)
    assert re.search(r"Entities +\n +strict +50\.0 +50\.0 +50\.0 +– +1 +1 +1", table)
    assert re.search(r"recipe: gold:gold.jsonl.*seed:7", table)
    assert "too few" in err
    assert "one document gives no interval" in err
    assert "nothing says how this gold was annotated" in err


def many_documents(folder):
    """Gold, predictions that are right in part, and others that are less so; 12 of each."""
    golds = [document(n) for n in range(12)]
    found = [document(n, label="ORG" if n % 3 == 0 else "PERSON") for n in range(12)]
    worse = [document(n, label="ORG" if n % 2 == 0 else "PERSON") for n in range(12)]
    for name, some in (("gold", golds), ("found", found), ("worse", worse)):
        (folder / f"{name}.jsonl").write_text("".join(one.to_line() + "\n" for one in some))
    return ("eval", "--gold", "gold.jsonl", "--predictions", "found.jsonl")


def test_tables_fit_into_80_columns(desk, capsys):
    command = many_documents(desk)
    both = ("--against", "worse.jsonl", "--against-gold", "found.jsonl")

    _, scores, _ = run(capsys, *command, *both)
    _, agreed, _ = run(capsys, "agree", "gold.jsonl", "found.jsonl", "worse.jsonl")

    tables = [line for line in (scores + agreed).splitlines() if "recipe" not in line]
    assert max(map(len, tables)) <= 80
    for title in ("Scores of 12 documents", "Change of the predictions, on this gold: 12 documents", "Change of the gold, with the other", "Change of both", "Beyond chance", "Pair by pair"):  # fmt: skip
        assert title in scores + agreed
    assert re.search(r"Entities +\n +strict +83\.3 +83\.3 +83\.3 +\d\d\.\d to \d\d\.\d +20 +4 +4", scores)  # fmt: skip


def test_forty_types_with_long_names_and_large_counts_fit_into_80_columns(capsys, monkeypatch):
    """Names are broken where they must be, figures never."""
    monkeypatch.setenv("COLUMNS", "60")
    spread = RateIntervals(*[Interval(0.8123, 0.8567)] * 3)
    counts = OutcomeCounts(21034, 1234, 1043, 2345, 1234, 1234)
    rates = RatedCounts(counts, bca=spread, percentile=spread)
    types = {f"AN_ENTITY_TYPE_OF_A_RATHER_LONG_NAME_{n:02}": rates for n in range(40)}
    tally = SchemeResult(micro=rates, macro=MacroF1(0.8, bca=spread.f1), by_type=types, emittable=RatedCounts(), by_band={"same_sentence": rates, "across": rates})  # fmt: skip
    entities = dict.fromkeys(("strict", "exact", "partial", "type"), tally)
    relations = dict.fromkeys(("strict", "boundaries", "relaxed", "on_gold_entities", "document_level"), tally)  # fmt: skip
    names = (*types, "")
    confused = ConfusionMatrix(names, tuple(tuple(int(x != y) for x in names) for y in names))

    headline = ArmScores(documents=9999, entities=entities, relations=relations, spans=confused)
    print_scores(Scores(recipe=RECIPE, headline=headline), as_json=False)

    tables = [line for line in capsys.readouterr().out.splitlines() if "recipe" not in line]
    assert max(map(len, tables)) <= 80
    row = re.compile(r" 87\.8 +84\.0 +85\.9 +81\.2 to 85\.7 +21034 +2468 +3579( +85\.9)?\s*$")
    figures = [line for line in tables if "81.2 to" in line and "80.0" not in line]
    assert len(figures) == 6 + 7 + 2 * 40
    assert all(map(row.search, figures))
    for name in ("  on the gold's entities ", "    mean of the types "):
        assert any(line.startswith(name) for line in tables)


def test_a_row_is_a_line_whatever_a_type_is_called(capsys):
    console.table("Types", [("", "F1"), ("a\nb\x1b", "50.0")])

    assert "a\\nb\\x1b  50.0" in capsys.readouterr().out


def test_two_models_are_compared_on_the_same_documents(desk, capsys):
    code, out, _ = run(capsys, *many_documents(desk), "--against", "worse.jsonl", "--json")

    compared = json.loads(out)["comparison"]
    f1 = compared["model"]["entities.strict.micro.f1"]
    assert (code, compared["against"], compared["gold"]) == (0, "worse.jsonl", None)
    assert f1["difference"] == pytest.approx(20 / 24 - 18 / 24)
    assert f1["interval"][0] < f1["difference"] < f1["interval"][1]
    assert 0 < f1["p"] <= 1


def test_a_comparison_with_predictions_that_are_not_all_there_says_so(desk, capsys):
    command = many_documents(desk)
    lines = (desk / "worse.jsonl").read_text().splitlines(keepends=True)
    (desk / "some.jsonl").write_text(lines[0])
    (desk / "more.jsonl").write_text("".join([*lines, document(12).to_line() + "\n"]))

    code, _, err = run(capsys, *command, "--against", "some.jsonl")
    assert code == 0
    assert "warning: the predictions compared with leave out 11 of 12 documents" in " ".join(
        err.split()
    )
    code, _, err = run(capsys, *command, "--against", "more.jsonl")
    assert code == 0
    assert (
        "1 document of the predictions compared with is left out, as no gold holds it." in err
    )


def test_what_only_one_side_holds_is_left_out_and_told(desk, capsys):
    _, *_, found = many_documents(desk)
    (desk / "one.jsonl").write_text(document(0).to_line() + "\n")

    code, out, err = run(
        capsys, "eval", "--gold", "one.jsonl", "--predictions", found, "--json"
    )
    form = json.loads(out)
    assert (code, err) == (0, "")
    assert form["documents"].items() >= {"scored": 1, "without_gold": 11}.items()
    assert "11 documents of the predictions are left out, as the gold doesn't hold them." in form["caveats"]  # fmt: skip
    code, _, err = run(capsys, *many_documents(desk), "--against-gold", "one.jsonl")
    assert (
        "The comparison counts the 1 document in both golds, and leaves out 11 only in this gold."
        in err
    )
    (desk / "other.jsonl").write_text(document(99).to_line() + "\n")
    code, _, err = run(capsys, "eval", "--gold", "one.jsonl", "--predictions", "other.jsonl")
    assert (code, "error: the gold and the predictions share no document: for example, 'doc-0' is only" in err) == (1, True)  # fmt: skip
    code, _, err = run(capsys, *many_documents(desk), "--against", "other.jsonl")
    assert (code, "error: compared with other.jsonl: the gold and the pred" in err) == (1, True)


def test_a_bar_that_is_not_reached_is_exit_code_3(desk, capsys):
    command = many_documents(desk)

    assert run(capsys, *command, "--fail-under", "entities.strict.micro.f1=0.8")[0] == 0
    code, out, err = run(capsys, *command, "--fail-under", "entities.strict.micro.f1=0.9")
    assert (code, "Scores of 12 documents" in out) == (3, True)
    assert "error: entities.strict.micro.f1 is 0.8333, below 0.9" in err
    code, _, err = run(capsys, *command, "--fail-under", "entities.f1=0.9")
    assert (code, "hint: curate eval --fail-under entities.strict.micro.f1=0.80" in err) == (
        2,
        True,
    )
    moved = ("--fail-under", "comparison.model.entities.strict.micro.f1.difference=0.1")
    code, out, err = run(capsys, *command, *moved)
    assert (code, out, "nothing is compared without --against" in err) == (2, "", True)
    code, _, err = run(capsys, *command, *moved, "--against", "worse.jsonl")
    assert (code, "difference is 0.0833, below 0.1" in err) == (3, True)


@pytest.mark.parametrize("bar", ["entities.strict.micro.f1", "entities.strict.micro.f1=nan"])
def test_what_is_no_bar_is_refused_before_anything_is_scored(desk, capsys, bar):
    fine = ("--fail-under", "entities.strict.micro.f1=0.1")
    code, out, err = run(capsys, *many_documents(desk), *fine, "--fail-under", bar)

    assert (code, out) == (2, "")
    assert f"error: --fail-under {bar!r}: expected PATH=NUMBER" in err
    code, out, err = run(capsys, *many_documents(desk), "--fail-under", "entities.f1=0.5")
    assert (code, out) == (2, "")
    assert "error: --fail-under 'entities.f1': the score has no such figure" in err


def test_a_report_is_a_page_beside_the_figures(desk, capsys):
    command = many_documents(desk)
    plain = run(capsys, *command, "--json")
    code, out, err = run(capsys, *command, "--json", "--report", "pages/report.html")
    html = (desk / "pages" / "report.html").read_text()

    assert (code, out) == (0, plain[1])
    assert "The report is in pages/report.html: open it in a browser." in err
    assert html.startswith("<!doctype html>")
    assert html.count("<li data-k") == 8  # four wrong types, and the relations of these
    assert run(capsys, *command, "--report", "again.html")[0] == 0
    assert (desk / "again.html").read_text() == html
    assert run(capsys, *command, "--report", "again.html")[0] == 0
    code, _, err = run(capsys, *command, "--report", "pages")
    assert (code, "hint: give another path" in err) == (1, True)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("found.jsonl", "found.jsonl: the file is no report, and would be overwritten"),
        ("label_config/schema.toml", "label_config/schema.toml: the file is no report"),
        (
            "-",
            "--report -: the figures go to standard output; the report needs a file of its own",
        ),
    ],
)
def test_a_report_takes_the_place_of_nothing_else(desk, capsys, place, said):
    command = many_documents(desk)
    before = (desk / "found.jsonl").read_bytes()

    code, out, err = run(capsys, *command, "--report", place)

    assert (code, out) == (1, "")
    assert err.startswith(f"error: {said}")
    assert (desk / "found.jsonl").read_bytes() == before


def test_the_seed_is_given_and_printed(desk, capsys):
    command = (*many_documents(desk), "--json")
    forms = [json.loads(run(capsys, *command, *more)[1]) for more in ((), ("--seed", "7"), ("--seed", "8"))]  # fmt: skip

    assert [form["recipe"]["seed"] for form in forms] == [7, 7, 8]
    assert forms[0] == forms[1]
    assert forms[0]["entities"] != forms[2]["entities"]


def test_agreement_is_the_same_either_way_round(desk, capsys):
    (desk / "a.jsonl").write_text(document(0).to_line() + "\n")
    (desk / "b.jsonl").write_text(document(0, label="ORG").to_line() + "\n")

    there = json.loads(run(capsys, "agree", "a.jsonl", "b.jsonl", "--json")[1])
    back = json.loads(run(capsys, "agree", "b.jsonl", "a.jsonl", "--json")[1])

    assert there["entities"]["strict"]["micro"]["f1"] == 0.5
    assert there == back


def test_agreement_writes_a_page_of_what_annotators_confuse(desk, capsys):
    """Of files in any folder too; the figures go where they go without it, and no other file is overwritten."""
    (desk / "a.jsonl").write_text(document(0).to_line() + "\n")
    (desk / "b.jsonl").write_text(document(0, label="ORG").to_line() + "\n")
    files = ("agree", "a.jsonl", "b.jsonl")
    plain = run(capsys, *files, "--json")[1]

    code, out, err = run(capsys, *files, "--json", "--report", "page.html")

    assert (code, out) == (0, plain)
    assert "The report is in page.html: open it in a browser." in err
    page = (desk / "page.html").read_text()
    assert "Entities: another label" in page
    assert "a.jsonl" in page
    code, _, err = run(capsys, *files, "--report", "a.jsonl")
    assert code == 1
    assert "a.jsonl: the file is no report, and would be overwritten" in err


def test_agreement_without_a_choice_is_in_next_while_no_version_is_sealed(desk, capsys):
    project = AdjudicatedProject(desk)
    assert project.record("d1").verdict is None
    code, out, err = run(capsys, "agree", "--json")

    assert code == 0, err
    assert json.loads(out)["recipe"]["gold"] == "next"
    assert "gold has no sealed version yet: agreement in next" in err


def test_agreement_on_nothing_is_undefined_and_said_to_be(desk, capsys):
    (desk / "a.jsonl").write_text(document(0).to_line() + "\n")
    (desk / "b.jsonl").write_text(document(1).to_line() + "\n")
    code, _, err = run(capsys, "agree", "a.jsonl", "b.jsonl")

    assert code == 0
    assert "no document was annotated by two or more: agreement is undefined" in err


def test_what_is_undefined_is_said_to_be(desk, capsys):
    """Nobody marked anything: no figure is 0, and the sentences say why."""
    bare = Document("a", "Bob met Al.").to_line() + "\n"
    for name in ("a.jsonl", "b.jsonl"):
        (desk / name).write_text(bare)

    _, _, agreed = run(capsys, "agree", "a.jsonl", "b.jsonl")
    _, scores, said = run(capsys, "eval", "--gold", "a.jsonl", "--predictions", "b.jsonl")

    nothing = "Undefined, since there is nothing to rate: F1 of entities and F1 of relations."
    assert nothing in agreed
    assert "Undefined, since all tokens have one label: κ and α." in agreed
    assert nothing in said
    assert re.search(r"Entities +\n +strict +– +– +– +– +0 +0 +0", scores)


def test_boundaries_stand_beside_the_types_and_halves_in_words(desk, capsys):
    (desk / "gold.jsonl").write_text(document(0).to_line() + "\n")
    wide = replace(
        document(0),
        entities=(Entity(0, 7, "PERSON", "a"), Entity(8, 10, "ORG", "b")),
        relations=(),
    )
    (desk / "found.jsonl").write_text(wide.to_line() + "\n")

    _, out, _ = run(capsys, "eval", "--gold", "gold.jsonl", "--predictions", "found.jsonl")

    assert re.search(r"partial \(1 counts half\) +75\.0 +75\.0 +75\.0 +– +1 +0 +0", out)
    assert re.search(r"Entities by type, strict\n +P +R +F1 +95 % +tp +fp +fn +boundaries", out)
    assert re.search(r"PERSON +0\.0 +0\.0 +0\.0 +– +0 +1 +2 +50\.0", out)
    assert "/2" not in out


@pytest.mark.parametrize(
    ("report", "dry_run", "said"),
    [
        (
            {"blind": 1, "dealing": Dealing(blind_share=0.1)},
            False,
            ["1 of the new documents is blind (a share of 0.1): without suggestions, whatever is pushed later."],
        ),
        (
            {"blind": 3, "dealing": Dealing(blind_share=1)},
            True,
            ["3 of the new documents would be blind (every one): without suggestions, whatever is pushed later."],
        ),
        (
            {
                "dealing": Dealing(overlap=2, overlap_share=0.2),
                "overlap": OverlapChanges(raised=3, open_again=frozenset({7})),
            },
            False,
            [
                "A share of 0.2 of the documents is for 2 annotators, who don't see each other's work while they use Label All Tasks only.",
                "3 tasks are for more annotators than before; 1 of them, finished until now, is open again for others.",
            ],
        ),
        (
            {"overlap": OverlapChanges(lowered=2, finished=2)},
            True,
            ["2 tasks would be for fewer annotators than before; 2 of them would be finished by that. All annotations stay, and count."],
        ),
    ],
    ids=["one blind", "a blind project", "raised", "lowered"],
)  # fmt: skip
def test_push_says_how_documents_are_dealt_out(report, dry_run, said):
    given = PushReport(project="p", link="l", created=3, **report)

    assert list(push_lines(given, dry_run=dry_run))[1:] == said
