"""schema.toml: everything wrong with it at once, each with its line."""

from dataclasses import replace

import pytest
from samples import ROOT, SCHEMA

from curation.errors import SchemaError
from curation.schema import read_schema
from curation.schema.guidelines import guidelines_md
from curation.schema.labeling import labeling_xml
from curation.schema.model import GuidelineRule, ModelRelations

GOOD = """
[entities.PERSON]
definition = "A human."
in = ["[Bob]", "[Al]"]
out = ["[he]", "[it]"]
color = "#112233"
hotkey = "1"
model_labels = ["PERSON"]

[entities.ORG]
definition = "An organisation."
in = ["[A]", "[B]"]
out = ["[c]", "[d]"]
color = "#445566"
hotkey = "2"
model_labels = ["ORG"]

[relations.works_for]
definition = "Works for."
head = ["PERSON"]
tail = ["ORG"]
in = ["[Bob] of [A]", "[Al] of [B]"]
out = ["[Bob] saw [A]", "[Al] saw [B]"]
color = "#112233"

[flags.bad]
definition = "Bad."
hotkey = "alt+shift+1"
keeps_out = true
"""

RELATION = GOOD[GOOD.index("[relations.") : GOOD.index("[flags.")]
TWIN = RELATION.replace("works_for", "leads") + "[flags.bad]"


def problems(tmp_path, text):
    path = tmp_path / "schema.toml"
    path.write_text(text)
    with pytest.raises(SchemaError) as caught:
        read_schema(path)
    return str(caught.value).replace(f"{path}:", "").splitlines()


def test_a_sound_schema_is_read(tmp_path):
    path = tmp_path / "schema.toml"
    path.write_text(GOOD)
    schema = read_schema(path)

    assert list(schema.entities) == ["PERSON", "ORG"]
    assert schema.relations["works_for"].joins("PERSON", "ORG")
    assert not schema.relations["works_for"].joins("ORG", "PERSON")


def test_pairs_of_types_may_be_allowed_on_the_same_words(tmp_path):
    path = tmp_path / "schema.toml"
    path.write_text(f'same_words = [["PERSON", "ORG"]]\n{GOOD}')
    schema = read_schema(path)

    assert schema.same_words == {frozenset({"PERSON", "ORG"})}
    path.write_text(GOOD)
    assert schema.fingerprint == read_schema(path).fingerprint


