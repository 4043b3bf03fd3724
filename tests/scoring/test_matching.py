"""Which entity answers which: the best over the whole document, whatever the order."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring_samples import crowded, document_with, pairs

from curation.documents.document import Document
from curation.errors import InputError
from curation.scoring.assignment import Fit, assign
from curation.scoring.match_kind import MatchKind
from curation.scoring.matching import entity_columns, match_columns, match_entities

TEXT = "x" * 60


def worth(pairs_):
    """How good a matching is: pairs of each kind, the best kind first, then the overlap."""
    kinds = [0, 0, 0, 0]
    overlap = 0
    for one, other in pairs_:
        common = min(one.end, other.end) - max(one.start, other.start)
        if common <= 0:
            continue
        same, label = one.span == other.span, one.label == other.label
        kinds[(0 if label else 1) if same else (2 if label else 3)] += 1
        overlap += common
    return (*kinds, overlap)


def best(gold, predicted):
    """By trying everything."""
    few, many = sorted((gold, predicted), key=len)
    return max(worth(zip(few, chosen, strict=True)) for chosen in permutations(many, len(few)))


@given(crowded())
def test_no_other_matching_is_better(pair):
    """Against brute force, lexicographically: kinds in their order, then the overlap."""
    gold, predicted = pair
    found = match_entities(gold, predicted)

    chosen = [(m.gold, m.predicted) for m in found if m.gold and m.predicted]
    assert worth(chosen) == best(gold.entities, predicted.entities)


@given(crowded() | pairs())
def test_every_entity_is_matched_once_or_left_once(pair):
    found = match_entities(*pair)

    assert sorted(m.gold for m in found if m.gold) == list(pair[0].entities)
    assert sorted(m.predicted for m in found if m.predicted) == list(pair[1].entities)
    for match in found:
        assert (match.kind == MatchKind.MISSED) == (match.predicted is None)
        assert (match.kind == MatchKind.SPURIOUS) == (match.gold is None)


@given(crowded())
def test_a_match_is_of_the_kind_that_it_says(pair):
    for match in match_entities(*pair):
        if match.gold and match.predicted:
            kinds = worth([(match.gold, match.predicted)])[:4]
            assert kinds.index(1) == match.kind


@given(crowded(), st.randoms())
def test_the_order_of_entities_changes_nothing(pair, random):
    shuffled = [
        Document(one.id, one.text, tuple(random.sample(one.entities, len(one.entities))))
        for one in pair
    ]

    assert match_entities(*shuffled) == match_entities(*pair)


@pytest.mark.parametrize(
    ("gold", "predicted", "kinds"),
    [
        pytest.param([(0, 3, "A")], [(0, 3, "A")], ["SAME"], id="same"),
        pytest.param([(0, 3, "A")], [(0, 3, "B")], ["SAME_SPAN"], id="same span"),
        pytest.param([(0, 3, "A")], [(1, 5, "A")], ["SAME_TYPE"], id="overlap and type"),
        pytest.param([(0, 3, "A")], [(2, 5, "B")], ["OVERLAP"], id="overlap"),
        pytest.param([(0, 3, "A")], [(3, 5, "A")], ["MISSED", "SPURIOUS"], id="side by side"),
        pytest.param(
            [(0, 3, "ORG"), (2, 3, "LOC")], [(2, 3, "LOC")], ["MISSED", "SAME"],
            id="nested: the equal one, not the first",
        ),
        pytest.param(
            [(0, 9, "A")], [(0, 4, "A"), (0, 9, "A")], ["SPURIOUS", "SAME"],
            id="the equal one, not the first prediction",
        ),
        pytest.param(
            [(0, 5, "A"), (0, 5, "B")], [(0, 5, "C"), (3, 8, "A")], ["SAME_TYPE", "SAME_SPAN"],
            id="two types on a span: who is left decides",
        ),
        pytest.param(
            [(0, 9, "A")], [(0, 3, "A"), (3, 9, "A")], ["SPURIOUS", "SAME_TYPE"],
            id="the larger overlap",
        ),
        pytest.param(
            [(0, 5, "A"), (4, 9, "A")], [(0, 5, "A"), (0, 9, "A")], ["SAME", "SAME_TYPE"],
            id="crossing",
        ),
    ],
)  # fmt: skip
def test_by_hand(gold, predicted, kinds):
    found = match_entities(document_with(TEXT, *gold), document_with(TEXT, *predicted))

    assert [match.kind.name for match in found] == kinds


def test_what_the_types_differ_in_is_not_what_decides():
    """Greedily one of two golds on a span is taken; the other might have had an answer."""
    gold = document_with(TEXT, (0, 5, "A"), (0, 5, "B"))
    found = match_entities(gold, document_with(TEXT, (0, 5, "C"), (3, 8, "B")))

    assert {(m.gold.label, m.predicted.label, m.kind.name) for m in found} == {
        ("A", "C", "SAME_SPAN"),
        ("B", "B", "SAME_TYPE"),
    }


def fits(table):
    return lambda i, j: Fit(*table[i, j]) if (i, j) in table else None


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.integers(0, 3), st.integers(1, 5)),
    )
)
def test_an_assignment_is_the_best_of_all(table):
    """Whatever fits what, even where no spans could be made like that."""

    def value(chosen):
        kinds = [table[pair][0] for pair in chosen]
        overlap = sum(table[pair][1] for pair in chosen)
        return (*(kinds.count(kind) for kind in range(4)), overlap)

    found = [(i, j) for i, j, _ in assign(range(4), range(4), fits(table))]

    possible = (
        some
        for size in range(5)
        for some in combinations(table, size)
        if len({i for i, _ in some}) == len({j for _, j in some}) == size
    )
    assert value(found) == max(map(value, possible))


def test_more_than_can_be_weighed_exactly_is_refused():
    with pytest.raises(InputError, match="overlap one another"):
        assign(range(30), range(30), lambda i, j: Fit(0, 10**12))


def test_many_documents_are_matched_as_each_alone():
    rng = np.random.default_rng(3)

    def draw():
        return document_with(TEXT, *((int(s), int(s + n), "ABC"[k]) for s, n, k in rng.integers(
            (0, 1, 0), (50, 9, 3), (12, 3)
        )))  # fmt: skip

    some = [(draw(), draw()) for _ in range(50)]
    (one, other), _ = entity_columns(some)
    whole = match_columns(one, other)

    alone = np.array([m.kind for pair in some for m in match_entities(*pair)])
    assert np.array_equal(np.bincount(whole.kind, minlength=6), np.bincount(alone, minlength=6))
