"""A document's split depends on its group and on nothing else."""

from dataclasses import replace

from gold_samples import many, working
from hypothesis import given
from hypothesis import strategies as st

from curation.gold.splits import split_of

GOLDS = working(*many(60)).gold_documents


@given(st.sets(st.sampled_from(GOLDS).map(lambda gold: gold.id)))
def test_adding_documents_moves_nobody(ids):
    """Whoever else is there."""
    some = [gold for gold in GOLDS if gold.id in ids]

    alone = {gold.id: split_of(gold.group) for gold in some}
    together = {gold.id: split_of(gold.group) for gold in GOLDS}

    assert alone == {identity: together[identity] for identity in ids}


@given(st.text(min_size=1))
def test_a_group_stays_together(group):
    some = [replace(gold, group=group) for gold in GOLDS[:7]]

    assert len({split_of(gold.group) for gold in some}) == 1


def test_eighty_ten_ten():
    """About: a hash is a hash."""
    found = [split_of(f"group-{n}") for n in range(10_000)]

    shares = {split: found.count(split) / 100 for split in set(found)}
    assert abs(shares["train"] - 80) < 2
    assert abs(shares["validation"] - 10) < 1
    assert abs(shares["test"] - 10) < 1


def test_the_splits_are_written_down():
    """A change of the hash would move documents between published versions."""
    found = {name: split_of(name) for name in ("wikinews-784626", "d1", "d8")}

    assert found == {"wikinews-784626": "train", "d1": "validation", "d8": "test"}
