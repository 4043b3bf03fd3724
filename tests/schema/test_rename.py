"""A type renamed in schema.toml: only what names it is touched, however it is written."""

import difflib
import tomllib

import pytest
from samples import ROOT, SCHEMA
from schema.test_read import GOOD, problems

from curation.documents.document import Document, Entity, Relation
from curation.errors import SchemaError, UsageError
from curation.schema.read import parse_schema
from curation.schema.rename import find_mentions, parse_renaming, rename_type

PATH = ROOT / "label_config" / "schema.toml"
OURS = PATH.read_text()
TYPES = [("entities", name) for name in SCHEMA.entities]
TYPES += [("relations", name) for name in SCHEMA.relations]


def changed(before, after):
    """The lines taken out, and those put in."""
    lines = list(difflib.ndiff(before.split("\n"), after.split("\n")))
    return [x[2:] for x in lines if x[0] == "-"], [x[2:] for x in lines if x[0] == "+"]


@pytest.mark.parametrize(("table", "old"), TYPES, ids=lambda one: one)
def test_each_shipped_type_can_be_renamed_and_back(table, old):
    """A line for each place that names it, and one for what it was; comments and order stay."""
    after = rename_type(OURS, table, old, "NEW", path=PATH)
    schema = parse_schema(after, PATH)
    gone, come = changed(OURS, after)

    assert list(getattr(schema, table)) == [
        "NEW" if name == old else name for name in getattr(SCHEMA, table)
    ]
    assert getattr(schema, table)["NEW"].former_names == (old,)
    assert [line.replace(old, "NEW") for line in gone] == [
        line for line in come if line != f'was = ["{old}"]'
    ]
    assert len(come) == len(gone) + 1
    assert schema.fingerprint != SCHEMA.fingerprint
    back = parse_schema(rename_type(after, table, "NEW", old, path=PATH), PATH)
    assert getattr(back, table)[old].former_names == ("NEW",)
    assert back.fingerprint == SCHEMA.fingerprint


FORMS = {
    "quoted": GOOD.replace("[entities.ORG]", '[entities."ORG"]'),
    "spaced": GOOD.replace("[entities.ORG]", "  [ entities . ORG ]  # ORG"),
    "CRLF": GOOD.replace("\n", "\r\n"),
    "many lines": GOOD.replace('tail = ["ORG"]', "tail = [\n  'ORG', # ORG\n]"),
    "one line": GOOD.replace('["PERSON"]\ntail = ["ORG"]', '["PERSON", "ORG"]\ntail=["ORG"]'),
    "prose like a table": GOOD.replace('"An organisation."', '"""\n[entities.ORG]\nORG = "ORG"\n"""'),
    "no end of line": GOOD.rstrip(),
    "a comment behind it": GOOD.replace("\n[relations", "\n# Arrows, which ORG has too.\n\n[relations"),
    "apart": GOOD.replace("[flags.bad]", '[entities.GPE]\ndefinition = "A place."\nin = ["[A]", "[B]"]\nout = ["[c]", "[d]"]\ncolor = "#445567"\nhotkey = "3"\n\n[flags.bad]').replace('["ORG"]\nin', '["ORG", "GPE"]\nin'),
    "allowed on the same words": 'same_words = [["PERSON", \'ORG\']] # both\n' + GOOD,
    "renamed before": GOOD.replace('model_labels = ["ORG"]', 'was = [\n"COMPANY"]'.replace("\n", "")),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_type_is_renamed_however_the_schema_is_written(form):
    text = FORMS[form]
    before = parse_schema(text, PATH)

    after = rename_type(text, "entities", "ORG", "FIRM", path=PATH)

    schema = parse_schema(after, PATH)
    assert list(schema.entities)[:2] == ["PERSON", "FIRM"]
    assert len(schema.entities) == len(before.entities)
    assert schema.entities["FIRM"].former_names == (*before.entities["ORG"].former_names, "ORG")
    assert schema.entities["FIRM"].model_labels == before.entities["ORG"].model_labels
    assert schema.entities["FIRM"].definition == before.entities["ORG"].definition
    assert "FIRM" in schema.relations["works_for"].tail
    assert after.count("\r\n") in (0, after.count("\n"))
    gone, come = changed(text, after)
    assert len(gone) <= len(come) <= len(gone) + 1
    was = tomllib.loads(after)["entities"]["FIRM"].pop("was")
    assert was[-1] == "ORG"


def test_comments_and_quotes_among_former_names_are_kept():
    former = "was = [\n  'COMPANY', # until 2024\n]"
    text = GOOD.replace('model_labels = ["ORG"]', former)

    after = rename_type(text, "entities", "ORG", "FIRM", path=PATH)

    assert "'COMPANY', # until 2024" in after
    assert tomllib.loads(after)["entities"]["FIRM"]["was"] == ["COMPANY", "ORG"]


def test_a_schema_that_can_not_be_edited_safely_is_refused():
    inline = GOOD[: GOOD.index("[entities.ORG]")] + GOOD[GOOD.index("[relations") :]
    table = 'ORG = {definition = "An organisation.", in = ["[A]", "[B]"], out = ["[c]", "[d]"], color = "#445566", hotkey = "2"}'
    text = inline.replace("[entities.PERSON]", f"[entities]\n{table}\n[entities.PERSON]")

    with pytest.raises(SchemaError, match="can't be edited safely"):
        rename_type(text, "entities", "ORG", "FIRM", path=PATH)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param("LAW", "'LAW' isn't OLD=NEW", id="no ="),
        pytest.param("=LAW", "'=LAW' isn't OLD=NEW", id="nothing before"),
        pytest.param("LAW=", "'LAW=' isn't OLD=NEW", id="nothing behind"),
        pytest.param("LAW=A=B", "'LAW=A=B' isn't OLD=NEW", id="two"),
        pytest.param("LAW=LAW", "both names are 'LAW'", id="the same"),
        pytest.param("LAW=9x", "'9x' is no name for a type", id="no name"),
        pytest.param("LAW=ä", "'ä' is no name for a type", id="no name of letters"),
        pytest.param("LOW=STATUTE", "no entity type or relation 'LOW' in the schema", id="unknown"),
        pytest.param("LAW=ORG", "the schema already has a type 'ORG'", id="taken"),
        pytest.param("LAW=supports", "the schema already has a type 'supports'", id="taken by a relation"),
        pytest.param("duplicate=twice", "no entity type or relation 'duplicate' in the schema", id="a flag"),
    ],
)  # fmt: skip
def test_an_impossible_renaming_is_refused(given, said):
    with pytest.raises((SchemaError, UsageError)) as caught:
        parse_renaming(given, SCHEMA)

    assert str(caught.value) == said
    assert caught.value.hint


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [("entities", "LAW", "STATUTE"), ("relations", "supports", "backs")],
)
def test_a_former_name_is_refused_with_the_name_it_has_now(table, old, new):
    schema = parse_schema(rename_type(OURS, table, old, new, path=PATH), PATH)

    with pytest.raises(SchemaError) as caught:
        parse_renaming(f"{old}=other", schema)

    assert str(caught.value).endswith(f"{old!r} any more: its name is {new} now")
    assert caught.value.hint == f"curate schema rename {new}=other"


