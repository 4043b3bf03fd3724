"""Items of a JSON list are found one by one, with their lines, whatever they hold."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.row_files.json_list import json_list_items

VALUES = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.lists(st.dictionaries(st.text(), VALUES, max_size=3), max_size=4)


class Trickle(io.BytesIO):
    """A stream that gives few bytes at a time, whatever is asked for."""

    def read(self, size=-1):
        return super().read(3)


@given(OBJECTS, st.sampled_from([None, 1]))
def test_a_list_gives_its_items(objects, indent):
    raw = json.dumps(objects, indent=indent).encode()

    items = [json.loads(item) for _, item in json_list_items(Trickle(raw))]

    assert items == objects


@given(OBJECTS, st.sampled_from([None, 1]))
def test_objects_in_a_row_need_no_list(objects, indent):
    raw = "\n".join(json.dumps(one, indent=indent) for one in objects).encode()

    items = [json.loads(item) for _, item in json_list_items(Trickle(raw))]

    assert items == objects


def test_each_item_comes_with_the_line_it_begins_on():
    raw = b'\n[\n {"a":\n 1},\n\n {"b": "x\\"]"}, {}\n]\n'

    assert [line for line, _ in json_list_items(io.BytesIO(raw))] == [3, 6, 6]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'[{"a": 1}', "the list has no end"),
        (b'[{"a": 1}]\n{"b": 2}', "something follows the end of the list, on line 2"),
    ],
)
def test_a_list_that_is_not_one_is_refused(raw, said):
    with pytest.raises(ValueError, match=said):
        list(json_list_items(io.BytesIO(raw)))
