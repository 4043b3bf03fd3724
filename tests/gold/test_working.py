"""gold/next: what is written is read, and git sees only what changed."""

import subprocess
import sys

import pytest
from gold_samples import annotated, files, many, working
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import ROOT, SCHEMA
from strategies import annotations, golds

from curation.errors import GoldError
from curation.gold import Working, read_next, write_next


@settings(deadline=None)
@given(
    some=st.lists(golds(SCHEMA), max_size=3, unique_by=lambda gold: gold.id),
    layers=st.lists(annotations(SCHEMA), max_size=3),
)
def test_the_working_state_survives_the_disk(some, layers, tmp_path_factory):
    gold = tmp_path_factory.mktemp("next")
    state = Working(tuple(some), tuple(layers))

    write_next(gold, state)

    assert read_next(gold) == state


def test_no_folder_is_an_empty_state(tmp_path):
    assert read_next(tmp_path / "gold") == Working()


def test_the_files_are_the_same_in_whatever_order_annotations_come(tmp_path):
    """Sorted by document and annotator: git shows what changed and nothing else."""
    some = [*many(5), annotated("d1", annotator="person-1a2b")]

    write_next(tmp_path / "a", working(*some))
    write_next(tmp_path / "b", working(*reversed(some)))

    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_every_bad_line_is_told_with_its_place(tmp_path):
    """Both files are read to their ends."""
    write_next(tmp_path, working(*many(2)))
    path, layers = tmp_path / "next" / "gold.jsonl", tmp_path / "next" / "annotations.jsonl"
    first, second = path.read_text().splitlines()
    renamed = second.replace('"text":"Russia"', '"text":"Rusland"')
    path.write_text(f"{first}\n<<<<<<< HEAD\n{renamed}\n{first}\n")
    layers.write_text("{}\n")

    with pytest.raises(GoldError) as error:
        read_next(tmp_path)

    said = str(error.value)
    assert f"{path}:2: not JSON" in said
    assert f"{path}:3: d1, 0..6: 'Russia' stands there, not 'Rusland'" in said
    assert f"{path}:4: the id 'd0' stands already in {path}:1" in said
    assert f"{layers}:1: the record has no 'id'" in said
    assert error.value.hint == (
        f"mend these, or: git checkout {tmp_path / 'next'}, then: curate pull --full"
    )


def test_reading_next_waits_for_no_heavy_package(tmp_path):
    """Only sealing and reading a sealed version do."""
    write_next(tmp_path, working(*many(2)))
    code = (
        "import sys; from pathlib import Path; from curation import gold\n"
        "gold.read_next(Path(sys.argv[1])); print(*sys.modules)"
    )
    run = [sys.executable, "-c", code, str(tmp_path)]
    loaded = subprocess.check_output(run, text=True, cwd=ROOT).split()

    assert {"datasets", "pyarrow", "pandas", "numpy"} & set(loaded) == set()
