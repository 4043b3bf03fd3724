"""Who is chosen: the same whoever comes beside them, about as many as asked for, and by two salts apart."""

from itertools import accumulate
from math import exp, lgamma, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import UsageError
from curation.labelstudio.push.dealing import (
    BLIND_SALT,
    OVERLAP_SALT,
    AskedDealing,
    Dealing,
    dealing_in,
    place_of,
)

GROUPS = st.text(max_size=20)
SHARES = st.floats(0, 1)
DEALINGS = st.builds(
    Dealing, overlap=st.integers(1, 99), overlap_share=SHARES, blind_share=SHARES
) | st.builds(Dealing, overlap=st.none(), blind_share=SHARES)


def binomial_bounds(n, p, *, outside=1e-9):
    """The numbers below and above which so little of the binomial distribution lies."""

    def of(k):
        ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
        return exp(ways + k * log(p) + (n - k) * log(1 - p))

    up_to = list(accumulate(of(k) for k in range(n + 1)))
    lowest = next(k for k, total in enumerate(up_to) if total > outside / 2)
    highest = next(k for k, total in enumerate(up_to) if total > 1 - outside / 2)
    return lowest, highest


@given(GROUPS, st.sampled_from([OVERLAP_SALT, BLIND_SALT]))
def test_a_place_is_from_0_up_to_1_and_stays(group, salt):
    assert 0 <= place_of(group, salt) < 1
    assert place_of(group, salt) == place_of(group, salt)


@given(GROUPS, SHARES, SHARES)
def test_who_is_chosen_stays_chosen_where_the_share_grows(group, one, other):
    less, more = sorted((one, other))

    assert Dealing(blind_share=less).deals_blind(group) <= Dealing(
        blind_share=more
    ).deals_blind(group)
    overlaps = [Dealing(overlap=3, overlap_share=s).overlap_of(group) for s in (less, more)]
    assert overlaps == sorted(overlaps)


@given(GROUPS)
def test_a_share_of_1_is_everybody_and_of_0_nobody(group):
    assert Dealing(overlap=2).overlap_of(group) == 2
    assert Dealing(overlap=2, overlap_share=0).overlap_of(group) == 1
    assert Dealing(blind_share=1).deals_blind(group)
    assert not Dealing().deals_blind(group)


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2, 0.5, 0.9])
def test_as_many_are_chosen_as_by_chance(share):
    """Of ids that differ in a digit only, too."""
    many = 2000
    dealing = Dealing(overlap=2, overlap_share=share, blind_share=share)
    lowest, highest = binomial_bounds(many, share)

    for name in ("doc-{}", "wikinews-{:07}", "https://example.org/{}"):
        groups = [name.format(number) for number in range(many)]
        assert lowest <= sum(dealing.deals_blind(group) for group in groups) <= highest
        assert lowest <= sum(dealing.overlap_of(group) == 2 for group in groups) <= highest


@pytest.mark.parametrize(("overlap_share", "blind_share"), [(0.2, 0.1), (0.5, 0.5), (0.9, 0.3)])
def test_who_is_blind_says_nothing_of_who_has_several_annotators(overlap_share, blind_share):
    many = 4000
    dealing = Dealing(overlap=2, overlap_share=overlap_share, blind_share=blind_share)

    both = sum(
        dealing.deals_blind(group) and dealing.overlap_of(group) == 2
        for group in (f"doc-{number}" for number in range(many))
    )

    lowest, highest = binomial_bounds(many, overlap_share * blind_share)
    assert lowest <= both <= highest


@given(DEALINGS, st.sampled_from(["", "Ours.", "First line\nand second"]))
def test_a_description_says_the_dealing_and_keeps_the_rest(dealing, description):
    described = dealing.in_description(description)

    assert dealing_in(described) == dealing
    assert described.startswith(description)
    assert dealing.in_description(described) == described
    assert Dealing().in_description(described) == description


@pytest.mark.parametrize(
    "description",
    ["", "curate push", "say: curate push --overlap 2", "curate pull --overlap 2"],
)
def test_other_descriptions_say_no_dealing(description):
    assert dealing_in(description) == Dealing()


@given(DEALINGS)
def test_what_is_not_asked_for_stays(before):
    assert AskedDealing().after(before) == before
    assert AskedDealing(blind=True).after(before).blind_share == 1
    assert AskedDealing(blind_share=0.5).after(before).overlap == before.overlap
    alone = AskedDealing(overlap=1).after(before)
    assert alone.project_overlap == 1
    again = AskedDealing(overlap=2).after(dealing_in(alone.in_description("")))
    assert again.overlap_share == before.overlap_share


def test_a_share_without_a_number_of_annotators_is_refused():
    with pytest.raises(UsageError, match="for how many annotators"):
        AskedDealing(overlap_share=0.2).after(Dealing())

    kept = AskedDealing(overlap=3).after(Dealing(overlap=2, overlap_share=0.2))
    assert (kept.overlap, kept.overlap_share) == (3, 0.2)
