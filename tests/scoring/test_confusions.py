"""What annotators confuse, by kind; one difference is the one that an adjudicator sees."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from scoring_samples import document_with, pairs

from curation.annotations.compared import compare_documents
from curation.scoring.confusions import (
    Confusion,
    ConfusionCounts,
    ConfusionKind,
    differences_of_annotators,
)

TEXT = "Bob of the Iranian Ministry met Al."
BOB, MINISTRY, AL = (0, 3, "PERSON"), (11, 27, "ORG"), (32, 34, "PERSON")
LONGER = (7, 27, "ORG")


def confused(one, other):
    found = differences_of_annotators({"a": one, "b": other}, SCHEMA)
    return [(c.kind, str(c)) for one in found for c in one.confusions.values()]


def on(*spans, arrows=()):
    return document_with(TEXT, *spans, arrows=arrows)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        pytest.param(
            on(BOB, MINISTRY), on(BOB, (11, 27, "GPE")),
            [(ConfusionKind.LABEL, "GPE / ORG")], id="another label",
        ),
        pytest.param(
            on(BOB, MINISTRY), on(BOB),
            [(ConfusionKind.PRESENCE, "ORG / nothing")], id="marked or not",
        ),
        pytest.param(
            on(MINISTRY), on(LONGER),
            [(ConfusionKind.BOUNDARIES, "ORG")], id="other boundaries",
        ),
        pytest.param(
            on(MINISTRY), on((11, 18, "NORP")),
            [(ConfusionKind.LABEL_AND_BOUNDARIES, "NORP / ORG")], id="both",
        ),
        pytest.param(
            on(MINISTRY, (11, 18, "NORP")), on(MINISTRY),
            [(ConfusionKind.PRESENCE, "NORP / nothing")], id="a span inside that both have",
        ),
        pytest.param(
            on(BOB, MINISTRY, arrows=((0, 1, "member_of"),)), on(BOB, MINISTRY),
            [(ConfusionKind.ARROW, "member_of / nothing")], id="arrow or none",
        ),
        pytest.param(
            on(BOB, MINISTRY, arrows=((0, 1, "member_of"),)),
            on(BOB, MINISTRY, arrows=((0, 1, "affiliated_with"),)),
            [(ConfusionKind.RELATION, "affiliated_with / member_of")], id="another relation",
        ),
        pytest.param(
            on(BOB, AL, arrows=((0, 1, "supports"),)), on(BOB, AL, arrows=((1, 0, "supports"),)),
            [(ConfusionKind.DIRECTION, "supports")], id="the other direction",
        ),
        pytest.param(
            on(BOB, AL, arrows=((0, 1, "supports"),)), on(BOB, AL, arrows=((1, 0, "opposes"),)),
            [(ConfusionKind.RELATION_AND_DIRECTION, "opposes / supports")], id="and direction",
        ),
        pytest.param(
            on(BOB, AL, arrows=((0, 1, "supports"),)), on(BOB, AL, arrows=((1, 0, "meets_with"),)),
            [(ConfusionKind.RELATION, "meets_with / supports")], id="one without direction",
        ),
        pytest.param(
            on(BOB, AL, arrows=((0, 1, "meets_with"),)),
            on(BOB, AL, arrows=((1, 0, "meets_with"),)),
            [], id="a relation without direction, drawn either way",
        ),
        pytest.param(
            on(BOB, MINISTRY, arrows=((0, 1, "member_of"),)), on(BOB),
            [(ConfusionKind.PRESENCE, "ORG / nothing")], id="an arrow comes with its end",
        ),
        pytest.param(
            on(BOB, MINISTRY, arrows=((0, 1, "member_of"),)),
            on(BOB, LONGER, arrows=((0, 1, "member_of"),)),
            [(ConfusionKind.BOUNDARIES, "ORG")], id="arrows compare by places",
        ),
    ],
)  # fmt: skip
def test_each_kind_of_confusion(one, other, found):
    assert confused(one, other) == found
    assert confused(other, one) == found


@given(st.lists(pairs(), min_size=1, max_size=3))
def test_every_pair_that_differs_somewhere_has_one_confusion_there(some):
    """And only there: the differences are those that an adjudicator would be shown."""
    counts = ConfusionCounts()
    confusions = 0
    for n, (one, other) in enumerate(some):
        versions = {
            "a": replace(one, id=f"d{n}"),
            "b": replace(other, id=f"d{n}", text=one.text),
            "c": replace(one, id=f"d{n}", relations=()),
        }
        canonical = {name: SCHEMA.canonical(one) for name, one in versions.items()}
        found = counts.add(versions, SCHEMA)

        theirs = compare_documents(canonical, SCHEMA).differences
        assert [one.difference for one in found] == list(theirs)
        for difference in found:
            differing = {
                pair
                for pair in combinations("abc", 2)
                if difference.readings[pair[0]] != difference.readings[pair[1]]
            }
            assert {*difference.confusions} == differing
            confusions += len(differing)
    assert sum(counts.times.values()) == confusions
    assert counts.compared == len(some)
    for confusion, pairs_of_it in counts.pairs.items():
        assert sum(pairs_of_it.values()) == counts.times[confusion]
        assert 1 <= counts.documents[confusion] <= len(some)


def test_the_most_frequent_come_first():
    counts = ConfusionCounts()
    for n in range(2):
        counts.add({"a": on(BOB, MINISTRY), "b": on(BOB)}, SCHEMA)
        if n:
            counts.add({"a": on(AL), "b": on((32, 34, "ORG"))}, SCHEMA)

    assert counts.most_frequent() == [
        Confusion(ConfusionKind.PRESENCE, ("ORG", "nothing")),
        Confusion(ConfusionKind.LABEL, ("ORG", "PERSON")),
    ]
    assert counts.differing == counts.compared == 3