def test_a_schema_may_name_the_model_that_suggests(tmp_path):
    path = tmp_path / "schema.toml"
    path.write_text(GOOD + '[baseline]\nmodel = "my-model"\n')
    schema = read_schema(path)

    assert schema.baseline == "my-model"
    path.write_text(GOOD)
    assert read_schema(path).baseline == ""
    assert schema.fingerprint == read_schema(path).fingerprint


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param('"#112233"\nhotkey', '"red"\nhotkey', "6:9: [entities.PERSON] 'color' is 'red'", id="no colour"),
        pytest.param('hotkey = "2"', 'hotkey = "1"', "15:10: ORG has the key '1', which PERSON has", id="one key"),
        pytest.param('hotkey = "alt+shift+1"', 'hotkey = "q"', "28:10: [flags.bad] 'hotkey' is 'q'; for a flag, more than one key is needed, as in alt+shift+1", id="a flag's key"),
        pytest.param("[entities.PERSON]", 'same_words = [["PERSON", "FIRM"]]\n[entities.PERSON]', "2:15: 'same_words' has 'FIRM', which is no entity type", id="an unknown type on the same words"),
        pytest.param("[entities.PERSON]", 'same_words = ["ORG"]\n[entities.PERSON]', "2:15: 'same_words' has 'ORG'; pairs of two entity types are expected", id="no pair"),
        pytest.param("[entities.PERSON]", 'same_words = [["ORG", "ORG"]]\n[entities.PERSON]', "2:15: 'same_words' has ['ORG', 'ORG']; pairs", id="a type with itself"),
        pytest.param('hotkey = "2"', 'hotkey = "F1"', "15:10: [entities.ORG] 'hotkey' is 'F1'", id="no key"),
        pytest.param('hotkey = "2"', 'hotkey = "u"', "15:10: [entities.ORG] 'hotkey' is 'u'", id="the editor's own key"),
        pytest.param('tail = ["ORG"]', 'tail = ["COMPNY"]', "21:9: relation 'works_for' joins 'COMPNY'", id="unknown end"),
        pytest.param('tail = ["ORG"]', "tail = []", "21:8: [relations.works_for] 'tail' has 0 of at least 1", id="no end"),
        pytest.param("[entities.ORG]", '[entities."<ORG>"]', "10:11: '<ORG>' is no name for a type", id="bad name"),
        pytest.param("[relations.works_for]", "[relations.none]", "18:12: 'none' is no name for a relation", id="the name of no relation"),
        pytest.param('out = ["[c]", "[d]"]\n', "", "10:11: [entities.ORG] has no 'out'", id="missing"),
        pytest.param('in = ["[A]", "[B]"]', 'in = ["[A]"]', "12:6: [entities.ORG] 'in' has 1 of at least 2", id="one example"),
        pytest.param('definition = "Bad."', 'definition = ""', "27:14: [flags.bad] 'definition' is empty", id="empty text"),
        pytest.param('in = ["[A]", "[B]"]', 'in = "[A]"', "12:6: [entities.ORG] 'in' is '[A]'; a list is expected", id="no list"),
        pytest.param('in = ["[A]", "[B]"]', 'in = [1, "x"]', "12:7: [entities.ORG] entry 1 of 'in' is 1; a string in quotes is expected", id="no words"),
        pytest.param("keeps_out = true", 'keeps_out = "yes"', "29:13: [flags.bad] 'keeps_out' is 'yes'; true or false", id="no truth"),
        pytest.param("[flags.bad]", "[flags]\nworse = 1\n[flags.bad]", "27:9: [flags.worse] is 1, not a table", id="no table"),
        pytest.param('["ORG"]\n\n', '["PERSON"]\n\n', "16:17: ORG has the model's label 'PERSON'", id="one model label"),
        pytest.param("keeps_out = true", "keeps_out = 1\nx = 2", "30:1: [flags.bad] has an unknown key 'x'; keys are definition, hotkey, keeps_out", id="unknown key"),
        pytest.param("[flags.bad]", "[flag.bad]", "26:2: unknown table 'flag'; known are removed", id="unknown table"),
        pytest.param("[flags.bad]", "[baseline]\nmodel = ''\n[flags.bad]", "27:9: [baseline] 'model' is empty", id="no model"),
        pytest.param("[flags.bad]", "[baseline]\nrelations = 'rel'\n[flags.bad]", "27:13: [baseline] 'relations' is 'rel'; an attribute is expected, as in doc._.relations", id="no attribute"),
        pytest.param("[flags.bad]", "[baseline]\nmin_score = 2\n[flags.bad]", "27:13: [baseline] 'min_score' is 2; 1 or less is expected", id="no score"),
        pytest.param("[flags.bad]", "[baseline]\nmodels = 'x'\n[flags.bad]", "27:1: [baseline] has an unknown key 'models'; keys are model, relations, min_score", id="a slip of the model"),
        pytest.param("[flags.bad]", '[baseline]\nmodels = "x"\n[flags.bad]', "27:1: [baseline] has an unknown key 'models'; keys are model", id="unknown key of a table without types"),
        pytest.param('"#445566"', '"#112233"', "14:9: ORG has the colour '#112233', which PERSON has already; each entity type has its own", id="one colour"),
        pytest.param("[flags.bad]", TWIN, "32:9: leads has the colour '#112233', which works_for has already; each relation has its own", id="one colour of relations"),
        pytest.param('in = ["[A]", "[B]"]', 'in = ["[A]", "B"]', "12:14: [entities.ORG] entry 2 of 'in' marks no words: 'B'; the marked words stand in [brackets]", id="nothing marked"),
        pytest.param('out = ["[c]", "[d]"]', 'out = ["[c", "[d]"]', "13:8: [entities.ORG] entry 1 of 'out' has a [ without its ]: '[c'; the marked", id="an open bracket"),
        pytest.param('out = ["[c]", "[d]"]', 'out = ["[a [b]]", "d]"]', "13:8: [entities.ORG] entry 1 of 'out' has a [ without its ]", id="a bracket in a bracket"),
        pytest.param('out = ["[c]", "[d]"]', 'out = ["[c]", "d]"]', "13:15: [entities.ORG] entry 2 of 'out' has a ] without its [: 'd]'", id="a closing bracket"),
        pytest.param('"[Bob] of [A]"', '"[Bob] of A"', "22:7: [relations.works_for] entry 1 of 'in' marks one name, where a relation joins two: '[Bob] of A'", id="one end"),
        pytest.param('hotkey = "2"', 'hotkey = "2"\nrules = [{ about = "B", rule = "In.", in = "[A", out = "B" }]', "16:44: [entities.ORG] 'in' of entry 1 of 'rules' has a [ without its ]", id="an open bracket in a rule"),
        pytest.param("[flags.bad]", '[guidelines]\nspan_rules = [{ about = "B", rule = "In.", in = "A]", out = "B" }]\n[flags.bad]', "27:49: [guidelines] 'in' of entry 1 of 'span_rules' has a ] without its [", id="a closing bracket in a rule for all"),
        pytest.param('color = "#445566"', "color = ", "14:9: not TOML", id="not TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_its_line(tmp_path, old, new, said):
    assert old in GOOD

    found = problems(tmp_path, GOOD.replace(old, new, 1))

    assert any(line.startswith(said) for line in found), found


def test_ten_mistakes_are_reported_at_once(tmp_path):
    broken = (
        GOOD.replace('"#112233"\nhotkey', '"red"\nhotkey')
        .replace('hotkey = "2"', 'hotkey = "1"')
        .replace('tail = ["ORG"]', 'tail = ["COMPNY", "X"]')
        .replace('out = ["[he]", "[it]"]', 'out = ["[he]"]')
        .replace('definition = "An organisation."\n', "")
        .replace('["ORG"]\n\n', '["PERSON"]\n\n')
        .replace("keeps_out = true", 'keeps_out = "yes"\nmore = 1')
        .replace("[relations.works_for]", '[relations."works for"]')
    )

    found = problems(tmp_path, broken)

    assert len(found) == 10
    places = [tuple(map(int, line.split(":")[:2])) for line in found]
    assert places == sorted(places)


def test_a_mistake_is_shown_in_its_line_with_a_mark_below(tmp_path):
    path = tmp_path / "schema.toml"
    path.write_text(GOOD.replace('tail = ["ORG"]', 'tail = ["PERSON", "COMPNY"]'))

    with pytest.raises(SchemaError) as caught:
        read_schema(path)

    assert caught.value.in_full().splitlines() == [
        f"{path}:21:19: relation 'works_for' joins 'COMPNY', which is no entity type; entity types are PERSON, ORG",
        '   21 | tail = ["PERSON", "COMPNY"]',
        "      |                   ^^^^^^^^",
    ]


def test_each_table_that_is_no_toml_is_reported_at_once(tmp_path):
    """And what looks like a table in a long string is none."""
    text = GOOD.replace('color = "#445566"', "color = ").replace("symmetric", "s")
    text = text.replace('head = ["PERSON"]', 'head = ["PERSON"')
    text = text.replace("keeps_out = true", "keeps_out true")
    text = text.replace('"A human."', '"""\nA human.\n[entities.HUMAN]\n"""')

    found = problems(tmp_path, text)

    assert [line.split(" ")[0] for line in found] == ["17:9:", "24:1:", "32:11:"]
    assert all(": not TOML: " in line for line in found)


def test_a_long_text_without_an_end_is_reported_where_it_begins(tmp_path):
    found = problems(tmp_path, GOOD.replace('"Bad."', '"""Bad.'))

    assert found == ["27:14: not TOML: Unterminated string"]


def test_two_tables_of_one_name_are_reported(tmp_path):
    (found,) = problems(tmp_path, GOOD.replace("[flags.bad]", "[entities.ORG]"))

    assert found.startswith("26:14: not TOML: Cannot declare ('entities', 'ORG') twice")


def test_a_type_that_is_misnamed_hides_no_other_mistake(tmp_path):
    """Every relation that joins it is about the one mistake."""
    text = (ROOT / "label_config" / "schema.toml").read_text()
    broken = text.replace("[entities.PERSON]", '[entities."PER<SON"]')
    broken = broken.replace("keeps_out = true", "keeps_out = 1")

    found = problems(tmp_path, broken)

    assert "'PER<SON' is no name for a type" in found[0]
    (joined,) = (line for line in found if "joins 'PERSON'" in line)
    lines = [
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if line.startswith(("head = ", "tail = ")) and '"PERSON"' in line
    ]
    assert joined.startswith(
        f"{lines[0]}:9: relation 'holds_position' joins 'PERSON', which is no"
    )
    assert f"(also on line {lines[1]}, {lines[2]}, " in joined
    assert len(found) == 2 + broken.count("keeps_out = 1")
    assert not [line for line in found if "valid" in line or "input" in line]


def test_a_schema_may_have_no_relations(tmp_path):
    path = tmp_path / "schema.toml"
    table = GOOD[GOOD.index("[relations.works_for]") : GOOD.index("[flags.bad]")]
    path.write_text(GOOD.replace(table, ""))

    schema = read_schema(path)

    assert (list(schema.entities), dict(schema.relations)) == (["PERSON", "ORG"], {})
    assert "elation" not in guidelines_md(schema)
    assert "elation" not in labeling_xml(schema)


def test_the_models_own_relations_are_read_by_names_and_labels(tmp_path):
    path = tmp_path / "schema.toml"
    labels = 'model_labels = ["per:employee_of"]\nwas = ["employed_by"]\n'
    text = GOOD.replace('color = "#112233"\n\n[flags', f'color = "#112233"\n{labels}\n[flags')
    path.write_text(f'{text}\n[baseline]\nrelations = "doc._.rel"\nmin_score = 0.3\n')

    schema = read_schema(path)

    assert schema.model_relations == ModelRelations("rel", 0.3)
    assert schema.relation_by_model_label == dict.fromkeys(
        ["works_for", "per:employee_of", "employed_by"], "works_for"
    )


def test_a_symmetric_relation_may_have_other_types_at_either_end(tmp_path):
    path = tmp_path / "schema.toml"
    path.write_text(GOOD.replace('tail = ["ORG"]', 'tail = ["ORG"]\nsymmetric = true'))

    kind = read_schema(path).relations["works_for"]

    assert kind.signature == "PERSON ↔ ORG"
    assert kind.joins_either_way("ORG", "PERSON")
    assert not kind.joins_either_way("ORG", "ORG")


def test_the_fingerprint_changes_with_what_may_be_annotated_alone(tmp_path):
    path = tmp_path / "schema.toml"
    text = (ROOT / "label_config" / "schema.toml").read_text()

    def fingerprint(old, new):
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return read_schema(path).fingerprint

    assert fingerprint("#000dff", "#000dfe") == SCHEMA.fingerprint
    assert fingerprint("A named human being", "A human") == SCHEMA.fingerprint
    assert fingerprint("symmetric = true", "symmetric = false") != SCHEMA.fingerprint
    assert fingerprint('"ORG", "GPE", "NORP"]', '"ORG", "GPE"]') != SCHEMA.fingerprint


def test_every_shipped_type_has_all_that_an_annotator_needs():
    kinds = [*SCHEMA.entities.values(), *SCHEMA.relations.values()]

    assert len(SCHEMA.entities) == 11
    assert len(SCHEMA.relations) == 10
    assert all(len(kind.examples_in) >= 2 <= len(kind.examples_out) for kind in kinds)
    assert all(" — " in example for kind in kinds for example in kind.examples_out)
    assert all(example.count("[") >= 1 for kind in kinds for example in kind.examples_in)


RULE = 'rules = [{ about = "Hyphens", rule = "In.", in = "[A]-led", out = "anti-[A]" }]\n'


def test_a_type_may_have_rules_and_so_may_all_of_them(tmp_path):
    """None of them is in the fingerprint: a guideline that says more makes no other schema."""
    path = tmp_path / "schema.toml"
    path.write_text(GOOD)
    before = read_schema(path)
    more = GOOD.replace('hotkey = "2"\n', f'hotkey = "2"\n{RULE}')
    more = (
        f'consequences = [["works_for", "leads"]]\n{more}'
        + "\n[relations.leads]"
        + GOOD.split("[relations.works_for]")[1]
        .split("[flags")[0]
        .replace("#112233", "#112244")
    )
    path.write_text(f"{more}\n[guidelines]\nspan_{RULE}relation_{RULE}")

    schema = read_schema(path)

    rule = GuidelineRule("Hyphens", "In.", "[A]-led", "anti-[A]")
    assert schema.entities["ORG"].rules == (rule,)
    assert schema.rules == {"span_rules": (rule,), "relation_rules": (rule,)}
    assert schema.consequences == (("works_for", "leads"),)
    assert (
        replace(schema, relations={"works_for": schema.relations["works_for"]}).fingerprint
        == before.fingerprint
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('hotkey = "2"\n', 'hotkey = "2"\n' + RULE.replace('in = "[A]-led", ', ""), "has no 'in' of entry 1 of 'rules'"),
        ('[flags.bad]', '[guidelines]\nspan_rules = [{ about = 1 }]\n[flags.bad]', "span_rules"),
        ('[flags.bad]', '[guidelines]\nspam_rules = []\n[flags.bad]', "27:1: [guidelines] has an unknown key 'spam_rules'; keys are introduction"),
        ("[entities.PERSON]", 'consequences = [["works_for", "x"]]\n[entities.PERSON]', "'x', which is no relation"),
        ("[entities.PERSON]", 'consequences = [["works_for"]]\n[entities.PERSON]', "pairs of two relations"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rule_or_a_consequence_is_told(tmp_path, old, new, said):
    assert any(said in line for line in problems(tmp_path, GOOD.replace(old, new, 1)))


def test_the_shipped_guideline_can_be_amended_without_another_schema():
    """So that nothing becomes stale, and no version must be a major one."""
    entities = {
        name: replace(one, definition="Other.", rules=())
        for name, one in SCHEMA.entities.items()
    }
    relations = {
        name: replace(one, definition="Other.", rules=())
        for name, one in SCHEMA.relations.items()
    }

    amended = replace(SCHEMA, entities=entities, relations=relations, rules={}, consequences=())

    assert amended.fingerprint == SCHEMA.fingerprint
