"""Memory doesn't grow with a file of articles, whatever the command."""

import json
import shutil
from dataclasses import replace

import pyarrow
import pyarrow.parquet
import pytest
from crowd import LENGTH, article
from gold_samples import MODEL, Working, write_dataset_facts, write_next
from peak import peak
from samples import ROOT

from curation.documents.document import AnnotatedDocument, Layer

pytestmark = pytest.mark.slow

FEW, MANY = 120, 360


def folder(path, many):
    """Gold, predictions in the same and in another order, two annotators, a gold/next."""
    (path / "gold").mkdir(parents=True)
    shutil.copytree(ROOT / "label_config", path / "label_config")
    write_dataset_facts(path / "gold")
    annotations = []
    with (path / "a.jsonl").open("w") as one:
        for number in range(many):
            document = article(number)
            one.write(document.to_line() + "\n")
            layer = replace(document, layer=Layer("annotator", "person-1"))
            annotations.append(AnnotatedDocument(layer, replace(document, layer=MODEL)))
    write_next(path / "gold", Working((), tuple(annotations)))
    shutil.copy(path / "a.jsonl", path / "b.jsonl")
    write_rows(
        path, [{"id": f"a{number}", "text": article(number).text} for number in range(many)]
    )
    with (path / "turned.jsonl").open("w") as other:
        for number in reversed(range(many)):
            other.write(article(number).to_line() + "\n")
    return path


def write_rows(path, rows):
    """The articles without annotations, as rows of a list and of a table."""
    (path / "rows.json").write_text(json.dumps(rows))
    with pyarrow.parquet.ParquetWriter(
        path / "rows.parquet", pyarrow.Table.from_pylist(rows).schema
    ) as table:
        for begin in range(0, len(rows), 20):
            table.write_table(pyarrow.Table.from_pylist(rows[begin : begin + 20]))


@pytest.fixture(scope="module", name="folders")
def _folders(tmp_path_factory):
    made = [folder(tmp_path_factory.mktemp("flat") / "x", many) for many in (FEW, MANY)]
    yield made
    for one in made:
        shutil.rmtree(one)


@pytest.mark.parametrize(
    "command",
    [
        "ingest a.jsonl -o out.jsonl",
        "ingest rows.json -o out.jsonl",
        "ingest rows.parquet -o out.jsonl",
        "eval --gold a.jsonl --predictions b.jsonl --json",
        "eval --gold a.jsonl --predictions turned.jsonl --json",
        "agree a.jsonl turned.jsonl --json",
        "release --no-baseline",
        "eval --gold 0.1.0 --predictions turned.jsonl --json",
    ],
)
def test_four_times_the_articles_take_no_more_memory(folders, command):
    """Who held one side alone would add all of it; buffers that fill, and what an allocator keeps, are less."""
    few, many = (peak(one, *command.split()).memory for one in folders)

    added = (MANY - FEW) * LENGTH / 2**20
    assert many - few < added / 2


@pytest.mark.parametrize(
    ("commands", "there"),
    [
        pytest.param(["push m.jsonl"], False, id="push into nothing"),
        pytest.param(["push m.jsonl"], True, id="push without a memory of the last one"),
        pytest.param(["push m.jsonl", "push other.jsonl"], True, id="push other suggestions"),
        pytest.param(["status"], True, id="status"),
        pytest.param(
            ["pull", "pull --full", "drop d0001", "release --no-baseline"], True, id="pull"
        ),
        pytest.param(["pull", "schema rename PERSON=HUMAN"], True, id="rename"),
    ],
)
def test_four_times_the_tasks_take_no_more_memory(tmp_path, commands, there):
    """Of ours; the server's own is its own."""
    taken = []
    for many in (FEW, MANY):
        desk = tmp_path / str(many)
        shutil.copytree(ROOT / "label_config", desk / "label_config")
        (desk / "gold").mkdir()
        write_dataset_facts(desk / "gold")
        for name, layer in (("m", MODEL), ("other", replace(MODEL, version="9"))):
            with (desk / f"{name}.jsonl").open("w") as file:
                for number in range(many):
                    one = replace(article(number), layer=layer)
                    file.write(one.to_line() + "\n")
        before = f"import crowd; crowd.gather({many if there else 0})"
        peaks = [peak(desk, *command.split(), before=before) for command in commands]
        taken.append([one.memory for one in peaks])
        shutil.rmtree(desk)

    added = (MANY - FEW) * LENGTH / 2**20
    assert [many - few < added / 2 for few, many in zip(*taken, strict=True)] == [True] * len(
        commands
    ), taken


@pytest.mark.parametrize("command", ["ingest bad.jsonl", "push bad.jsonl"])
def test_bad_lines_are_counted_and_not_kept(tmp_path, command):
    """30,000 of them, with what is said of each, would be some 20 MB."""
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    taken = []
    for many in (100, 30_000):
        (tmp_path / "bad.jsonl").write_text('{"id":"d","text":""}\n' * many)
        taken.append(peak(tmp_path, *command.split(), code=1).memory)

    few, many = taken
    assert many - few < 8


@pytest.mark.parametrize("command", ["drop x", "eval --gold next"])
def test_bad_files_are_counted_and_not_kept(tmp_path, command):
    """Of 3,000 files, 20 with all that is wrong are told."""
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    taken = []
    for many in (100, 3_000):
        (tmp_path / "gold" / "next").mkdir(parents=True, exist_ok=True)
        for number in range(many):
            (tmp_path / "gold" / "next" / f"d{number}.json").write_text('{"format": 1}')
        taken.append(peak(tmp_path, *command.split(), code=1).memory)

    few, many = taken
    assert many - few < 8
