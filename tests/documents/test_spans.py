"""Tests of spans that overlap."""

from hypothesis import given
from hypothesis import strategies as st

from curation.documents.spans import do_overlap, overlap_length, overlapping_groups

SPANS = st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda one: (one[0], sum(one)))


@given(SPANS, SPANS)
def test_spans_overlap_where_they_have_a_character_in_common(one, other):
    common = {*range(*one)} & {*range(*other)}

    assert overlap_length(one, other) == len(common)
    assert do_overlap(one, other) == bool(common)


def test_spans_that_only_touch_are_no_group():
    assert list(overlapping_groups([(3, 6), (0, 3)])) == [
        ((0, 3), [(0, 3)]),
        ((3, 6), [(3, 6)]),
    ]


def test_spans_are_one_group_by_way_of_others():
    found = list(overlapping_groups([(4, 6), (0, 9), (8, 12), (13, 14)]))

    assert found == [((0, 12), [(0, 9), (4, 6), (8, 12)]), ((13, 14), [(13, 14)])]
