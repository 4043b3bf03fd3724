"""Where names end at hyphens."""

import pytest
from checks.test_edge_problems import place

from curation.checks.word_boundaries import widen_over_hyphens


@pytest.mark.parametrize(
    ("marked", "whole"),
    [
        ("met [Jean]-Claude now", "Jean-Claude"),
        ("met Jean-[Claude] now", "Jean-Claude"),
        ("met Jean-[Claude]’s dog", "Jean-Claude"),
        ("a Fitz-[Alan]‑Howard-Jones, he", "Fitz-Alan‑Howard-Jones"),
        ("the [US]-led war", "US"),
        ("the anti-[Iran] war", "Iran"),
        ("MOSCOW -[Bob] said", "Bob"),
        ("the [U.S.]–Iran", "U.S."),
        ("-[Bob]-", "Bob"),
        ("ist-[Bob]-9", "Bob"),
    ],
)
def test_hyphens_join_words_that_begin_with_a_capital(marked, whole):
    text, start, end = place(marked)

    first, last = widen_over_hyphens(text, start, end)
    assert text[first:last] == whole