def test_a_former_name_of_another_type_is_refused():
    schema = parse_schema(rename_type(OURS, "entities", "LAW", "STATUTE", path=PATH), PATH)

    with pytest.raises(SchemaError, match="'LAW' is a former name of STATUTE"):
        parse_renaming("ORG=LAW", schema)
    assert parse_renaming("LAW=STATUTE", schema).is_begun
    assert not parse_renaming("STATUTE=LAW", schema).is_begun


@pytest.mark.parametrize(
    ("was", "said"),
    [
        ('["ORG"]', "'was' of PERSON has 'ORG', which is the name of a type now"),
        ('["PERSON"]', "'was' of PERSON has 'PERSON', which is the name of a type now"),
        ('["A", "A"]', "'was' of PERSON has 'A', which 'was' of PERSON has already"),
        ('["a b"]', "'was' of PERSON has 'a b', which is no name for a type"),
        ('"A"', "'was' is 'A'"),
    ],
)
def test_an_impossible_former_name_is_reported_with_its_line(tmp_path, was, said):
    text = GOOD.replace('hotkey = "1"', f'hotkey = "1"\nwas = {was}')

    assert [line for line in problems(tmp_path, text) if said in line and line.startswith("8:")]


def test_two_types_share_no_former_name(tmp_path):
    text = GOOD.replace('hotkey = "1"', 'hotkey = "1"\nwas = ["A"]')
    text = text.replace('hotkey = "2"', 'hotkey = "2"\nwas = ["A"]')

    (found,) = problems(tmp_path, text)
    assert found == "17:8: 'was' of ORG has 'A', which 'was' of PERSON has already"


def test_former_names_are_not_in_the_fingerprint():
    text = OURS.replace("[entities.PERSON]\n", '[entities.PERSON]\nwas = ["HUMAN"]\n')

    assert parse_schema(text, PATH).fingerprint == SCHEMA.fingerprint


def test_a_document_with_former_names_gets_the_current_ones():
    text = rename_type(OURS, "entities", "PERSON", "HUMAN", path=PATH)
    schema = parse_schema(rename_type(text, "relations", "supports", "backs", path=PATH), PATH)
    old, new = Entity(0, 3, "PERSON", "a", 0.5), Entity(0, 3, "HUMAN", "a", 0.5)
    place = Entity(4, 8, "GPE", "b")

    given = Document("d", "Bob Rome", (old, place), (Relation(old, place, "supports"),))

    expected = Document("d", "Bob Rome", (new, place), (Relation(new, place, "backs"),))
    assert schema.with_current_names(given) == expected
    assert schema.with_current_names(expected) == expected
    assert schema.with_current_names(given).entities[0].score == 0.5


def test_duplicates_made_by_current_names_are_removed():
    schema = parse_schema(rename_type(OURS, "entities", "PERSON", "HUMAN", path=PATH), PATH)
    old, new, place = Entity(0, 3, "PERSON"), Entity(0, 3, "HUMAN"), Entity(4, 8, "GPE")
    both = Relation(old, place, "supports"), Relation(new, place, "supports")

    given = Document("d", "Bob Rome", (old, new, place), both)

    assert schema.with_current_names(given) == Document("d", "Bob Rome", (new, place), both[1:])


def test_lines_that_mention_the_name_in_prose_are_found():
    text = 'a = "a LAW"\nmodel_labels = ["LAW"]\nwas = ["LAW"]\n# LAWS\nb = "OUTLAW"\nLAW.'

    assert find_mentions(text, "LAW") == (1, 6)
