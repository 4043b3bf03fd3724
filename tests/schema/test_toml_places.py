"""Each key and each value of a TOML file is found where it stands."""

import tomllib

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st
from samples import ROOT

from curation.schema.toml_excerpt import mark_in_line
from curation.schema.toml_places import TomlPlace, find_toml_places

FILES = ("label_config/schema.toml", "gold/dataset.toml", "pyproject.toml")

_KEYS = st.text("ab \"'.=#[é", min_size=1, max_size=4)
_LEAVES = st.one_of(
    st.booleans(),
    st.integers(-9, 99),
    st.dates(),
    st.text("ab \"'\\\n#]},=é", max_size=6),
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=12,
)


def flattened(value, *keys):
    """Each value with its path, those that stand in tables without a sign = left out."""
    yield keys, value
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            yield from flattened(inner, *keys, str(key))


def assert_places_are_right(text):
    places = find_toml_places(text)
    values = dict(flattened(tomllib.loads(text)))

    leaves = {keys for keys, value in values.items() if not isinstance(value, dict | list)}
    assert leaves <= places.values.keys() <= values.keys()
    for keys, place in places.values.items():
        assert tomllib.loads(f"x = {text[place.start : place.end]}")["x"] == values[keys]
    for (*_, name), place in places.keys.items():
        key = next(iter(tomllib.loads(f"{text[place.start : place.end]} = 0")))
        assert (
            key == name or name.isdigit()
        )  # one of an array of tables stands where its header does


@pytest.mark.parametrize("name", FILES)
def test_every_value_of_our_files_is_found(name):
    assert_places_are_right((ROOT / name).read_text())


@given(st.dictionaries(_KEYS, _VALUES, max_size=4))
def test_every_value_of_any_file_is_found(values):
    assert_places_are_right(tomlkit.dumps(values))


def test_comments_quotes_and_line_ends_mislead_nobody():
    assert_places_are_right(
        '# [a]\n\'x\' . "y\\" z" = [ # ]\r\n  \'#\', "]", # b = 1\r\n]\r\n'
        "[ t . u ] # c = 2\nlong = '''\n[v]\nw = 1''''\nb={c={d=[{e=1}]}, f=2}#\n[[t.v]]\ng = 1979-05-27 07:32:00\n"
    )


def test_the_mark_stands_below_wide_characters_and_in_long_lines():
    text = 'a = "\t中文", "x"' + " " * 200
    start = text.index('"x"')

    shown, mark = mark_in_line(text, TomlPlace(start, start + 3)).splitlines()

    assert shown.startswith('    1 | a = " 中文", "x"')
    assert shown.endswith("…")
    assert mark.rstrip() == "      | " + " " * (start + 2) + "^^^"
    late = text.ljust(400, "é")
    shown, mark = mark_in_line(late, TomlPlace(390, 391)).splitlines()
    assert len(shown) < 120
    assert shown[mark.index("^")] == "é"
