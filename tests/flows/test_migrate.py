"""An old version under today's types, as it is typed and what is said of it."""

import json
import shutil

import pytest
from command_line import run
from gold_samples import annotated, sealed, working
from samples import ROOT


@pytest.fixture(name="desk")
def _desk(tmp_path, monkeypatch):
    """A folder with a version whose PERSON and supports have other names now, and whose GPE is gone."""
    monkeypatch.chdir(tmp_path)
    config = shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    sealed(tmp_path / "gold", working(annotated("d1"), annotated("d2")))
    path = config / "schema.toml"
    text = path.read_text()
    text = text.replace("[entities.PERSON]", '[entities.HUMAN]\nwas = ["PERSON"]')
    text = text.replace("[relations.supports]", '[relations.backs]\nwas = ["supports"]')
    text = text.replace('"PERSON"', '"HUMAN"').replace('was = ["HUMAN"]', 'was = ["PERSON"]')
    path.write_text(text)
    return tmp_path


def test_types_without_an_entry_are_all_named_with_what_the_schema_knows(desk, capsys):
    code, out, err = run(capsys, "migrate", "0.1.0")

    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "error: 0.1.0 has 2 types that today's schema lacks: PERSON (2 marked), supports (2 marked)",
        "hint: curate migrate 0.1.0 --table FILE, with a line for each in FILE:",
        'PERSON = "HUMAN"',
        'supports = "backs"',
    ]


def test_documents_come_under_todays_names(desk, capsys):
    (desk / "types.toml").write_text('PERSON = "HUMAN"\nsupports = "backs"\n')

    code, out, err = run(capsys, "migrate", "0.1.0", "--table", "types.toml", "-o", "new.jsonl")

    assert (code, out) == (0, "")
    assert err == (
        "2 documents, 6 entities, 2 relations of 0.1.0 under today's types → new.jsonl.\n"
    )
    one = json.loads((desk / "new.jsonl").read_text().splitlines()[0])
    assert [entity["label"] for entity in one["entities"]] == ["GPE", "HUMAN", "GPE"]
    assert [relation["label"] for relation in one["relations"]] == ["backs"]


def test_what_is_left_out_is_told_with_the_first_document(desk, capsys):
    (desk / "types.toml").write_text('PERSON = ""\nsupports = "backs"\n')

    code, out, err = run(capsys, "migrate", "0.1.0", "--table", "types.toml")

    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["d1", "d2"]
    assert err.splitlines() == [
        "warning: 2 PERSON entities: left out, as the table says; first: d1",
        "warning: 2 relations: left out with an entity that it joins; first: d1",
        "2 documents, 4 entities, 0 relations of 0.1.0 under today's types.",
    ]


def test_a_strict_migration_that_leaves_something_out_writes_nothing(desk, capsys):
    (desk / "types.toml").write_text('PERSON = ""\nsupports = "backs"\n')
    typed = ["migrate", "0.1.0", "--table", "types.toml", "--strict"]

    code, out, err = run(capsys, *typed)
    to_file = run(capsys, *typed, "-o", "new.jsonl")

    assert (code, out) == (3, "")
    assert to_file[0] == 3
    assert not (desk / "new.jsonl").exists()
    assert err.splitlines()[:2] == [
        "error: not everything of 0.1.0 fits today's types, and nothing was written:",
        "2 PERSON entities: left out, as the table says; first: d1",
    ]


def test_mistakes_in_the_table_are_told_together_with_their_lines(desk, capsys):
    (desk / "types.toml").write_text('PERSON = "backs"\nWHO = "HUMAN"\nsupports = 3\n')

    code, _, err = run(capsys, "migrate", "0.1.0", "--table", "types.toml")

    lines = [line for line in err.splitlines() if " | " not in line]
    assert code == 1
    assert lines[0].startswith(
        "error: types.toml:1:10: 'PERSON' is 'backs', which the schema doesn't have; entity types are "
    )
    assert lines[1].startswith("types.toml:2:1: 'WHO' is no type of 0.1.0; its types are ")
    assert lines[2].startswith("types.toml:3:12: 'supports' is 3; a type in quotes is expected")
    assert lines[3] == "hint: mend types.toml"


def test_a_missing_table_and_a_missing_version_are_told(desk, capsys):
    assert (
        "none.toml: no such file" in run(capsys, "migrate", "0.1.0", "--table", "none.toml")[2]
    )
    assert "gold/9.0.0: no such version" in run(capsys, "migrate", "9.0.0")[2]
