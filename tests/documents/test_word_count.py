"""How many words a text has, whatever it is written in."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.documents.word_count import count_words, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("—, …!", 0),
        ("Bob met Al.", 3),
        ("Twenty-five of 1,200 came.", 6),
        ("हिन्दी में लिखा", 3),
        ("Müller traf\nÉlodie", 3),
        ("Mu\u0308ller traf", 2),
        ("中国总理访问日本。", 8),
        ("東京で会談した", 7),
        ("한국 대통령이 왔다", 3),
        ("BBC记者报道", 5),
        ("ประเทศไทย", 3),
    ],
)
def test_words_are_counted_in_any_script(text, words):
    assert count_words(text) == words


@given(st.text(), st.text())
def test_words_of_two_paragraphs_are_those_of_both(one, two):
    """But for Thai and its like, where four letters are a word."""
    together = count_words(f"{one}\n\n{two}")

    assert together <= count_words(one) + count_words(two) <= together + 1


@given(st.text(st.characters(max_codepoint=127)))
def test_words_of_plain_text_are_its_runs_of_letters_and_digits(text):
    assert split_words(text) == re.findall(r"[^\W_]+", text.lower())
    assert count_words(text) == len(split_words(text))


@given(st.text(st.characters(max_codepoint=0x2FF) | st.sampled_from("“”’–…€_0²")))
def test_each_run_of_letters_and_digits_is_a_word_where_no_script_is_without_spaces(text):
    assert count_words(text) == len(re.findall(r"[^\W_]+", text))
