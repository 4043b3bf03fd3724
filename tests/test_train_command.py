"""``curate train`` as it is typed: what is said before anything is spent, what is data and what is talk."""

import json

import pytest
from command_line import run
from samples import ROOT
from trainable import trainable

from curation.files import write_lines


@pytest.fixture(name="desk")
def _desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "label_config").symlink_to(ROOT / "label_config")
    write_lines(tmp_path / "gold.jsonl", (one.to_line() for one in trainable()))
    return tmp_path


def test_what_is_too_little_is_said_and_nothing_is_spent_with_dry_run(capsys, desk):
    code, out, err = run(capsys, "train", "--gold", "gold.jsonl", "--dry-run")

    assert (code, out) == (0, "")
    assert "8 documents of gold.jsonl: 48 entities, 16 relations." in err
    assert "warning: 8 documents are few to train on" in err
    assert "relations with too few examples to learn much of: affiliated_with (16)" in err
    assert not (desk / ".curate").exists()


@pytest.mark.slow
def test_the_result_is_data_with_json_and_names_what_to_type_next(capsys, desk):
    arguments = ("train", "--gold", "gold.jsonl", "--keep-entities", "-o", "model")

    code, out, err = run(capsys, *arguments, "--json")

    form = json.loads(out)
    assert code == 0
    assert form["folder"] == "model"
    assert form["recipe"] == json.loads((desk / "model" / "recipe.json").read_text())
    assert "preannotate --model model" in err
    code, _, err = run(capsys, *arguments)
    assert code == 1
    assert "model is there already" in err
