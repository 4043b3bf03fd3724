"""What the task list is asked: unquoted once too often, and in portions that a URL holds."""

import json
from urllib.parse import quote, unquote

from hypothesis import given
from hypothesis import strategies as st

from curation.labelstudio.server.task_query import URL_BYTES, task_query, url_portions

ids = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("%25%22+&#\"\\/'"))


@given(st.lists(ids))
def test_a_question_stays_what_it_is_however_often_it_is_unquoted(values):
    query = task_query(("data.doc_id", "in_list", "List", values), order="tasks:id")

    assert unquote(unquote(query)) == unquote(query) == query
    (item,) = json.loads(query)["filters"]["items"]
    assert (item["filter"], item["value"]) == ("filter:tasks:data.doc_id", values)


def encoded_length(values):
    query = task_query(("data.doc_id", "in_list", "List", values), order="tasks:id")
    return len(quote(query, safe=""))


@given(st.lists(ids.map(lambda text: text * 100), max_size=50), st.integers(1, 9))
def test_portions_are_all_values_in_their_order_and_fit_a_url(values, at_most):
    portions = url_portions(values, at_most=at_most)

    if portions is None:
        assert any(encoded_length([value]) > URL_BYTES for value in values)
        return
    assert [value for portion in portions for value in portion] == values
    for portion in portions:
        assert 1 <= len(portion) <= at_most
        assert encoded_length(portion) < URL_BYTES + 500


def test_a_value_that_no_url_holds_is_told():
    assert url_portions(["a", "日" * 1000], at_most=9) is None
    assert url_portions([], at_most=9) == []
