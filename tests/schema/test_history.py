"""schemas.json: which types a schema of some time ago had."""

import json
import shutil
from dataclasses import replace

import pytest
from samples import ROOT, SCHEMA

from curation.errors import SchemaError
from curation.schema.build import outdated_files, write_generated_files
from curation.schema.folder import read_schema_in
from curation.schema.history import HISTORY_FILE


@pytest.fixture
def config(tmp_path):
    folder = tmp_path / "label_config"
    shutil.copytree(ROOT / "label_config", folder)
    return folder


def with_law_renamed_and_one_more(schema):
    """LAW is ACT now, and there is a SHIP."""
    law = replace(schema.entities["LAW"], name="ACT", former_names=("LAW",))
    ship = replace(schema.entities["LAW"], name="SHIP")
    entities = {name: one for name, one in schema.entities.items() if name != "LAW"}
    return replace(schema, entities={**entities, "ACT": law, "SHIP": ship})


def test_the_shipped_file_knows_the_shipped_schema():
    assert outdated_files(SCHEMA, ROOT / "label_config") == []
    assert read_schema_in(ROOT / "label_config").history.keys() >= {SCHEMA.fingerprint}


def test_a_build_keeps_what_earlier_schemas_had(config):
    first = read_schema_in(config)
    later = with_law_renamed_and_one_more(first)

    list(write_generated_files(later, config))
    list(write_generated_files(later, config))

    kept = read_schema_in(config).history
    assert kept.keys() == {*first.history, later.fingerprint}
    assert kept[first.fingerprint] == first.type_names
    assert outdated_files(later, config) == []


def test_a_schema_that_was_never_built_is_outdated(config):
    schema = with_law_renamed_and_one_more(read_schema_in(config))

    assert config / HISTORY_FILE in outdated_files(schema, config)


def test_a_type_that_came_later_was_not_offered_and_a_renamed_one_was(config):
    first = read_schema_in(config)
    later = replace(with_law_renamed_and_one_more(first), history=first.history)

    assert later.types_not_offered(first.fingerprint) == ("SHIP",)
    assert later.types_not_offered(later.fingerprint) == ()
    assert first.types_not_offered(first.fingerprint) == ()


@pytest.mark.parametrize("fingerprint", [None, "", "0123456789ab"])
def test_of_an_unknown_schema_nothing_is_claimed(config, fingerprint):
    assert read_schema_in(config).types_not_offered(fingerprint) is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", "<<<<<<< HEAD\n{}", '{"format": 2, "schemas": {}}', '{"format": 1, "schemas": {"x": []}}'],
    ids=str,
)  # fmt: skip
def test_a_file_that_no_build_wrote_is_refused_with_its_name(config, text):
    (config / HISTORY_FILE).write_text(text)

    with pytest.raises(SchemaError, match=r"schemas\.json: not what curate schema build wrote"):
        read_schema_in(config)


def test_the_file_has_a_line_for_the_entities_of_each_schema(config):
    """So that git shows which schema is new."""
    first = read_schema_in(config)
    list(write_generated_files(with_law_renamed_and_one_more(first), config))

    text = (config / HISTORY_FILE).read_text()
    assert len(json.loads(text)["schemas"]) == text.count('"entities": [') == 2
