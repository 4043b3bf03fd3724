"""What the card declares of a file is what datasets itself makes of the file, and more is in none."""

import pyarrow
import pyarrow.parquet as parquet
import pytest
import yaml
from datasets import ClassLabel, Features, List
from gold_samples import many, sealed, working
from samples import ROOT

from curation.gold.tables.features import arrow_schema, declared_features
from curation.gold.tables.names import ANNOTATIONS_TABLE, Table


@pytest.mark.parametrize("kind", ["", "annotations", "tokens", "relations"])
def test_declared_features_are_those_that_datasets_makes_of_the_schema(kind):
    schema = arrow_schema(kind)

    declared = declared_features(schema, {})

    assert Features._from_yaml_list(declared) == Features.from_arrow_schema(schema)


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("gold/*.*.*/*.parquet")), ids=lambda p: p.name
)
def test_declared_features_are_those_that_datasets_wrote_into_a_sealed_file(path):
    """Whatever its own metadata say is left out."""
    schema = parquet.read_schema(path)

    declared = declared_features(schema, {})

    assert Features._from_yaml_list(declared) == Features.from_arrow_schema(schema)


def test_labels_are_numbers_with_names_where_these_are_given():
    schema = arrow_schema("tokens")

    features = Features._from_yaml_list(declared_features(schema, {"ner_tags": ("O", "B-X")}))

    assert features["ner_tags"] == List(ClassLabel(names=["O", "B-X"]))
    assert features["tokens"] == Features.from_arrow_schema(schema)["tokens"]


def test_a_sealed_file_has_no_metadata_that_only_some_versions_of_datasets_read(tmp_path):
    gold = tmp_path / "gold"
    sealed(gold, working(*many(30)))

    for path in gold.glob("0.1.0/*.parquet"):
        assert parquet.read_schema(path).metadata is None
        assert parquet.read_metadata(path).metadata is None
        assert parquet.read_schema(path) == _in_parquet(
            arrow_schema(Table.of_file(path.name).kind)
        )


def _in_parquet(schema):
    """The schema with Parquet's own name for what is in a list."""
    sink = pyarrow.BufferOutputStream()
    parquet.write_table(schema.empty_table(), sink, store_schema=False)
    return parquet.read_schema(pyarrow.BufferReader(sink.getvalue()))


def test_the_card_declares_features_and_sizes_of_every_configuration(tmp_path):
    gold = tmp_path / "gold"
    sealed(gold, working(*many(30)))

    head = yaml.safe_load((gold / "README.md").read_text().split("---\n")[1])

    names = [config["config_name"] for config in head["configs"]]
    assert [info["config_name"] for info in head["dataset_info"]] == names
    (info, *_) = head["dataset_info"]
    assert sum(split["num_examples"] for split in info["splits"]) == 30
    paths = [gold / file["path"] for file in head["configs"][0]["data_files"]]
    assert info["download_size"] == sum(path.stat().st_size for path in paths)


@pytest.mark.parametrize(
    ("file", "table"),
    [
        ("train-9fc9e208.parquet", Table("train")),
        ("annotations-96a2b022.parquet", ANNOTATIONS_TABLE),
        ("tokens-test-96a2b022.parquet", Table("test", "tokens")),
        ("manifest.json", None),
        ("guidelines.md", None),
    ],
)
def test_a_file_says_by_its_name_which_table_it_holds(file, table):
    assert Table.of_file(file) == table
    if table:
        assert file.startswith(f"{table.name}-")
