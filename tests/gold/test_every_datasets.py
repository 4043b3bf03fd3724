"""Every version of datasets that people have loads every configuration, with the same rows."""

import json
import os
import shutil
import subprocess
import sys

import pyarrow.parquet
import pytest
import yaml
from annotated_project import AnnotatedProject
from gold_samples import many, released, sealed, working
from package_environments import environment_python
from samples import ROOT

# By version, what pip needs to know; those of today, which are ours, are in our own environment.
OLDER = {
    "2.21": ("datasets==2.21.0", "pyarrow<21"),
    "3.6": ("datasets==3.6.0",),
    "4.0": ("datasets==4.0.0",),
    "4.8": ("datasets==4.8.5",),
}

LOAD = """
import json, sys
import datasets
datasets.disable_progress_bars()
folder = sys.argv[1]
found = {}
for name in datasets.get_dataset_config_names(folder):
    parts = datasets.load_dataset(folder, name)
    streamed = datasets.load_dataset(folder, name, streaming=True)
    for split, rows in parts.items():
        assert list(rows) == list(streamed[split]), (name, split)
        labels = {}
        for column in {"ner_tags", "label"} & {*rows.column_names}:
            feature = rows.features[column]
            labels[column] = getattr(feature, "feature", feature).names
        found[f"{name} {split}"] = [list(rows), labels]
print(json.dumps({"version": datasets.__version__, "found": found}))
"""


def load(python, gold, home):
    """What a Python with this datasets shows of each configuration and split: rows, names of labels."""
    offline = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(home)}
    done = subprocess.run(
        [python, "-I", "-c", LOAD, gold],
        env=os.environ | offline,
        capture_output=True,
        text=True,
        cwd=home,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def in_files(gold, labels):
    """The rows that the Parquet files of each configuration and split have, labels as numbers."""
    head = yaml.safe_load((gold / "README.md").read_text().split("---\n")[1])
    found = {}
    for config in head["configs"]:
        for file in config["data_files"]:
            name = f"{config['config_name']} {file['split']}"
            rows = pyarrow.parquet.read_table(gold / file["path"]).to_pylist()
            for row in rows:
                for column, names in labels[name].items():
                    value = row[column]
                    numbers = (
                        [names.index(one) for one in value]
                        if isinstance(value, list)
                        else names.index(value)
                    )
                    row[column] = numbers
            found[name] = rows
    return found


@pytest.fixture(scope="module", name="new")
def _new(tmp_path_factory):
    """Two versions: one in all splits; one with a verdict, firsts, and annotations without gold."""
    folder = tmp_path_factory.mktemp("new")
    project = AnnotatedProject(folder, documents=6)
    for number in range(1, 7):
        project.submit(number)
    project.pull()
    project.differ(1, 2)
    project.decide(1)
    released(project.place)
    sealed(project.place.gold, working(*many(40)), version="7.0.0")
    return project.place.gold


@pytest.mark.parametrize("gold", ["shipped", "new"])
@pytest.mark.parametrize(
    "version", [*(pytest.param(name, marks=pytest.mark.long) for name in OLDER), "ours"]
)
def test_a_version_of_datasets_shows_the_rows_that_are_in_the_files(
    version, gold, new, tmp_path
):
    """Streamed too, and labels as numbers that have names."""
    folder = shutil.copytree(ROOT / "gold", tmp_path / "gold") if gold == "shipped" else new
    python = sys.executable if version == "ours" else environment_python(*OLDER[version])

    shown = load(python, folder, tmp_path)

    if version != "ours":
        assert shown["version"].startswith(version)
    labels = {name: names for name, (_, names) in shown["found"].items()}
    assert {name: rows for name, (rows, _) in shown["found"].items()} == in_files(
        folder, labels
    )
    if gold == "new":
        assert {"7.0.0 test", "7.0.0-tokens test", "7.0.0-relations test"} <= {*labels}
        assert labels["7.0.0-tokens train"]["ner_tags"][:2] == ["O", "B-PERSON"]
        assert labels["7.0.0-relations train"]["label"][:2] == ["none", "holds_position"]
        layers, _ = shown["found"]["0.1.0-annotations annotations"]
        assert any(row["decisions"] for row in layers)
