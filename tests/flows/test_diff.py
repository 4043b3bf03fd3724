"""What is different between versions, as it is typed, printed and given to programs."""

import json
import shutil
from dataclasses import replace

import pytest
from command_line import run
from gold_samples import annotated, sealed, working, write_next
from samples import ROOT

from curation.gold.changes.changelog import read_changelog


@pytest.fixture(name="desk")
def _desk(tmp_path, monkeypatch):
    """A folder with two versions; gold/next is as the second one."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    gold = tmp_path / "gold"
    sealed(gold, working(annotated("d1"), annotated("d2"), annotated("d3")))
    sealed(gold, working(annotated("d1", labels=("GPE", "ORG", "GPE")), annotated("d3")))
    return tmp_path


def test_two_versions_differ_by_documents_entities_and_relations(desk, capsys):
    code, out, err = run(capsys, "diff", "0.1.0", "0.2.0")

    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:2] == [
        "0.1.0 → 0.2.0: 0 documents added, 1 removed, 1 changed.",
        "documents removed: d2",
    ]
    rows = [line.split() for line in lines]
    assert ["PERSON", "3", "-1", "-1", "1"] in rows
    assert ["ORG", "0", "+1", "1"] in rows
    assert ["supports", "3", "-1", "1", "2"] in rows
    assert lines[-3:] == [
        "d1: 1 entity relabelled; 1 relation moved",
        "  relabelled 13..18 PERSON 'Assad', now 13..18 ORG 'Assad'",
        "  moved 'Russia' supports 'Assad', now 'Russia' supports 'Assad'",
    ]


def test_the_newest_version_and_next_are_compared_where_nothing_is_named(desk, capsys):
    write_next(desk / "gold", working(annotated("d1", labels=("GPE",)), annotated("d3")))

    code, out, _ = run(capsys, "diff")

    assert code == 0
    assert out.startswith("0.2.0 → next: 0 documents added, 0 removed, 1 changed.\n")
    assert "  removed 'Russia' supports 'Assad'" in out
    assert run(capsys, "diff", "gold/0.2.0", "next") == run(capsys, "diff")


def test_markdown_is_what_the_release_wrote(desk, capsys):
    code, out, _ = run(capsys, "diff", "0.1.0", "0.2.0", "--markdown")

    assert code == 0
    assert f"## 0.2.0\n\n{out}\n" in read_changelog(desk / "gold")


def test_programs_get_both_sides_of_each_change(desk, capsys):
    code, out, _ = run(capsys, "diff", "0.1.0", "0.2.0", "--json")

    form = json.loads(out)
    assert code == 0
    assert form["documents"] == {"added": [], "removed": ["d2"], "changed": ["d1"]}
    assert form["entities"]["PERSON"] == {
        "before": 3,
        "after": 1,
        "with_added_documents": 0,
        "with_removed_documents": 1,
        "added": 0,
        "removed": 0,
        "moved": 0,
        "relabelled": {"ORG": 1},
    }
    assad = {"start": 13, "end": 18, "label": "PERSON", "text": "Assad"}
    [change] = form["changes"]
    assert change["id"] == "d1"
    assert change["entities"] == [
        {"kind": "relabelled", "old": assad, "new": {**assad, "label": "ORG"}}
    ]
    assert change["relations"][0]["new"]["tail"] == {**assad, "label": "ORG"}


def test_next_names_why_a_document_is_out(desk, capsys):
    write_next(
        desk / "gold",
        working(
            annotated("d1", labels=("GPE", "ORG", "GPE")),
            annotated("d3", annotator="person-1a2b"),
            annotated("d3", annotator="person-3c4d", labels=("GPE",)),
        ),
    )

    _, out, _ = run(capsys, "diff")

    assert "1 removed (1 on which annotators differ)" in out


def test_that_only_annotators_layers_changed_is_told(desk, capsys):
    """The gold is the same, and the digest isn't."""
    first = annotated("d1", labels=("GPE", "ORG", "GPE"))
    edited = replace(first, edited_by="person-9f8e")
    sealed(desk / "gold", working(edited, annotated("d3")))

    _, out, _ = run(capsys, "diff", "0.2.0", "0.2.1")

    assert out.splitlines()[0] == (
        "0.2.0 → 0.2.1: 0 documents added, 0 removed, 0 changed."
        " Annotators' own layers or verdicts changed."
    )


def test_where_nothing_differs_one_line_says_so(desk, capsys):
    assert run(capsys, "diff", "0.1.0", "0.1.0")[1].count("\n") == 1


def test_a_version_that_is_missing_is_told_with_those_there_are(desk, capsys):
    code, out, err = run(capsys, "diff", "0.1.0", "7.0.0")

    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "error: gold/7.0.0: no such version",
        "hint: the sealed versions are 0.1.0, 0.2.0",
    ]


def test_a_folder_without_gold_says_what_to_type(desk, capsys):
    shutil.rmtree(desk / "gold")

    assert run(capsys, "diff")[2].splitlines() == [
        "error: gold has no sealed version yet",
        "hint: curate release",
    ]
    sealed(desk / "gold", working(annotated("d1")))
    shutil.rmtree(desk / "gold" / "next")
    assert run(capsys, "diff")[2].splitlines() == [
        "error: gold/next holds no documents",
        "hint: curate pull",
    ]
