"""Text from others as a page can show it."""

import pytest

from curation.report.visible import visible


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("a\u202eb", "a\\u202eb"),
        ("\x1b[2J", "\\x1b[2J"),
        ("two\nlines", "two\nlines"),
        ("שלום \U0001f468\u200d\U0001f469", "שלום \U0001f468\u200d\U0001f469"),
    ],
)
def test_what_turns_text_around_is_spelt_out(given, seen):
    assert visible(given) == seen
