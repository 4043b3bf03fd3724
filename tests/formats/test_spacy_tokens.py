"""The tokens are spaCy's, whatever the language, and lie where they say."""

import pytest
import spacy
from hypothesis import given
from strategies import texts

from curation.formats.spacy_tokens import tokenize

BLANK = spacy.blank("en")


@given(texts())
def test_tokens_are_words_of_the_text_and_only_white_space_is_left_out(text):
    tokens = tokenize(text, "en")

    left = list(text)
    for word, start in zip(tokens.words, tokens.starts, strict=True):
        assert text[start : start + len(word)] == word
        assert not word.isspace()
        left[start : start + len(word)] = " " * len(word)
    assert "".join(left).strip() == ""


@given(texts())
def test_tokens_are_those_of_a_blank_model(text):
    expected = [token.text for token in BLANK(text) if not token.is_space]

    assert tokenize(text, "en").words == expected


@pytest.mark.parametrize(
    ("language", "tokenizer"),
    [
        ("en", "en"), ("de", "de"), ("EN-us", "en"), ("no", "nb"), ("", "en"), ("tlh", "en"),
        ("../os", "en"), ("xx.y", "en"), ("english", "en"),
    ],
)  # fmt: skip
def test_the_tokenizer_is_that_of_the_language_where_spacy_has_one(language, tokenizer):
    assert tokenize("Don't.", language).tokenizer == tokenizer


def test_languages_are_cut_by_their_own_rules():
    assert tokenize("z.B. Iran", "de").words == ["z.B.", "Iran"]
    assert tokenize("don't", "en").words == ["do", "n't"]
