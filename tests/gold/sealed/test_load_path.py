"""What is said of a path is what load_dataset makes of it."""

import shutil
from pathlib import Path

import pytest
from command_line import run
from datasets import load_dataset
from gold_samples import annotated, sealed, working, write_dataset_facts, write_next
from samples import ROOT

from curation.gold.sealed.load_path import unloadable_folder, unloadable_warning


@pytest.fixture(scope="module", name="original")
def _original(tmp_path_factory):
    gold = tmp_path_factory.mktemp("sealed") / "gold"
    sealed(gold, working(annotated("d1")))
    return gold


@pytest.mark.parametrize(
    "name",
    ["plain", "[a]", "news [2024]", "a[b", "a]b", "]a[", "[]", "[]]", "[!a]", "[a/b]", "{a}", "a*", "é?"],
)  # fmt: skip
def test_a_folder_is_named_exactly_where_load_dataset_finds_no_files(original, tmp_path, name):
    gold = shutil.copytree(original, tmp_path / name / "gold")

    try:
        load_dataset(str(gold), "0.1.0", cache_dir=str(tmp_path / "cache"))
        is_found = True
    except FileNotFoundError:
        is_found = False

    assert (unloadable_folder(gold) is None) == is_found
    assert bool(unloadable_warning(gold)) != is_found


def test_the_folder_is_named_that_a_relative_path_leads_through(tmp_path, monkeypatch):
    (tmp_path / "[a]" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "[a]" / "b")

    assert unloadable_folder(Path("gold")) == tmp_path / "[a]"


def test_release_and_doctor_name_the_folder_instead_of_telling_to_load(
    tmp_path, monkeypatch, capsys
):
    place = tmp_path / "news [2024]"
    shutil.copytree(ROOT / "label_config", place / "label_config")
    write_next(place / "gold", working(annotated("d1")))
    write_dataset_facts(place / "gold")
    monkeypatch.chdir(place)

    _, _, told = run(capsys, "release", "--no-baseline")
    _, found, _ = run(capsys, "doctor")

    said = f"load_dataset finds no files in {place}, whose name has [ and ]"
    assert f"warning: {said}" in told
    assert "Load it with" not in told
    assert f"WRONG gold: {said}" in found
