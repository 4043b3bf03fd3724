"""Addresses are told from paths, named without keys, and never become folders of this machine."""

from pathlib import Path

import pytest
from command_line import run
from samples import ROOT

from curation.addresses import local_path, storage_address, without_keys
from curation.errors import UsageError
from curation.files import atomic_writer, new_folder, refuse_folder_in_use


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("s3://bucket/a/b.jsonl", "s3://bucket/a/b.jsonl"),
        ("gs://bucket", "gs://bucket"),
        ("S3://Bucket/A", "s3://Bucket/A"),
        ("seeds/a.jsonl", ""),
        ("/tmp/a:/b", ""),
        ("c:/b", ""),
        ("-", ""),
    ],
)
def test_an_address_is_told_from_a_path(typed, address):
    assert storage_address(Path(typed)) == address


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("s3://news/in", "s3://news/in"),
        ("s3://news/a@b.jsonl", "s3://news/a@b.jsonl"),
        ("hdfs://host:8020/in", "hdfs://host:8020/in"),
        ("s3://KEY:hid@news/in", "s3://news/in"),
        ("s3://KEY:hi/d@news/in", "s3://news/in"),
        ("s3://KEY:h@i/d@news/in", "s3://news/in"),
        ("s3://KEY:hi?d@news/in", "s3://…"),
        ("s3://KEY:hi/d", "s3://…"),
        ("s3://KEY@news/in", "s3://news/in"),
        ("s3://news/in?access_key=KEY&secret_key=h/i@d", "s3://news/in"),
        ("seeds/a@b?c", "seeds/a@b?c"),
    ],
)
def test_an_address_is_named_without_its_keys(typed, name):
    assert str(without_keys(Path(typed))) == name


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("file:///tmp/a%20b", "/tmp/a b"),
        ("FILE:///tmp", "/tmp"),
        ("seeds", "seeds"),
        ("s3://news", "s3:/news"),
    ],
)
def test_the_address_of_a_file_here_is_its_path(typed, path):
    assert local_path(Path(typed)).as_posix() == path


def test_a_file_here_is_read_and_written_by_its_address(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b.txt").write_text("Bush met Putin.")

    code, _, err = run(
        capsys, "ingest", f"file://{tmp_path}/a%20b.txt", "-o", f"file://{tmp_path}/out.jsonl"
    )

    assert (code, err) == (0, f"1 document → {tmp_path}/out.jsonl.\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a b.txt", "out.jsonl"]


@pytest.mark.parametrize(
    "write",
    [atomic_writer, new_folder, lambda path: refuse_folder_in_use(path, "the model")],
    ids=["file", "new-folder", "checked-folder"],
)
def test_what_is_written_here_refuses_an_address(tmp_path, monkeypatch, write):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError, match=r"^s3://news/out: an address; a path is expected$"):
        write(Path("s3://KEY:hi/d@news/out")).__enter__()

    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ["push"],
        ["eval", "--gold"],
        ["agree", "x"],
        ["agree"],
        ["leaks"],
        ["export", "--format", "jsonl"],
        ["hydrate", "--texts", "x"],
    ],
    ids=" ".join,
)
def test_commands_that_read_files_name_an_address_without_its_keys(
    tmp_path, monkeypatch, capsys, arguments
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "label_config").symlink_to(ROOT / "label_config")
    (tmp_path / "x").touch()

    code, _, err = run(capsys, *arguments, "s3://KEY:hi/d@news/in")

    assert code
    assert "s3://news/in" in err
    assert "KEY" not in err


SEED = str(ROOT / "tests" / "cases" / "markup.jsonl")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["preannotate", SEED, "-o"], "add --engine ray"),
        (["ingest", SEED, "-o"], "write to a path here"),
        (["import", SEED, "--format", "jsonl", "-o"], "write to a path here"),
        (["export", SEED, "--format", "jsonl", "-o"], "write to a path here"),
        (["export", SEED, "--format", "brat", "-o"], "write to a path here"),
        (["agree", "--report"], "write to a path here"),
        (["hydrate", ".", "--texts", SEED, "-o"], "write to a path here"),
        (["init"], "write to a path here"),
    ],
    ids=str,
)
def test_commands_refuse_to_write_to_an_address(tmp_path, monkeypatch, capsys, arguments, hint):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "label_config").symlink_to(ROOT / "label_config")

    code, _, err = run(capsys, *arguments, "s3://KEY:hi/d@news/out")

    assert (code, err.splitlines()[0]) == (
        2,
        "error: s3://news/out: an address; a path is expected",
    )
    assert f"hint: {hint}" in err
    assert not (tmp_path / "s3:").exists()
