"""The configurations of the dataset, as the card's metadata declares them to load_dataset."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from curation.files import Json
from curation.formats.iob2 import tag_names
from curation.gold.sealed.manifest import Manifest
from curation.gold.tables.features import ClassNames, declared_features
from curation.gold.tables.names import RELATIONS, TOKENS, Table
from curation.gold.tables.parquet import ParquetFacts, read_parquet_facts
from curation.schema.model import NO_RELATION


def card_configs(manifest: Manifest, *, is_default: bool) -> list[Json]:
    """Which files each configuration of a version has; a split without documents has no file."""
    return [
        {
            "config_name": name,
            **({"default": True} if is_default and name == manifest.version else {}),
            "data_files": [
                {"split": table.split, "path": f"{manifest.version}/{file}"}
                for file, table in tables.items()
            ],
        }
        for name, tables in _tables_by_config(manifest).items()
    ]


def card_dataset_info(gold: Path, manifest: Manifest) -> Iterator[Json]:
    """
    The features and sizes of each configuration of a version, by the files themselves.

    load_dataset believes these and not what is in the files, which not every version of datasets
    can read. Nothing is said of a configuration with a broken file.
    """
    for name, tables in _tables_by_config(manifest).items():
        found = {
            table: facts
            for file, table in tables.items()
            if (facts := read_parquet_facts(gold / manifest.version / file))
        }
        if len(found) < len(tables):
            continue
        kind, first = next((table.kind, facts) for table, facts in found.items())
        yield {
            "config_name": name,
            "features": declared_features(first.schema, _class_names(kind, manifest)),
            "splits": [_split(table, facts) for table, facts in found.items()],
            "download_size": sum(facts.file_bytes for facts in found.values()),
            "dataset_size": sum(facts.bytes for facts in found.values()),
        }


def _split(table: Table, facts: ParquetFacts) -> Json:
    return {"name": table.split, "num_bytes": facts.bytes, "num_examples": facts.rows}


def _tables_by_config(manifest: Manifest) -> Mapping[str, Mapping[str, Table]]:
    """By configuration, which table each of its files holds."""
    found: dict[str, dict[str, Table]] = {}
    for file in manifest.files:
        if table := Table.of_file(file):
            found.setdefault(table.config(manifest.version), {})[file] = table
    return found


def _class_names(kind: str, manifest: Manifest) -> ClassNames:
    """The labels of a view, in the order of the schema; the columns of others stay words."""
    if kind == TOKENS:
        return {"ner_tags": tag_names(manifest.types.entities)}
    if kind == RELATIONS:
        return {"label": (NO_RELATION, *manifest.types.relations)}
    return {}
