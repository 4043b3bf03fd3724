"""Figures as text."""

import pytest

from curation.report.number_format import decimal, percent, signed_points


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (None, "–"), (0, "0.0"), (1e-17, "0.0"), (0.0004, "<0.1"), (0.0006, "0.1"), (0.5, "50.0"),
        (0.9994, "99.9"), (0.9996, ">99.9"), (1 - 1e-17, "100.0"), (1, "100.0"),
    ],
)  # fmt: skip
def test_a_rate_is_only_all_or_nothing_where_it_is(rate, said):
    assert percent(rate) == said


def test_chance_is_beaten_wholly_only_where_it_is():
    assert [decimal(one) for one in (None, -1, 0, 0.9994, 0.9996, 1)] == ["–", "-1.000", "0.000", "0.999", ">0.999", "1.000"]  # fmt: skip


def test_only_no_difference_has_no_sign():
    assert [signed_points(one) for one in (None, 0.0, 1e-17, 0.0001, -0.0001, 0.1)] == ["–", "0.0", "0.0", "+0.0", "-0.0", "+10.0"]  # fmt: skip
