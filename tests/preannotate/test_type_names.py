"""A type that was renamed is suggested as before, under its new name."""

import pytest
from samples import ROOT, SCHEMA

from curation.preannotate.type_names import RULE_ENTITY_TYPES, RULE_RELATIONS, with_rule_names
from curation.schema.read import parse_schema
from curation.schema.rename import rename_type

PATH = ROOT / "label_config" / "schema.toml"
NAMES = (
    ("entities", "PERSON", "HUMAN"),
    ("entities", "HUMAN", "BEING"),
    ("entities", "TITLE", "OFFICE"),
    ("entities", "GPE", "PLACE"),
    ("relations", "supports", "backs"),
    ("relations", "meets_with", "talks_to"),
)


@pytest.fixture(scope="module", name="other")
def _other():
    text = PATH.read_text()
    for table, old, new in NAMES:
        text = rename_type(text, table, old, new, path=PATH)
    return parse_schema(text, PATH)


@pytest.mark.slow
def test_the_baseline_suggests_the_same_under_other_names(pipeline, articles, suggested, other):
    for article, before in list(zip(articles, suggested, strict=True))[:6]:
        after = pipeline.suggest(article, other)
        assert after == other.with_current_names(before)
        assert pipeline.relate(after, other) == after
    assert pipeline.suggestible_types(other) == {
        other.former_entity_names.get(name, name) for name in pipeline.suggestible_types(SCHEMA)
    }


def test_the_rules_words_are_the_shipped_schemas(other):
    """Where nothing was renamed, both are one; a name taken back is no rename."""
    assert frozenset(SCHEMA.entities) == RULE_ENTITY_TYPES
    assert frozenset(SCHEMA.relations) == RULE_RELATIONS
    assert with_rule_names(SCHEMA) == SCHEMA
    assert with_rule_names(other).fingerprint == SCHEMA.fingerprint
    back = rename_type(PATH.read_text(), "entities", "LAW", "STATUTE", path=PATH)
    back = rename_type(back, "entities", "STATUTE", "LAW", path=PATH)
    assert with_rule_names(parse_schema(back, PATH)).fingerprint == SCHEMA.fingerprint
