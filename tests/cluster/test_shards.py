"""A folder of shards: what is whole is known, what others put there is left alone."""

import json

import pytest

from curation.cluster.shards import ShardFolder, ShardManifest
from curation.errors import InputError


def manifest(folder, made_by="model 1", size=10):
    return ShardManifest.of(ShardFolder.at(folder), made_by, size)


def test_a_shard_is_trusted_while_it_is_what_was_written(tmp_path):
    first = manifest(tmp_path / "out")
    first.write(0, "a", ["{}", "{}"])
    first.write(1, "b", ["{}"])
    (tmp_path / "out" / "part-0000001.jsonl").write_text("{")

    assert manifest(tmp_path / "out").digests == {0: "a"}


def test_a_run_that_was_killed_before_its_first_shard_was_told_goes_on(tmp_path):
    first = manifest(tmp_path)
    first.folder.write("part-0000000.jsonl", "{}\n")
    (tmp_path / ".part-0000001.jsonl.part").write_text("{")

    assert manifest(tmp_path).digests == {}


def test_a_run_that_was_killed_at_once_goes_on(tmp_path):
    (tmp_path / ".manifest.json.part").write_text("{")

    assert manifest(tmp_path).digests == {}


def test_shards_of_another_model_are_neither_used_nor_overwritten(tmp_path):
    manifest(tmp_path, "model 1, schema 1").write(0, "a", ["{}"])

    with pytest.raises(InputError, match=r"its shards were made by model 1, not by model 2$"):
        manifest(tmp_path, "model 2, schema 1")
    with pytest.raises(InputError, match="has shards of 10 articles, not of 99") as caught:
        manifest(tmp_path, "model 1, schema 1", size=99)
    assert caught.value.hint.startswith("--shard-size 10")


def test_a_folder_of_other_files_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("dear")

    with pytest.raises(InputError, match="is there already"):
        manifest(tmp_path)


def test_a_file_in_its_place_is_refused(tmp_path):
    (tmp_path / "out").write_text("dear")

    with pytest.raises(InputError, match="not a folder"):
        manifest(tmp_path / "out")


ODD_SHARD = {"digest": "a", "documents": "three", "bytes": 3}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"format": 1, "shards": {"x": 1}}',
        json.dumps(
            {"format": 1, "made_by": "model 1", "shard_size": 10, "shards": {"0": ODD_SHARD}}
        ),
    ],
)
def test_a_manifest_that_is_none_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)

    with pytest.raises(InputError, match="isn't what curate writes"):
        manifest(tmp_path)


def test_a_shard_is_not_trusted_while_another_of_its_length_is_written(tmp_path, monkeypatch):
    first = manifest(tmp_path)
    first.write(0, "a", ["{}"])

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("curation.cluster.shards.Shard", killed)
    with pytest.raises(KeyboardInterrupt):
        first.write(0, "b", ["[]"])
    monkeypatch.undo()

    assert manifest(tmp_path).digests == {}


def test_a_shard_that_lacks_an_article_is_made_again(tmp_path):
    manifest(tmp_path).write(0, "a", ["{}"], is_whole=False)

    assert (tmp_path / "part-0000000.jsonl").read_text() == "{}\n"
    assert manifest(tmp_path).digests == {}


def test_a_shard_of_a_killed_run_goes_though_the_manifest_does_not_know_it(tmp_path):
    one = manifest(tmp_path)
    one.folder.write("part-0000004.jsonl", "{}\n")
    one.folder.write("part-99.jsonl", "somebody's own\n")
    one.write(0, "a", ["{}"])

    one.end({0})

    left = sorted(file.name for file in tmp_path.glob("part-*"))
    assert left == ["part-0000000.jsonl", "part-99.jsonl"]


def test_a_manifest_says_whether_all_shards_are_there_and_of_the_same_articles(tmp_path):
    def is_complete():
        return json.loads((tmp_path / "manifest.json").read_text())["complete"]

    first = manifest(tmp_path)
    assert not is_complete()
    first.write(0, "a", ["{}"])
    first.end({0})
    assert is_complete()

    second = manifest(tmp_path)
    assert is_complete()  # a run that ends before it writes anything changes nothing

    second.write(1, "b", ["{}"])

    assert not is_complete()


def test_what_an_earlier_input_left_behind_goes(tmp_path):
    first = manifest(tmp_path)
    for number in range(3):
        first.write(number, "a", ["{}"])

    first.end({0})

    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "manifest.json",
        "part-0000000.jsonl",
    ]
    assert list(json.loads((tmp_path / "manifest.json").read_text())["shards"]) == ["0"]


def test_a_folder_is_not_complete_while_shards_of_an_earlier_input_are_taken_away(
    tmp_path, monkeypatch
):
    first = manifest(tmp_path)
    for number in range(2):
        first.write(number, "a", ["{}"])
    first.end({0, 1})
    second = manifest(tmp_path)

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("curation.cluster.shards.ShardFolder.remove", killed)
    with pytest.raises(KeyboardInterrupt):
        second.end({0})

    assert not json.loads((tmp_path / "manifest.json").read_text())["complete"]
