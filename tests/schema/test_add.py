"""A new type is written as a stub that schema check leads one through; nothing else changes."""

from pathlib import Path

import pytest
from command_line import run
from hypothesis import given
from hypothesis import strategies as st
from schema.test_read import GOOD

from curation.errors import SchemaError
from curation.schema.add import add_type
from curation.schema.free_color import free_color
from curation.schema.read import parse_schema
from curation.schema.toml_syntax import parse_toml

PATH = Path("schema.toml")


def filled_in(text):
    """What somebody makes of a stub."""
    text = text.replace('definition = ""', 'definition = "A thing."')
    text = text.replace('["", ""]', '["[one] of [two]", "[two] has [one]"]')
    return text.replace("head = []", 'head = ["PERSON"]').replace("tail = []", 'tail = ["ORG"]')


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("kind", ["entity", "relation", "flag"])
def test_a_stub_that_is_filled_in_is_a_type_and_all_else_stays(kind, end):
    commented = GOOD.replace("[flags.bad]", "# Flags.\n[flags.bad]").replace("\n", end)

    text, line = add_type(commented, kind, "NEW", path=PATH)

    lines = text.split(end)
    assert lines[line - 1].endswith(".NEW]")
    rest = lines[line:]
    assert end.join(lines[: line - 1] + rest[rest.index("") + 1 :]) in (
        commented,
        commented + end,
    )
    schema = parse_schema(filled_in(text), PATH)
    table = {"entity": schema.entities, "relation": schema.relations, "flag": schema.flags}[
        kind
    ]
    assert list(table)[-1] == "NEW"


def test_check_leads_through_a_stub_with_places(tmp_path, monkeypatch, capsys):
    (tmp_path / "label_config").mkdir()
    (tmp_path / "label_config" / "schema.toml").write_text(GOOD)
    monkeypatch.chdir(tmp_path)

    added, _, said = run(capsys, "schema", "add", "relation", "leads")
    checked, _, told = run(capsys, "schema", "check")

    assert (added, checked) == (0, 1)
    assert said.startswith("label_config/schema.toml:26: leads is added")
    places = [line for line in told.splitlines() if "label_config/schema.toml:" in line]
    assert [line.partition("[relations.leads] ")[2] for line in places] == [
        "'definition' is empty",
        "entry 1 of 'in' is empty",
        "entry 2 of 'in' is empty",
        "entry 1 of 'out' is empty",
        "entry 2 of 'out' is empty",
        "'head' has 0 of at least 1 entries",
        "'tail' has 0 of at least 1 entries",
    ]


def test_several_stubs_get_keys_and_colours_of_their_own():
    text = GOOD
    for name in ("PLACE", "LAW", "EVENT"):
        text, _ = add_type(text, "entity", name, path=PATH)

    entities = parse_toml(text)["entities"]
    assert [kind["hotkey"] for kind in entities.values()] == ["1", "2", "3", "4", "5"]
    assert len({kind["color"] for kind in entities.values()}) == 5


@given(st.lists(st.integers(0, 0xFFFFFF).map("#{:06x}".format), max_size=12))
def test_a_free_colour_is_none_of_those_taken(taken):
    assert free_color(taken) not in taken


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ORG", "already has a type 'ORG'"),
        ("works_for", "already has a type 'works_for'"),
        ("a b", "is no name for a type"),
        ("none", "is no name for a type"),
        ("FIRM", "a former name of ORG"),
        ("GONE", "'GONE' was removed"),
    ],
)
def test_a_name_that_is_taken_is_refused(name, said):
    text = 'removed = ["GONE"]\n' + GOOD.replace('hotkey = "2"', 'hotkey = "2"\nwas = ["FIRM"]')

    with pytest.raises(SchemaError, match=said):
        add_type(text, "relation", name, path=PATH)


def test_a_file_that_is_no_toml_gets_no_stub():
    with pytest.raises(SchemaError, match=r"schema\.toml:1:8: not TOML"):
        add_type("[entity", "entity", "NEW", path=PATH)
