"""``curate consistency`` on gold/next and on versions, with exceptions, links and returns."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from annotated_project import ORG, AnnotatedProject
from command_line import run
from gold_samples import annotated, sealed, working, write_next
from samples import ROOT, SCHEMA

from curation.consistency.exceptions import EXCEPTIONS_FILE, exception_lines
from curation.errors import GoldError
from curation.flows.consistency import consistency, send_findings_back
from curation.schema.labeling import RETURNED_KEY
from curation.workspace import Workspace

LABELS = ("GPE", "PERSON", "GPE")
OTHER = ("ORG", "PERSON", "GPE")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Three documents that call Russia a GPE and one that calls it an ORG, and no relation there."""
    (tmp_path / "label_config").symlink_to(ROOT / "label_config")
    monkeypatch.chdir(tmp_path)
    here = Workspace.here()
    rows = [annotated(f"d{n}", labels=LABELS) for n in range(3)]
    write_next(here.gold, working(*rows, annotated("odd", labels=OTHER)))
    return here


def test_next_and_a_version_have_the_same_findings(place):
    next_report = consistency(place, SCHEMA)
    sealed(place.gold, working(*(annotated(f"d{n}") for n in range(3)), annotated("odd", labels=OTHER)))  # fmt: skip

    of_version = consistency(place, SCHEMA, gold="0.1.0")

    assert [one.what for one in next_report.findings] == ["label: 'Russia' ORG"]
    assert of_version.findings == next_report.findings
    assert next_report.files == {"odd": "gold/next/odd.json"}
    assert of_version.files == {}


def test_the_command_says_what_where_and_how_to_except_it(place, capsys):
    """What it prints to paste, filled in, takes the finding away; and --check goes by what remains."""
    code, out, err = run(capsys, "consistency", "--check")

    assert code == 3
    assert "odd: 'Russia' is ORG here; elsewhere GPE 3 times" in out
    assert "[Russia] backs Assad" in out
    assert "gold/next/odd.json" in out
    assert "1 finding in 1 of 4 documents of next." in err
    pasted = err[err.index("[[right]]") : err.index("error:")].strip()
    Path("gold", EXCEPTIONS_FILE).write_text(pasted.replace('reason = ""', 'reason = "a team"'))
    code, out, err = run(capsys, "consistency", "--check")
    assert (code, out) == (0, "")
    assert "1 more is right, as gold/consistency.toml says" in err


def test_json_has_all_of_it(place, capsys):
    _, out, _ = run(capsys, "consistency", "next", "--json")

    (one,) = json.loads(out)["findings"]
    assert one["document"] == "odd"
    assert (one["kind"], one["key"], one["place"]) == ("two labels", "e0-6", [[0, 6]])
    assert (one["here"], one["elsewhere"], one["weight"]) == (1, 3, 0.6)
    assert (one["file"], one["link"]) == ("gold/next/odd.json", None)


def test_an_exception_that_is_about_nothing_is_told_with_its_line(place):
    path = place.gold / EXCEPTIONS_FILE
    path.write_text('\n[[right]]\ndocument = "d1"\nwhat = "unmarked: \'X\'"\nreason = "r"\n')

    report = consistency(place, SCHEMA)

    (needless,) = report.sifted.needless
    assert str(needless) == f"{path}:3: matches nothing any more: unmarked: 'X' in d1"
    assert len(report.findings) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[right]]\ndocument = "d"\nwhat = "w"', ":1:3: [[right]] has no 'reason'"),
        ('[[right]]\ndocument = "d"\nwhat = "w"\nreason = ""', "'reason' is empty"),
        ("[[wrong]]\n", "unknown key 'wrong'"),
        ("[right]\n", "with two brackets"),
        ("[[right", "not TOML"),
    ],
)
def test_a_mistake_in_the_exceptions_is_told(place, text, said):
    (place.gold / EXCEPTIONS_FILE).write_text(text)

    with pytest.raises(GoldError) as found:
        consistency(place, SCHEMA)

    assert said in str(found.value)


def test_what_is_to_be_pasted_is_toml_whatever_names_hold(place):
    (one,) = consistency(place, SCHEMA).findings
    odd = replace(one, what="label: '\"Al\\\n' 😀")

    assert tomllib.loads(exception_lines(odd))["right"][0]["what"] == odd.what


def test_findings_go_back_to_the_annotators_of_their_documents_with_links(tmp_path):
    """Each with what was found in it; the others stay where they are."""
    made = AnnotatedProject(tmp_path, documents=3)
    made.submit(1)
    made.submit(2)
    made.submit(3, *ORG, unchanged=False)
    made.pull()
    report = consistency(made.place, SCHEMA)

    back = send_findings_back(made.studio, made.place, SCHEMA, report.findings, title="p")

    assert [one.what for one in report.findings] == ["label: 'Bob' ORG"]
    assert report.links.keys() == back.returned.keys() == {"d03"}
    shown = made.studio.task_data(3)[RETURNED_KEY]
    assert "'Bob' is ORG here; elsewhere PERSON 2 times ([Bob] met Al. 3)" in shown
    assert not made.studio.task_data(1).get(RETURNED_KEY)
