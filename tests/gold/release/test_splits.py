"""A document's split depends on its group, and is for ever what a sealed version says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.gold.release.splits import SPLITS, SplitPlan

DEFAULT = SplitPlan()
groups = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@st.composite
def fractions(draw):
    """Shares that add up to one, some of them perhaps nothing."""
    first, second = sorted(draw(st.tuples(st.integers(0, 1000), st.integers(0, 1000))))
    parts = (first, second - first, 1000 - second)
    return {split: part / 1000 for split, part in zip(SPLITS, parts, strict=True)}


@given(groups, fractions())
def test_a_sealed_group_stays_whatever_the_fractions_are(group, shares):
    before = DEFAULT.split_of(group)
    plan = SplitPlan(fractions=shares, sealed={group: before})

    assert plan.split_of(group) == before


@given(groups, fractions())
def test_a_split_of_nothing_gets_nothing(group, shares):
    assert shares[SplitPlan(fractions=shares).split_of(group)] > 0


@given(groups, fractions(), st.integers(0, 1000))
def test_a_larger_train_takes_nothing_out_of_train(group, shares, more):
    """So that documents of a new version that isn't sealed move as little as they can."""
    train = min(1.0, shares["train"] + more / 1000)
    larger = {"train": train, "validation": 1 - train, "test": 0.0}

    if SplitPlan(fractions=shares).split_of(group) == "train":
        assert SplitPlan(fractions=larger).split_of(group) == "train"


@pytest.mark.parametrize("shares", [(80, 10, 10), (70, 15, 15), (99.5, 0.25, 0.25)])
def test_splits_are_about_as_large_as_asked(shares):
    """About: a hash is a hash."""
    plan = SplitPlan(
        fractions={split: part / 100 for split, part in zip(SPLITS, shares, strict=True)}
    )
    found = [plan.split_of(f"group-{n}") for n in range(10_000)]

    for split, share in zip(SPLITS, shares, strict=True):
        assert abs(found.count(split) / 100 - share) < 2


def test_the_splits_are_written_down():
    """A change of the hash would move documents between published versions."""
    names = ("wikinews-784626", "d1", "d8")

    assert [DEFAULT.split_of(name) for name in names] == ["train", "validation", "test"]


def test_splits_that_should_have_more_documents_are_told():
    plan = SplitPlan(fractions={"train": 0.9, "validation": 0.0, "test": 0.1})

    assert plan.small_splits({"train": 12, "test": 9}, 10) == {"test": 9}
    assert plan.small_splits({"train": 12}, 0) == {"test": 0}
    assert plan.small_splits({"train": 12, "test": 10}, 10) == {}
