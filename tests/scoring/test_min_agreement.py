"""Floors for agreement are read strictly, and a figure that nobody knows reaches none."""

import pytest

from curation.errors import UsageError
from curation.scoring.min_agreement import read_floors


@pytest.mark.parametrize(
    ("typed", "floors"),
    [
        ("", {}),
        ("entities=0.8", {"entities": 0.8}),
        ("entities=0.8,relations=0.6", {"entities": 0.8, "relations": 0.6}),
        ("relations=0,entities=1", {"relations": 0.0, "entities": 1.0}),
    ],
)
def test_floors_are_given_by_kind(typed, floors):
    assert read_floors(typed) == floors


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("spans=0.8", "'spans' is neither entities nor relations"),
        ("0.8", "'0.8' is neither"),
        ("entities", "entities is '', and an F1 is a number from 0 to 1"),
        ("entities=80", "entities is '80', and"),
        ("entities=nan", "entities is 'nan', and"),
        ("entities=-0.1", "entities is '-0.1', and"),
        ("entities=0.8,entities=0.7", "entities is given twice"),
    ],
)
def test_what_is_no_floor_is_refused(typed, said):
    with pytest.raises(UsageError) as error:
        read_floors(typed)

    assert said in str(error.value)
    assert error.value.hint.startswith("curate release --min-agreement entities=")
