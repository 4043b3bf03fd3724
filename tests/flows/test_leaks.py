"""``curate leaks``: gold documents in other people's data, by the measure that keeps near copies together."""

import gzip
import json
import shutil

import datasets
import pyarrow
import pyarrow.parquet
import pytest
from command_line import run
from gold_samples import annotated, own_text, sealed, working, write_next
from samples import ROOT


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a version of three documents."""
    sealed(tmp_path / "gold", working(*(annotated(name) for name in ("d1", "d2", "d8"))))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path, *rows):
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def found(capsys, *arguments, code=0):
    done, out, err = run(capsys, "leaks", *map(str, arguments), "--json")
    assert done == code, err
    report = json.loads(out)
    return {one["document"]: one for one in report["found"]}, report


def test_a_near_copy_is_found_with_its_share_its_split_and_its_place(capsys, desk):
    data = write(
        desk / "train.jsonl",
        {"text": "something else altogether, of more than five words"},
        {"text": f"{own_text('d8').upper()}, they said on Monday"},
    )

    documents, report = found(capsys, data)

    assert documents == {
        "d8": {"document": "d8", "split": "test", "shared": 1.0, "places": [f"{data}:2"]}
    }
    assert (report["gold"], report["documents"], report["texts"]) == ("0.1.0", 3, 2)


def test_files_of_all_kinds_in_a_folder_are_read(capsys, desk):
    folder = desk / "corpus" / "deep"
    folder.mkdir(parents=True)
    (folder / "d1.txt").write_text(own_text("d1"))
    write(folder / "a.jsonl", {"tokens": own_text("d2").split()})
    table = pyarrow.table({"text": ["nothing", own_text("d8")], "label": [0, 1]})
    pyarrow.parquet.write_table(table, folder / "b.parquet")
    comma = f'n,content\n1,"two\nlines, and a comma"\n2,{own_text("d1")}\n'
    (folder / "c.CSV").write_text(comma)
    (folder / "d.csv").write_text(f"\ufeffbody;n\n{own_text('d2')};1\n", "utf-8")
    (folder / "e.tsv").write_text(f"n\tsentence\n\n1\t{own_text('d8')}\n")
    for name, content in (
        ("f.csv.gz", comma),
        ("g.jsonl.gz", f"\n{json.dumps({'article': own_text('d2')})}\n"),
        ("h.txt.gz", own_text("d8")),
    ):
        (folder / name).write_bytes(gzip.compress(content.encode()))

    documents, report = found(capsys, desk / "corpus")

    assert {name: one["places"] for name, one in documents.items()} == {
        "d1": [f"{folder / 'c.CSV'}:4", str(folder / "d1.txt"), f"{folder / 'f.csv.gz'}:4"],
        "d2": [
            f"{folder / 'a.jsonl'}:1",
            f"{folder / 'd.csv'}:2",
            f"{folder / 'g.jsonl.gz'}:2",
        ],
        "d8": [
            f"{folder / 'b.parquet'}, row 2",
            f"{folder / 'e.tsv'}:3",
            str(folder / "h.txt.gz"),
        ],
    }
    assert (report["texts"], report["unread"]) == (12, 0)


def test_what_datasets_saved_to_disk_is_read_and_what_it_cached_beside_is_not(capsys, desk):
    splits = {
        "train": datasets.Dataset.from_dict({"text": ["nothing", own_text("d1")], "n": [1, 2]}),
        "test": datasets.Dataset.from_dict({"tokens": [own_text("d2").split()]}),
    }
    datasets.DatasetDict(splits).save_to_disk(desk / "saved")
    (desk / "saved" / "train" / "cache-1.arrow").write_bytes(b"whatever")

    for given in ("saved", "saved/train/data-00000-of-00001.arrow"):
        documents, report = found(capsys, given)
        assert documents["d1"]["places"] == ["saved/train/data-00000-of-00001.arrow, row 2"]
        assert (report["unread"], report["without_text"]) == (0, 0)
    assert set(found(capsys, "saved")[0]) == {"d1", "d2"}


def test_another_column_has_the_text_and_rows_without_one_are_counted(capsys, desk):
    data = write(desk / "some.jsonl", {"story": own_text("d1")}, {"title": "none"})

    documents, report = found(capsys, data, "--text-column", "story")

    assert (set(documents), report["without_text"]) == ({"d1"}, 1)
    code, _, err = run(capsys, "leaks", str(data))
    assert (code, "no text in 'text' or 'article' or" in err) == (1, True)
    assert "hint: name the column: --text-column NAME" in err


def test_the_working_version_can_be_looked_for(capsys, desk):
    shutil.copytree(ROOT / "label_config", desk / "label_config")
    write_next(desk / "gold", working(annotated("new")))
    data = write(desk / "some.jsonl", {"text": own_text("new")}, {"text": own_text("d1")})

    documents, _ = found(capsys, data, "--gold", "next")

    assert {name: one["split"] for name, one in documents.items()} == {"new": None}


def test_check_ends_with_three_where_there_are_any(capsys, desk):
    clean = write(desk / "clean.jsonl", {"text": "something else altogether, of five words"})
    dirty = write(desk / "dirty.jsonl", {"text": own_text("d1")}, {"text": own_text("d1")})

    assert run(capsys, "leaks", str(clean), "--check")[0] == 0
    code, out, err = run(capsys, "leaks", str(dirty), "--check")
    assert code == 3
    assert "d1" in out
    assert "100%" in out
    assert "1 of 3 documents of 0.1.0 found in 2 texts." in err


def test_what_cannot_be_read_is_told_and_the_rest_is_read(capsys, desk):
    """Other people's files aren't ours to mend."""
    folder = desk / "corpus"
    folder.mkdir()
    (folder / "bad.jsonl").write_text(
        f'{{"text": "cut\n{json.dumps({"text": own_text("d1")})}\n'
    )
    (folder / "bad.parquet").write_bytes(b"no Parquet")
    (folder / "bad.txt").write_bytes("São Paulo".encode("latin-1"))
    (folder / "bad.csv").write_bytes("text\nSão Paulo\n".encode("latin-1"))
    (folder / "bad.arrow").write_bytes(b"no Arrow")
    (folder / "bad.txt.gz").write_bytes(b"no gzip")
    (folder / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"text": "a"}\n' * 999)[:-9])

    code, out, err = run(capsys, "leaks", str(folder))

    assert (code, "d1" in out) == (0, True)
    assert "7 places couldn't be read:" in err
    assert f"{folder / 'bad.txt.gz'}: not a whole gzip file" in err
    assert f"{folder / 'cut.jsonl.gz'}: not a whole gzip file" in err
    assert f"{folder / 'bad.arrow'}: not an Arrow file" in err
    assert f"{folder / 'bad.parquet'}: not a Parquet file" in err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.jsonl", "no such file"),
        ("picture.png", "not a file of a kind"),
        ("empty", "no files with texts"),
    ],
)
def test_a_path_that_has_no_data_is_refused(capsys, desk, name, said):
    (desk / "picture.png").write_bytes(b"x")
    (desk / "empty").mkdir()

    code, _, err = run(capsys, "leaks", name)

    assert (code, said in err) == (1, True)
    assert (
        "hint: give .txt, .jsonl, .json, .csv, .tsv (each also with .gz) or .parquet or .arrow files"
        in err
    )
